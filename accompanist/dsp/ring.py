"""A ring of rows from one producer to one consumer, without locks; threads or processes.

A ring is one int64 array, in memory of one's own or shared: head at 0, tail at 8 (a cache line
apart), then rows of `WIDTH` numbers. Head and tail only grow. The producer publishes a row with a
release store of the head, the consumer frees it with a release store of the tail, so neither ever
waits for the other.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from accompanist.dsp.cue import COLUMNS, RING_ROWS, RING_WORDS
from accompanist.dsp.native import load_acquire, now_ns, sleep_until, store_release

CAPACITY, WIDTH, SIZE = RING_ROWS, COLUMNS, RING_WORDS
_HEAD, _TAIL, _ROWS = 0, 8, 16

Row = tuple[int, int, int, int, int, int, int, int]

_GLANCE_NS = 300_000
"""Waiting costs a glance as often as this: about a hundredth of a core."""


def new_ring() -> NDArray[np.int64]:
    """An empty ring."""
    return np.zeros(SIZE, np.int64)


@njit(cache=True, nogil=True, error_model="numpy")
def push(ring: NDArray[np.int64], row: Row) -> bool:
    """Append a row, for the producer only; false when the ring is full."""
    head = ring[_HEAD]
    if head - load_acquire(ring, _TAIL) >= CAPACITY:
        return False
    place = _ROWS + (head % CAPACITY) * WIDTH
    for column in range(WIDTH):
        ring[place + column] = row[column]
    store_release(ring, _HEAD, head + 1)
    return True


@njit(cache=True, nogil=True, error_model="numpy")
def waiting(ring: NDArray[np.int64]) -> int:
    """Rows to be popped, for the consumer only."""
    return int(load_acquire(ring, _HEAD) - ring[_TAIL])


@njit(cache=True, nogil=True, error_model="numpy")
def pop_into(ring: NDArray[np.int64], row: NDArray[np.int64]) -> None:
    """Move the oldest row into `row`, for the consumer only; there must be one waiting."""
    tail = ring[_TAIL]
    place = _ROWS + (tail % CAPACITY) * WIDTH
    for column in range(WIDTH):
        row[column] = ring[place + column]
    store_release(ring, _TAIL, tail + 1)


@njit(cache=True, nogil=True, error_model="numpy")
def wait_for_row(ring: NDArray[np.int64], other: NDArray[np.int64], until_ns: int) -> bool:
    """Wait without the interpreter for a row on either ring, or the time; whether a row came."""
    while waiting(ring) == 0 and waiting(other) == 0:
        now = now_ns()
        if now >= until_ns:
            return False
        sleep_until(min(now + _GLANCE_NS, until_ns))
    return True
