"""Echo: how much of what is heard is the band's own sound, from one short hop to the next.

What the band plays is known. If it leaks into the input, the leaps of both sounds lie apart by one
delay, to the hop; a player who plays along is never so exact. So leaps of the two are counted by
the delay between them: a delay that stands out by far is the leak's. Its gain is learned where the
band strikes: the player strikes there too now and then, so what counts is how loud it usually is at
the softer of those times. From then on so much power is expected back, with a margin.

Powers are those of the differences between samples, a hop's mean (see `accompanist.dsp.attack`).
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

Words = NDArray[np.float64]

DELAYS = 64
"""Hops; at 48 kHz a hop of 64 frames lasts 1.3 ms, so that delays of up to 85 ms are found."""

_HEARD_FLOOR, _PLAYED_FLOOR, _PLACE, _STRIKES, _GAIN, _LEARNED, _DELAY = range(7)
_KEPT = 128
"""Hops that are remembered."""
_HEARD = 8
_PLAYED = _HEARD + _KEPT
_PLAYED_LEAPS = _PLAYED + _KEPT
_COUNTS = _PLAYED_LEAPS + _KEPT
ECHO_WORDS = _COUNTS + DELAYS

_RISE_S, _FALL_S, _FORGOTTEN_S = 0.015, 0.02, 15.0
_FAINT = 1e-7
_LEAST_LEAP, _GREATEST_LEAP = 1.0, 3.0
"""Natural logarithms of a rise over the floor."""
_LEAST_STRIKES = 12.0
_STANDS_OUT = 5.0
"""Times the mean over all delays; players who play along reach three."""
_AROUND = 3
_SHARE, _FIRST_PACE, _PACE = 0.3, 2.0, 0.2
"""The gain lies above so many of those observed, and moves so fast at first, and at most later on
(natural logarithm)."""
_MARGIN = 4.0


@njit(cache=True, nogil=True, error_model="numpy")
def expected(echo: Words, heard: float, played: float, hop_s: float) -> float:
    """Take the next hop's powers; return what power the band's sound alone explains.

    Parameters
    ----------
    echo
        Shape (`ECHO_WORDS`,), zeros at first; updated.
    heard, played
        Power of the hop in the input, and in what the band plays.
    hop_s
        What a hop lasts.
    """
    place = int(echo[_PLACE]) + 1
    echo[_PLACE] = place
    leap = _leap(echo, _HEARD_FLOOR, heard, hop_s)
    echo[_HEARD + place % _KEPT] = heard
    echo[_PLAYED + place % _KEPT] = played
    strike = _leap(echo, _PLAYED_FLOOR, played, hop_s)
    echo[_PLAYED_LEAPS + place % _KEPT] = strike
    if strike > 0.0:
        # Strikes are counted instead of time, so that a rest of the band forgets nothing.
        kept = math.exp(-0.1 / _FORGOTTEN_S)
        echo[_STRIKES] = kept * echo[_STRIKES] + 1.0
        for delay in range(DELAYS):
            echo[_COUNTS + delay] *= kept
    if leap > 0.0:
        for delay in range(DELAYS):
            echo[_COUNTS + delay] += leap * echo[_PLAYED_LEAPS + (place - delay) % _KEPT]
    if echo[_STRIKES] < _LEAST_STRIKES:
        return 0.0
    best, total = 0, 0.0
    for delay in range(DELAYS):
        total += echo[_COUNTS + delay]
        if echo[_COUNTS + delay] > echo[_COUNTS + best]:
            best = delay
    if echo[_COUNTS + best] * DELAYS < _STANDS_OUT * max(total, 1.0):
        return 0.0
    if abs(echo[_DELAY] - best) > 1.0:
        echo[_LEARNED] = 0.0
    echo[_DELAY] = best
    _learn(echo, place, best)
    if echo[_LEARNED] == 0.0:
        return 0.0
    loudest = 0.0
    for near in range(-_AROUND, _AROUND + 1):
        if best + near >= 0:
            loudest = max(loudest, echo[_PLAYED + (place - best - near) % _KEPT])
    return _MARGIN * math.exp(echo[_GAIN]) * loudest


@njit(cache=True, nogil=True, error_model="numpy")
def _leap(echo: Words, floor: int, power: float, hop_s: float) -> float:
    """How far a power leaps over a floor that follows it."""
    rise = math.log((power + _FAINT) / (echo[floor] + _FAINT))
    seconds = _RISE_S if power > echo[floor] else _FALL_S
    echo[floor] += (power - echo[floor]) * min(hop_s / seconds, 1.0)
    return min(rise, _GREATEST_LEAP) if rise > _LEAST_LEAP else 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def _learn(echo: Words, place: int, delay: int) -> None:
    """Where the loudest of a strike of the band has just come back, learn how loud."""
    struck = place - _AROUND - delay
    played, leap = echo[_PLAYED + struck % _KEPT], 0.0
    if struck < _AROUND:
        return
    for near in range(-_AROUND, _AROUND + 1):
        if echo[_PLAYED + (struck + near) % _KEPT] > played:
            return
        if near <= 0:
            leap = max(leap, echo[_PLAYED_LEAPS + (struck + near) % _KEPT])
    if leap == 0.0:
        return
    heard = 0.0
    for back in range(2 * _AROUND + 1):
        heard = max(heard, echo[_HEARD + (place - back) % _KEPT])
    gain = math.log((heard + 1e-12) / (played + 1e-12))
    echo[_LEARNED] += 1.0
    if echo[_LEARNED] == 1.0:
        echo[_GAIN] = gain
    pace = max(_FIRST_PACE / echo[_LEARNED], _PACE)
    echo[_GAIN] += pace * (_SHARE if gain > echo[_GAIN] else _SHARE - 1.0)
