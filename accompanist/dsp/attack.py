"""Attacks: when something is struck in a sound that comes in sample by sample.

High frequencies leap at an attack. The difference of neighbouring samples favours them; its power
is summed over hops of 64 frames and held against a floor that follows within 20 ms, so that steady
noise never counts. An attack is a hop that exceeds its floor by 6 dB and lies above -60 dB of full
scale; its time is that of the first sample, of this hop or the last, that stands out.
After an attack the ear is closed for 50 ms, and a new one for 100 ms. Drums are heard wherever they
fall; a key struck into the sound of others about every second time; soft beginnings (bowed, sung,
swelling) never.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ear = NDArray[np.float64]

HOP_FRAMES = 64

_LAST, _FILLED, _FLOOR, _CLOSED, _LEVEL, _RATE_HZ, _POWERS = range(7)
EAR_WORDS = _POWERS + 2 * HOP_FRAMES

_EXCESS = 10**0.6
_FAINTEST_POWER = 1e-6
_RISE_S, _FALL_S, _CLOSED_S = 0.015, 0.02, 0.05
_NEW = 2.0
_LEAST_SHARE, _MOST_SHARE, _OVER_FLOOR = 0.01, 0.5, 16.0
"""The first sample of an attack has so much of the loudest's power, and stands out of the noise."""
_SOFTEST_DB = -60.0

NO_ATTACK = -1


def new_ear(rate_hz: float) -> Ear:
    """An ear that has heard silence so far."""
    ear = np.zeros(EAR_WORDS)
    ear[_RATE_HZ] = rate_hz
    ear[_CLOSED] = _NEW
    return ear


@njit(cache=True, nogil=True, error_model="numpy")
def hear(ear: Ear, sample: float) -> int:
    """Take the next sample.

    Returns
    -------
    int
        Frames by which an attack lies before this sample, or `NO_ATTACK`.
    """
    leap = sample - ear[_LAST]
    ear[_LAST] = sample
    filled = int(ear[_FILLED])
    ear[_POWERS + HOP_FRAMES + filled] = leap * leap
    ear[_FILLED] = filled + 1
    if filled + 1 < HOP_FRAMES:
        return NO_ATTACK
    back = _end_hop(ear)
    ear[_FILLED] = 0
    for place in range(_POWERS, _POWERS + HOP_FRAMES):
        ear[place] = ear[place + HOP_FRAMES]
    return back


@njit(cache=True, nogil=True, error_model="numpy")
def hear_all(
    ear: Ear,
    samples: NDArray[np.float32],
    first: int,
    ats: NDArray[np.int64],
    strengths: NDArray[np.int64],
) -> int:
    """Take samples, the first of which has this number in the sound; return how many attacks came.

    Their samples' numbers and their strengths are written; what is no number counts as silence.
    """
    found = 0
    for place in range(len(samples)):
        sample = float(samples[place])
        back = hear(ear, sample if math.isfinite(sample) else 0.0)
        if back != NO_ATTACK and found < len(ats):
            ats[found], strengths[found] = first + place - back, strength(ear)
            found += 1
    return found


@njit(cache=True, nogil=True, error_model="numpy")
def strength(ear: Ear) -> int:
    """Loudness of the last attack, thousandths: 0 at -60 dB of full scale, 1000 at 0 dB."""
    decibels = 10.0 * math.log10(max(ear[_LEVEL], 1e-12))
    return int(1000.0 * min(max(1.0 - decibels / _SOFTEST_DB, 0.0), 1.0))


@njit(cache=True, nogil=True, error_model="numpy")
def _end_hop(ear: Ear) -> int:
    power = loudest = 0.0
    for place in range(_POWERS + HOP_FRAMES, _POWERS + 2 * HOP_FRAMES):
        power += ear[place] / HOP_FRAMES
        loudest = max(loudest, ear[place])
    floor = max(ear[_FLOOR], _FAINTEST_POWER / _EXCESS)
    closed = ear[_CLOSED] > 0.0
    ear[_CLOSED] -= HOP_FRAMES / (_CLOSED_S * ear[_RATE_HZ])
    seconds = _RISE_S if power > ear[_FLOOR] else _FALL_S
    share = min(HOP_FRAMES / (seconds * ear[_RATE_HZ]), 1.0)
    ear[_FLOOR] += (power - ear[_FLOOR]) * share
    if closed or power < _EXCESS * floor:
        return NO_ATTACK
    ear[_CLOSED], ear[_LEVEL] = 1.0, power
    least = min(max(_LEAST_SHARE * loudest, _OVER_FLOOR * floor), _MOST_SHARE * loudest)
    place = 0
    while ear[_POWERS + place] < least:
        place += 1
    return 2 * HOP_FRAMES - 1 - place
