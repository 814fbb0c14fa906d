"""Learn to expect chords: network, training, and the model with its card."""

from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor, nn
from tqdm import tqdm

from accompanist.inference.model import StreamingModel
from accompanist.players.anticipation import CLASSES, INPUT_WIDTH
from accompanist.training.anticipation_examples import INPUTS, anticipation_example, transposed
from accompanist.training.anticipation_scores import anticipation_scores
from accompanist.training.arrangements import arrangements
from accompanist.training.export import Card, export
from accompanist.training.loop import Schedule, fit
from accompanist.training.networks import Body
from accompanist.training.options import TrainingOptions
from accompanist.training.pop909cl import POP909_LICENCE, POP909CL_LICENCE

EPOCHS = 9
CROP_BEATS = 128
BATCH = 32

Example = dict[str, Tensor]


class AnticipationNetwork(nn.Module):
    """Beats (batch, beats, `INPUT_WIDTH`) → logits of the next beat's chord."""

    def __init__(self, hidden: int = 256, dropout: float = 0.3) -> None:
        super().__init__()
        self.body = Body(INPUT_WIDTH, hidden, 160, dropout)
        self.name = nn.Linear(160, CLASSES)

    def forward(self, beats: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of every beat, and the state after the last."""
        features, state = self.body(beats, state)
        return self.name(features), state


class AnticipationStep(nn.Module):
    """One beat as it is played through."""

    def __init__(self, network: AnticipationNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, beat: Tensor, state_in: Tensor) -> tuple[Tensor, Tensor]:
        """Chances (1, `CLASSES`) and the state."""
        logits, state = self.network(beat[:, None], state_in)
        return torch.softmax(logits[:, 0], dim=-1), state


def train_anticipation(options: TrainingOptions) -> None:
    """Train on ``pop909`` with ``pop909cl``; write ``anticipation.onnx``."""
    torch.manual_seed(0)
    network = AnticipationNetwork()
    examples = _examples(options, "train")
    heldout = _examples(options, "val")
    beats = sum(len(e["inputs"]) for e in examples)
    fit(
        network,
        lambda generator: _draw(examples, generator),
        lambda batch: _nats(network, batch),
        lambda: sum(float(_nats(network, _alone(e))) for e in heldout) / len(heldout),
        Schedule(options.epochs or EPOCHS, max(1, beats // (CROP_BEATS * BATCH))),
        options.checkpoints / "anticipation.pt",
        options.resume,
    )
    card = Card(
        name="anticipation",
        what="The chord of the next beat, from what the performer played until now.",
        command="accompanist train harmony --data DIR",
        data={"pop909": POP909_LICENCE, "pop909cl": POP909CL_LICENCE},
        constructed="What a listener believes of key and chord is simulated; all twelve keys.",
        measured={},
        remarks=(
            "Pop harmony: major, minor, dominant and minor sevenths, few diminished chords. "
            "With the melody alone, Markov chains told the true past chords name changes better."
        ),
    )
    inputs = {"beat": torch.zeros(1, INPUT_WIDTH), "state_in": network.body.start(1)}
    step, outputs = AnticipationStep(network), ("chances", "state_out")
    export(step, inputs, outputs, card, options.out)
    measured = measure(StreamingModel("anticipation", options.out), options.data)
    export(step, inputs, outputs, replace(card, measured=measured), options.out)


def measure(model: StreamingModel, data: Path) -> dict[str, dict[str, float]]:
    """Figures on the held-out songs, the model's beside humans' and baselines'."""
    return anticipation_scores(model, arrangements(data, "train"), arrangements(data, "val"))


def _examples(options: TrainingOptions, split: str) -> list[Example]:
    songs = tqdm(arrangements(options.data, split), desc=f"hearing {split} songs", disable=None)
    return [
        anticipation_example(song, which, seed)
        for seed, song in enumerate(songs)
        for which in INPUTS
        if song.melody and song.piano and song.truth.chords
    ]


def _draw(examples: list[Example], generator: torch.Generator) -> Example:
    crops = []
    for pick in torch.randint(len(examples), (BATCH,), generator=generator).tolist():
        turned = transposed(examples[pick], int(torch.randint(12, (1,), generator=generator)))
        spare = len(turned["next"]) - CROP_BEATS
        start = int(torch.randint(max(1, spare + 1), (1,), generator=generator))
        crops.append({name: rows[start : start + CROP_BEATS] for name, rows in turned.items()})
    shortest = min(len(crop["next"]) for crop in crops)
    return {name: torch.stack([c[name][:shortest] for c in crops]) for name in crops[0]}


def _alone(example: Example) -> Example:
    return {name: rows[None] for name, rows in example.items()}


def _nats(network: AnticipationNetwork, batch: Example) -> Tensor:
    logits, _ = network(batch["inputs"], network.body.start(len(batch["inputs"])))
    return nn.functional.cross_entropy(logits.flatten(0, 1), batch["next"].flatten())
