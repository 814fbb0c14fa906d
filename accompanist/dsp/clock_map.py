"""Clock map: the machine's steady nanoseconds and a device's frames, each told from the other.

A device's callback says, each cycle, "my frame F begins, and it is now T". A callback may come late
but never early, so the true line of time over frames lies below every such point, and as high as it
may: the line under all points of the last eight seconds with the least sum of latenesses. That is
the edge of their lower convex hull that spans their mean (Moon, Skelly and Towsley 1999, Estimation
and removal of clock skew from network delay measurements). A point below it moves it at once.

When points stay above the line by more than a millisecond for a tenth of a second, frames were lost
(an xrun, a suspended program, a device that started again) and the map is locked again; one late
wake-up is none of that. Drift is followed within a thousandth of the rate. The map reads no clock:
it knows only what it is given. One thread tracks and asks; nothing here allocates or raises.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

Words = NDArray[np.int64]

RATE_HZ, LOCKED, FRAME, TIME_NS, DRIFT, JUMPS = range(6)
"""Words: nominal rate; 1 once locked; a frame on the line and its time; how much longer than
nominal a frame lasts, in millionths of a millionth; how often the map was locked again."""
_LATE_SINCE_NS, _LATE_CALLS, _LEAST_NS, _LEAST_FRAME, _LEAST_TIME_NS = range(6, 11)
_WINDOW_NS, _NEAR, _NEAR_FRAME, _NEAR_TIME_NS, _POINTS, _NEXT = range(11, 17)
_FRAMES, _KEPT = 24, 64
_TIMES = _FRAMES + _KEPT
CLOCK_WORDS = _TIMES + _KEPT

LATE_NS = 1_000_000
RELOCK_NS = 100_000_000
_RELOCK_CALLS = 4
_GONE_NS = 500_000_000
"""Later than any device's buffers could make good."""
_PER_WINDOW_NS = 125_000_000
"""Of the callbacks of such a time the least late one is kept."""
HORIZON_NS = _KEPT * _PER_WINDOW_NS
_LEAST_SPAN_NS = 1_000_000_000
"""A shorter past says too little about drift."""
_MAX_DRIFT = 1_000_000_000
_UNIT = 1e-12
_STEPS = 16
_FURTHEST_NS = 1 << 58
_FURTHEST_FRAMES = 1 << 44


def new_clock_map(rate_hz: float) -> Words:
    """A map of a device that runs at a nominal rate, not locked yet."""
    clock = np.zeros(CLOCK_WORDS, np.int64)
    clock[RATE_HZ] = round(rate_hz)
    return clock


@njit(cache=True, nogil=True, error_model="numpy")
def track(clock: Words, frame: int, now_ns: int) -> int:
    """Take note that a cycle begins; call it first in every callback.

    Parameters
    ----------
    clock
        The map.
    frame
        Number of the first frame of the cycle, which must not wrap.
    now_ns
        The present.

    Returns
    -------
    int
        Frames to be added to all that was converted before: 0 unless the map was locked again.
    """
    if clock[LOCKED] == 0:
        clock[LOCKED] = 1
        _lock(clock, frame, now_ns, now_ns)
        return 0
    late_ns = now_ns - ns_at(clock, frame)
    if late_ns < -LATE_NS or late_ns > _GONE_NS:
        return _jump(clock, frame, now_ns, now_ns)
    if late_ns > LATE_NS:
        return _bear_lateness(clock, frame, now_ns, late_ns)
    clock[_LATE_CALLS] = 0
    if late_ns < 0:
        clock[TIME_NS] += late_ns
    nearest_ns = clock[_NEAR_TIME_NS] - ns_at(clock, clock[_NEAR_FRAME])
    if clock[_NEAR] == 0 or max(late_ns, 0) < nearest_ns:
        clock[_NEAR] = 1
        clock[_NEAR_FRAME], clock[_NEAR_TIME_NS] = frame, now_ns
    if now_ns - clock[_WINDOW_NS] >= _PER_WINDOW_NS:
        _keep(clock, now_ns)
        _fit(clock)
    return 0


@njit(cache=True, nogil=True, error_model="numpy")
def frame_at(clock: Words, time_ns: int) -> int:
    """Nearest frame to a time; the map must be locked."""
    past_ns = min(max(time_ns, clock[TIME_NS] - _FURTHEST_NS), clock[TIME_NS] + _FURTHEST_NS)
    frames = (past_ns - clock[TIME_NS]) / _frame_ns(clock)
    return int(clock[FRAME] + math.floor(frames + 0.5))


@njit(cache=True, nogil=True, error_model="numpy")
def ns_at(clock: Words, frame: int) -> int:
    """Time at which a frame begins, to the nanosecond; the map must be locked."""
    frames = frame - clock[FRAME]
    frames = min(max(frames, -_FURTHEST_FRAMES), _FURTHEST_FRAMES)
    return int(clock[TIME_NS] + math.floor(frames * _frame_ns(clock) + 0.5))


@njit(cache=True, nogil=True, error_model="numpy")
def _frame_ns(clock: Words) -> float:
    return float(1e9 / clock[RATE_HZ] * (1.0 + clock[DRIFT] * _UNIT))


@njit(cache=True, nogil=True, error_model="numpy")
def _lock(clock: Words, frame: int, time_ns: int, now_ns: int) -> None:
    """Lay the line through a point and forget all others; the drift is the device's and stays."""
    clock[FRAME], clock[TIME_NS] = frame, time_ns
    clock[_WINDOW_NS] = now_ns
    clock[_LATE_CALLS] = clock[_NEAR] = clock[_POINTS] = clock[_NEXT] = 0


@njit(cache=True, nogil=True, error_model="numpy")
def _jump(clock: Words, frame: int, time_ns: int, now_ns: int) -> int:
    """Lock again; return by how many frames the same moment moved."""
    moved = frame - frame_at(clock, time_ns)
    _lock(clock, frame, time_ns, now_ns)
    clock[JUMPS] += 1
    return moved


@njit(cache=True, nogil=True, error_model="numpy")
def _bear_lateness(clock: Words, frame: int, now_ns: int, late_ns: int) -> int:
    """Wait whether lateness passes; if it stays, lock to the least late of the late."""
    if clock[_LATE_CALLS] == 0:
        clock[_LATE_SINCE_NS] = now_ns
    if clock[_LATE_CALLS] == 0 or late_ns < clock[_LEAST_NS]:
        clock[_LEAST_NS] = late_ns
        clock[_LEAST_FRAME], clock[_LEAST_TIME_NS] = frame, now_ns
    clock[_LATE_CALLS] += 1
    stays = now_ns - clock[_LATE_SINCE_NS] >= RELOCK_NS and clock[_LATE_CALLS] >= _RELOCK_CALLS
    if not stays:
        return 0
    return _jump(clock, clock[_LEAST_FRAME], clock[_LEAST_TIME_NS], now_ns)


@njit(cache=True, nogil=True, error_model="numpy")
def _keep(clock: Words, now_ns: int) -> None:
    """Keep the least late point of the window that ends, and begin another."""
    place = clock[_NEXT]
    clock[_FRAMES + place], clock[_TIMES + place] = clock[_NEAR_FRAME], clock[_NEAR_TIME_NS]
    clock[_NEXT] = (place + 1) % _KEPT
    clock[_POINTS] = min(clock[_POINTS] + 1, _KEPT)
    clock[_WINDOW_NS] = now_ns
    clock[_NEAR] = 0


@njit(cache=True, nogil=True, error_model="numpy")
def _fit(clock: Words) -> None:
    """Lay the line under the kept points: a few microseconds' work, eight times a second."""
    count = clock[_POINTS]
    newest = (clock[_NEXT] - 1) % _KEPT
    oldest = (clock[_NEXT] - count) % _KEPT
    frame, time_ns = clock[_FRAMES + newest], clock[_TIMES + newest]
    nominal_ns = 1e9 / clock[RATE_HZ]
    drift = clock[DRIFT] * _UNIT
    if time_ns - clock[_TIMES + oldest] >= _LEAST_SPAN_NS:
        mean = 0.0
        for place in range(count):
            mean += (clock[_FRAMES + place] - frame) / count
        drift = _bridge(clock, frame, time_ns, mean, drift)
    drift = min(max(drift, -_MAX_DRIFT * _UNIT), _MAX_DRIFT * _UNIT)
    least = math.inf
    for place in range(count):
        frames = clock[_FRAMES + place] - frame
        late = clock[_TIMES + place] - time_ns - frames * nominal_ns * (1.0 + drift)
        least = min(least, late)
    clock[DRIFT] = math.floor(drift / _UNIT + 0.5)
    clock[FRAME] = frame
    clock[TIME_NS] = time_ns + math.floor(least + 0.5)


@njit(cache=True, nogil=True, error_model="numpy")
def _bridge(clock: Words, frame: int, time_ns: int, mean: float, drift: float) -> float:
    """Drift along the hull's edge over the mean, sought from a first guess.

    The lowest points left and right of the mean, seen along the present slope, give the next
    slope; the edge between them sinks at each step until it is the hull's.
    """
    nominal_ns = 1e9 / clock[RATE_HZ]
    for _ in range(_STEPS):
        low_left = low_right = math.inf
        left = right = 0
        for place in range(clock[_POINTS]):
            frames = clock[_FRAMES + place] - frame
            late = clock[_TIMES + place] - time_ns - frames * nominal_ns * (1.0 + drift)
            if frames <= mean and late < low_left:
                low_left, left = late, place
            elif frames > mean and late < low_right:
                low_right, right = late, place
        run = (clock[_FRAMES + right] - clock[_FRAMES + left]) * nominal_ns
        if run <= 0.0 or low_left == low_right:
            break
        drift += (low_right - low_left) / run
    return drift
