"""Learn to expect chords: network, training, and the model with its card."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from accompanist.inference.model import StreamingModel
from accompanist.players.anticipation import CLASSES, INPUT_WIDTH
from accompanist.training.anticipation_examples import (
    anticipation_example,
    beats_of,
    transposed,
)
from accompanist.training.anticipation_hearing import heard_examples
from accompanist.training.anticipation_scores import anticipation_scores
from accompanist.training.arrangements import Arrangement, arrangements
from accompanist.training.chart import CHART_LICENCES
from accompanist.training.chart_arrangements import chart_arrangement
from accompanist.training.expectation_scores import further_scores
from accompanist.training.export import Card, export
from accompanist.training.key_examples import charts
from accompanist.training.loop import Schedule, fit
from accompanist.training.networks import Body
from accompanist.training.options import EngineMaker, TrainingOptions
from accompanist.training.playing_songs import pushed
from accompanist.training.pop909cl import POP909_LICENCE, POP909CL_LICENCE

EPOCHS = 25
STEPS_PER_EPOCH = 200
CROP_BEATS = 128
BATCH = 32
_LEAST_BEATS = 32
_BAR_WEIGHT = 0.3
_CHART_SHARE = 0.2
"""Of what is drawn: charts played by rule, heard as is simulated."""

_HELD_OUT_SONGS = 24
_JUMPING = 3
_LISTENERS = 2

Example = dict[str, Tensor]


class AnticipationNetwork(nn.Module):
    """Beats (batch, beats, `INPUT_WIDTH`) → logits of the next beat's chord, and a bar later."""

    def __init__(self, hidden: int = 256, dropout: float = 0.3) -> None:
        super().__init__()
        self.body = Body(INPUT_WIDTH, hidden, 160, dropout)
        self.name = nn.Linear(160, CLASSES)
        self.name_in_a_bar = nn.Linear(160, CLASSES)

    def forward(self, beats: Tensor, state: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits of every beat, of a bar later, and the state after the last beat."""
        features, state = self.body(beats, state)
        return self.name(features), self.name_in_a_bar(features), state


class AnticipationStep(nn.Module):
    """One beat as it is played through."""

    def __init__(self, network: AnticipationNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, beat: Tensor, state_in: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Chances (1, `CLASSES`) of the next beat and of a bar later, and the state."""
        following, in_a_bar, state = self.network(beat[:, None], state_in)
        chances = [torch.softmax(logits[:, 0], dim=-1) for logits in (following, in_a_bar)]
        return chances[0], chances[1], state


def train_anticipation(options: TrainingOptions) -> None:
    """Train on arranged songs and on charts; write ``anticipation.onnx``."""
    torch.manual_seed(0)
    network = AnticipationNetwork()
    examples = _heard(with_jumps(arrangements(options.data, "train")), options.engine)
    heldout = _heard(arrangements(options.data, "val")[:_HELD_OUT_SONGS], options.engine)
    played = _played(_charts(options.data, "train"))
    fit(
        network,
        lambda generator: _draw(examples, played, generator),
        lambda batch: _nats(network, batch),
        lambda: sum(float(_nats(network, _alone(e))) for e in heldout) / len(heldout),
        Schedule(options.epochs or EPOCHS, STEPS_PER_EPOCH),
        options.checkpoints / "anticipation.pt",
        options.resume,
    )
    write(network, options)


def write(network: AnticipationNetwork, options: TrainingOptions) -> None:
    """Export a trained network with its card."""
    card = Card(
        name="anticipation",
        what="The chord of the next beat and a bar later, by what the performer played until now.",
        command="accompanist train harmony --data DIR",
        data={
            "pop909": POP909_LICENCE,
            "pop909cl": POP909CL_LICENCE,
            **CHART_LICENCES,
        },
        constructed=(
            "Songs are heard by this program's own listener, with its mistakes and delays; all "
            "twelve keys, and every third song once more with a jump of key in its midst. Charts "
            "of openewld, wjd and mcgill are accompanied by rule, and what a listener believes of "
            "them is simulated."
        ),
        measured={},
        remarks=(
            "Major, minor, their sevenths, and diminished chords; others count with their triads. "
            "With the melody alone, Markov chains told the true past chords name changes better. "
            "Figures are made with simulated beliefs; live ones are those of bench/players.py."
        ),
    )
    inputs = {"beat": torch.zeros(1, INPUT_WIDTH), "state_in": network.body.start(1)}
    step, outputs = AnticipationStep(network), ("chances", "chances_in_a_bar", "state_out")
    export(step, inputs, outputs, card, options.out)
    measured = measure(StreamingModel("anticipation", options.out), options.data)
    export(step, inputs, outputs, replace(card, measured=measured), options.out)


def measure(model: StreamingModel, data: Path) -> dict[str, dict[str, float]]:
    """Figures on the held-out songs, the model's beside humans' and baselines'."""
    train, heldout = arrangements(data, "train"), arrangements(data, "val")
    return {
        **anticipation_scores(model, train, heldout),
        **further_scores(model, heldout, _charts(data, "train"), _charts(data, "val")),
    }


def _charts(data: Path, split: str) -> list[Arrangement]:
    return [
        chart_arrangement(chart, seed)
        for seed, chart in enumerate(charts(data, split))
        if len(chart.chords) >= _LEAST_BEATS
    ]


def _heard(songs: list[Arrangement], engine: EngineMaker) -> list[Example]:
    """Songs as the listener hears their melody alone, and with the piano."""
    played = [song for song in songs if song.melody and song.piano and song.truth.chords]
    hearings = [(song, which) for song in played for which in ("melody", "both")]
    return heard_examples(hearings, engine, _LISTENERS)


def with_jumps(songs: list[Arrangement]) -> list[Arrangement]:
    """All songs, and every third of them again with a jump to another key in its middle half."""
    chance = np.random.default_rng(0)
    jumping = []
    for song in songs[::_JUMPING]:
        bar = song.truth.beats_per_bar
        beat = int(chance.uniform(0.25, 0.75) * beats_of(song)) // bar * bar
        semitones = int(chance.integers(1, 7)) * (-1) ** int(chance.integers(2))
        jumping.append(pushed(song, beat, semitones))
    return songs + jumping


def _played(charts: list[Arrangement]) -> list[Example]:
    return [
        anticipation_example(chart, "piano", seed)
        for seed, chart in enumerate(tqdm(charts, desc="hearing", unit="chart", disable=None))
        if chart.piano and chart.truth.chords
    ]


def _draw(songs: list[Example], played: list[Example], generator: torch.Generator) -> Example:
    crops = []
    for _ in range(BATCH):
        examples = played if torch.rand((), generator=generator) < _CHART_SHARE else songs
        pick = int(torch.randint(len(examples), (1,), generator=generator))
        turned = transposed(examples[pick], int(torch.randint(12, (1,), generator=generator)))
        spare = len(turned["next"]) - CROP_BEATS
        start = int(torch.randint(max(1, spare + 1), (1,), generator=generator))
        crops.append({name: rows[start : start + CROP_BEATS] for name, rows in turned.items()})
    shortest = min(len(crop["next"]) for crop in crops)
    return {name: torch.stack([c[name][:shortest] for c in crops]) for name in crops[0]}


def _alone(example: Example) -> Example:
    return {name: rows[None] for name, rows in example.items()}


def _nats(network: AnticipationNetwork, batch: Example) -> Tensor:
    said = network(batch["inputs"], network.body.start(len(batch["inputs"])))
    following, in_a_bar = (
        nn.functional.cross_entropy(logits.flatten(0, 1), batch[name].flatten())
        for logits, name in zip(said[:2], ("next", "in_a_bar"), strict=True)
    )
    return following + _BAR_WEIGHT * in_a_bar
