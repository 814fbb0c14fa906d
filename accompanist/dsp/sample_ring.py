"""The last samples of a sound, any stretch of them in one piece.

A ring of twice a power of two: every sample lies in it twice, so a stretch never runs over the end.
"""

import numpy as np
from numba import njit

from accompanist.dsp.filters import Floats
from accompanist.dsp.fourier import size_for


def new_sample_ring(samples: int) -> Floats:
    """Return room for so many samples."""
    return np.zeros(2 * size_for(samples), np.float32)


@njit(cache=True, nogil=True, error_model="numpy")
def put(ring: Floats, number: int, sample: float) -> None:
    """Keep sample `number`, counted from 0."""
    half = len(ring) // 2
    place = number & (half - 1)
    ring[place] = sample
    ring[place + half] = sample


@njit(cache=True, nogil=True, error_model="numpy")
def last(ring: Floats, count: int, length: int) -> Floats:
    """Return the last of `count` samples."""
    half = len(ring) // 2
    end = ((count - 1) & (half - 1)) + half + 1
    return ring[end - length : end]


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "contract"})
def filtered(ring: Floats, count: int, taps: Floats) -> float:
    """Weigh the last of `count` samples."""
    samples = last(ring, count, len(taps))
    total = np.float32(0.0)
    for i in range(len(taps)):
        total += samples[i] * taps[i]
    return float(total)
