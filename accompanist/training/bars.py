"""Learn to weigh beats for bars: training through the filter that adds them up."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from accompanist.dsp.beat_features import FEATURES
from accompanist.listening.bar_evidence import PLACES
from accompanist.listening.metre import CHANGE, FRESH, SUCCESSOR
from accompanist.training.bar_examples import (
    BEATS,
    UNKNOWN,
    BarExample,
    bar_example,
    miscounted,
)
from accompanist.training.bar_network import HIDDEN, BarNetwork, BarStep
from accompanist.training.evidence import (
    SOURCES,
    Material,
    draw_piece,
    held_out_pieces,
    training_material,
)
from accompanist.training.evidence_examples import Bent, bent, unbent
from accompanist.training.export import Card, export
from accompanist.training.loop import Batch, Schedule, fit
from accompanist.training.options import TrainingOptions
from accompanist.training.padding import padded, usual

EPOCHS = 75
STEPS_PER_EPOCH = 60
BATCH = 40
_SAMPLE = 200
_STRAY_BEATS = 0.02
_SHARES = {
    "pop909": 0.3, "wjd": 0.15, "groove": 0.08, "figures": 0.15, "textures": 0.23, "charts": 0.09,
}  # fmt: skip
_DOWNBEATS = torch.tensor([place == 0 for _, place in PLACES])


def train(options: TrainingOptions) -> None:
    """Train on what the beat's ear is trained on; write ``bar.onnx`` with its card."""
    torch.manual_seed(0)
    material = training_material(options.data)
    random = np.random.default_rng(0)
    network = BarNetwork()
    drawn = [_draw(material, random).features for _ in range(_SAMPLE)]
    network.mean, network.deviation = usual(drawn)
    unheard = [unbent(piece) for piece in held_out_pieces(options.data)]
    heard = [bar_example(played, _STRAY_BEATS, random) for played in unheard]
    heard += [_miscounted(played, random) for played in unheard]
    heldout = _batched([example for example in heard if example is not None])

    def draw(generator: torch.Generator) -> Batch:
        seeded = np.random.default_rng(int(torch.randint(2**62, (1,), generator=generator)))
        return _batched([_draw(material, seeded) for _ in range(BATCH)])

    loss = fit(
        network,
        draw,
        lambda batch: bar_loss(network, batch),
        lambda: float(bar_loss(network, heldout)),
        Schedule(options.epochs or EPOCHS, STEPS_PER_EPOCH),
        options.checkpoints / "bar.pt",
        options.resume,
    )
    write(network, options.out, {"validation loss": {"model": loss}})


def write(network: BarNetwork, out: Path, measured: dict[str, dict[str, float]]) -> Path:
    """Export a trained network with its card into `out`."""
    inputs = {"beat": torch.zeros(1, FEATURES), "state_in": torch.zeros(1, 1, HIDDEN)}
    return export(BarStep(network), inputs, ("places", "levels", "state_out"), _card(measured), out)


def _draw(material: Material, random: np.random.Generator) -> BarExample:
    while True:
        played = bent(draw_piece(material, _SHARES, random), material.curves, random)
        example = _miscounted(played, random) if played is not None else None
        if example is not None:
            return example


def _miscounted(played: Bent, random: np.random.Generator) -> BarExample | None:
    return bar_example(played, _STRAY_BEATS, random, miscounted(played, random))


def bar_loss(network: BarNetwork, batch: Batch) -> Tensor:
    """How unlikely the filter holds the true place, and the true downbeats: a mean over beats.

    Added to it is how unlikely the true level is said to be.
    """
    said, said_levels, _ = network(batch["beats"])
    levels = -said_levels[torch.arange(len(said)), :, batch["level"]]
    of_levels = (levels * batch["mask"]).sum() / batch["mask"].sum()
    return places_loss(said, batch) + of_levels


def places_loss(said: Tensor, batch: Batch) -> Tensor:
    """How unlikely the filter holds the true place, and the true downbeats, by log likelihoods."""
    held = torch.from_numpy(FRESH).float().log().expand(len(said), -1)
    successor, fresh = torch.from_numpy(SUCCESSOR), torch.from_numpy(FRESH).float()
    reached = []
    for beat in range(said.shape[1]):
        ahead = torch.empty_like(held).index_copy(1, successor, held)
        mixed = torch.logaddexp(ahead + np.log1p(-CHANGE), (CHANGE * fresh).log()) + said[:, beat]
        held = mixed - torch.logsumexp(mixed, -1, keepdim=True)
        reached.append(held)
    posterior = torch.stack(reached, 1)
    known = (batch["places"] != UNKNOWN).float() * batch["mask"]
    truth = batch["places"].clamp(min=0).long()
    places = functional.nll_loss(posterior.transpose(1, 2), truth, reduction="none")
    downbeat = torch.logsumexp(posterior[..., _DOWNBEATS], -1)
    other = torch.logsumexp(posterior[..., ~_DOWNBEATS], -1)
    bars = -torch.where(_DOWNBEATS[truth], downbeat, other)
    return ((0.4 * places + bars) * known).sum() / known.sum()


def _batched(examples: list[BarExample]) -> Batch:
    return {
        "beats": padded([example.features for example in examples], 0.0, BEATS),
        "places": padded([example.places for example in examples], UNKNOWN, BEATS),
        "level": torch.tensor([example.level for example in examples]),
        "mask": padded([np.ones(len(example.places)) for example in examples], 0.0, BEATS),
    }


def _card(measured: dict[str, dict[str, float]]) -> Card:
    return Card(
        name="bar",
        what="Weighs beats: their place in a bar of two to seven, and whether that is their level.",
        command="accompanist train bar --data DIR",
        data=SOURCES,
        constructed=(
            "Textures in two to seven beats are made by rule, and so are the accompaniments of "
            "lead sheets; tempo, touch and mistakes are drawn at random. Half of the examples are "
            "counted at a wrong level."
        ),
        measured=measured,
        remarks=(
            "Steps once a beat. Features are those of accompanist.dsp.beat_features. "
            "Figures by bench/listening.py, through the whole ear."
        ),
    )
