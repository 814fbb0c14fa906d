"""Windows, low passes and triangles: how a sound's samples and bins are weighed.

They are made once, for the rate at hand, so that what is seen through them hardly depends on it.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Doubles = NDArray[np.floating[Any]]

_STOP_DB = 70.0


def hann(samples: float) -> Floats:
    """Return a window that tells near from far: side lobes of -31 dB, fast falling."""
    turns = _turns(samples)
    return _weighed(0.5 - 0.5 * np.cos(turns))


def blackman(samples: float) -> Floats:
    """Return a window that hides no soft tone behind a loud one: side lobes of -58 dB."""
    turns = _turns(samples)
    return _weighed(0.42 - 0.5 * np.cos(turns) + 0.08 * np.cos(2.0 * turns))


def _turns(samples: float) -> Doubles:
    """Return the circle that a window goes round, in the nearest even number of samples."""
    size = 2 * round(samples / 2)
    return 2.0 * np.pi * (np.arange(size) + 0.5) / size


def _weighed(window: Doubles) -> Floats:
    """Return the window through which a full tone's peak has a power of 1."""
    return np.asarray(2.0 * window / window.sum(), np.float32)


def low_pass(every: int, highest_hz: float, rate_hz: float) -> Floats:
    """Return what to weigh samples with before only one of `every` is kept.

    What lies up to `highest_hz` passes, and nothing is folded onto it (Kaiser's rule, 70 dB).
    """
    if every == 1:
        return np.ones(1, np.float32)
    stop_hz = rate_hz / every - highest_hz
    width = 2.0 * np.pi * (stop_hz - highest_hz) / rate_hz
    half = math.ceil((_STOP_DB - 8.0) / (2.285 * width) / 2)
    at = np.arange(-half, half + 1)
    cutoff = (highest_hz + stop_hz) / rate_hz
    taps = np.sinc(cutoff * at) * np.kaiser(2 * half + 1, 0.1102 * (_STOP_DB - 8.7))
    return np.asarray(taps / taps.sum(), np.float32)


def bins_up_to(highest_hz: float, bin_hz: float, size: int) -> int:
    """Return how many bins of a transform reach up to a frequency, or as far as it goes."""
    return min(math.ceil(highest_hz / bin_hz) + 1, size // 2)


class Triangles(NamedTuple):
    """Bands of a spectrum: each the mean power of bins, the middle ones counting most."""

    firsts: NDArray[np.int64]
    """First bin of every band."""
    starts: NDArray[np.int64]
    """Where its weights start in the list; one more ends the last."""
    weights: Floats


def triangles(edges_hz: Doubles, bins_hz: Doubles, wide: float) -> Triangles:
    """Return triangles that stand on every third of three neighbouring edges.

    Parameters
    ----------
    edges_hz
        The first, the middles, and the last.
    bins_hz
        Frequency of every bin. Whatever reaches above the last of them has no weight at all.
    wide
        Bins to either side that a triangle covers at least.
    """
    least_hz = wide * (bins_hz[1] - bins_hz[0])
    firsts, starts, weights = [], [0], []
    for below, middle, above in zip(edges_hz, edges_hz[1:], edges_hz[2:], strict=False):
        low, high = max(middle - below, least_hz), max(above - middle, least_hz)
        rising, falling = 1.0 - (middle - bins_hz) / low, 1.0 - (bins_hz - middle) / high
        triangle = np.maximum(np.minimum(rising, falling), 0.0)
        held = np.flatnonzero(triangle) if middle + high <= bins_hz[-1] else np.zeros(0, np.int64)
        firsts.append(int(held[0]) if len(held) else 0)
        starts.append(starts[-1] + len(held))
        weights.append(triangle[held] / max(float(triangle.sum()), 1e-30))
    listed = np.asarray(np.concatenate(weights), np.float32)
    return Triangles(np.array(firsts, np.int64), np.array(starts, np.int64), listed)


@njit(cache=True, nogil=True, error_model="numpy")
def see_through(bands: Triangles, powers: Floats, seen: Doubles) -> None:
    """Write the power of every band, shape (bands, batch), of spectra (bins, batch)."""
    for band in range(len(bands.firsts)):
        first, start = bands.firsts[band], bands.starts[band]
        for which in range(powers.shape[1]):
            power = 0.0
            for i in range(bands.starts[band + 1] - start):
                power += bands.weights[start + i] * powers[first + i, which]
            seen[band, which] = power
