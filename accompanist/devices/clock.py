"""Clocks that count engine seconds: the machine's steady one, and one that a test moves."""

import time
from typing import Protocol


class Clock(Protocol):
    """Engine seconds, which never run backwards."""

    def now_s(self) -> float:
        """Seconds since the clock was started."""

    def wait_until(self, time_s: float) -> None:
        """Return once `time_s` has come; at once if it has passed."""


class SystemClock:
    """Seconds of the machine's steady clock since this object was made, or since an origin.

    Parameters
    ----------
    origin_ns
        Nanoseconds of `time.perf_counter_ns` that count as 0, so that processes share a clock.
    """

    def __init__(self, origin_ns: int | None = None) -> None:
        self.origin_ns = time.perf_counter_ns() if origin_ns is None else origin_ns

    def now_s(self) -> float:
        """Seconds since the clock was started."""
        return (time.perf_counter_ns() - self.origin_ns) / 1e9

    def wait_until(self, time_s: float) -> None:
        """Sleep until `time_s`; return at once if it has passed."""
        remaining_s = time_s - self.now_s()
        if remaining_s > 0:
            time.sleep(remaining_s)


class VirtualClock:
    """A clock that stands still until it is told to move."""

    def __init__(self, now_s: float = 0.0) -> None:
        self._now_s = now_s

    def now_s(self) -> float:
        """The time it was last moved to."""
        return self._now_s

    def wait_until(self, time_s: float) -> None:
        """Jump to `time_s`, unless it has passed."""
        self._now_s = max(self._now_s, time_s)
