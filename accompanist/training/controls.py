"""What density and intensity were in music that was played without such controls.

Density is onsets per beat and intensity mean velocity over two bars; both become ranks (0–1)
among the training frames of the same style, so that .5 is what players usually do, and turning a
control moves along what they really did. Every piece is learned twice: told what is to come, as a
control tells it, and what has been, as where a control stays as it is.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accompanist.music.band import FRAMES_PER_BEAT
from accompanist.players.encoding import bar_frames

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Amounts:
    """Onsets per beat and mean velocity (0–1) around each frame of a piece of one style."""

    style: str
    density: Values
    velocity: Values


def amounts(
    style: str, beats_per_bar: int, onsets: NDArray[Any], velocity: NDArray[Any], ahead: bool
) -> Amounts:
    """Measure a piece.

    Parameters
    ----------
    style, beats_per_bar
        Of the piece.
    onsets, velocity
        Shape (frames,): how many notes begin in each frame, and the sum of their velocities.
    ahead
        Measure one bar behind and one ahead of each frame; two bars behind it otherwise.
    """
    bar = bar_frames(beats_per_bar)
    count = _window_sum(onsets, bar, ahead)
    strength = _window_sum(velocity, bar, ahead)
    frames = _window_sum(np.ones(len(onsets)), bar, ahead)
    usual = velocity.sum() / max(onsets.sum(), 1)
    return Amounts(
        style,
        count * FRAMES_PER_BEAT / np.maximum(frames, 1),
        np.where(count > 0, strength / np.maximum(count, 1), usual),
    )


def _window_sum(values: NDArray[Any], bar: int, ahead: bool) -> Values:
    total = np.concatenate([[0.0], np.cumsum(values)])
    now = np.arange(len(values))
    first = np.maximum(now - (bar if ahead else 2 * bar), 0)
    last = np.minimum(now + bar, len(values)) if ahead else now
    return np.asarray(total[last] - total[first])


class Ranks:
    """The amounts met in training, by style."""

    def __init__(self, met: list[Amounts]) -> None:
        styles = {piece.style for piece in met}
        self._density = {s: _sorted([p.density for p in met if p.style == s]) for s in styles}
        self._velocity = {s: _sorted([p.velocity for p in met if p.style == s]) for s in styles}

    def of(self, piece: Amounts) -> tuple[Values, Values]:
        """Density and intensity of every frame as ranks; those of a style never met are .5."""
        return (
            _rank(self._density.get(piece.style), piece.density),
            _rank(self._velocity.get(piece.style), piece.velocity),
        )


def _sorted(parts: list[Values]) -> Values:
    return np.sort(np.concatenate(parts))


def _rank(known: Values | None, values: Values) -> Values:
    if known is None:
        return np.full(len(values), 0.5)
    low = np.searchsorted(known, values, side="left")
    high = np.searchsorted(known, values, side="right")
    return np.asarray((low + high) / (2 * len(known)))
