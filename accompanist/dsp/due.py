"""Events in the order in which they are due: what the synth has been told and has not done yet.

A queue is a ring of rows, earliest first, with one row behind that says where it begins and how
long it is. The earliest leaves at once; a new one moves past those due later, which are few, since
most come in order; one that is taken back stays in place and does nothing. All is bounded:
beginnings get half of the queue, so that there is always room for what ends them.

An event is a row: frame, kind, seat, and what depends on the kind.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from accompanist.dsp.ring import CAPACITY, WIDTH

Queue = NDArray[np.int64]
Event = tuple[int, int, int, int, int, int, int]

FRAME, KIND, SEAT, A, B, C, GENERATION = range(7)
_FIELDS = 7

NOTHING, NOTE_ON, NOTE_OFF, CUT, SILENCE, LEVEL, INSTRUMENT, KEY = range(8)
"""Kinds of events, and what A, B and C are:

NOTE_ON: pitch, velocity, number of the note. It begins if its generation is still the seat's.
NOTE_OFF: –, –, number: ends a note that sounds.
CUT: the same, and takes back one that is still to come.
SILENCE: ends everything that sounds, and takes back everything after it that was sent before it.
LEVEL: level in millionths.
INSTRUMENT: first zone, zones, balance in millionths.
KEY: a MIDI message of a keyboard (see `accompanist.dsp.cue.packed`); the seat says whose.
"""

ANY_GENERATION = -1
AT_ONCE = -(1 << 62)
"""A frame that has always passed."""

_FIRST, _COUNT = 0, 1


def new_queue() -> Queue:
    """An empty queue."""
    return np.zeros((CAPACITY + 1, WIDTH), np.int64)


@njit(cache=True, nogil=True, error_model="numpy")
def add(queue: Queue, event: Event) -> bool:
    """Put an event in its place, after those of the same frame; false if there is no room."""
    first, count = queue[CAPACITY, _FIRST], queue[CAPACITY, _COUNT]
    kind = event[KIND]
    room = CAPACITY // 2 if kind in (NOTE_ON, KEY) else CAPACITY
    if count >= room:
        return False
    place = count
    while place > 0:
        earlier = queue[(first + place - 1) % CAPACITY]
        if earlier[FRAME] <= event[FRAME]:
            break
        _copy(queue[(first + place) % CAPACITY], earlier)
        place -= 1
    row = queue[(first + place) % CAPACITY]
    for field in range(_FIELDS):
        row[field] = event[field]
    queue[CAPACITY, _COUNT] = count + 1
    return True


@njit(cache=True, nogil=True, error_model="numpy")
def until_next(queue: Queue, frame: int, most: int) -> int:
    """Frames from `frame` to the next event, 0 if it is due, `most` if there is none so near."""
    if queue[CAPACITY, _COUNT] == 0:
        return most
    ahead = queue[queue[CAPACITY, _FIRST] % CAPACITY, FRAME] - frame
    return int(min(max(ahead, 0), most))


@njit(cache=True, nogil=True, error_model="numpy")
def pop(queue: Queue) -> Event:
    """Take the earliest event out; there must be one."""
    row = queue[queue[CAPACITY, _FIRST] % CAPACITY]
    queue[CAPACITY, _FIRST] = (queue[CAPACITY, _FIRST] + 1) % CAPACITY
    queue[CAPACITY, _COUNT] -= 1
    return row[0], row[1], row[2], row[3], row[4], row[5], row[6]


@njit(cache=True, nogil=True, error_model="numpy")
def take_back(queue: Queue, from_frame: int, note_id: int, everything: bool) -> None:
    """Let a note, or all notes and keys, never begin if they are due at a frame or later."""
    first = queue[CAPACITY, _FIRST]
    for place in range(first, first + queue[CAPACITY, _COUNT]):
        row = queue[place % CAPACITY]
        begins = row[KIND] == NOTE_ON or (row[KIND] == KEY and everything)
        if begins and row[FRAME] >= from_frame and (everything or row[C] == note_id):
            row[KIND] = NOTHING


@njit(cache=True, nogil=True, error_model="numpy")
def shift(queue: Queue, frames: int) -> None:
    """Move every event by so many frames."""
    first = queue[CAPACITY, _FIRST]
    for place in range(first, first + queue[CAPACITY, _COUNT]):
        queue[place % CAPACITY, FRAME] += frames


@njit(cache=True, nogil=True, error_model="numpy")
def _copy(to: NDArray[np.int64], row: NDArray[np.int64]) -> None:
    for field in range(_FIELDS):
        to[field] = row[field]
