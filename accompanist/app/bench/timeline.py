"""When each frame of a JACK server began, told afterwards from the times at which cycles began.

A callback may begin late but never early, so the true line of time over frames lies below every
cycle's beginning and touches the least late ones: the edge of their lower convex hull that spans
their mean. It is laid anew for every stretch without missed cycles, and every twenty seconds.
Unlike the band's own clock map it knows the future, so that it can judge it.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

_STRETCH_NS = 20_000_000_000
_LEAST_CYCLES = 16
_DISTURBED_PERIODS = 2

Ints = NDArray[np.int64]


class Timeline:
    """Cycles as a listener wrote them down.

    Parameters
    ----------
    cycles
        First frames, times (ns) and xruns told so far, shape (n, 3).
    rate_hz, period_frames
        Of the server.

    Attributes
    ----------
    missed_ns
        When the cycles began before which some were missed.
    """

    def __init__(self, cycles: Ints, rate_hz: int, period_frames: int) -> None:
        self.cycles = cycles
        self._frame_ns = 1e9 / rate_hz
        frames, times_ns = cycles[:, 0], cycles[:, 1]
        skips = np.diff(frames) != period_frames
        told = np.diff(cycles[:, 2]) > 0
        missed = skips | told
        self._missed = frames[1:][missed]
        self.missed_ns = times_ns[1:][missed]
        # What was planned by the clock of before may lie as far off as time was lost.
        lost = np.diff(times_ns) / self._frame_ns - period_frames
        self._reaches = np.maximum(lost[missed], 0.0) + _DISTURBED_PERIODS * period_frames
        starts = [0]
        for place in range(1, len(frames)):
            is_long = times_ns[place] - times_ns[starts[-1]] > _STRETCH_NS
            if skips[place - 1] or told[place - 1] or is_long:
                starts.append(place)
        bounds = [*starts, len(frames)]
        self._lines = [
            (int(frames[first]), *self._edge(frames[first:last], times_ns[first:last]))
            for first, last in pairwise(bounds)
            if last - first >= _LEAST_CYCLES
        ]

    @property
    def missed(self) -> int:
        """How often the server missed cycles."""
        return len(self._missed)

    def ns_at(self, frames: Ints) -> NDArray[np.float64]:
        """When frames began (ns); not a number where too few cycles tell."""
        told = np.full(len(frames), np.nan)
        for number, (first, origin, slope, offset) in enumerate(self._lines):
            last = self._lines[number + 1][0] if number + 1 < len(self._lines) else 1 << 62
            inside = (frames >= first) & (frames < last)
            told[inside] = offset + (frames[inside] - origin) * slope
        return told

    def is_undisturbed(self, frames: Ints) -> NDArray[np.bool_]:
        """Whether no cycle was missed near each frame."""
        calm = np.ones(len(frames), bool)
        for missed, reach in zip(self._missed, self._reaches, strict=True):
            calm &= np.abs(frames - missed) > reach
        return calm

    def _edge(self, frames: Ints, times_ns: Ints) -> tuple[int, float, float]:
        """Origin (frame), slope (ns a frame) and time at the origin of the hull's middle edge."""
        origin = int(frames[0])
        x = (frames - origin).astype(np.float64)
        y = (times_ns - times_ns[0]) - x * self._frame_ns
        hull: list[int] = []
        for place in range(len(x)):
            while len(hull) >= 2:
                a, b = hull[-2], hull[-1]
                if (y[b] - y[a]) * (x[place] - x[a]) < (y[place] - y[a]) * (x[b] - x[a]):
                    break
                hull.pop()
            hull.append(place)
        after = int(np.searchsorted(x[hull], x.mean()))
        right = hull[min(max(after, 1), len(hull) - 1)]
        left = hull[min(max(after, 1), len(hull) - 1) - 1]
        tilt = (y[right] - y[left]) / (x[right] - x[left])
        return origin, self._frame_ns + tilt, float(times_ns[0]) + y[left] - tilt * x[left]
