"""Learn to weigh keys: network, training, and the model with its card."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from accompanist.inference.model import StreamingModel
from accompanist.listening.key_evidence import (
    INPUT_WIDTH,
    KeyEvidenceSource,
    KeyMemory,
    LearnedKeyEvidence,
)
from accompanist.listening.key_profile import RuleKeyEvidence
from accompanist.training.chart import CHART_LICENCES
from accompanist.training.export import Card, export
from accompanist.training.harmony_hearing import keys_heard
from accompanist.training.key_examples import (
    NO_LABEL,
    NONE,
    KeyPiece,
    atonal_pieces,
    beginning_of,
    charts_heard,
    drawn,
    songs_heard,
)
from accompanist.training.key_scores import key_scores, modulation_bars
from accompanist.training.loop import Batch, Schedule, fit
from accompanist.training.networks import Body
from accompanist.training.options import TrainingOptions
from accompanist.training.performances import MELODY, PIANO, Performance
from accompanist.training.pop909cl import POP909_LICENCE, POP909CL_LICENCE
from accompanist.training.songs import read_pop909, with_roles
from accompanist.training.splits import pieces

EPOCHS = 10
STEPS_PER_EPOCH = 130
_SHARES = (16, 6, 2)
"""Of a batch: songs, charts played by rule, notes without a key."""

_ATONAL_HELD_OUT = 12
_SMOOTHING = 0.05
_FIRST_STEPS, _FIRST_WEIGHT, _FADING_STEPS = 3, 0.3, 24.0
_FOLLOWED_BARS = 2.0


class KeyNetwork(nn.Module):
    """Half seconds as twelve tonics are told of them → log odds of keys, and of none at all."""

    def __init__(self, hidden: int = 64, dropout: float = 0.2) -> None:
        super().__init__()
        self.body = Body(INPUT_WIDTH, hidden, hidden, dropout)
        self.mode = nn.Linear(hidden, 2)
        self.none = nn.Linear(2 * hidden, 1)

    def forward(self, heard: Tensor, state: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Odds (batch, 12, steps, 2) and logits of none (batch, steps) of (batch, 12, steps, …)."""
        tonics = heard.flatten(0, 1)
        features, state = self.body(tonics, state)
        features = features.unflatten(0, (-1, 12))
        every = torch.cat([features.mean(dim=1), features.amax(dim=1)], dim=-1)
        return self.mode(features), self.none(every)[..., 0], state


class KeyStep(nn.Module):
    """One half second as it is heard."""

    def __init__(self, network: KeyNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, heard: Tensor, state_in: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Odds (12, 2), chance of none (1,), and the state."""
        odds, none, state = self.network(heard[None, :, None], state_in)
        return odds[0, :, 0], torch.sigmoid(none[0]), state


def train(options: TrainingOptions) -> None:
    """Train on songs and charts with known keys; write ``key.onnx`` with its card."""
    torch.manual_seed(0)
    network = KeyNetwork()
    kinds = (
        list(songs_heard(options.data, "train")),
        list(charts_heard(options.data, "train")),
        list(atonal_pieces(0)),
    )
    unheard = [*songs_heard(options.data, "val"), *list(atonal_pieces(1))[:_ATONAL_HELD_OUT]]
    heldout = _told([beginning_of(piece) for piece in unheard])

    def draw(generator: torch.Generator) -> Batch:
        seed = int(torch.randint(2**31, (1,), generator=generator))
        return _batch(kinds, np.random.default_rng(seed))

    fit(
        network,
        draw,
        lambda batch: _loss(network, batch),
        lambda: float(_loss(network, heldout)),
        Schedule(options.epochs or EPOCHS, STEPS_PER_EPOCH),
        options.checkpoints / "key.pt",
        options.resume,
    )
    card = Card(
        name="key",
        what="Weighs all keys every half second, by what sounds and what sounded.",
        command="accompanist train key --data DIR",
        data={
            "pop909": POP909_LICENCE,
            "pop909cl": POP909CL_LICENCE,
            **CHART_LICENCES,
        },
        constructed=(
            "Charts of openewld, wjd and mcgill are played by rule; modulations are made by moving "
            "the rest of an excerpt; notes drawn at random stand for music without a key."
        ),
        measured={},
        remarks=(
            "The same weights judge every tonic. The keys of pop909 were annotated by a program "
            "from whole recordings; most mistakes are relative keys."
        ),
    )
    inputs = {"heard": torch.zeros(12, INPUT_WIDTH), "state_in": network.body.start(12)}
    outputs = ("odds", "none", "state_out")
    export(KeyStep(network), inputs, outputs, card, options.out)
    measured = measure(options.data, options.out)
    export(KeyStep(network), inputs, outputs, replace(card, measured=measured), options.out)


def measure(data: Path, models: Path) -> dict[str, dict[str, float]]:
    """Figures on the held-out songs, played by melody and piano; profiles beside the model."""
    songs = [
        with_roles(song, (MELODY, PIANO))
        for song in read_pop909(data, pieces(data, "pop909", "val"))
        if song.keys
    ]
    model = StreamingModel("key", models)
    figures: dict[str, dict[str, float]] = {}
    for who, scores in (
        ("model", [_scores(song, LearnedKeyEvidence(model)) for song in songs]),
        ("profiles", [_scores(song, RuleKeyEvidence()) for song in songs]),
    ):
        for name in dict.fromkeys(name for found in scores for name in found):
            values = [value for found in scores for value in found.get(name, [])]
            if not values:
                continue
            figures.setdefault(f"{name}, pop909 val", {})[who] = float(np.mean(values))
    return figures


def _scores(song: Performance, source: KeyEvidenceSource) -> dict[str, list[float]]:
    heard = keys_heard(song, source)
    followed = [float(bars <= _FOLLOWED_BARS) for bars in modulation_bars(song, heard)]
    weights = {f"MIREX {name}": [value] for name, value in key_scores(song, heard).items()}
    return {**weights, "modulations followed within 2 bars": followed}


def _batch(kinds: tuple[list[KeyPiece], ...], chance: Generator) -> Batch:
    return _told(
        [
            drawn(kind, chance)
            for kind, count in zip(kinds, _SHARES, strict=True)
            for _ in range(count)
        ]
    )


def _told(excerpts: list[tuple[NDArray[np.float64], NDArray[np.int64]]]) -> Batch:
    """Excerpts as every tonic is told of them, with their keys."""
    heard = np.stack([heard for heard, _ in excerpts])
    memory = KeyMemory((len(heard),))
    rows = np.stack([memory.step(heard[:, step]) for step in range(heard.shape[1])], axis=2)
    keys = np.stack([keys for _, keys in excerpts])
    return {"heard": torch.from_numpy(rows), "keys": torch.from_numpy(keys)}


def _loss(network: KeyNetwork, batch: Batch) -> Tensor:
    """Nats of the key where there is one, and of whether there is; first moments count more."""
    keys = batch["keys"]
    odds, none, _ = network(batch["heard"], network.body.start(12 * len(keys)))
    steps = torch.arange(keys.shape[1])
    weight = 1.0 + 2.0 * torch.exp(-steps / _FADING_STEPS)
    weight = torch.where(steps < _FIRST_STEPS, torch.tensor(_FIRST_WEIGHT), weight)
    logits = odds.permute(0, 3, 1, 2).flatten(1, 2)
    named = (keys != NO_LABEL) & (keys != NONE)
    nats = functional.cross_entropy(
        logits, keys.where(named, torch.tensor(0)), reduction="none", label_smoothing=_SMOOTHING
    )
    known = keys != NO_LABEL
    absent = functional.binary_cross_entropy_with_logits(
        none, (keys == NONE).float(), reduction="none"
    )
    return (weight * named * nats).sum() / (weight * named).sum() + (
        weight * known * absent
    ).sum() / (weight * known).sum()
