"""The beat clock: beats ↔ seconds along the announced beats, and beyond them at the tempo.

An announced beat keeps its time for ever, unless it is taken back before it has come; between beats
the count runs evenly, and beyond the last one at the tempo held. An announcement bends the count
from that moment on, never back. While the beat is lost the count waits, and what lies ahead is
timed as if it went on now.

Limits: times before the first announced beat are counted backwards at the first tempo; of a long
session the last `_KEPT` turning points are kept.
"""

from bisect import bisect_right

from accompanist.music.band import LEANING_BEATS

_KEPT = 512


class BeatClock:
    """Piecewise even count of beats."""

    def __init__(self) -> None:
        self._times_s: list[float] = []
        self._beats: list[float] = []
        self._period_s = 0.5
        self._first_period_s = 0.5
        self._waiting_since_s: float | None = None
        self._now_s = 0.0

    @property
    def empty(self) -> bool:
        """Whether no beat was announced yet."""
        return not self._times_s

    def wait(self, now_s: float) -> None:
        """Stop counting: the beat is lost."""
        if self._waiting_since_s is None and not self.empty:
            self._turn(now_s, min(self.beats_at(now_s), float(int(self._beats[-1]) + 1)))
            self._waiting_since_s = now_s

    def pass_time(self, now_s: float) -> None:
        """Say how late it is."""
        self._now_s = now_s

    def announce(self, now_s: float, beat: int, at_s: float, period_s: float) -> None:
        """Beat number `beat` sounds at `at_s`; beats beyond follow every `period_s`."""
        if self.empty:
            self._first_period_s = period_s
        elif at_s > now_s > self._times_s[-1]:
            position = min(self.beats_at(now_s), beat - 1e-6)
            self._turn(now_s, max(position, self._beats[-1]))
        elif self._waiting_since_s is not None:
            # What leans ahead of a beat that comes at once is due just before it, not long ago.
            self._turn(at_s - LEANING_BEATS * period_s, beat - LEANING_BEATS)
        self._waiting_since_s = None
        self._turn(at_s, float(beat))
        self._period_s = period_s

    def take_back(self, now_s: float) -> None:
        """Forget the beats that were announced and have not come by `now_s`."""
        while self._times_s and self._times_s[-1] >= now_s:
            self._times_s.pop()
            self._beats.pop()

    def retime(self, now_s: float, period_s: float) -> None:
        """Beats beyond the present follow every `period_s`."""
        if not self.empty and now_s > self._times_s[-1] and self._waiting_since_s is None:
            self._turn(now_s, self.beats_at(now_s))
            self._period_s = period_s

    def beats_at(self, time_s: float) -> float:
        """Beats counted at `time_s`; 0 at all times while no beat was announced."""
        if self.empty:
            return 0.0
        if time_s >= self._times_s[-1]:
            if self._waiting_since_s is not None:
                start_s = max(self._now_s, self._times_s[-1])
                return self._beats[-1] + max(time_s - start_s, 0.0) / self._period_s
            return self._beats[-1] + (time_s - self._times_s[-1]) / self._period_s
        if time_s <= self._times_s[0]:
            return self._beats[0] - (self._times_s[0] - time_s) / self._first_period_s
        i = bisect_right(self._times_s, time_s) - 1
        share = (time_s - self._times_s[i]) / (self._times_s[i + 1] - self._times_s[i])
        return self._beats[i] + share * (self._beats[i + 1] - self._beats[i])

    def seconds_at(self, beats: float) -> float:
        """Time at which the count reaches `beats`; the present while no beat was announced."""
        if self.empty:
            return self._now_s
        if beats >= self._beats[-1]:
            start_s = self._times_s[-1]
            if self._waiting_since_s is not None and beats > self._beats[-1]:
                start_s = max(self._now_s, start_s)
            return start_s + (beats - self._beats[-1]) * self._period_s
        if beats <= self._beats[0]:
            return self._times_s[0] - (self._beats[0] - beats) * self._first_period_s
        i = bisect_right(self._beats, beats) - 1
        if self._beats[i] == beats:
            return self._times_s[i]
        share = (beats - self._beats[i]) / (self._beats[i + 1] - self._beats[i])
        return self._times_s[i] + share * (self._times_s[i + 1] - self._times_s[i])

    def _turn(self, time_s: float, beats: float) -> None:
        if self._times_s and (time_s <= self._times_s[-1] or beats <= self._beats[-1]):
            return
        self._times_s.append(time_s)
        self._beats.append(beats)
        if len(self._times_s) > 2 * _KEPT:
            del self._times_s[:_KEPT], self._beats[:_KEPT]
