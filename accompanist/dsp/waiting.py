"""What waits for its time: a bounded heap of columns, earliest first, oldest first among equals.

Coming and going take a number of steps that grows with the logarithm of how many wait; finding a
note by its id looks through one contiguous row, about a microsecond when all places are taken.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

CAPACITY = 4096
NEVER = 2**62
"""Later than everything."""
TIME, SERIAL, NOTE_ID, MESSAGE, OFF, LANE, GENERATION = range(7)
ROWS = 7
_COUNT, _CAME = range(2)


class Waiting(NamedTuple):
    """What waits.

    Attributes
    ----------
    columns
        Shape `(7, CAPACITY)`: a column waits at a place, its first row says for when.
    numbers
        How many wait, and how many ever came.
    """

    columns: NDArray[np.int64]
    numbers: NDArray[np.int64]


def new_waiting() -> Waiting:
    """Nothing that waits."""
    return Waiting(np.zeros((ROWS, CAPACITY), np.int64), np.zeros(2, np.int64))


@njit(cache=True, nogil=True, error_model="numpy")
def _precedes(queue: Waiting, one: int, other: int) -> bool:
    if queue.columns[TIME, one] != queue.columns[TIME, other]:
        return bool(queue.columns[TIME, one] < queue.columns[TIME, other])
    return bool(queue.columns[SERIAL, one] < queue.columns[SERIAL, other])


@njit(cache=True, nogil=True, error_model="numpy")
def _swap(queue: Waiting, one: int, other: int) -> None:
    for row in range(ROWS):
        value = queue.columns[row, one]
        queue.columns[row, one] = queue.columns[row, other]
        queue.columns[row, other] = value


@njit(cache=True, nogil=True, error_model="numpy")
def _rise(queue: Waiting, place: int) -> None:
    while place > 0:
        parent = (place - 1) >> 1
        if not _precedes(queue, place, parent):
            return
        _swap(queue, place, parent)
        place = parent


@njit(cache=True, nogil=True, error_model="numpy")
def _sink(queue: Waiting, place: int, count: int) -> None:
    while 2 * place + 1 < count:
        child = 2 * place + 1
        if child + 1 < count and _precedes(queue, child + 1, child):
            child += 1
        if not _precedes(queue, child, place):
            return
        _swap(queue, place, child)
        place = child


@njit(cache=True, nogil=True, error_model="numpy")
def add(
    queue: Waiting,
    time: int,
    note_id: int,
    message: int,
    off: int,
    lane: int,
    generation: int,
) -> None:
    """Let something wait; there must be room."""
    place = queue.numbers[_COUNT]
    queue.columns[TIME, place] = time
    queue.columns[SERIAL, place] = queue.numbers[_CAME]
    queue.columns[NOTE_ID, place] = note_id
    queue.columns[MESSAGE, place] = message
    queue.columns[OFF, place] = off
    queue.columns[LANE, place] = lane
    queue.columns[GENERATION, place] = generation
    queue.numbers[_COUNT] = place + 1
    queue.numbers[_CAME] += 1
    _rise(queue, place)


@njit(cache=True, nogil=True, error_model="numpy")
def remove(queue: Waiting, place: int) -> None:
    """Take away what waits at a place; the earliest is at 0."""
    last = queue.numbers[_COUNT] - 1
    queue.numbers[_COUNT] = last
    if place < last:
        _swap(queue, place, last)
        _rise(queue, place)
        _sink(queue, place, last)


@njit(cache=True, nogil=True, error_model="numpy")
def find(queue: Waiting, note_id: int) -> int:
    """Place where a note waits, or -1."""
    for place in range(queue.numbers[_COUNT]):
        if queue.columns[NOTE_ID, place] == note_id:
            return place
    return -1


@njit(cache=True, nogil=True, error_model="numpy")
def keep_only(queue: Waiting, note_id: int) -> None:
    """Take away all but what carries that id."""
    count, kept = queue.numbers[_COUNT], 0
    for place in range(count):
        if queue.columns[NOTE_ID, place] == note_id:
            for row in range(ROWS):
                queue.columns[row, kept] = queue.columns[row, place]
            _rise(queue, kept)
            kept += 1
    queue.numbers[_COUNT] = kept


@njit(cache=True, nogil=True, error_model="numpy")
def count(queue: Waiting) -> int:
    """How many wait."""
    return int(queue.numbers[_COUNT])


@njit(cache=True, nogil=True, error_model="numpy")
def shift(queue: Waiting, by: int) -> None:
    """Let everything wait that much longer."""
    for place in range(queue.numbers[_COUNT]):
        queue.columns[TIME, place] += by
        if queue.columns[OFF, place] < NEVER:
            queue.columns[OFF, place] += by
