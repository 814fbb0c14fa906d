"""Training and export of a note network, the same for bass and harmony."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from accompanist.inference.model import StreamingModel
from accompanist.players.notes import DURATIONS
from accompanist.training.crops import Example, cropper, hearing_itself, in_groups
from accompanist.training.export import Card, export
from accompanist.training.loop import Schedule, fit
from accompanist.training.note_network import NoteNetwork, NoteStep, note_losses
from accompanist.training.options import TrainingOptions

CROP_FRAMES = 192
BATCH = 32
FRAMES_PER_EPOCH = 350_000
HEARS_ITSELF = 0.5
OUTPUTS = ("action", "lasts", "chances", "height", "velocity", "velocity_scale", "state_out")

Rows = Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]
"""From actions, heights, velocities and durations (see `NoteNetwork.imagined`) to played rows."""


def train_notes(
    network: NoteNetwork,
    examples: list[Example],
    heldout: list[Example],
    rows: Rows | None,
    epochs: int,
    name: str,
    options: TrainingOptions,
) -> None:
    """Train on crops of `examples`, keep the weights that do best on all of `heldout`.

    With `rows`, which tells what was imagined as the player remembers it, some crops hear the
    network itself.
    """
    frames = min(FRAMES_PER_EPOCH, sum(len(e["played"]) for e in examples))
    draw = cropper(examples, CROP_FRAMES, BATCH)
    if rows is not None:
        draw = hearing_itself(
            draw, lambda batch: rows(*network.imagined(batch["inputs"])), HEARS_ITSELF
        )
    fit(
        network,
        draw,
        lambda batch: note_losses(network, batch)[1],
        lambda: validation_nats(network, heldout)[1],
        Schedule(options.epochs or epochs, max(1, frames // (CROP_FRAMES * BATCH))),
        options.checkpoints / f"{name}.pt",
        options.resume,
    )


def validation_nats(network: NoteNetwork, examples: list[Example]) -> tuple[float, float]:
    """Nats per frame over whole pieces: of the actions alone, and of everything."""
    actions = everything = frames = 0.0
    for batch in in_groups(examples, 8):
        count = float(batch["mask"].sum())
        act, total = note_losses(network, batch)
        actions += count * float(act)
        everything += count * float(total)
        frames += count
    return actions / frames, everything / frames


def export_notes(
    network: NoteNetwork,
    card: Card,
    measure: Callable[[StreamingModel, Path], dict[str, dict[str, float]]],
    options: TrainingOptions,
) -> None:
    """Write the network as a model that plays one frame a call, and what it scores on its card."""
    inputs = {
        "frame": torch.zeros(1, network.width),
        "noise": torch.zeros(1, network.actions),
        "favour": torch.zeros(1, network.actions),
        "temperature": torch.ones(1, 1),
        "duration_noise": torch.zeros(1, len(DURATIONS)),
        "touch": torch.full((1, 2), 0.5),
        "state_in": network.body.start(1),
    }
    step = NoteStep(network)
    export(step, inputs, OUTPUTS, card, options.out)
    measured = measure(StreamingModel(card.name, options.out), options.data)
    export(step, inputs, OUTPUTS, replace(card, measured=measured), options.out)
