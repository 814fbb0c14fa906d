"""Learn drumming: data, network, training, and the model with its card."""

import numpy as np
import torch

from accompanist.training.crops import Example, cropper, in_groups
from accompanist.training.drum_examples import Scale, constructed, example, scale_of
from accompanist.training.drum_network import DrumNetwork, DrumStep, drum_loss
from accompanist.training.groove import Drumming, drumming
from accompanist.training.loop import Schedule, fit
from accompanist.training.options import TrainingOptions

EPOCHS = 24
CROP_FRAMES = 192
BATCH = 32


def train(options: TrainingOptions) -> None:
    """Train the drummer on ``groove`` and write ``drums.onnx`` with its card."""
    torch.manual_seed(0)
    network, scale = DrumNetwork(), None
    human = drumming(options.data, "train")
    played = human + constructed(human, np.random.default_rng(0))
    scale = scale_of(played)
    examples = [example(drumming, scale, ahead=True) for drumming in played]
    heldout = validation(drumming(options.data, "val"), scale)
    frames = sum(len(e["hits"]) for e in examples)
    schedule = Schedule(options.epochs or EPOCHS, max(1, frames // (CROP_FRAMES * BATCH)))
    fit(
        network,
        cropper(examples, CROP_FRAMES, BATCH),
        lambda batch: _loss(network, batch),
        lambda: validation_loss(network, heldout),
        schedule,
        options.checkpoints / "drums.pt",
        options.resume,
    )


def validation(performances: list[Drumming], scale: Scale) -> list[Example]:
    """Held-out grooves, whole, with controls read from the past only."""
    return [example(drumming, scale, ahead=False) for drumming in performances]


def validation_loss(network: DrumNetwork, examples: list[Example]) -> float:
    """Training loss per frame over whole held-out performances."""
    total = frames = 0.0
    for batch in in_groups(examples, 16):
        count = float(batch["mask"].sum())
        total += count * float(_loss(network, batch))
        frames += count
    return total / frames


def _loss(network: DrumNetwork, batch: Example) -> torch.Tensor:
    out = network(batch["inputs"], batch["hits"], network.body.start(len(batch["inputs"])))
    return drum_loss(out, batch)
