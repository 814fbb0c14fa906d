"""Tapped beats: four in a row set tempo and phase; a pause of two seconds begins a new row."""

from collections import deque

_TAPS = 4
_PAUSE_S = 2.0


class Taps:
    """Rows of taps."""

    def __init__(self) -> None:
        self._times_s: deque[float] = deque(maxlen=_TAPS)

    def take(self, time_s: float) -> float | None:
        """Take a tap; return the seconds from beat to beat, if the row says how many."""
        if self._times_s and time_s - self._times_s[-1] > _PAUSE_S:
            self._times_s.clear()
        self._times_s.append(time_s)
        period_s = (time_s - self._times_s[0]) / (_TAPS - 1)
        return period_s if len(self._times_s) == _TAPS and period_s > 0.0 else None
