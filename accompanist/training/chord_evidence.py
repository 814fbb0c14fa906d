"""Learn to weigh chords for the listener: network, training, and the model with its card.

The same small network judges all twelve roots by what sounds; another says what follows the chord
held. Rare qualities would hardly ever be heard if they were weighed as rarely as songs have them,
so log odds are taken against some of that rarity.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from accompanist.inference.model import StreamingModel
from accompanist.listening.chord_evidence import (
    HELD_WIDTH,
    ROWS,
    ChordEvidenceSource,
    LearnedChordEvidence,
    RuleChordEvidence,
    turned,
)
from accompanist.listening.key_evidence import LearnedKeyEvidence
from accompanist.music.chord import BUILT_IN
from accompanist.training.chart import CHART_LICENCES
from accompanist.training.chord_examples import Onsets, charts_seen, progressions, songs_seen
from accompanist.training.chord_scores import chord_scores
from accompanist.training.export import Card, export
from accompanist.training.harmony_hearing import flashes_per_minute, harmony_heard
from accompanist.training.loop import Batch, Schedule, fit
from accompanist.training.options import TrainingOptions
from accompanist.training.performances import MELODY, PIANO, Performance
from accompanist.training.pop909cl import POP909_LICENCE, POP909CL_LICENCE
from accompanist.training.songs import read_pop909, with_roles
from accompanist.training.splits import pieces

EPOCHS = 12
STEPS_PER_EPOCH = 400
BATCH = 256
_PLAYED_SHARE = 0.25
"""Of a batch: charts played by rule."""

_RARITY = 0.5
"""Share of the log of a quality's rarity that its odds are freed of."""

_HIDDEN, _HELD_HIDDEN = 64, 48
_SONGS_MEASURED = 30


class ChordNetwork(nn.Module):
    """Log odds of every quality on a root, and log chances that it follows the chord held."""

    def __init__(self) -> None:
        super().__init__()
        count = len(BUILT_IN)
        self.sounds = nn.Sequential(
            nn.Linear(ROWS * 12, _HIDDEN), nn.ReLU(), nn.Linear(_HIDDEN, count)
        )
        self.follows = nn.Sequential(
            nn.Linear(HELD_WIDTH, _HELD_HIDDEN), nn.ReLU(), nn.Linear(_HELD_HIDDEN, count)
        )

    def forward(self, views: Tensor, held: Tensor) -> tuple[Tensor, Tensor]:
        """Odds (..., 12, qualities) of views and of what was held, one row a root."""
        return self.sounds(views), self.follows(held)


class ChordStep(nn.Module):
    """One onset as it is heard.

    Parameters
    ----------
    network
        What was trained.
    rarity
        Log share of every quality in what it was trained on.
    """

    def __init__(self, network: ChordNetwork, rarity: Tensor) -> None:
        super().__init__()
        self.network = network
        self.rarity = nn.Parameter(rarity, requires_grad=False)

    def forward(self, views: Tensor, held: Tensor) -> tuple[Tensor, Tensor]:
        """Log odds (12, qualities), and chances (12, qualities) of what follows."""
        odds, following = self.network(views, held)
        chances = torch.softmax(following.flatten(), dim=0).view(following.shape)
        return odds - _RARITY * self.rarity, chances


def train(options: TrainingOptions) -> None:
    """Train on songs and charts with known chords; write ``chord.onnx`` with its card."""
    torch.manual_seed(0)
    network = ChordNetwork()
    keys = StreamingModel("key", options.out)
    songs, played = (see(options.data, "train", keys) for see in (songs_seen, charts_seen))
    held, following = progressions(options.data, "train")
    heldout = {
        **_views(songs_seen(options.data, "val", keys)),
        **_moves(*progressions(options.data, "val")),
    }
    from_songs = round(BATCH * (1.0 - _PLAYED_SHARE))

    def draw(generator: torch.Generator) -> Batch:
        def chosen(among: int, count: int) -> NDArray[np.int64]:
            drawn = torch.randint(among, (count,), generator=generator)
            return np.asarray(drawn.numpy(), np.int64)

        own = chosen(len(songs[1]), from_songs)
        made = chosen(len(played[1]), BATCH - from_songs)
        views = np.concatenate([songs[0][own], played[0][made]])
        states = np.concatenate([songs[1][own], played[1][made]])
        moves = chosen(len(following), BATCH)
        return {**_views((views, states)), **_moves(held[moves], following[moves])}

    fit(
        network,
        draw,
        lambda batch: _loss(network, batch),
        lambda: float(_loss(network, heldout)),
        Schedule(options.epochs or EPOCHS, STEPS_PER_EPOCH),
        options.checkpoints / "chord.pt",
        options.resume,
    )
    with torch.no_grad():
        odds = _by_state(network.sounds(heldout["views"]))
        right = float((odds.argmax(-1) == heldout["states"]).float().mean())
    step = ChordStep(network, _log_shares(songs[1], played[1]))
    inputs = {"views": torch.zeros(12, ROWS * 12), "held": torch.zeros(12, HELD_WIDTH)}
    card = _card({"share of held-out onsets right": {"model": right}})
    export(step, inputs, ("odds", "following"), card, options.out)
    measured = {**card.measured, **measure(options.data, options.out)}
    export(step, inputs, ("odds", "following"), replace(card, measured=measured), options.out)


def measure(data: Path, models: Path) -> dict[str, dict[str, float]]:
    """Figures on held-out songs as announced, the true beats given; rules beside the model."""
    songs = [
        with_roles(song, (MELODY, PIANO))
        for song in read_pop909(data, pieces(data, "pop909", "val")[:_SONGS_MEASURED])
        if song.chords
    ]
    chord, key = StreamingModel("chord", models), StreamingModel("key", models)
    figures: dict[str, dict[str, float]] = {}
    for who, source in (
        ("model", LearnedChordEvidence(chord)),
        ("rules", RuleChordEvidence()),
    ):
        scores = [_scores(song, source, key) for song in songs]
        for name in scores[0]:
            mean = float(np.mean([found[name] for found in scores if name in found]))
            figures.setdefault(f"{name}, pop909 val", {})[who] = mean
    return figures


def _scores(
    song: Performance, source: ChordEvidenceSource, key: StreamingModel
) -> dict[str, float]:
    said = harmony_heard(song, source, LearnedKeyEvidence(key))
    return {**chord_scores(song, said), "flashes per minute": flashes_per_minute(song, said)}


def _by_state(odds: Tensor) -> Tensor:
    """Odds (..., states) from odds by root (..., 12, qualities)."""
    return odds.transpose(-1, -2).flatten(-2)


def _loss(network: ChordNetwork, batch: Batch) -> Tensor:
    odds, following = network(batch["views"], batch["held"])
    return functional.cross_entropy(_by_state(odds), batch["states"]) + functional.cross_entropy(
        _by_state(following), batch["following"]
    )


def _views(seen: Onsets) -> Batch:
    every = np.stack([turned(view) for view in seen[0]])
    return {"views": torch.from_numpy(every), "states": torch.from_numpy(seen[1])}


def _moves(held: NDArray[np.float32], following: NDArray[np.int64]) -> Batch:
    return {"held": torch.from_numpy(held), "following": torch.from_numpy(following)}


def _log_shares(songs: NDArray[np.int64], played: NDArray[np.int64]) -> Tensor:
    """Log share of every quality in a batch."""
    shares = np.zeros(len(BUILT_IN))
    for states, weight in ((songs, 1.0 - _PLAYED_SHARE), (played, _PLAYED_SHARE)):
        shares += weight * np.bincount(states // 12, minlength=len(BUILT_IN)) / len(states)
    return torch.from_numpy(np.log(shares + 1e-4).astype(np.float32))


def _card(measured: dict[str, dict[str, float]]) -> Card:
    return Card(
        name="chord",
        what="Weighs every chord by what sounds at an onset, and by the chord held before it.",
        command="accompanist train chord --data DIR",
        data={
            "pop909": POP909_LICENCE,
            "pop909cl": POP909CL_LICENCE,
            **CHART_LICENCES,
        },
        constructed=(
            "Half of the songs are heard without melody or accompaniment. Charts of openewld, wjd "
            "and mcgill are played by rule, some of their chords in other qualities."
        ),
        measured=measured,
        remarks=(
            "One row a root; views are those of accompanist.listening.chord_evidence. Figures are "
            "scored at announcement, the true beats given."
        ),
    )
