"""Learn to weigh onsets for the beat: data, training, and the model with its card."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from accompanist.dsp.onset_features import FEATURES
from accompanist.listening.evidence import PERIODS_S, TEMPO_PRIOR
from accompanist.training.chart import CHART_LICENCES, Chart
from accompanist.training.evidence_examples import (
    BeatPiece,
    Example,
    bent,
    noise,
    onsets_of,
    piece_of,
    tempo_row,
    unbent,
)
from accompanist.training.evidence_network import (
    HIDDEN,
    EvidenceNetwork,
    EvidenceStep,
    log_evidence,
)
from accompanist.training.evidence_patterns import figures
from accompanist.training.export import Card, export
from accompanist.training.loop import Batch, Schedule, fit
from accompanist.training.openewld import read_openewld
from accompanist.training.options import TrainingOptions
from accompanist.training.padding import padded, usual
from accompanist.training.performances import MELODY, PIANO, Performance, read_groove
from accompanist.training.pointer_filter import PointerFilter
from accompanist.training.songs import read_pop909, with_roles
from accompanist.training.splits import pieces
from accompanist.training.textures import arranged, texture
from accompanist.training.wjd import read_wjd

EPOCHS = 120
STEPS_PER_EPOCH = 60
BATCH = 14
_ALONE = 0.3
_SHARES = {
    "pop909": 0.33, "wjd": 0.21, "groove": 0.06, "figures": 0.1, "textures": 0.22, "charts": 0.08,
}  # fmt: skip
SOURCES = {
    "pop909": "MIT",
    "wjd": "MIT (Weimar Jazz Database authors; upstream cited as ODbL)",
    "groove": "CC BY 4.0 (Groove MIDI Dataset, Google LLC)",
    "openewld": CHART_LICENCES["openewld"],
}
"""What the ears of beat and bar learn from, with licences."""

_SAMPLE = 200
_HELD_OUT = 48
_LEAST_NOTES = 24
_PERIODS_S = torch.from_numpy(PERIODS_S.astype(np.float32))


def train(options: TrainingOptions) -> None:
    """Train on pop909, wjd, groove and figures; write ``evidence.onnx`` with its card."""
    torch.manual_seed(0)
    material = training_material(options.data)
    random = np.random.default_rng(0)
    network = EvidenceNetwork()
    drawn = [_draw_example(material, random).features for _ in range(_SAMPLE)]
    network.mean, network.deviation = usual(drawn)
    heldout = _batched([onsets_of(unbent(piece)) for piece in held_out_pieces(options.data)])

    def draw(generator: torch.Generator) -> Batch:
        seed = int(torch.randint(2**62, (1,), generator=generator))
        seeded = np.random.default_rng(seed)
        examples = [_draw_example(material, seeded) for _ in range(BATCH)]
        return _noisy(_batched(examples), seeded)

    loss = fit(
        network,
        draw,
        lambda batch: evidence_loss(network, batch, _ALONE),
        lambda: float(evidence_loss(network, heldout, 0.0)),
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
    outputs = (
        "likelihood", "downbeat", "drift", "missed", "restart", "state_out_first",
        "state_out_second",
    )  # fmt: skip
    return export(EvidenceStep(network), inputs, outputs, _card(measured), out)


def evidence_loss(network: EvidenceNetwork, batch: Batch, alone: float) -> Tensor:
    """How unlikely the filter and the downbeats hold the truth, a mean over onsets.

    `alone` weighs how unlikely each onset's evidence holds it without the filter. Of noise the
    evidence should have no opinion.
    """
    said, _, _ = network(batch["onsets"])
    mask = batch["mask"] * (1.0 - batch["noise"])
    count = mask.sum()
    reached = PointerFilter.apply(
        said.phase, said.tempo, said.flat, said.drift, said.missed, said.restart,
        batch["dt_s"], batch["phase"], batch["row"], mask.sum(1).long(),
        _PERIODS_S, torch.from_numpy(TEMPO_PRIOR.astype(np.float32)),
    )  # fmt: skip
    on_beat = mask * (batch["downbeat"] >= 0)
    bar_loss = functional.binary_cross_entropy_with_logits(
        said.downbeat, batch["downbeat"].clamp(min=0), reduction="none"
    )
    return (
        -(reached * mask).sum() / count
        + 0.5 * (bar_loss * on_beat).sum() / on_beat.sum()
        - alone * (log_evidence(said, batch["phase"], batch["row"]) * mask).sum() / count
        - (torch.log(said.flat + 1e-3) * batch["mask"] * batch["noise"]).sum() / count
    )


def _curves(solos: list[BeatPiece]) -> list[NDArray[np.float64]]:
    """The tempo curves of soloists, in octaves of the period against its median."""
    periods = [np.diff(solo.beats_s) for solo in solos]
    return [np.log2(curve / np.median(curve)) for curve in periods]


@dataclass(frozen=True, slots=True)
class Material:
    """What is trained on: recorded pieces by set, lead sheets, and tempo curves of soloists."""

    sets: dict[str, list[BeatPiece]]
    charts: list[Chart]
    curves: list[NDArray[np.float64]]


def training_material(data: Path) -> Material:
    """All of the train split."""
    songs = read_pop909(data, pieces(data, "pop909", "train"))
    solos = read_wjd(data, pieces(data, "wjd", "train"))
    grooves = read_groove(data, pieces(data, "groove", "train"))
    sheets = read_openewld(data, pieces(data, "openewld", "train"))
    sets = {
        "pop909": [piece_of(song, human=False, song=True) for song in songs],
        "wjd": [piece_of(solo, human=True) for solo in solos],
        "groove": [piece_of(groove, human=True, has_tones=False) for groove in grooves],
    }
    charts = [sheet for sheet in sheets if len(sheet.melody) >= _LEAST_NOTES]
    return Material(sets, charts, _curves(sets["wjd"]))


def held_out_pieces(data: Path) -> list[Performance]:
    """Songs and solos of the validation split."""
    songs = read_pop909(data, pieces(data, "pop909", "val")[:_HELD_OUT])
    solos = read_wjd(data, pieces(data, "wjd", "val")[: _HELD_OUT // 3])
    return [with_roles(song, (MELODY, PIANO)) for song in songs] + list(solos)


def draw_piece(
    material: Material, shares: dict[str, float], random: np.random.Generator
) -> BeatPiece:
    """A piece of some set, or one made by rule; `shares` of each add up to 1."""
    names = list(shares)
    name = names[int(random.choice(len(names), p=list(shares.values())))]
    if name == "figures":
        return figures(random)
    if name == "textures":
        return texture(random)
    if name == "charts":
        return arranged(material.charts[random.integers(len(material.charts))], random)
    return material.sets[name][random.integers(len(material.sets[name]))]


def _draw_example(material: Material, random: np.random.Generator) -> Example:
    while True:
        played = bent(draw_piece(material, _SHARES, random), material.curves, random)
        if played is not None:
            return onsets_of(played)


def _noisy(batch: Batch, random: np.random.Generator) -> Batch:
    """The batch with one more row of noise, as long as it may be."""
    extra = _batched([noise(random)])
    length = batch["mask"].shape[1]
    extra = {
        name: functional.pad(values, (0, 0) * (values.dim() - 2) + (0, length))[:, :length]
        for name, values in extra.items()
    }
    extra["noise"][:] = 1.0
    return {name: torch.cat([values, extra[name]]) for name, values in batch.items()}


def _batched(examples: list[Example]) -> Batch:
    times_s = [example.time_s for example in examples]
    counts = [len(example.phase) for example in examples]
    return {
        "onsets": padded([example.features for example in examples], 0.0),
        "dt_s": padded([np.diff(time_s, prepend=time_s[0]) for time_s in times_s], 0.0),
        "phase": padded([example.phase for example in examples], 0.0),
        "row": padded([tempo_row(example.period_s) for example in examples], 0.0),
        "downbeat": padded([example.downbeat for example in examples], -100.0),
        "mask": padded([np.ones(count) for count in counts], 0.0),
        "noise": padded([np.zeros(count) for count in counts], 0.0),
    }


def _card(measured: dict[str, dict[str, float]]) -> Card:
    return Card(
        name="evidence",
        what="Weighs every onset of a performance: phase in the beat, tempo, downbeat.",
        command="accompanist train evidence --data DIR",
        data=SOURCES,
        constructed=(
            "Tempo curves, onset jitter, touch and rests of songs are drawn at random; songs in "
            "three are songs in four without their fourth beats. Two examples in five are textures "
            "and accompaniment figures made by rule, one in twelve is a lead sheet's tune over "
            "such an accompaniment, and one in fifteen is keys struck at random."
        ),
        measured=measured,
        remarks=(
            "Steps once per onset. Features are those of accompanist.dsp.onset_features. "
            "Figures by bench/listening.py."
        ),
    )
