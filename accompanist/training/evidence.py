"""Learn to weigh onsets for the beat: data, training, and the model with its card."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from accompanist.dsp.onset_features import FEATURES
from accompanist.training.evidence_examples import (
    ONSETS,
    BeatPiece,
    Example,
    drawn,
    example_of,
    phase_target,
    piece_of,
    tempo_target,
)
from accompanist.training.evidence_network import (
    HIDDEN,
    PHASE_BINS,
    EvidenceNetwork,
    EvidenceStep,
)
from accompanist.training.evidence_patterns import figures
from accompanist.training.export import Card, export
from accompanist.training.loop import Batch, Schedule, fit
from accompanist.training.options import TrainingOptions
from accompanist.training.performances import MELODY, PIANO, Performance, read_groove
from accompanist.training.songs import read_pop909, with_roles
from accompanist.training.splits import pieces
from accompanist.training.wjd import read_wjd

EPOCHS = 35
STEPS_PER_EPOCH = 100
BATCH = 24
_SHARES = {"pop909": 0.52, "wjd": 0.2, "groove": 0.1, "figures": 0.18}
_SAMPLE = 200
_HELD_OUT = 48


def train(options: TrainingOptions) -> None:
    """Train on pop909, wjd, groove and figures; write ``evidence.onnx`` with its card."""
    torch.manual_seed(0)
    sets = _training_pieces(options.data)
    random = np.random.default_rng(0)
    network = EvidenceNetwork()
    _measure(network, [_draw_example(sets, random) for _ in range(_SAMPLE)])
    heldout = _batched(_held_out(options.data))

    def draw(generator: torch.Generator) -> Batch:
        seed = int(torch.randint(2**62, (1,), generator=generator))
        seeded = np.random.default_rng(seed)
        return _batched([_draw_example(sets, seeded) for _ in range(BATCH)])

    loss = fit(
        network,
        draw,
        lambda batch: evidence_loss(network, batch),
        lambda: float(evidence_loss(network, heldout)),
        Schedule(options.epochs or EPOCHS, STEPS_PER_EPOCH),
        options.checkpoints / "evidence.pt",
        options.resume,
    )
    write(network, options.out, {"validation loss": {"model": loss}})


def write(network: EvidenceNetwork, out: Path, measured: dict[str, dict[str, float]]) -> Path:
    """Export a trained network with its card into `out`."""
    state = torch.zeros(1, 1, HIDDEN)
    inputs = {
        "onset": torch.zeros(1, FEATURES),
        "state_in_first": state,
        "state_in_second": state.clone(),
    }
    outputs = ("phase", "tempo", "downbeat", "state_out_first", "state_out_second")
    return export(EvidenceStep(network), inputs, outputs, _card(measured), out)


def evidence_loss(network: EvidenceNetwork, batch: Batch) -> Tensor:
    """Cross entropies of phase, tempo and downbeat, a mean over onsets."""
    phase, tempo, downbeat, _, _ = network(batch["onsets"])
    mask = batch["mask"]
    on_beat = mask * (batch["downbeat"] >= 0)
    count = mask.sum()
    phase_loss = -(batch["phase"] * functional.log_softmax(phase, -1)).sum(-1)
    tempo_loss = -(batch["tempo"] * functional.log_softmax(tempo, -1)).sum(-1)
    bar_loss = functional.binary_cross_entropy_with_logits(
        downbeat, batch["downbeat"].clamp(min=0), reduction="none"
    )
    return (
        (phase_loss * mask).sum() / count
        + 0.5 * (tempo_loss * mask).sum() / count
        + 0.7 * (bar_loss * on_beat).sum() / on_beat.sum()
    )


def _training_pieces(data: Path) -> dict[str, list[BeatPiece]]:
    songs = read_pop909(data, pieces(data, "pop909", "train"))
    solos = read_wjd(data, pieces(data, "wjd", "train"))
    grooves = read_groove(data, pieces(data, "groove", "train"))
    return {
        "pop909": [piece_of(song, human=False, song=True) for song in songs],
        "wjd": [piece_of(solo, human=True) for solo in solos],
        "groove": [piece_of(groove, human=True) for groove in grooves],
    }


def _held_out(data: Path) -> list[Example]:
    def unbent(performance: Performance) -> Example:
        notes = performance.notes
        return example_of(
            notes.on_s, notes.pitch, notes.velocity, performance.beats_s, performance.downbeats
        )

    songs = read_pop909(data, pieces(data, "pop909", "val")[:_HELD_OUT])
    solos = read_wjd(data, pieces(data, "wjd", "val")[: _HELD_OUT // 3])
    return [unbent(with_roles(song, (MELODY, PIANO))) for song in songs] + [
        unbent(solo) for solo in solos
    ]


def _draw_example(sets: dict[str, list[BeatPiece]], random: np.random.Generator) -> Example:
    names = list(_SHARES)
    while True:
        name = names[int(random.choice(len(names), p=list(_SHARES.values())))]
        if name == "figures":
            piece = figures(random)
        else:
            piece = sets[name][random.integers(len(sets[name]))]
        example = drawn(piece, random)
        if example is not None:
            return example


def _batched(examples: list[Example]) -> Batch:
    def padded(value: Callable[[Example], NDArray[Any]], fill: float) -> Tensor:
        first = value(examples[0])
        array = np.full((len(examples), ONSETS, *first.shape[1:]), fill, np.float32)
        for row, example in enumerate(examples):
            here = value(example)
            array[row, : len(here)] = here
        return torch.from_numpy(array)

    return {
        "onsets": padded(lambda e: e.features, 0.0),
        "phase": padded(lambda e: phase_target(e.phase, PHASE_BINS), 0.0),
        "tempo": padded(lambda e: tempo_target(e.period_s), 0.0),
        "downbeat": padded(lambda e: e.downbeat, -100.0),
        "mask": padded(lambda e: np.ones(len(e.phase)), 0.0),
    }


def _measure(network: EvidenceNetwork, examples: list[Example]) -> None:
    """Set the network's idea of what features usually are."""
    values = np.concatenate([example.features for example in examples])
    network.mean = torch.from_numpy(values.mean(0))
    network.deviation = torch.from_numpy(np.maximum(values.std(0), 0.02))


def _card(measured: dict[str, dict[str, float]]) -> Card:
    return Card(
        name="evidence",
        what="Weighs every onset of a performance: phase in the beat, tempo, downbeat.",
        command="accompanist train evidence --data DIR",
        data={
            "pop909": "MIT",
            "wjd": "MIT (Weimar Jazz Database authors; upstream cited as ODbL)",
            "groove": "CC BY 4.0 (Groove MIDI Dataset, Google LLC)",
        },
        constructed=(
            "Tempo curves, onset jitter, touch and rests of songs are drawn at random; songs in "
            "three are songs in four without their fourth beats; one example in five is an "
            "accompaniment figure played by rule."
        ),
        measured=measured,
        remarks="Steps once per onset. Features are those of accompanist.dsp.onset_features.",
    )
