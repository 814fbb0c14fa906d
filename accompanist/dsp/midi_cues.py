"""Cues for MIDI: what the rows of a ring mean on the desk.

The same for every MIDI backend, which says what a row's times are in its own time.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from accompanist.dsp import midi_clock, midi_desk, waiting
from accompanist.dsp.cue import (
    CLOCK,
    CUT,
    GENERATION,
    HUSH,
    KIND,
    LANE,
    LEVEL,
    MESSAGE,
    NOTE,
    NOTE_ID,
    OFF_NS,
    ON_NS,
    RELEASE,
    SILENCE,
    A,
    B,
)
from accompanist.dsp.midi_desk import (
    CHANNELS,
    CONTROLLER,
    DROPPED,
    GATED,
    LEVELS,
    NOTE_ON,
    OURS,
    QUIET_NS,
    SUSTAIN,
    Desk,
    three_bytes,
)

MOST_NOTES = waiting.CAPACITY - 512
"""Notes that may wait; the other places are for answers, messages, and silence."""

_VOLUME, _ALL_SOUND_OFF, _ALL_NOTES_OFF = 7, 120, 123
_MILLION = 1_000_000


@njit(cache=True, nogil=True, error_model="numpy")
def take(desk: Desk, row: NDArray[np.int64], on: int, off: int, now: int, gate_ns: int) -> None:
    """Take a row off a ring.

    Parameters
    ----------
    desk
        The desk.
    row
        A row of `cue`; kinds that concern no instrument are passed over.
    on, off
        The row's times in the device's time.
    now
        The first moment that can still be sent.
    gate_ns
        Notes that begin before this (ns) do not.
    """
    kind, lane = row[KIND], row[LANE]
    if kind == NOTE:
        _take_note(desk, row, on, off, gate_ns)
    elif kind == CUT and row[A] == 1:
        midi_desk.hold_note(desk, row[NOTE_ID], off)
    elif kind == CUT:
        midi_desk.cut_note(desk, row[NOTE_ID], off, now)
    elif kind == MESSAGE:
        midi_desk.say(desk, row[A], now if row[ON_NS] == 0 else on)
    elif kind == CLOCK:
        if off > on:
            midi_clock.lay_beat(desk.ticks, row[NOTE_ID], on, off - on, row[A] != 0)
        else:
            midi_clock.rest(desk.ticks)
    elif kind == RELEASE:
        _release(desk, row[OFF_NS], now)
    elif kind == SILENCE:
        _release(desk, row[OFF_NS], now)
        for channel in OURS:
            midi_desk.say(desk, three_bytes(CONTROLLER | channel, SUSTAIN, 0), now)
            midi_desk.say(desk, three_bytes(CONTROLLER | channel, _ALL_NOTES_OFF, 0), now)
            midi_desk.say(desk, three_bytes(CONTROLLER | channel, _ALL_SOUND_OFF, 0), now)
    elif kind == LEVEL and 0 < lane < len(CHANNELS):
        # A lane read again after something was written could not be proved to lie in the tuple.
        volume = min(max((127 * row[A] + _MILLION // 2) // _MILLION, 0), 127)
        desk.facts[LEVELS + lane] = volume
        midi_desk.say(desk, three_bytes(CONTROLLER | CHANNELS[lane], _VOLUME, volume), now)
    elif kind == HUSH and 0 < lane < len(CHANNELS):
        midi_desk.hush(desk, lane, CHANNELS[lane], row[A] != 0, now)


@njit(cache=True, nogil=True, error_model="numpy")
def _release(desk: Desk, quiet_ns: int, now: int) -> None:
    desk.facts[QUIET_NS] = max(desk.facts[QUIET_NS], quiet_ns)
    midi_desk.release(desk, now)


@njit(cache=True, nogil=True, error_model="numpy")
def _take_note(desk: Desk, row: NDArray[np.int64], on: int, off: int, gate_ns: int) -> None:
    lane, pitch = row[LANE], row[A]
    if not 0 < lane < len(CHANNELS) or not 0 <= pitch < 128 or row[OFF_NS] <= row[ON_NS]:
        return
    if row[ON_NS] < max(gate_ns, desk.facts[QUIET_NS]):
        desk.facts[GATED] += 1
    elif waiting.count(desk.waiting) >= MOST_NOTES:
        desk.facts[DROPPED] += 1
    else:
        message = three_bytes(NOTE_ON | CHANNELS[lane], pitch, min(max(row[B], 1), 127))
        midi_desk.begin(desk, row[NOTE_ID], message, on, max(off, on + 1), lane, row[GENERATION])
