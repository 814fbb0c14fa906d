"""Bar lines for a DAW: a tempo map and time signatures that follow the performer.

Every announced beat becomes a beat of the file at its own second, every announced downbeat a bar
line. What comes before the first beat is filled with whole beats of about its length; where beats
were lost for a while, beats of the length felt before fill the gap. Ticks are 960 to a quarter.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from accompanist.music.heard import BeatHeard, Heard, MetreHeard
from accompanist.music.metre import Metre

TICKS_PER_QUARTER = 960

_DEFAULT_BEAT_S = 0.5
_SHORTEST_BEAT_S = 0.05
_LONGEST_BEAT_S = 1.6
"""Beats in a file stay below this, so that half a tick and its rounding stay below 1 ms."""


@dataclass(frozen=True, slots=True)
class TempoChange:
    """From `tick` on a quarter lasts `quarter_us` microseconds."""

    tick: int
    quarter_us: int


@dataclass(frozen=True, slots=True)
class Signature:
    """From `tick` on bars have this metre."""

    tick: int
    metre: Metre


@dataclass(frozen=True, slots=True)
class _Beat:
    at_s: float
    downbeat: bool
    metre: Metre


class BarLines:
    """Where beats and bars lie in a file, and the tick of any second.

    Parameters
    ----------
    heard
        Announcements in their order; beats and metres are used. A beat announced twice lies where
        it was announced last. Without any beat the file runs at 120 beats a minute.
    """

    def __init__(self, heard: Iterable[Heard]) -> None:
        self._ticks: list[int] = []
        self._seconds: list[float] = []
        self._tick_s: list[float] = []
        self.tempi: list[TempoChange] = []
        self.signatures: list[Signature] = []
        beats = _with_lead_in(_in_order(heard))
        self._lay_tempi(beats)
        self._lay_bars(beats)

    def tick(self, time_s: float) -> int:
        """Tick nearest to a time; times before 0 are at tick 0."""
        place = max(0, bisect_right(self._seconds, time_s) - 1)
        ticks = (time_s - self._seconds[place]) / self._tick_s[place]
        return max(0, self._ticks[place] + round(ticks))

    def _lay_tempi(self, beats: list[_Beat]) -> None:
        """Give every beat a tempo whose rounding the next one makes good."""
        tick, now_s = 0, 0.0
        length_s = _DEFAULT_BEAT_S
        for beat, following in pairwise(beats):
            length_s = following.at_s - now_s
            ticks = _ticks_per_beat(beat.metre)
            now_s, tick = self._lay_beat(tick, now_s, length_s, ticks)
        ticks = _ticks_per_beat(beats[-1].metre) if beats else TICKS_PER_QUARTER
        self._lay_beat(tick, now_s, length_s, ticks)

    def _lay_beat(self, tick: int, now_s: float, length_s: float, ticks: int) -> tuple[float, int]:
        quarter_us = round(length_s * 1e6 * TICKS_PER_QUARTER / ticks)
        tick_s = quarter_us * 1e-6 / TICKS_PER_QUARTER
        self._ticks.append(tick)
        self._seconds.append(now_s)
        self._tick_s.append(tick_s)
        if not self.tempi or self.tempi[-1].quarter_us != quarter_us:
            self.tempi.append(TempoChange(tick, quarter_us))
        return now_s + tick_s * ticks, tick + ticks

    def _lay_bars(self, beats: list[_Beat]) -> None:
        tick, bar_start = 0, 0
        for place, beat in enumerate(beats):
            if beat.downbeat and place > 0:
                before = beats[bar_start]
                self._lay_bar(tick, place - bar_start, before.metre, pickup=not before.downbeat)
                tick += sum(_ticks_per_beat(b.metre) for b in beats[bar_start:place])
                bar_start = place
        self._sign(tick, beats[bar_start].metre if beats else Metre(4, 4))

    def _lay_bar(self, tick: int, beats: int, metre: Metre, *, pickup: bool) -> None:
        """Sign so many beats between two downbeats: whole bars, and one bar of what is over."""
        whole, over = divmod(beats, metre.beats_per_bar)
        beat_ticks = _ticks_per_beat(metre)
        odd = Metre(over, metre.beat_unit) if over else metre
        if over and pickup:
            self._sign(tick, odd)
            tick += over * beat_ticks
        if whole:
            self._sign(tick, metre)
        if over and not pickup:
            self._sign(tick + whole * metre.beats_per_bar * beat_ticks, odd)

    def _sign(self, tick: int, metre: Metre) -> None:
        if not self.signatures or self.signatures[-1].metre != metre:
            self.signatures.append(Signature(tick, metre))


def _ticks_per_beat(metre: Metre) -> int:
    return TICKS_PER_QUARTER * 4 // metre.beat_unit


def _in_order(heard: Iterable[Heard]) -> list[_Beat]:
    """Beats in rising time, none closer than a beat can be."""
    metre = Metre(4, 4)
    announced: dict[int, _Beat] = {}
    for value in heard:
        if isinstance(value, MetreHeard):
            metre = value.metre
        elif isinstance(value, BeatHeard):
            announced[value.beat] = _Beat(value.at_s, value.downbeat, metre)
    beats: list[_Beat] = []
    for _, beat in sorted(announced.items()):
        if beat.at_s >= 0 and (not beats or beat.at_s >= beats[-1].at_s + _SHORTEST_BEAT_S):
            beats.append(beat)
    return beats


def _with_lead_in(beats: list[_Beat]) -> list[_Beat]:
    """The same beats from second 0 on, gaps filled, so that a file can begin at its start."""
    if not beats:
        return []
    length_s = beats[1].at_s - beats[0].at_s if len(beats) > 1 else _DEFAULT_BEAT_S
    first = beats[0]
    if first.at_s < length_s / 4:
        filled = [_Beat(0.0, first.downbeat, first.metre)]
    else:
        filled = [*_between(0.0, first, length_s), first]
    for before, after in pairwise(beats):
        gap_s = after.at_s - before.at_s
        if gap_s > _LONGEST_BEAT_S:
            filled += _between(before.at_s, after, length_s)[1:]
        else:
            length_s = gap_s
        filled.append(after)
    return filled


def _between(start_s: float, end: _Beat, length_s: float) -> list[_Beat]:
    """Evenly spaced beats of about `length_s` from `start_s` up to, not including, `end`."""
    gap_s = end.at_s - start_s
    count = max(1, round(gap_s / length_s), math.ceil(gap_s / _LONGEST_BEAT_S))
    return [_Beat(start_s + place * gap_s / count, False, end.metre) for place in range(count)]
