"""Power spectra of real windows, several at once: a radix-4 transform that allocates nothing.

Windows lie side by side: element `i` of window `b` at ``i * batch + b``. So the innermost loops run
over neighbours in memory from the first pass on (Stockham's self-sorting order). A real window of
`size` samples is transformed as a complex one of half the size and unravelled afterwards.

Limits: sizes are powers of two from 8 on; the kernels trust their shapes.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float32]

LEAST_SIZE = 8


class Transform(NamedTuple):
    """Room and constants for power spectra of windows of one size."""

    cosines: Floats
    """Of the angles of a circle cut into `size` parts, half a circle."""
    sines: Floats
    real: Floats
    """Shape (size / 2 * batch,): the windows' even samples, to be filled in."""
    imaginary: Floats
    """Odd samples."""
    other_real: Floats
    other_imaginary: Floats


def new_transform(size: int, batch: int = 1) -> Transform:
    """Make room for `batch` windows of `size` samples."""
    angles = 2.0 * np.pi * np.arange(size // 2) / size
    cosines, sines = np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)
    rooms = [np.zeros(size // 2 * batch, np.float32) for _ in range(4)]
    return Transform(cosines, sines, *rooms)


def size_for(samples: float) -> int:
    """Return the power of two that holds so many samples."""
    return max(LEAST_SIZE, 1 << math.ceil(math.log2(samples)))


@njit(cache=True, nogil=True, error_model="numpy")
def lay(samples: Floats, window: Floats, room: Transform, which: int, batch: int) -> None:
    """Lay samples, weighed, into the room as window number `which` of so many."""
    pairs = len(window) // 2
    for i in range(pairs):
        room.real[i * batch + which] = samples[2 * i] * window[2 * i]
        room.imaginary[i * batch + which] = samples[2 * i + 1] * window[2 * i + 1]
    for i in range(pairs, len(room.real) // batch):
        room.real[i * batch + which] = 0.0
        room.imaginary[i * batch + which] = 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def _quarter(
    cosines: Floats, sines: Floats, re: Floats, im: Floats, to_re: Floats, to_im: Floats, width: int
) -> None:
    """Do a pass that splits every transform into four; `width` of them lie side by side."""
    quarter = len(re) // width // 4
    turn = len(cosines) // (2 * quarter)
    for p in range(quarter):
        c1, s1 = cosines[p * turn], sines[p * turn]
        c2, s2 = cosines[2 * p * turn], sines[2 * p * turn]
        c3, s3 = c1 * c2 - s1 * s2, s1 * c2 + c1 * s2
        a, b = width * p, width * (p + quarter)
        c, d = width * (p + 2 * quarter), width * (p + 3 * quarter)
        out = 4 * width * p
        a_re, a_im = re[a : a + width], im[a : a + width]
        b_re, b_im = re[b : b + width], im[b : b + width]
        c_re, c_im = re[c : c + width], im[c : c + width]
        d_re, d_im = re[d : d + width], im[d : d + width]
        w_re, w_im = to_re[out : out + width], to_im[out : out + width]
        x_re, x_im = (
            to_re[out + width : out + 2 * width],
            to_im[out + width : out + 2 * width],
        )
        y_re, y_im = (
            to_re[out + 2 * width : out + 3 * width],
            to_im[out + 2 * width : out + 3 * width],
        )
        z_re, z_im = (
            to_re[out + 3 * width : out + 4 * width],
            to_im[out + 3 * width : out + 4 * width],
        )
        for q in range(width):
            plus_re, plus_im = a_re[q] + c_re[q], a_im[q] + c_im[q]
            less_re, less_im = a_re[q] - c_re[q], a_im[q] - c_im[q]
            also_re, also_im = b_re[q] + d_re[q], b_im[q] + d_im[q]
            turned_re, turned_im = b_im[q] - d_im[q], d_re[q] - b_re[q]
            w_re[q], w_im[q] = plus_re + also_re, plus_im + also_im
            u, v = less_re + turned_re, less_im + turned_im
            x_re[q], x_im[q] = c1 * u + s1 * v, c1 * v - s1 * u
            u, v = plus_re - also_re, plus_im - also_im
            y_re[q], y_im[q] = c2 * u + s2 * v, c2 * v - s2 * u
            u, v = less_re - turned_re, less_im - turned_im
            z_re[q], z_im[q] = c3 * u + s3 * v, c3 * v - s3 * u


@njit(cache=True, nogil=True, error_model="numpy")
def _halve(re: Floats, im: Floats, to_re: Floats, to_im: Floats) -> None:
    """Do the last pass, where a factor of two is left."""
    half = len(re) // 2
    for q in range(half):
        to_re[q], to_im[q] = re[q] + re[half + q], im[q] + im[half + q]
        to_re[half + q], to_im[half + q] = re[q] - re[half + q], im[q] - im[half + q]


@njit(cache=True, nogil=True, error_model="numpy")
def power_spectra(room: Transform, powers: Floats) -> None:
    """Transform the windows that lie in the room.

    Parameters
    ----------
    room
        Holds the windows; its contents are used up.
    powers
        Shape (bins, batch), written: squared magnitudes of the lowest bins, at most size / 2.
    """
    bins, batch = powers.shape
    re, im = room.real, room.imaginary
    to_re, to_im = room.other_real, room.other_imaginary
    half, width = len(re) // batch, batch
    left = half
    while left >= 4:
        _quarter(room.cosines, room.sines, re, im, to_re, to_im, width)
        re, im, to_re, to_im = to_re, to_im, re, im
        left //= 4
        width *= 4
    if left == 2:
        _halve(re, im, to_re, to_im)
        re, im = to_re, to_im
    for b in range(batch):
        total = re[b] + im[b]
        powers[0, b] = total * total
    for k in range(1, bins):
        cosine, sine = room.cosines[k], room.sines[k]
        here, there = k * batch, (half - k) * batch
        for b in range(batch):
            even_re = np.float32(0.5) * (re[here + b] + re[there + b])
            even_im = np.float32(0.5) * (im[here + b] - im[there + b])
            odd_re = np.float32(0.5) * (im[here + b] + im[there + b])
            odd_im = np.float32(0.5) * (re[there + b] - re[here + b])
            x_re = even_re + cosine * odd_re + sine * odd_im
            x_im = even_im + cosine * odd_im - sine * odd_re
            powers[k, b] = x_re * x_re + x_im * x_im
