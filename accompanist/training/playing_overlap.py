"""How the band's playing is distributed beside humans': the measures of Yang and Lerch (2020).

Every take is told by scalar features. For each feature the distances between human takes
(intra-set) and those between human and other takes (inter-set) become densities by Gaussian
kernels (Scott's bandwidth); *overlap* is the area under both, *KLD* the Kullback–Leibler
divergence of the inter-set from the intra-set density, in nats (On the evaluation of generative
models in music, Neural Computing and Applications 32). Humans beside humans are the same with the
odd and the even takes. Figures are means over features. Intervals are 95 % normal intervals with
the bootstrap's standard error, takes drawn with replacement (Efron and Tibshirani 1993, ch. 13):
its percentiles would lie too low, since repeated takes roughen the densities.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accompanist.training.listening_table import Interval
from accompanist.training.playing_takes import SoundedNote

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

FEATURES = (
    "pitches", "pitch range", "mean interval", "onsets per bar", "inter-onset beats",
    "length in beats", "velocity", "velocity spread", "notes a stroke", "off the beat",
)  # fmt: skip

_LEAST_NOTES = 8
_LEAST_TAKES = 4
_GRID = 64
_DRAWS = 60
_NORMAL = 1.96
_TINY = 1e-9
_LEAST_SPREAD = 0.05


@dataclass(frozen=True, slots=True)
class Overlap:
    """Overlap area (0–1) and divergence (nats), means over features, with their intervals."""

    overlap: float
    overlap_interval: Interval
    divergence: float
    divergence_interval: Interval


def feature_row(notes: Sequence[SoundedNote], bars: float) -> Floats | None:
    """Features of a part's notes in a take, in the order of `FEATURES`; None for too few."""
    if len(notes) < _LEAST_NOTES:
        return None
    pitches = np.array([note.pitch for note in notes])
    forces = np.array([note.velocity for note in notes], np.float64)
    frames = sorted({note.frame for note in notes})
    highest = [max(n.pitch for n in notes if n.frame == frame) for frame in frames]
    gaps = np.diff(frames) / 4 if len(frames) > 1 else np.zeros(1)
    return np.array(
        [
            len(set(pitches)),
            np.ptp(pitches),
            np.abs(np.diff(highest)).mean() if len(highest) > 1 else 0.0,
            len(frames) / bars,
            gaps.mean(),
            np.mean([note.beats for note in notes]),
            forces.mean(),
            forces.std(),
            len(notes) / len(frames),
            np.mean([frame % 4 != 0 for frame in frames]),
        ],
        np.float64,
    )


def overlap_with(humans: Floats, others: Floats | None) -> Overlap | None:
    """Overlap of takes with human ones, both shape (takes, features).

    Without others, the odd human takes are held against the even ones. None where there are fewer
    than four takes on a side.
    """
    ours, theirs = (humans, others) if others is not None else (humans[::2], humans[1::2])
    if min(len(ours), len(theirs)) < _LEAST_TAKES:
        return None
    random = np.random.default_rng(0)
    every = np.arange(len(ours)), np.arange(len(theirs))
    drawn = [
        _measured(ours, theirs, (_draw(ours, random), _draw(theirs, random))) for _ in range(_DRAWS)
    ]
    overlap, divergence = _measured(ours, theirs, every)
    reach = _NORMAL * np.std(np.array(drawn), axis=0)
    return Overlap(
        overlap,
        (max(overlap - float(reach[0]), 0.0), min(overlap + float(reach[0]), 1.0)),
        divergence,
        (max(divergence - float(reach[1]), 0.0), divergence + float(reach[1])),
    )


def _draw(takes: Floats, random: np.random.Generator) -> Places:
    return random.integers(0, len(takes), len(takes))


def _measured(ours: Floats, theirs: Floats, drawn: tuple[Places, Places]) -> tuple[float, float]:
    """Overlap and divergence of takes that were drawn, means over features that differ.

    A take drawn twice is not held against itself: that distance would be none.
    """
    mine, others = drawn
    first, second = np.triu_indices(len(mine), 1)
    apart = mine[first] != mine[second]
    each = []
    for place in range(ours.shape[1] if apart.any() else 0):
        our, their = ours[mine, place], theirs[others, place]
        within = np.abs(our[first] - our[second])[apart]
        between = np.abs(our[:, None] - their).ravel()
        if max(within.max(), between.max()) > _TINY:
            each.append(_overlap_of(within, between))
    overlap, divergence = np.mean(each, axis=0) if each else (1.0, 0.0)
    return float(overlap), float(divergence)


def _overlap_of(within: Floats, between: Floats) -> tuple[float, float]:
    """Overlap and divergence of one feature, by the distances within and between two sets."""
    high = max(within.max(), between.max())
    spread = max(within.std(), between.std(), _LEAST_SPREAD * high)
    grid = np.linspace(-spread, high + spread, _GRID)
    intra, inter = (_density(distances, grid, spread) for distances in (within, between))
    area = float(np.minimum(intra, inter).sum())
    divergence = float((inter * np.log((inter + _TINY) / (intra + _TINY))).sum())
    return area, max(divergence, 0.0)


def _density(distances: Floats, grid: Floats, spread: float) -> Floats:
    """Weights on a grid that sum to 1: a Gaussian on each distance."""
    width = max(distances.std(), 0.05 * spread) * len(distances) ** -0.2
    kernels = np.exp(-0.5 * ((grid[:, None] - distances) / width) ** 2)
    density: Floats = kernels.sum(axis=1) + _TINY
    density /= density.sum()
    return density
