"""Attacks: when something is struck in a sound that comes in sample by sample.

High frequencies leap at an attack. The difference of neighbouring samples favours them; its power
is summed over hops of 64 frames and held against a floor that follows within 20 ms, so that steady
noise never counts. An attack is a hop that exceeds its floor by 6 dB and lies above -60 dB of full
scale; its time is that of the first sample, of this hop or the last, that stands out.
After an attack the ear is closed for 50 ms, and a new one for 100 ms. Drums are heard wherever they
fall; a key struck into the sound of others about every second time; soft beginnings (bowed, sung,
swelling) never. A hop that is no stronger than noise which has stayed for a second, however it
buzzes, or than the band's own sound coming back explains, is no attack.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from accompanist.dsp.echo import ECHO_WORDS, expected
from accompanist.dsp.gate import learn, new_floor

Ear = NDArray[np.float64]

HOP_FRAMES = 64

_LAST, _FILLED, _FLOOR, _CLOSED, _LEVEL, _RATE_HZ = range(6)
_LAST_PLAYED, _PLAYED_POWER, _LOUDEST, _HOPS, _POWERS = range(6, 11)
_NOISE = _POWERS + 2 * HOP_FRAMES
_NOISE_LEVELS = 50
_ECHO = _NOISE + len(new_floor(_NOISE_LEVELS))
EAR_WORDS = _ECHO + ECHO_WORDS

_EXCESS = 10**0.6
_FAINTEST_POWER = 1e-6
_RISE_S, _FALL_S, _CLOSED_S = 0.015, 0.02, 0.05
_NEW = 2.0
_LEAST_SHARE, _MOST_SHARE, _OVER_FLOOR = 0.01, 0.5, 16.0
"""The first sample of an attack has so much of the loudest's power, and stands out of the noise."""
_SOFTEST_DB = -60.0
_NOISE_LEVEL_S = 0.02
_OVER_NOISE = 2.0

NO_ATTACK = -1


def new_ear(rate_hz: float) -> Ear:
    """An ear that has heard silence so far."""
    ear = np.zeros(EAR_WORDS)
    ear[_RATE_HZ] = rate_hz
    ear[_CLOSED] = _NEW
    return ear


@njit(cache=True, nogil=True, error_model="numpy")
def hear(ear: Ear, sample: float, played: float = 0.0) -> int:
    """Take the next sample.

    Parameters
    ----------
    ear
        As `new_ear` makes it; updated.
    sample
        The sample; one that is no number counts as silence.
    played
        What the band played, as far as it is known, less than 85 ms before it would come back.

    Returns
    -------
    int
        Frames by which an attack lies before this sample, or `NO_ATTACK`.
    """
    if not math.isfinite(sample):
        sample = 0.0
    leap = sample - ear[_LAST]
    ear[_LAST] = sample
    ear[_PLAYED_POWER] += (played - ear[_LAST_PLAYED]) ** 2 / HOP_FRAMES
    ear[_LAST_PLAYED] = played
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
    played: NDArray[np.float32],
    first: int,
    ats: NDArray[np.int64],
    strengths: NDArray[np.int64],
) -> int:
    """Take samples, the first of which has this number in the sound; return how many attacks came.

    Their samples' numbers and their strengths are written; what is no number counts as silence.
    `played` is what the band played, as `hear` takes it, or empty.
    """
    found = 0
    for place in range(len(samples)):
        known = float(played[place]) if len(played) else 0.0
        back = hear(ear, float(samples[place]), known)
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
    hop_s = HOP_FRAMES / ear[_RATE_HZ]
    ear[_CLOSED] -= hop_s / _CLOSED_S
    explained = expected(ear[_ECHO:], power, ear[_PLAYED_POWER], hop_s)
    ear[_PLAYED_POWER] = 0.0
    noise = _noise(ear, power, hop_s)
    seconds = _RISE_S if power > ear[_FLOOR] else _FALL_S
    ear[_FLOOR] += (power - ear[_FLOOR]) * min(hop_s / seconds, 1.0)
    if closed or power < max(_EXCESS * floor, _OVER_NOISE * noise, explained):
        return NO_ATTACK
    ear[_CLOSED], ear[_LEVEL] = 1.0, power
    least = min(max(_LEAST_SHARE * loudest, _OVER_FLOOR * floor), _MOST_SHARE * loudest)
    place = 0
    while ear[_POWERS + place] < least:
        place += 1
    return 2 * HOP_FRAMES - 1 - place


@njit(cache=True, nogil=True, error_model="numpy")
def _noise(ear: Ear, power: float, hop_s: float) -> float:
    """Power that hops of the steady noise do not exceed."""
    ear[_LOUDEST] = max(ear[_LOUDEST], power)
    ear[_HOPS] += 1.0
    if ear[_HOPS] * hop_s < _NOISE_LEVEL_S:
        return float(ear[_NOISE])
    floor = learn(ear[_NOISE:_ECHO], ear[_LOUDEST])
    ear[_LOUDEST] = ear[_HOPS] = 0.0
    return floor
