"""JACK's process callback for the band's MIDI: machine code in JACK's own real-time thread.

Each cycle it hears what came in, at its frame; takes what the band and the stage sent, turned from
nanoseconds to frames once and for all; and writes what is due, at its frame. What falls into a
cycle that JACK missed is lost, so that after one the ends of notes are said again. Nothing here
takes a lock, allocates or enters the interpreter. JACK's library must be installed before this
module is imported.

The callbacks own a block of `WORDS` words, mostly addresses of memory that others made; the program
that made it keeps all of it until JACK has let go.
"""

import ctypes.util
from functools import cache
from typing import Any, NamedTuple

import llvmlite.binding
import numpy as np
from numba import cfunc, njit, types
from numba.np.numpy_support import carray
from numpy.typing import NDArray

from accompanist.dsp import midi_cues, midi_desk
from accompanist.dsp.clock_map import CLOCK_WORDS, RATE_HZ, frame_at, ns_at, track
from accompanist.dsp.cue import OFF_NS, ON_NS
from accompanist.dsp.midi_desk import DESK_ADDRESSES, Desk, desk_at
from accompanist.dsp.midi_ear import EAR_ADDRESSES, Ear, ear_at, hear, let_up
from accompanist.dsp.native import address, external, load_acquire, now_ns, pointer, scratch
from accompanist.dsp.ring import SIZE, WIDTH, pop_into, waiting
from accompanist.dsp.waiting import NEVER

Words = NDArray[np.int64]

llvmlite.binding.load_library_permanently(ctypes.util.find_library("jack") or "libjack")

(
    CLIENT,
    INPUT,
    OUTPUT,
    FROM_BAND,
    OWN,
    GATE,
    GENERATIONS,
    CLOCK,
    LOG,
    LOGGED_EVENTS,
    LOGGED_CYCLES,
    MOST_EVENTS,
    MOST_CYCLES,
    CYCLES,
    FRAME,
    NEXT_FRAME,
    XRUNS,
    XRUNS_SEEN,
    MISSED_SINCE,
    MISSED,
    LET_UP,
    LET_UP_SEEN,
    SHUT_DOWN,
    UNREGISTERED,
    AT_ONCE,
) = range(25)
"""Words: the client and its ports (no input: 0); addresses of the rings, of the word of the gate,
of the generations, the clock map, and the log with its rooms; cycles so far, the frame at which the
last began and the one at which the next should; xruns told and seen, and the frames at which cycles
that were missed began and ended (until ends are said again: 0); how often keys are to be let up and
were; 1 once the server is gone; ports of anyone that went away; address of the ring of cues that
hands on surfaces bring about at once."""
DESK = 25
EAR = DESK + DESK_ADDRESSES
_ROW = EAR + EAR_ADDRESSES
WORDS = _ROW + WIDTH

_LANES = 64
MOST_ROWS = 256
"""Rows taken off each ring in a cycle, so that none takes long (64 rows take about 10 µs)."""
QUIET_MS, PATIENCE_MS = 20, 100
"""Cycles are kept again when none was missed for so long; longer than the other nobody waits."""
_LONGEST = 3
_BYTES = 0xFFFFFF

_get_buffer = external("jack_port_get_buffer", address(address, types.uint32))
_clear = external("jack_midi_clear_buffer", types.void(address))
_write = external("jack_midi_event_write", types.int32(address, types.uint32, address, types.uintp))
_room = external("jack_midi_max_event_size", types.uintp(address))
_count = external("jack_midi_get_event_count", types.uint32(address))
_get = external("jack_midi_event_get", types.int32(address, address, types.uint32))
_last_frame = external("jack_last_frame_time", types.uint32(address))


class Log(NamedTuple):
    """What a callback did, for measurements; it stops when it is full.

    Attributes
    ----------
    numbers
        Events and cycles so far.
    events
        Shape (n, 3): frame planned, frame written, message.
    cycles
        Shape (n, 2): frame at which the cycle began, and how long the callback took (ns).
    """

    numbers: Words
    events: Words
    cycles: Words


def new_log(most_events: int = 0, most_cycles: int = 0) -> Log:
    """An empty log with so much room."""
    events, cycles = np.zeros((most_events, 3), np.int64), np.zeros((most_cycles, 2), np.int64)
    return Log(np.zeros(2, np.int64), events, cycles)


@njit(cache=True, nogil=True, error_model="numpy")
def _log_at(words: Words) -> Log:
    return Log(
        carray(pointer(words[LOG]), (2,), np.int64),
        carray(pointer(words[LOGGED_EVENTS]), (words[MOST_EVENTS], 3), np.int64),
        carray(pointer(words[LOGGED_CYCLES]), (words[MOST_CYCLES], 2), np.int64),
    )


@njit(cache=True, nogil=True, error_model="numpy")
def _begin_cycle(words: Words, clock: Words, desk: Desk, frames: int, began_ns: int) -> int:
    """Find the first frame of the cycle, on a count that does not wrap; make up for missed ones."""
    counted = int(np.int64(_last_frame(words[CLIENT])))
    if words[CYCLES] == 0:
        words[FRAME] = words[NEXT_FRAME] = counted
    moved = (counted - words[FRAME]) & 0xFFFFFFFF
    words[FRAME] += moved - ((moved & 0x80000000) << 1)
    frame = int(words[FRAME])
    jump = track(clock, frame, began_ns)
    if jump != 0:
        midi_desk.shift(desk, jump)
    xruns = load_acquire(words, XRUNS)
    if xruns != words[XRUNS_SEEN] or frame != words[NEXT_FRAME]:
        words[XRUNS_SEEN] = xruns
        words[MISSED] = frame
        if words[MISSED_SINCE] == 0:
            words[MISSED_SINCE] = frame
    _make_up(words, desk, frame, clock[RATE_HZ])
    words[NEXT_FRAME] = frame + frames
    words[CYCLES] += 1
    return frame


@njit(cache=True, nogil=True, error_model="numpy")
def _make_up(words: Words, desk: Desk, frame: int, rate_hz: int) -> None:
    """Say ends again once cycles are kept: what is said in a missed one is lost as well."""
    if words[MISSED_SINCE] == 0:
        return
    quiet, waited = frame - words[MISSED], frame - words[MISSED_SINCE]
    if quiet * 1000 >= QUIET_MS * rate_hz or waited * 1000 >= PATIENCE_MS * rate_hz:
        words[MISSED_SINCE] = 0
        midi_desk.say_offs_again(desk, frame)


@njit(cache=True, nogil=True, error_model="numpy")
def _hear(words: Words, clock: Words, desk: Desk, ear: Ear, frames: int, frame: int) -> None:
    """Hear what came in; a message longer than three bytes is none of a key's."""
    asked = load_acquire(words, LET_UP)
    if asked != words[LET_UP_SEEN]:
        words[LET_UP_SEEN] = asked
        let_up(ear, desk, frame, ns_at(clock, frame))
    if words[INPUT] == 0:
        return
    buffer = _get_buffer(words[INPUT], frames)
    place = scratch(3)
    event = carray(pointer(place), (3,), np.int64)
    for index in range(_count(buffer)):
        if _get(place, buffer, index) == 0 and 1 <= event[1] <= _LONGEST:
            message = event[1] << 24
            data = carray(pointer(event[2]), (event[1],), np.uint8)
            for byte in range(event[1]):
                message |= np.int64(data[byte]) << (8 * byte)
            time = frame + (event[0] & 0xFFFFFFFF)
            hear(ear, desk, message, time, ns_at(clock, time))


@njit(cache=True, nogil=True, error_model="numpy")
def _take(words: Words, ring: Words, clock: Words, desk: Desk, frame: int, gate_ns: int) -> None:
    """Take rows off a ring; from here on their times are frames."""
    row = words[_ROW : _ROW + WIDTH]
    for _ in range(min(waiting(ring), MOST_ROWS)):
        pop_into(ring, row)
        on, off = frame_at(clock, row[ON_NS]), frame_at(clock, row[OFF_NS])
        midi_cues.take(desk, row, on, off, frame, gate_ns)


@njit(cache=True, nogil=True, error_model="numpy")
def _speak(words: Words, desk: Desk, frames: int, frame: int, log: Log) -> None:
    """Write what is due; what finds no room in JACK's buffer is due in the next cycle again."""
    generations = carray(pointer(words[GENERATIONS]), (_LANES,), np.int64)
    buffer = _get_buffer(words[OUTPUT], frames)
    _clear(buffer)
    place = scratch(1)
    said = carray(pointer(place), (1,), np.int64)
    while _room(buffer) >= _LONGEST:
        planned, message = midi_desk.next_due(desk, generations, frame, frame + frames)
        if message == 0:
            break
        written = max(planned, frame)
        said[0] = message & _BYTES
        _write(buffer, written - frame, place, message >> 24)
        number = log.numbers[0]
        if number < len(log.events):
            log.events[number, 0] = planned
            log.events[number, 1] = written
            log.events[number, 2] = message
            log.numbers[0] = number + 1


def _process(count: Any, block: Any) -> int:  # noqa: ANN401 - numbers and addresses of C
    began_ns = now_ns()
    words = carray(block, (WORDS,), np.int64)
    frames = int(np.int64(count))
    clock = carray(pointer(words[CLOCK]), (CLOCK_WORDS,), np.int64)
    desk = desk_at(words[DESK : DESK + DESK_ADDRESSES])
    ear = ear_at(words[EAR : EAR + EAR_ADDRESSES])
    log = _log_at(words)
    gate = carray(pointer(words[GATE]), (1,), np.int64)
    own = carray(pointer(words[OWN]), (SIZE,), np.int64)
    at_once = carray(pointer(words[AT_ONCE]), (SIZE,), np.int64)
    from_band = carray(pointer(words[FROM_BAND]), (SIZE,), np.int64)
    frame = _begin_cycle(words, clock, desk, frames, began_ns)
    _hear(words, clock, desk, ear, frames, frame)
    _take(words, at_once, clock, desk, frame, -NEVER)
    _take(words, own, clock, desk, frame, -NEVER)
    _take(words, from_band, clock, desk, frame, load_acquire(gate, 0))
    _speak(words, desk, frames, frame, log)
    number = log.numbers[1]
    if number < len(log.cycles):
        log.cycles[number, 0] = frame
        log.cycles[number, 1] = now_ns() - began_ns
        log.numbers[1] = number + 1
    return 0


def _notice_xrun(block: Any) -> int:  # noqa: ANN401 - an address
    words = carray(block, (WORDS,), np.int64)
    words[XRUNS] += 1
    return 0


def _notice_shutdown(block: Any) -> None:  # noqa: ANN401 - an address
    words = carray(block, (WORDS,), np.int64)
    words[SHUT_DOWN] = 1


def _notice_port(_port: Any, is_there: Any, block: Any) -> None:  # noqa: ANN401
    words = carray(block, (WORDS,), np.int64)
    if is_there == 0:
        words[UNREGISTERED] += 1


SIGNATURES: dict[Any, Any] = {
    _process: types.int32(types.uint32, types.voidptr),
    _notice_xrun: types.int32(types.voidptr),
    _notice_shutdown: types.void(types.voidptr),
    _notice_port: types.void(types.uint32, types.int32, types.voidptr),
}
"""What JACK calls, and how."""


class Callbacks(NamedTuple):
    """What JACK calls: each cycle, after an xrun, when it ends, when a port comes or goes."""

    process: Any
    xrun: Any
    shutdown: Any
    registration: Any


@cache
def callbacks() -> Callbacks:
    """Compile the callbacks, once; each one's `address` goes to JACK."""
    compiled = (
        cfunc(signature, error_model="numpy", cache=True)(function)
        for function, signature in SIGNATURES.items()
    )
    return Callbacks(*compiled)
