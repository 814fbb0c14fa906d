"""The MIDI desk: what is to be sent when, and what sounds; the same for every MIDI backend.

What is planned comes in, MIDI messages go out in order of time, ends before beginnings of the same
moment. Times are the device's own: frames of JACK, nanoseconds elsewhere. When two notes meet on
one key the later one owns it, the key is let up before it is struck again, and the end of a note
that lost its key is not sent. Beginnings wait in bounded memory, what finds no room is dropped and
counted; no beginning that was sent stays without its end.

A note of a lane that is hushed, or whose generation has moved on, never begins, nor does one that
is late by more than `STALE_S`. Each end is said again `AGAIN_AFTER_S` later, since JACK loses what
is sent in a cycle that it misses, and after a missed cycle all of the last `RECENT_S` are. Note ids
are unique and not negative but for answers of the reflex. Ticks of the MIDI clock are laid on the
desk as well (see `accompanist.dsp.midi_clock`); they go on whatever becomes of the notes.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numba.np.numpy_support import carray
from numpy.typing import NDArray

from accompanist.dsp import midi_clock, sounding, waiting
from accompanist.dsp.midi_clock import TICK_WORDS, Ticks
from accompanist.dsp.native import pointer
from accompanist.dsp.sounding import KEYS, NOBODY, Sounding
from accompanist.dsp.waiting import NEVER, Waiting

CHANNELS = (-1, 9, 1, 2, 3, 0, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15)
"""MIDI channel (from 0) of each lane; the performer has none, lanes beyond ours the ones left."""
OURS = (9, 1, 2, 3)
"""Channels of the band and the reflex."""
NO_LANE = -1
"""Lane of what no newer generation takes back."""

STALE_S, AGAIN_AFTER_S, RECENT_S = 0.05, 0.1, 1.0

_STALE_AFTER, _RECENT = range(2)
SENT, LATE, STALE, GATED, DROPPED, CANCELLED, RESENT = range(2, 9)
_COUNTED = ("sent", "late", "stale", "gated", "dropped", "cancelled", "resent")
LEVELS = 9
"""Where the facts hold each lane's volume (controller 7), -1 until it is told."""
HUSHED = LEVELS + len(CHANNELS)
"""Where they hold whether a lane is to be silent."""
QUIET_NS = HUSHED + len(CHANNELS)
"""Where they hold the time (ns) before which no note may begin."""
_FACTS = QUIET_NS + 1

NOTE_OFF, NOTE_ON, CONTROLLER = 0x80, 0x90, 0xB0
_FIRST_AFTER_NOTES = 0xA0
_TICK = 0xF8 | 1 << 24
_THREE_BYTES = 3 << 24
SUSTAIN = 64

DESK_ADDRESSES = 7


class Desk(NamedTuple):
    """A desk's memory, for one thread to write.

    Attributes
    ----------
    waiting
        Notes to begin, and messages.
    sounding
        Notes that have begun.
    facts
        Spans in the device's time, counts, volumes.
    ticks
        The MIDI clock.
    """

    waiting: Waiting
    sounding: Sounding
    facts: NDArray[np.int64]
    ticks: Ticks


def new_desk(units_a_second: int) -> Desk:
    """An empty desk for a device whose time has so many units a second."""
    facts = np.zeros(_FACTS, np.int64)
    facts[_STALE_AFTER] = round(STALE_S * units_a_second)
    facts[_RECENT] = round(RECENT_S * units_a_second)
    facts[LEVELS:HUSHED] = -1
    ledger = sounding.new_sounding(round(AGAIN_AFTER_S * units_a_second))
    return Desk(waiting.new_waiting(), ledger, facts, midi_clock.new_ticks())


def counts(desk: Desk) -> dict[str, int]:
    """What was counted so far.

    Messages sent, and of these late ones (planned for a moment that could not be met any more) and
    ends resent; notes stale (too late to begin), gated, dropped for want of room, and cancelled by
    a newer generation or a hushed lane.
    """
    return {name: int(desk.facts[SENT + place]) for place, name in enumerate(_COUNTED)}


def desk_addresses(desk: Desk) -> tuple[int, ...]:
    """Where a desk's memory lies, for `desk_at`; keep the desk as long as they are used."""
    arrays = (*desk.waiting, *desk.sounding, desk.facts, desk.ticks)
    return tuple(array.ctypes.data for array in arrays)


@njit(cache=True, nogil=True, error_model="numpy")
def desk_at(addresses: NDArray[np.int64]) -> Desk:
    """The desk whose memory lies there."""
    heap = Waiting(
        carray(pointer(addresses[0]), (waiting.ROWS, waiting.CAPACITY), np.int64),
        carray(pointer(addresses[1]), (2,), np.int64),
    )
    ledger = Sounding(
        carray(pointer(addresses[2]), (sounding.ROWS, KEYS), np.int64),
        carray(pointer(addresses[3]), (KEYS,), np.int64),
        carray(pointer(addresses[4]), (2,), np.int64),
    )
    facts = carray(pointer(addresses[5]), (_FACTS,), np.int64)
    return Desk(heap, ledger, facts, carray(pointer(addresses[6]), (TICK_WORDS,), np.int64))


@njit(cache=True, nogil=True, error_model="numpy")
def three_bytes(status: int, first: int, second: int) -> int:
    """A message of three bytes, as `cue.packed` makes it."""
    return int(status | first << 8 | second << 16 | _THREE_BYTES)


@njit(cache=True, nogil=True, error_model="numpy")
def begin(
    desk: Desk, note_id: int, message: int, on: int, off: int, lane: int, generation: int
) -> None:
    """Let a note-on wait for its time, and its note's end with it."""
    if waiting.count(desk.waiting) < waiting.CAPACITY:
        waiting.add(desk.waiting, on, note_id, message, off, lane, generation)
    else:
        desk.facts[DROPPED] += 1


@njit(cache=True, nogil=True, error_model="numpy")
def say(desk: Desk, message: int, time: int) -> None:
    """Let a message of one to three bytes wait for its time; notes have to `begin`."""
    if message & 0xFF >= _FIRST_AFTER_NOTES and 1 <= message >> 24 <= 3:
        begin(desk, NOBODY, message, time, NEVER, NO_LANE, 0)


@njit(cache=True, nogil=True, error_model="numpy")
def end_note(desk: Desk, note_id: int, off: int) -> None:
    """Let a note end then if not before, but not before it has begun."""
    place = waiting.find(desk.waiting, note_id)
    if place < 0:
        sounding.end(desk.sounding, note_id, off)
        return
    columns = desk.waiting.columns
    off = max(off, columns[waiting.TIME, place] + 1)
    columns[waiting.OFF, place] = min(columns[waiting.OFF, place], off)


@njit(cache=True, nogil=True, error_model="numpy")
def cut_note(desk: Desk, note_id: int, off: int, now: int) -> None:
    """Let a note end then if not before; one that would begin then or later never does."""
    place = waiting.find(desk.waiting, note_id)
    if place >= 0 and desk.waiting.columns[waiting.TIME, place] >= off:
        waiting.remove(desk.waiting, place)
    else:
        end_note(desk, note_id, off if place >= 0 else max(off, now))


@njit(cache=True, nogil=True, error_model="numpy")
def hold_note(desk: Desk, note_id: int, off: int) -> None:
    """Let a note that waits or sounds last until then."""
    place = waiting.find(desk.waiting, note_id)
    if place < 0:
        sounding.hold(desk.sounding, note_id, off)
    else:
        columns = desk.waiting.columns
        columns[waiting.OFF, place] = max(columns[waiting.OFF, place], off)


@njit(cache=True, nogil=True, error_model="numpy")
def release(desk: Desk, now: int) -> None:
    """Let everything that sounds end now, and forget the notes that wait."""
    waiting.keep_only(desk.waiting, NOBODY)
    sounding.end_all(desk.sounding, now)


@njit(cache=True, nogil=True, error_model="numpy")
def hush(desk: Desk, lane: int, channel: int, is_silent: bool, now: int) -> None:
    """Let a lane begin nothing, and what sounds on its channel end; or let it play."""
    desk.facts[HUSHED + lane] = is_silent
    if is_silent:
        sounding.end_channel(desk.sounding, channel, now)


@njit(cache=True, nogil=True, error_model="numpy")
def say_offs_again(desk: Desk, now: int) -> None:
    """After something was lost: say again now, and once more, the ends that may be among it."""
    sounding.say_again(desk.sounding, now - desk.facts[_RECENT], now)


@njit(cache=True, nogil=True, error_model="numpy")
def shift(desk: Desk, by: int) -> None:
    """Move every time on the desk: the device's time has jumped."""
    waiting.shift(desk.waiting, by)
    sounding.shift(desk.sounding, by)
    midi_clock.shift(desk.ticks, by)


@njit(cache=True, nogil=True, error_model="numpy")
def next_time(desk: Desk) -> int:
    """When something may be due next; `NEVER` while nothing waits."""
    time = min(sounding.next_end(desk.sounding)[0], midi_clock.next_tick(desk.ticks))
    if waiting.count(desk.waiting) > 0:
        time = min(time, desk.waiting.columns[waiting.TIME, 0])
    return int(time)


@njit(cache=True, nogil=True, error_model="numpy")
def next_due(desk: Desk, generations: NDArray[np.int64], now: int, until: int) -> tuple[int, int]:
    """What is to be sent next, given once.

    Parameters
    ----------
    desk
        The desk.
    generations
        Generation of each lane.
    now
        The first moment that can still be sent; what was planned earlier is late.
    until
        The first moment that is not yet due.

    Returns
    -------
    tuple[int, int]
        The planned time and the packed message; message 0 when nothing is due.
    """
    columns = desk.waiting.columns
    tick = midi_clock.next_tick(desk.ticks)
    while True:
        end, key = sounding.next_end(desk.sounding)
        count = waiting.count(desk.waiting)
        time = columns[waiting.TIME, 0] if count > 0 else NEVER
        if tick < min(end, time):
            return _say_tick(desk, tick, now) if tick < until else (until, 0)
        if end <= time:
            return _say_end(desk, key, end, now) if end < until else (until, 0)
        if time >= until:
            return until, 0
        note_id, lane = columns[waiting.NOTE_ID, 0], columns[waiting.LANE, 0]
        if lane != NO_LANE and (
            generations[lane] != columns[waiting.GENERATION, 0] or desk.facts[HUSHED + lane] != 0
        ):
            desk.facts[CANCELLED] += 1
        elif note_id != NOBODY and time < now - desk.facts[_STALE_AFTER]:
            desk.facts[STALE] += 1
        else:
            return _say_first(desk, time, now)
        waiting.remove(desk.waiting, 0)


@njit(cache=True, nogil=True, error_model="numpy")
def _say_tick(desk: Desk, time: int, now: int) -> tuple[int, int]:
    midi_clock.pass_tick(desk.ticks, now)
    desk.facts[SENT] += 1
    desk.facts[LATE] += time < now
    return time, _TICK


@njit(cache=True, nogil=True, error_model="numpy")
def _say_first(desk: Desk, time: int, now: int) -> tuple[int, int]:
    """What waits first; before a beginning on a key that sounds, the end of what sounds there."""
    columns = desk.waiting.columns
    note_id, message = columns[waiting.NOTE_ID, 0], columns[waiting.MESSAGE, 0]
    if note_id != NOBODY:
        key = (message & 0x0F) << 7 | message >> 8 & 0x7F
        if sounding.sounds(desk.sounding, key):
            return _say_end(desk, key, time, now)
        sounding.strike(desk.sounding, key, note_id, columns[waiting.OFF, 0])
    waiting.remove(desk.waiting, 0)
    desk.facts[SENT] += 1
    desk.facts[LATE] += time < now
    return time, message


@njit(cache=True, nogil=True, error_model="numpy")
def _say_end(desk: Desk, key: int, time: int, now: int) -> tuple[int, int]:
    desk.facts[SENT] += 1
    if sounding.sounds(desk.sounding, key):
        sounding.lift(desk.sounding, key, max(time, now))
        desk.facts[LATE] += time < now
    else:
        sounding.repeat(desk.sounding, key, max(time, now))
        desk.facts[RESENT] += 1
    return time, three_bytes(NOTE_OFF | key >> 7, key & 0x7F, 0)
