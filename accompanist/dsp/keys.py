"""Keys and sustain pedals of a keyboard, as notes that begin and end.

MIDI messages are played in the order of their frames. A key that is struck again ends its last
note; one that is let go sounds on while its channel's pedal is down; and even the shortest touch
speaks. The performer's keyboard and the reflex that answers it are two keyboards; the performer's
pads on channel 10 sound as the band's kit. Messages other than keys and the sustain pedal say
nothing here.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from accompanist.dsp.cue import (
    GENERATION,
    KIND,
    LANE,
    LANES,
    NOTE,
    NOTE_ID,
    PERFORMER_LANE,
    REFLEX_LANE,
    A,
    B,
)
from accompanist.dsp.due import ANY_GENERATION, END, FRAME, Event, Queue, add

Keys = NDArray[np.int64]

SHORTEST_S = 0.015
"""A note that ends at once still speaks for so long."""

_CHANNELS, _PITCHES, _KEYBOARDS = 16, 128, 2
_KEYS = _KEYBOARDS * _CHANNELS * _PITCHES
_NOTES, _STRUCK, _HELD = 0, _KEYS, 2 * _KEYS
_PEDALS = 3 * _KEYS
_LAST_NOTE = _PEDALS + _KEYBOARDS * _CHANNELS
KEY_WORDS = _LAST_NOTE + 1

_FIRST_NOTE = -(1 << 62)
"""Numbers of notes from here on are keys'; all others are the band's."""

_OFF, _ON, _CONTROLLER = 0x80, 0x90, 0xB0
_SUSTAIN, _DOWN = 64, 64
_PADS_CHANNEL, _DRUMS = 9, LANES.index("drums")


def new_keys() -> Keys:
    """All keys and pedals up."""
    keys = np.zeros(KEY_WORDS, np.int64)
    keys[_LAST_NOTE] = _FIRST_NOTE
    return keys


@njit(cache=True, nogil=True, error_model="numpy")
def play(keys: Keys, queue: Queue, event: Event, shortest: int) -> int:
    """Take a message at its frame, and queue the notes that begin and end by it.

    Parameters
    ----------
    keys
        The keyboards.
    queue
        Where notes begin and end.
    event
        The message, as a PERFORM cue gives it; overwritten.
    shortest
        Frames for which even the shortest note sounds.

    Returns
    -------
    int
        Beginnings and endings that found no room.
    """
    message, lane, frame = event[A], event[LANE], event[FRAME]
    kind, channel = message & 0xF0, message & 0x0F
    first, second = message >> 8 & 0x7F, message >> 16 & 0x7F
    keyboard = channel + (_CHANNELS if lane == REFLEX_LANE else 0)
    key = keyboard * _PITCHES + first
    event[GENERATION] = ANY_GENERATION
    if kind == _ON and second > 0:
        lost = _end(keys, queue, event, key, frame, shortest)
        keys[_LAST_NOTE] += 1
        keys[_NOTES + key], keys[_STRUCK + key] = keys[_LAST_NOTE], frame
        pads = lane == PERFORMER_LANE and channel == _PADS_CHANNEL
        event[KIND], event[LANE] = NOTE, _DRUMS if pads else lane
        event[A], event[B] = first, second
        event[NOTE_ID], event[FRAME] = keys[_LAST_NOTE], frame
        return lost + (not add(queue, event))
    if kind in (_ON, _OFF):
        if keys[_PEDALS + keyboard] == 0:
            return _end(keys, queue, event, key, frame, shortest)
        if keys[_NOTES + key] != 0:
            keys[_HELD + key] = 1
    elif kind == _CONTROLLER and first == _SUSTAIN:
        keys[_PEDALS + keyboard] = second >= _DOWN
        if second < _DOWN:
            return _end_held(keys, queue, event, keyboard, frame, shortest)
    return 0


@njit(cache=True, nogil=True, error_model="numpy")
def let_go(keys: Keys) -> None:
    """Forget which keys sound; pedals stay where the feet are."""
    for key in range(_KEYS):
        keys[_NOTES + key] = keys[_HELD + key] = 0


@njit(cache=True, nogil=True, error_model="numpy")
def _end_held(
    keys: Keys, queue: Queue, event: Event, keyboard: int, frame: int, shortest: int
) -> int:
    """End what sounds by a channel's pedal alone."""
    lost = 0
    for key in range(keyboard * _PITCHES, (keyboard + 1) * _PITCHES):
        if keys[_HELD + key] != 0:
            lost += _end(keys, queue, event, key, frame, shortest)
    return lost


@njit(cache=True, nogil=True, error_model="numpy")
def _end(keys: Keys, queue: Queue, event: Event, key: int, frame: int, shortest: int) -> int:
    """End what a key sounds, if anything."""
    note_id = keys[_NOTES + key]
    if note_id == 0:
        return 0
    keys[_NOTES + key] = keys[_HELD + key] = 0
    event[KIND], event[NOTE_ID] = END, note_id
    event[FRAME] = max(frame, keys[_STRUCK + key] + shortest)
    return int(not add(queue, event))
