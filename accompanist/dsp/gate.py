"""Silence gate: what of a sound is no more than the noise of the room, the hum and the amplifier.

Noise is what stays as it is. A level that has hardly changed for some seconds becomes the floor,
and so does whatever is softer for as long; only what stands out of the floor counts. The gate sees
six bands, so that a soft bass is heard above hiss and a soft flute above hum, and closes only if
all of them stay: chords that change keep it open, a drone held for longer than three seconds does
not. It is open from the start, and for a quarter of a second after the last that stood out.

Causal, and the same for blocks of any size.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Words = NDArray[np.float64]

HOPS_PER_S = 100

FLOOR, _LEVELS_TAKEN, _LEVELS = range(3)


def new_floor(levels: int) -> Words:
    """A floor that is learned from so many levels in a row."""
    return np.zeros(_LEVELS + levels)


@njit(cache=True, nogil=True, error_model="numpy")
def learn(floor: Words, level: float) -> float:
    """Take the next level (a power); return the floor, which the noise does not exceed.

    Parameters
    ----------
    floor
        As `new_floor` makes it; updated.
    level
        The level.
    """
    room = len(floor) - _LEVELS
    taken = int(floor[_LEVELS_TAKEN])
    floor[_LEVELS + taken % room] = level
    floor[_LEVELS_TAKEN] = taken + 1
    if taken + 1 < room:
        return float(floor[FLOOR])
    loudest, softest = level, level
    for place in range(_LEVELS, _LEVELS + room):
        loudest = max(loudest, floor[place])
        softest = min(softest, floor[place])
    if loudest <= _STEADY * softest or loudest < floor[FLOOR]:
        floor[FLOOR] = loudest
    return float(floor[FLOOR])


_STEADY = 4.0
"""A power that varies by no more than 6 dB is steady."""
_STEADY_BANDS = (10.0, 7.0, 4.5, 3.0, 2.4, 2.0)
"""Powers of noise vary by so much in 40 ms of each band, the lower the more; music by far more."""
_STANDS_OUT = 4.0
_FAINTEST_POWER = 1e-7
_HELD_HOPS = 25

_BANDS = 6
_EDGES_HZ = (150.0, 300.0, 600.0, 1200.0, 2400.0)
_HIGH_PASS_HZ = 20.0
_HOPS_PER_LEVEL, _LEVELS_KEPT = 4, 75
_QUICK_HOPS = 4
_FLAGS = 1024
_FAINTEST = 1e-15

_LAST, _HIGH, _TAKEN, _HOP, _ENDS, _HELD, _RATE_HZ = range(7)
_SPLITS = 8
_SUMS = _SPLITS + _BANDS
_QUICK = _SUMS + _BANDS
_SLOW = _QUICK + _BANDS * _QUICK_HOPS
_FLOORS = _SLOW + _BANDS
_PAST = _FLOORS + _BANDS
_IS_OPEN = _PAST + _BANDS * _LEVELS_KEPT
_WORDS = _IS_OPEN + _FLAGS


class Gate:
    """Learns what silence sounds like here.

    Parameters
    ----------
    rate_hz
        Of the samples.
    """

    def __init__(self, rate_hz: float) -> None:
        self._words = np.zeros(_WORDS)
        self._words[_RATE_HZ] = rate_hz
        self._words[_ENDS] = round(rate_hz / HOPS_PER_S)
        edges_hz = np.array((*_EDGES_HZ, _HIGH_PASS_HZ))
        self._poles = np.exp(-2.0 * np.pi * np.minimum(edges_hz / rate_hz, 0.45))

    def feed(self, samples: Floats) -> None:
        """Take the next samples of one channel."""
        _feed(self._words, self._poles, samples)

    def was_open(self, sample: int) -> bool:
        """Whether more than noise was heard just before a sample, of the last ten seconds."""
        hop = min(int(sample * HOPS_PER_S / self._words[_RATE_HZ]), int(self._words[_HOP]))
        return hop < 1 or bool(self._words[_IS_OPEN + (hop - 1) % _FLAGS])


@njit(cache=True, nogil=True, error_model="numpy")
def _feed(words: Words, poles: Words, samples: Floats) -> None:
    for i in range(len(samples)):
        sample = float(samples[i])
        if not math.isfinite(sample):
            sample = 0.0
        if words[_TAKEN] == 0.0:
            words[_LAST] = sample
        high = sample - words[_LAST] + poles[_BANDS - 1] * words[_HIGH]
        if abs(high) < _FAINTEST:
            high = 0.0
        words[_LAST], words[_HIGH] = sample, high
        below = 0.0
        for band in range(_BANDS - 1):
            split = _SPLITS + band
            words[split] += (1.0 - poles[band]) * (high - words[split]) + _FAINTEST
            words[_SUMS + band] += (words[split] - below) ** 2
            below = words[split]
        words[_SUMS + _BANDS - 1] += (high - below) ** 2
        words[_TAKEN] += 1.0
        if words[_TAKEN] == words[_ENDS]:
            _end_hop(words)


@njit(cache=True, nogil=True, error_model="numpy")
def _end_hop(words: Words) -> None:
    hop = int(words[_HOP])
    length = words[_RATE_HZ] / HOPS_PER_S
    total, stands_out = 0.0, False
    for band in range(_BANDS):
        power = words[_SUMS + band] / length
        words[_SUMS + band] = 0.0
        words[_QUICK + band * _QUICK_HOPS + hop % _QUICK_HOPS] = power
        words[_SLOW + band] += power / _HOPS_PER_LEVEL
        quick = 0.0
        for place in range(_QUICK_HOPS):
            quick += words[_QUICK + band * _QUICK_HOPS + place] / _QUICK_HOPS
        total += quick
        stands_out = stands_out or quick > _STANDS_OUT * words[_FLOORS + band]
    is_heard = stands_out and total > _FAINTEST_POWER
    words[_HELD] = _HELD_HOPS if is_heard else max(words[_HELD] - 1.0, 0.0)
    words[_IS_OPEN + hop % _FLAGS] = words[_HELD] > 0.0
    words[_HOP] = hop + 1
    words[_ENDS] = math.floor((hop + 2) * length + 0.5)
    if (hop + 1) % _HOPS_PER_LEVEL == 0:
        _take_levels(words, (hop + 1) // _HOPS_PER_LEVEL - 1)


@njit(cache=True, nogil=True, error_model="numpy")
def _take_levels(words: Words, taken: int) -> None:
    """Take a level of each band; where all of them stay, they are the floors.

    Where they vary about the floors, these were a drone's and not the noise's, and are forgotten.
    """
    is_full = taken + 1 >= _LEVELS_KEPT
    stays, falls, stood_out = is_full, is_full, False
    for band in range(_BANDS):
        first = _PAST + band * _LEVELS_KEPT
        words[first + taken % _LEVELS_KEPT] = words[_SLOW + band]
        words[_SLOW + band] = 0.0
        loudest, softest = _extremes(words[first : first + _LEVELS_KEPT])
        stays = stays and loudest <= _STEADY_BANDS[band] * softest
        falls = falls and loudest <= words[_FLOORS + band]
        stood_out = stood_out or loudest > _STANDS_OUT * words[_FLOORS + band]
    for band in range(_BANDS):
        first = _PAST + band * _LEVELS_KEPT
        if stays or falls:
            loudest, _ = _extremes(words[first : first + _LEVELS_KEPT])
            words[_FLOORS + band] = loudest
        elif not stood_out:
            words[_FLOORS + band] = 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def _extremes(levels: Words) -> tuple[float, float]:
    loudest, softest = levels[0], levels[0]
    for level in levels:
        loudest, softest = max(loudest, level), min(softest, level)
    return loudest, softest
