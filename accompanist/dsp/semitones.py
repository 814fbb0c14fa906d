"""Semitones that sound, by the peaks of a power spectrum, and how far from 440 Hz they are tuned.

A peak's place is refined by a parabola through the logarithms of three bins. Its power goes to the
two nearest semitones, nearly all to one when it is in tune. Tuning is the circular mean of the
peaks' distances from equal temperament, forgotten over 20 s; it stays 0 until a second's worth of
peaks agree, and keeps its last value while nothing does.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LOWEST_PITCH = 24
"""MIDI pitch of C1."""
SEMITONES = 72

REAL, IMAGINARY, EVIDENCE, CENTS, TUNING_WORDS = range(5)

_A4_HZ, _A4_PITCH = 440.0, 69.0
_DEPTH = 1e-6
"""Peaks that lie 60 dB under the loudest are left out."""
_SALIENT = 1e-3
"""Tuning is told by peaks within 30 dB of the loudest."""
_FROM_PITCH = 48.0
_FORGET = math.exp(-0.04 / 20.0)
_ENOUGH, _AGREEING = 25.0, 0.2
_FARTHEST_CENTS = 60.0


@njit(cache=True, nogil=True, error_model="numpy")
def add_peaks(
    powers: NDArray[np.float32], bin_hz: float, tuning: Floats, semitones: Floats
) -> None:
    """Tell a spectrum's peaks by semitone, and learn the tuning from them.

    Parameters
    ----------
    powers
        Shape (bins, 1).
    bin_hz
        From bin to bin.
    tuning
        Shape (TUNING_WORDS,), updated.
    semitones
        Shape (SEMITONES,), written: power of each, from C1 up.
    """
    semitones[:] = 0.0
    loudest = 0.0
    for k in range(len(powers)):
        loudest = max(loudest, float(powers[k, 0]))
    least, salient = max(_DEPTH * loudest, 1e-20), _SALIENT * loudest
    real = imaginary = weights = 0.0
    for k in range(1, len(powers) - 1):
        here = float(powers[k, 0])
        if here <= least or here <= powers[k - 1, 0] or here < powers[k + 1, 0]:
            continue
        below = math.log(max(float(powers[k - 1, 0]), 1e-30))
        middle = math.log(here)
        above = math.log(max(float(powers[k + 1, 0]), 1e-30))
        bend = min(below - 2.0 * middle + above, -1e-9)
        off = max(-0.5, min(0.5 * (below - above) / bend, 0.5))
        power = math.exp(middle - 0.25 * (below - above) * off)
        pitch = _A4_PITCH + 12.0 * math.log2((k + off) * bin_hz / _A4_HZ)
        if power > salient and pitch > _FROM_PITCH:
            weight, angle = math.sqrt(power), 2.0 * math.pi * pitch
            real += weight * math.cos(angle)
            imaginary += weight * math.sin(angle)
            weights += weight
        place = pitch - 0.01 * tuning[CENTS] - LOWEST_PITCH
        lower = math.floor(place)
        share = math.cos(0.5 * math.pi * (place - lower)) ** 2
        if 0 <= lower < SEMITONES:
            semitones[lower] += power * share * share
        if 0 <= lower + 1 < SEMITONES:
            semitones[lower + 1] += power * (1.0 - share) * (1.0 - share)
    if weights > 0.0:
        _learn(tuning, real / weights, imaginary / weights)


@njit(cache=True, nogil=True, error_model="numpy")
def _learn(tuning: Floats, real: float, imaginary: float) -> None:
    tuning[REAL] = _FORGET * tuning[REAL] + real
    tuning[IMAGINARY] = _FORGET * tuning[IMAGINARY] + imaginary
    tuning[EVIDENCE] = _FORGET * tuning[EVIDENCE] + 1.0
    if tuning[EVIDENCE] < _ENOUGH:
        return
    if math.hypot(tuning[REAL], tuning[IMAGINARY]) < _AGREEING * tuning[EVIDENCE]:
        return
    cents = 50.0 * math.atan2(tuning[IMAGINARY], tuning[REAL]) / math.pi
    if cents - tuning[CENTS] > 50.0 and cents - 100.0 > -_FARTHEST_CENTS:
        cents -= 100.0
    elif cents - tuning[CENTS] < -50.0 and cents + 100.0 < _FARTHEST_CENTS:
        cents += 100.0
    tuning[CENTS] = cents
