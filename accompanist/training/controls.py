"""What density, intensity and complexity were in music that was played without such controls.

Density is onsets per beat, intensity mean velocity and complexity the share of onsets between the
eighths, over two bars; all become ranks (0–1) among the training frames of the same style, so that
.5 is what players usually do, and turning a control moves along what they really did. Every piece
is learned twice: told what is to come, as a control tells it, and what has been, as where a control
stays as it is.
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
    """Onsets per beat, mean velocity (0–1) and share of onsets between the eighths, by frame."""

    style: str
    density: Values
    velocity: Values
    between: Values


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
    between = onsets * (np.arange(len(onsets)) % 2)
    odd = _window_sum(between, bar, ahead)

    def share(part: Values, whole: NDArray[Any]) -> Values:
        """Of what began around a frame; where nothing did, of the whole piece."""
        usual = whole.sum() / max(onsets.sum(), 1)
        return np.where(count > 0, part / np.maximum(count, 1), usual)

    density = count * FRAMES_PER_BEAT / np.maximum(frames, 1)
    return Amounts(style, density, share(strength, velocity), share(odd, between))


def voices_around(hits: NDArray[Any], beats_per_bar: int, ahead: bool) -> Values:
    """How many voices of ``hits`` (frames, voices) sound in the bars that `amounts` measures."""
    bar = bar_frames(beats_per_bar)
    sums = [_window_sum(voice, bar, ahead) > 0 for voice in hits.T]
    return np.asarray(np.sum(sums, axis=0, dtype=np.float64))


def _window_sum(values: NDArray[Any], bar: int, ahead: bool) -> Values:
    total = np.concatenate([[0.0], np.cumsum(values)])
    now = np.arange(len(values))
    first = np.maximum(now - (bar if ahead else 2 * bar), 0)
    last = np.minimum(now + bar, len(values)) if ahead else now
    return np.asarray(total[last] - total[first])


@dataclass(frozen=True, slots=True)
class Controls:
    """How the controls of each frame stood, 0–1."""

    density: Values
    intensity: Values
    complexity: Values


class Ranks:
    """The amounts met in training, by style."""

    def __init__(self, met: list[Amounts]) -> None:
        self._met = {
            style: Amounts(
                style,
                _sorted([p.density for p in met if p.style == style]),
                _sorted([p.velocity for p in met if p.style == style]),
                _sorted([p.between for p in met if p.style == style]),
            )
            for style in {piece.style for piece in met}
        }

    def of(self, piece: Amounts) -> Controls:
        """Every frame's amounts as ranks; those of a style never met are .5."""
        met = self._met.get(piece.style)
        if met is None:
            usual = np.full(len(piece.density), 0.5)
            return Controls(usual, usual, usual)
        return Controls(
            _rank(met.density, piece.density),
            _rank(met.velocity, piece.velocity),
            _rank(met.between, piece.between),
        )


def _sorted(parts: list[Values]) -> Values:
    return np.sort(np.concatenate(parts))


def _rank(known: Values, values: Values) -> Values:
    low = np.searchsorted(known, values, side="left")
    high = np.searchsorted(known, values, side="right")
    return np.asarray((low + high) / (2 * len(known)))
