"""Events in the order in which they are due: what the synth has been told and has not done yet.

A queue is a ring of rows, earliest first, with one row behind that says where it begins and how
long it is. The earliest leaves at once; a new one moves past those due later, which are few, since
most come in order; one that is taken back stays in place and does nothing. All is bounded:
beginnings get half of the queue, so that there is always room for what ends them.

An event is a cue (see `accompanist.dsp.cue`) that says in frames when it happens, in the column in
which cues have nanoseconds; two kinds more are known only here.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from accompanist.dsp.cue import COLUMNS, CUT, KIND, NOTE, NOTE_ID, ON_NS, PERFORM

Event = NDArray[np.int64]
Queue = NDArray[np.int64]

CAPACITY = 4096

FRAME = ON_NS
"""When an event happens; a cut when the note ends."""

NOTHING, END = 0, -1
"""Kinds: one that was taken back; the end of note NOTE_ID."""

ANY_GENERATION = -1
AT_ONCE = -(1 << 62)
"""A frame that has always passed."""

_FIRST, _COUNT = 0, 1


def new_event() -> Event:
    """A row for an event to be written into."""
    return np.zeros(COLUMNS, np.int64)


def new_queue() -> Queue:
    """An empty queue."""
    return np.zeros((CAPACITY + 1, COLUMNS), np.int64)


@njit(cache=True, nogil=True, error_model="numpy")
def add(queue: Queue, event: Event) -> bool:
    """Put an event in its place, after those of the same frame; false if there is no room."""
    first, count = queue[CAPACITY, _FIRST], queue[CAPACITY, _COUNT]
    room = CAPACITY // 2 if event[KIND] in (NOTE, PERFORM) else CAPACITY
    if count >= room:
        return False
    place = count
    while place > 0:
        earlier = queue[(first + place - 1) % CAPACITY]
        if earlier[FRAME] <= event[FRAME]:
            break
        _copy(queue[(first + place) % CAPACITY], earlier)
        place -= 1
    _copy(queue[(first + place) % CAPACITY], event)
    queue[CAPACITY, _COUNT] = count + 1
    return True


@njit(cache=True, nogil=True, error_model="numpy")
def until_next(queue: Queue, frame: int, most: int) -> int:
    """Frames from `frame` to the next event, 0 if it is due, `most` if there is none so near."""
    if queue[CAPACITY, _COUNT] == 0:
        return most
    ahead = queue[queue[CAPACITY, _FIRST], FRAME] - frame
    return int(min(max(ahead, 0), most))


@njit(cache=True, nogil=True, error_model="numpy")
def pop_into(queue: Queue, event: Event) -> None:
    """Move the earliest event into `event`; there must be one."""
    first = queue[CAPACITY, _FIRST]
    _copy(event, queue[first])
    queue[CAPACITY, _FIRST] = (first + 1) % CAPACITY
    queue[CAPACITY, _COUNT] -= 1


@njit(cache=True, nogil=True, error_model="numpy")
def take_back(queue: Queue, event: Event) -> None:
    """Let what a cut or a silence means never begin: its note, or all notes and keys after it."""
    everything = event[KIND] != CUT
    first = queue[CAPACITY, _FIRST]
    for place in range(first, first + queue[CAPACITY, _COUNT]):
        row = queue[place % CAPACITY]
        begins = row[KIND] == NOTE or (row[KIND] == PERFORM and everything)
        meant = everything or row[NOTE_ID] == event[NOTE_ID]
        if begins and meant and row[FRAME] >= event[FRAME]:
            row[KIND] = NOTHING


@njit(cache=True, nogil=True, error_model="numpy")
def take_back_ends(queue: Queue, note_id: int) -> None:
    """Let a note last: what would have ended it never happens."""
    first = queue[CAPACITY, _FIRST]
    for place in range(first, first + queue[CAPACITY, _COUNT]):
        row = queue[place % CAPACITY]
        if row[KIND] in (END, CUT) and row[NOTE_ID] == note_id:
            row[KIND] = NOTHING


@njit(cache=True, nogil=True, error_model="numpy")
def shift(queue: Queue, frames: int) -> None:
    """Move every event by so many frames."""
    first = queue[CAPACITY, _FIRST]
    for place in range(first, first + queue[CAPACITY, _COUNT]):
        queue[place % CAPACITY, FRAME] += frames


@njit(cache=True, nogil=True, error_model="numpy")
def _copy(to: Event, row: Event) -> None:
    for column in range(COLUMNS):
        to[column] = row[column]
