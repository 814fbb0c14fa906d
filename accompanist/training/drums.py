"""Learn drumming: data, network, training, and the model with its card."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from accompanist.inference.model import StreamingModel
from accompanist.players.drums import INPUT_WIDTH, VOICES
from accompanist.training.controls import Ranks
from accompanist.training.crops import Example, cropper, hearing_itself, in_groups
from accompanist.training.drum_examples import amounts_of, constructed, example
from accompanist.training.drum_network import DrumNetwork, DrumStep, drum_loss
from accompanist.training.drum_scores import drum_scores
from accompanist.training.export import Card, export
from accompanist.training.groove import GROOVE_LICENCE, Drumming, drumming
from accompanist.training.loop import Schedule, fit
from accompanist.training.options import TrainingOptions

EPOCHS = 14
CROP_FRAMES = 192
BATCH = 32
HEARS_ITSELF = 0.5


def train(options: TrainingOptions) -> None:
    """Train the drummer on ``groove`` and write ``drums.onnx`` with its card."""
    torch.manual_seed(0)
    network = DrumNetwork()
    played, ranks = trained_on(options.data)
    examples = [example(one, ranks, ahead) for one in played for ahead in (True, False)]
    heldout = validation(drumming(options.data, "val"), ranks)
    frames = sum(len(e["hits"]) for e in examples) // 2
    schedule = Schedule(options.epochs or EPOCHS, max(1, frames // (CROP_FRAMES * BATCH)))
    fit(
        network,
        hearing_itself(
            cropper(examples, CROP_FRAMES, BATCH),
            lambda batch: network.imagined(batch["inputs"]),
            HEARS_ITSELF,
        ),
        lambda batch: _loss(network, batch),
        lambda: validation_loss(network, heldout),
        schedule,
        options.checkpoints / "drums.pt",
        options.resume,
    )
    _write(network, options)


def measure(model: StreamingModel, data: Path) -> dict[str, dict[str, float]]:
    """Figures on the held-out grooves, the model's beside the baselines'."""
    _, ranks = trained_on(data)
    return drum_scores(model, drumming(data, "train"), drumming(data, "val"), ranks)


def trained_on(data: Path) -> tuple[list[Drumming], Ranks]:
    """All that is trained on, human and constructed, and how much it holds."""
    human = drumming(data, "train")
    played = human + constructed(human, np.random.default_rng(0))
    return played, Ranks([amounts_of(one, ahead=True) for one in played])


def _write(network: DrumNetwork, options: TrainingOptions) -> None:
    card = Card(
        name="drums",
        what="Drums of nine voices on a sixteenth grid, with velocity and micro-timing.",
        command="accompanist train drums --data DIR",
        data={"groove": GROOVE_LICENCE},
        constructed=(
            "Fills spliced into grooves of the same style and nearly the same tempo; "
            "most waltzes are bars in four without their third beat."
        ),
        measured={},
        remarks="Blues, country, gospel and human waltzes are thin in the data.",
    )
    inputs = {
        "frame": torch.zeros(1, INPUT_WIDTH),
        "noise": torch.full((1, len(VOICES)), 0.5),
        "temperature": torch.ones(1, 1),
        "touch": torch.full((1, 2), 0.5),
        "state_in": network.body.start(1),
    }
    outputs = (
        "hits",
        "chances",
        "velocity",
        "velocity_scale",
        "offset",
        "offset_scale",
        "state_out",
    )
    export(DrumStep(network), inputs, outputs, card, options.out)
    measured = measure(StreamingModel("drums", options.out), options.data)
    export(DrumStep(network), inputs, outputs, replace(card, measured=measured), options.out)


def validation(performances: list[Drumming], ranks: Ranks) -> list[Example]:
    """Held-out grooves, whole, with controls read from the past only."""
    return [example(drumming, ranks, ahead=False) for drumming in performances]


def validation_loss(network: DrumNetwork, examples: list[Example]) -> float:
    """Training loss per frame over whole held-out performances."""
    total = frames = 0.0
    for batch in in_groups(examples, 16):
        count = float(batch["mask"].sum())
        total += count * float(_loss(network, batch))
        frames += count
    return total / frames


def _loss(network: DrumNetwork, batch: Example) -> torch.Tensor:
    return drum_loss(network(batch["inputs"], batch["hits"]), batch)
