"""The MIDI ear: what the performer plays goes to the band, to the monitor, and to the reflex.

The same for every MIDI backend. Keys and sustain pedals that are down are remembered, so that they
can be let up when the controller is gone. Messages of channels pass to all; clock, start, stop,
continue and song position to the band alone; sensing and system exclusive to nobody. A key or a
sustain pedal that steers is told to the band alone: neither the monitor nor the reflex hears of it.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numba.np.numpy_support import carray
from numpy.typing import NDArray

from accompanist.dsp import reflex as reflexes
from accompanist.dsp.cue import PERFORM, PERFORMER_LANE, REFLEX_LANE
from accompanist.dsp.midi_desk import CONTROLLER, NOTE_OFF, NOTE_ON, SUSTAIN, Desk, three_bytes
from accompanist.dsp.native import pointer
from accompanist.dsp.reflex import BEGUN_WORDS, TABLE_WORDS, VOICES, Reflex, new_reflex
from accompanist.dsp.ring import SIZE, push
from accompanist.dsp.sounding import KEYS

_FIRST_STATUS, _FIRST_OF_SYSTEM = 0x80, 0xF0
_POSITION, _TICK, _START, _STOP = 0xF2, 0xF8, 0xFA, 0xFC
_PEDAL_DOWN = 64
_HELD = KEYS + 16

HEARD, UNHEARD = range(2)
"""Messages heard, and of these lost to the band, which does not take them."""

EAR_ADDRESSES = 9


class Ear(NamedTuple):
    """An ear's memory, for one thread to write.

    Attributes
    ----------
    reflex
        What answers the keys.
    held
        Which keys, then which channels' pedals, are down.
    to_band, monitor
        Rings that are told what is heard; a monitor of no length is none.
    silent
        Which keys, then which channels' pedals, steer; read only.
    numbers
        Counts.
    """

    reflex: Reflex
    held: NDArray[np.int64]
    to_band: NDArray[np.int64]
    monitor: NDArray[np.int64]
    silent: NDArray[np.int64]
    numbers: NDArray[np.int64]


def new_ear(
    table: NDArray[np.int64],
    to_band: NDArray[np.int64],
    monitor: NDArray[np.int64] | None,
    silent: NDArray[np.int64] | None = None,
) -> Ear:
    """An ear that has heard nothing, for the reflex that answers from `table`.

    `silent` says, by keys and then by channels' pedals, what steers; nothing does unless given.
    """
    held, numbers = np.zeros(_HELD, np.int64), np.zeros(2, np.int64)
    aside = np.zeros(0, np.int64) if monitor is None else monitor
    steering = np.zeros(_HELD, np.int64) if silent is None else silent
    return Ear(new_reflex(table), held, to_band, aside, steering, numbers)


def ear_addresses(ear: Ear) -> tuple[int, ...]:
    """Where an ear's memory lies, for `ear_at`; keep the ear as long as they are used."""
    arrays = (*ear.reflex, ear.held, ear.to_band, ear.monitor, ear.silent, ear.numbers)
    return *(array.ctypes.data for array in arrays), len(ear.monitor)


@njit(cache=True, nogil=True, error_model="numpy")
def ear_at(addresses: NDArray[np.int64]) -> Ear:
    """The ear whose memory lies there."""
    return Ear(
        Reflex(
            carray(pointer(addresses[0]), (TABLE_WORDS,), np.int64),
            carray(pointer(addresses[1]), (BEGUN_WORDS,), np.int64),
            carray(pointer(addresses[2]), (KEYS * VOICES,), np.int64),
        ),
        carray(pointer(addresses[3]), (_HELD,), np.int64),
        carray(pointer(addresses[4]), (SIZE,), np.int64),
        carray(pointer(addresses[5]), (addresses[8],), np.int64),
        carray(pointer(addresses[6]), (_HELD,), np.int64),
        carray(pointer(addresses[7]), (2,), np.int64),
    )


@njit(cache=True, nogil=True, error_model="numpy")
def hear(ear: Ear, desk: Desk, message: int, time: int, time_ns: int) -> None:
    """Hear a message.

    Parameters
    ----------
    ear, desk
        The ear, and the desk on which the reflex lays its answers.
    message
        The message, as `cue.packed` makes it.
    time, time_ns
        When it came, in the device's time and in nanoseconds of the machine's steady clock.
    """
    status, first, second = message & 0xFF, message >> 8 & 0xFF, message >> 16 & 0xFF
    if status < _FIRST_STATUS or first > 127 or second > 127:
        return
    if status >= _FIRST_OF_SYSTEM:
        if status in (_POSITION, _TICK) or _START <= status <= _STOP:
            _tell_band(ear, message, time_ns)
        return
    kind, channel = status & 0xF0, status & 0x0F
    steers = False
    if kind == NOTE_ON and second > 0:
        ear.held[channel << 7 | first] = 1
        steers = ear.silent[channel << 7 | first] != 0
        _sound_answers(ear, channel << 7 | first, time_ns, False)
        if steers:
            reflexes.lift(ear.reflex, desk, channel, first, time)
        else:
            reflexes.strike(ear.reflex, desk, channel, first, second, time)
            _sound_answers(ear, channel << 7 | first, time_ns, True)
    elif kind in (NOTE_ON, NOTE_OFF):
        ear.held[channel << 7 | first] = 0
        _sound_answers(ear, channel << 7 | first, time_ns, False)
        reflexes.lift(ear.reflex, desk, channel, first, time)
    elif kind == CONTROLLER and first == SUSTAIN:
        ear.held[KEYS + channel] = second >= _PEDAL_DOWN
        steers = ear.silent[KEYS + channel] != 0 and second >= _PEDAL_DOWN
    _tell_band(ear, message, time_ns)
    if len(ear.monitor) > 0 and not steers:
        push(ear.monitor, (PERFORM, PERFORMER_LANE, message, 0, 0, time_ns, 0, 0))


@njit(cache=True, nogil=True, error_model="numpy")
def _tell_band(ear: Ear, message: int, time_ns: int) -> None:
    ear.numbers[HEARD] += 1
    if not push(ear.to_band, (PERFORM, PERFORMER_LANE, message, 0, 0, time_ns, 0, 0)):
        ear.numbers[UNHEARD] += 1


@njit(cache=True, nogil=True, error_model="numpy")
def _sound_answers(ear: Ear, key: int, time_ns: int, begin: bool) -> None:
    """Have what a key's answers begin, or end, heard from the built-in synth too."""
    if len(ear.monitor) == 0:
        return
    for place in range(key * VOICES, (key + 1) * VOICES):
        if ear.reflex.begun[place] != 0:
            message = ear.reflex.answers[place]
            if not begin:
                message = three_bytes(NOTE_OFF | message & 0x0F, message >> 8 & 0x7F, 0)
            push(ear.monitor, (PERFORM, REFLEX_LANE, message, 0, 0, time_ns, 0, 0))


@njit(cache=True, nogil=True, error_model="numpy")
def let_up(ear: Ear, desk: Desk, time: int, time_ns: int) -> None:
    """Hear every key and pedal that is down come up: whoever held them is gone."""
    for key in range(KEYS):
        if ear.held[key]:
            up = three_bytes(NOTE_OFF | key >> 7, key & 0x7F, 0)
            hear(ear, desk, up, time, time_ns)
    for channel in range(16):
        if ear.held[KEYS + channel]:
            hear(ear, desk, three_bytes(CONTROLLER | channel, SUSTAIN, 0), time, time_ns)
