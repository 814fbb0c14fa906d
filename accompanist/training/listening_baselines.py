"""Beats announced by simple means, to stand beside the listener: the bench's floors and ceiling.

The floors are ears like the listener (`hear`, `advance`), causal and deterministic, that say their
beats 100 ms ahead. The ceiling is told the truth as it happens.
"""

from collections import deque

import numpy as np
from numpy.typing import NDArray

from accompanist.music.events import NoteOn, PerformerEvent
from accompanist.music.heard import BeatHeard, StateHeard
from accompanist.training.performances import Performance

LEAD_S = 0.1
_BEATS_PER_BAR = 4


class Metronome:
    """A click at a fixed tempo from the first onset on, four to a bar."""

    def __init__(self, tempo_bpm: float = 120.0) -> None:
        self._period_s = 60.0 / tempo_bpm
        self._next_s: float | None = None
        self._count = 0

    def hear(self, event: PerformerEvent) -> None:
        """Start with the first note."""
        if self._next_s is None and isinstance(event, NoteOn):
            self._next_s = event.time_s

    def advance(self, to_s: float) -> list[BeatHeard]:
        """Beats that are due to be said."""
        said: list[BeatHeard] = []
        while self._next_s is not None and self._next_s - LEAD_S <= to_s:
            said.append(_beat(to_s, self._next_s, self._count, self._period_s))
            self._count += 1
            self._next_s += self._period_s
        return said


def _beat(now_s: float, at_s: float, count: int, period_s: float) -> BeatHeard:
    bar, place = divmod(count, _BEATS_PER_BAR)
    return BeatHeard(now_s, at_s, count, bar, place == 0, 60.0 / period_s, 1.0)


def told(performance: Performance) -> list[object]:
    """The ceiling: who is told every true beat as it falls, and says the next an interval later.

    What this cannot reach is no fault of the ear: the player changed tempo within the beat.
    """
    beats_s = performance.beats_s
    return [
        BeatHeard(
            float(beats_s[k]),
            float(2.0 * beats_s[k] - beats_s[k - 1]),
            k - 1,
            0,
            bool(performance.downbeats[k + 1]),
            60.0 / float(beats_s[k] - beats_s[k - 1]),
            1.0,
        )
        for k in range(1, len(beats_s) - 1)
    ]


class IntervalTracker:
    """A histogram of inter-onset intervals, and the phase that most onsets agree on.

    Intervals between any two onsets of the last eight seconds are counted, smoothed and weighed
    by a preference for tempi around 110 BPM (after Dixon, J. New Music Research 30, 2001, whose
    clusters are bins here, and Parncutt, Music Perception 11, 1994, whose preference it is). The
    period is the bin that weighs most; the phase is the mean direction of the onsets on that
    circle, later ones counting more. Bars are four beats from the first.
    """

    _MEMORY_S = 8.0
    _LEAST_ONSETS = 6
    _PERIODS_S = np.geomspace(0.25, 1.5, 120)
    _WIDTH = 0.04
    _PREFERRED_S = 60.0 / 110.0
    _SPREAD_OCTAVES = 0.7
    _GROUP_S = 0.05
    _FORGET_S = 3.0

    def __init__(self) -> None:
        octaves = np.log2(self._PERIODS_S / self._PREFERRED_S)
        self._preference = np.exp(-0.5 * (octaves / self._SPREAD_OCTAVES) ** 2)
        self._onsets_s: deque[float] = deque()
        self._period_s: float | None = None
        self._phase_s = 0.0
        self._last_s = -np.inf
        self._count = 0

    def hear(self, event: PerformerEvent) -> None:
        """Take an onset; notes within 50 ms are one."""
        if not isinstance(event, NoteOn):
            return
        if self._onsets_s and event.time_s - self._onsets_s[-1] < self._GROUP_S:
            return
        self._onsets_s.append(event.time_s)
        while event.time_s - self._onsets_s[0] > self._MEMORY_S:
            self._onsets_s.popleft()
        if len(self._onsets_s) >= self._LEAST_ONSETS:
            self._follow(np.array(self._onsets_s))

    def _follow(self, onsets_s: NDArray[np.float64]) -> None:
        gaps_s = (onsets_s[:, None] - onsets_s[None, :])[np.tril_indices(len(onsets_s), -1)]
        gaps_s = gaps_s[(gaps_s > 0.2) & (gaps_s < 2.0)]
        if not len(gaps_s):
            return
        apart = np.log(gaps_s[:, None] / self._PERIODS_S[None, :]) / self._WIDTH
        votes = np.exp(-0.5 * apart**2).sum(axis=0) * self._preference
        period_s = float(self._PERIODS_S[int(np.argmax(votes))])
        weights = np.exp((onsets_s - onsets_s[-1]) / self._FORGET_S)
        direction = (weights * np.exp(2j * np.pi * onsets_s / period_s)).sum()
        self._period_s = period_s
        self._phase_s = float(np.angle(direction)) / (2 * np.pi) * period_s

    def advance(self, to_s: float) -> list[BeatHeard | StateHeard]:
        """The beat that is due to be said, if any; it is locked from the first on."""
        if self._period_s is None:
            return []
        beats = np.ceil((to_s - self._phase_s) / self._period_s)
        at_s = float(self._phase_s + beats * self._period_s)
        if at_s - to_s > LEAD_S or at_s - self._last_s < 0.5 * self._period_s:
            return []
        self._last_s = at_s
        said: list[BeatHeard | StateHeard] = [_beat(to_s, at_s, self._count, self._period_s)]
        if self._count == 0:
            said.insert(0, StateHeard(to_s, "locked"))
        self._count += 1
        return said
