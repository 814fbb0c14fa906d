"""When the machine itself stood still, so that what was missed then is nobody's doing.

A virtual machine whose host attends to others, or firmware that takes the processors for itself,
stops everything at once. A bare thread on every processor, of a higher rank than all else that
plays, wants to be woken each millisecond: where all of them were woken too late over the same
time, no program can have been in their way.

Limits: Linux alone lets threads be bound to a processor. Without that, or without the rank, a
machine that stands still is not told from a busy one.
"""

import os
import threading
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from accompanist.app.bench.floors import become_urgent

LEAST_NS = 1_000_000
"""Shorter standstills aren't told."""

_INTERVAL_NS = 1_000_000
_RANK = 98
_MOST_WAKES = 1 << 16

Spans = NDArray[np.int64]
"""Beginnings and ends (ns), shape (n, 2), in order, apart from each other."""


class Watch:
    """Watches every processor from now until it is stopped."""

    def __init__(self) -> None:
        known = hasattr(os, "sched_setaffinity")
        self._processors = sorted(os.sched_getaffinity(0)) if known else []
        self._late = [np.zeros((_MOST_WAKES, 2), np.int64) for _ in self._processors]
        self._counts = [0] * len(self._processors)
        self._is_ranked = [False] * len(self._processors)
        self._ending = np.zeros(1, np.int64)
        self._threads = [
            threading.Thread(target=self._watch, args=(place,), name="bench-watch", daemon=True)
            for place in range(len(self._processors))
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> Spans | None:
        """End it; return when the machine stood still, or none where that can't be told."""
        self._ending[0] = 1
        for thread in self._threads:
            thread.join()
        if not self._threads or not all(self._is_ranked):
            return None
        late = [wakes[:count] for wakes, count in zip(self._late, self._counts, strict=True)]
        return together([np.column_stack([w[:, 0] - w[:, 1], w[:, 0]]) for w in late])

    def _watch(self, place: int) -> None:
        from accompanist.dsp.jack_kernels import late_wakes_ns

        os.sched_setaffinity(0, {self._processors[place]})
        self._is_ranked[place] = become_urgent(_RANK)
        self._counts[place] = late_wakes_ns(self._late[place], _INTERVAL_NS, LEAST_NS, self._ending)


def together(processors: list[Spans]) -> Spans:
    """What all have in common, where it lasts long enough."""
    return reduce(_common, processors)


def fall_into(moments_ns: NDArray[np.int64], spans: Spans, reach_ns: int) -> NDArray[np.bool_]:
    """Whether the time of so long before each moment has a share in one of the spans."""
    if len(spans) == 0:
        return np.zeros(len(moments_ns), bool)
    # The last span that had begun by then is the last to end, too.
    last = np.searchsorted(spans[:, 0], moments_ns, side="right") - 1
    ended_ns: NDArray[np.int64] = spans[np.maximum(last, 0), 1]
    return (last >= 0) & (ended_ns >= moments_ns - reach_ns)


def _common(one: Spans, other: Spans) -> Spans:
    shared = []
    for began_ns, ended_ns in one:
        first, last = np.searchsorted(other[:, 1], began_ns), np.searchsorted(other[:, 0], ended_ns)
        shared += [(max(began_ns, b), min(ended_ns, e)) for b, e in other[first:last]]
    found = np.array(shared, np.int64).reshape(-1, 2)
    return found[found[:, 1] - found[:, 0] >= LEAST_NS]
