"""Beats of rendered excerpts as somebody counts them, with what is true of each beat counted.

They are counted as they are or, for an example, at another level or off the beat; or as the ear
itself counts them, with its own mistakes: those are the ones to be told from what is right.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from accompanist.listening.bar_evidence import LEVELS, OFF_BEAT
from accompanist.listening.evidence import PERIODS_S
from accompanist.training.bar_examples import UNKNOWN, places_of
from accompanist.training.sound_rendered import BeatSound

LEAST_BEATS = 20
READING_SHARES = (0.4, 0.16, 0.16, 0.06, 0.06, 0.16)
"""How often beats are counted so that each reading is true; what the network says doesn't lean on
it."""

_GRID = 6
"""Places to a beat that beats of any level fall on."""

_FIRST_BEATS = 8
_SOON, _ON_THE_BAR = 0.7, 0.7
_LEAST_COUNTED = 10
_JUMP = 0.25
"""Counting begins anew where a beat lasts so much longer or shorter than the one before."""

_LEVEL_OCTAVES, _ON, _OFF, _ON_BOTH = 0.1, 0.2, 0.3, 0.15
_ON_BEAT_S = 0.1
_LEAST_TRUE = 0.3


@dataclass(frozen=True, slots=True)
class Count:
    """Beats counted at times (n,), their true places in bars and their true readings (n,).

    Either is `UNKNOWN` where nobody knows; places are so wherever beats are not those counted.
    """

    times_s: NDArray[np.float64]
    places: NDArray[np.int64]
    readings: NDArray[np.int64]


def true_places(sound: BeatSound) -> NDArray[np.int64]:
    """The place of each beat, as an index into ``PLACES``."""
    if (sound.downbeats < 0).any():
        return np.full(len(sound.beats_s), UNKNOWN, np.int64)
    return places_of(sound.downbeats > 0)


def count_of(sound: BeatSound, reading: int, random: np.random.Generator) -> Count:
    """Count an excerpt so that a reading is true, from any of its first beats.

    An excerpt begins with a bar, which should be no help. Every other beat is mostly that of the
    bar line.
    """
    beats_s, places = sound.beats_s, true_places(sound)
    first = int(random.integers(_FIRST_BEATS))
    if random.random() >= _SOON:
        first = int(random.integers(len(beats_s) - LEAST_BEATS + _FIRST_BEATS))
    step = _GRID if reading == OFF_BEAT else round(_GRID * LEVELS[reading])
    start = _GRID * first + (_GRID // 2 if reading == OFF_BEAT else 0)
    downbeats = np.flatnonzero(sound.downbeats > 0)
    if step == 2 * _GRID and len(downbeats):
        on_the_bar = round(float((downbeats % 2).mean())) == first % 2
        start += 0 if on_the_bar == (random.random() < _ON_THE_BAR) else _GRID
    at = np.arange(start, _GRID * (len(beats_s) - 1) + 1, step)
    times_s = np.interp(at / _GRID, np.arange(len(beats_s)), beats_s)
    known = places[at // _GRID] if reading == 0 else np.full(len(at), UNKNOWN, np.int64)
    return Count(times_s, known, np.full(len(at), reading, np.int64))


def any_reading(sound: BeatSound, random: np.random.Generator) -> int:
    """Any reading under which beats are counted at a tempo there is."""
    period_s = float(np.median(np.diff(sound.beats_s)))
    periods_s = period_s * np.array([*LEVELS, 1.0])
    possible = (periods_s >= PERIODS_S[0]) & (periods_s <= PERIODS_S[-1])
    possible[0] = True
    shares = np.where(possible, READING_SHARES, 0.0)
    return int(random.choice(len(shares), p=shares / shares.sum()))


def readings_of(counted_s: NDArray[np.float64], beats_s: NDArray[np.float64]) -> NDArray[np.int64]:
    """The true reading of each beat counted (n,), by true beats; `UNKNOWN` where there is none."""
    readings = np.full(len(counted_s), UNKNOWN, np.int64)
    levels = np.array(LEVELS)
    for n, period_s in enumerate(np.diff(counted_s)):
        at = int(np.searchsorted(beats_s, counted_s[n], side="right")) - 1
        if not 0 <= at < len(beats_s) - 1:
            continue
        beat_s = beats_s[at + 1] - beats_s[at]
        phase = (counted_s[n] - beats_s[at]) / beat_s
        strays = np.abs(np.log2(period_s / beat_s / levels))
        level = int(np.argmin(strays))
        off, off_halves = (abs(phase * parts - round(phase * parts)) / parts for parts in (1, 2))
        if strays[level] > _LEVEL_OCTAVES:
            continue
        if level == 0 and off > _OFF:
            readings[n] = OFF_BEAT
        elif levels[level] == 0.5:
            readings[n] = level if off_halves < _ON_BOTH else UNKNOWN
        elif levels[level] in (1.0, 2.0):
            readings[n] = level if off < _ON else UNKNOWN
        else:
            readings[n] = level
    if len(readings) > 1:
        readings[-1] = readings[-2]
    return readings


def counts_heard(counted_s: NDArray[np.float64], sound: BeatSound) -> list[Count]:
    """Stretches of steady counting, of beats as an ear counted them."""
    if len(counted_s) < _LEAST_COUNTED or len(sound.beats_s) < LEAST_BEATS:
        return []
    periods_s = np.diff(counted_s)
    jumps = np.abs(periods_s[1:] / periods_s[:-1] - 1.0) > _JUMP
    edges = [0, *(np.flatnonzero(jumps) + 2), len(counted_s)]
    nearest = np.abs(counted_s[:, None] - sound.beats_s).argmin(1)
    readings = readings_of(counted_s, sound.beats_s)
    on_beat = (readings == 0) & (np.abs(counted_s - sound.beats_s[nearest]) < _ON_BEAT_S)
    places = np.where(on_beat, true_places(sound)[nearest], UNKNOWN)
    counts = []
    for first, last in pairwise(edges):
        known = readings[first:last] != UNKNOWN
        if last - first >= _LEAST_COUNTED and known.mean() >= _LEAST_TRUE:
            counts.append(Count(counted_s[first:last], places[first:last], readings[first:last]))
    return counts


def led_into(count: Count, kept_s: float, most: int) -> Count:
    """A count with those beats before it that an ear would look back on, which nobody judges."""
    period_s = count.times_s[1] - count.times_s[0]
    past = int(min(count.times_s[0] / period_s - 0.5, kept_s / period_s - 1.0, most))
    past = max(past, 0)
    before_s = count.times_s[0] - period_s * np.arange(past, 0, -1)
    unknown = np.full(past, UNKNOWN, np.int64)
    return Count(
        np.concatenate([before_s, count.times_s]),
        np.concatenate([unknown, count.places]),
        np.concatenate([unknown, count.readings]),
    )
