"""JACK process callbacks in machine code: they play, answer, click, listen, and doze.

Each callback owns a block of `WORDS` 64-bit words, which it alone writes while it runs, and two
logs. A record of the first log is a time (nanoseconds of the machine's steady clock, taken in the
callback), a message (three bytes of MIDI, then the number of the port) and the server's frame; one
of the second is a cycle's first frame, the time at which the callback began, and the xruns so far.
Nothing here takes a lock, allocates, or enters the interpreter. JACK's library must be installed
before this module is imported.
"""

import ctypes.util
from typing import Any

import llvmlite.binding
import numpy as np
from numba import cfunc, njit, types
from numba.np.numpy_support import carray
from numpy.typing import NDArray

from accompanist.dsp import ring
from accompanist.dsp.cue import A, B
from accompanist.dsp.native import (
    WORD_BYTES,
    Words,
    address,
    external,
    load_acquire,
    now_ns,
    pointer,
    receive_from,
    scratch,
    sleep_until,
)

llvmlite.binding.load_library_permanently(ctypes.util.find_library("jack") or "libjack")

(
    CLIENT,
    PORTS,
    LOG,
    MOST_RECORDS,
    RECORDS,
    CYCLE_LOG,
    MOST_CYCLES,
    CYCLES,
    XRUNS,
    ENABLED,
    PORT,
    INTERVAL,
    WAIT,
    RANDOM,
    HELD,
    RING,
    STALL_NS,
) = range(17)
"""Words:

CLIENT, PORTS: the client's address, and how many ports it has. LOG, MOST_RECORDS, RECORDS: address,
room and contents of the first log; CYCLE_LOG, MOST_CYCLES, CYCLES of the second. XRUNS: told by the
server. ENABLED: whether to play, on PORT, a note every INTERVAL frames on average; WAIT frames
until the next event, RANDOM the state of its randomness, HELD the note that sounds. RING: address
of a ring of messages to play at once. STALL_NS: how long to sleep in the next cycle.
"""
FIRST_PORT = 32
MOST_PORTS = 16
WORDS = FIRST_PORT + MOST_PORTS
RECORD = 3
"""Words of a record of either log."""

NOTE_ON, NOTE_OFF = 0x90, 0x80
LOWEST, PITCHES, VELOCITIES = 36, 48, 127
CLICK_FRAMES = 96

_get_buffer = external("jack_port_get_buffer", address(address, types.uint32))
_clear = external("jack_midi_clear_buffer", types.void(address))
_write = external("jack_midi_event_write", types.int32(address, types.uint32, address, types.uintp))
_count = external("jack_midi_get_event_count", types.uint32(address))
_get = external("jack_midi_event_get", types.int32(address, address, types.uint32))
_last_frame_time = external("jack_last_frame_time", types.uint32(address))
_copy = external("memcpy", address(address, address, types.uintp))

# numba's own types leave out the options of the compiler.
_cfunc: Any = cfunc
SIGNATURE: Any = types.int32(types.uint32, types.voidptr)
XRUN_SIGNATURE: Any = types.int32(types.voidptr)
_process = _cfunc(SIGNATURE, cache=True, error_model="numpy")
_told = _cfunc(XRUN_SIGNATURE, cache=True, error_model="numpy")


@njit(inline="always")
def _signed(number: Any) -> int:  # noqa: ANN401 - unsigned numbers turn sums into fractions
    return int(np.int64(number))


@njit(inline="always")
def _record(words: Words, log: int, most: int, count: int, first: int, then: int, last: int) -> int:
    """Append a record to a log, if there is room; return how many there are."""
    if count >= most:
        return count
    place = carray(pointer(log + count * RECORD * WORD_BYTES), (RECORD,), np.int64)
    place[0], place[1], place[2] = first, then, last
    return count + 1


@njit(inline="always")
def _write_down(words: Words, message: int, frame: int) -> None:
    words[RECORDS] = _record(
        words, words[LOG], words[MOST_RECORDS], words[RECORDS], now_ns(), message, frame
    )


@njit(inline="always")
def _say(buffer: int, offset: int, message: int, size: int) -> None:
    """Write up to three bytes of MIDI."""
    place = scratch(1)
    carray(pointer(place), (1,), np.int64)[0] = message
    _write(buffer, offset, place, size)


@njit(inline="always")
def _next_gap(words: Words) -> int:
    """Frames until the next note: half the interval to one and a half."""
    words[RANDOM] = (words[RANDOM] * 1_103_515_245 + 12_345) & 0x7FFFFFFF
    share = (words[RANDOM] >> 8) & 0xFFFF
    return int(words[INTERVAL] // 2 + (words[INTERVAL] * share >> 16))


def _play(frames: int, block: Any) -> int:  # noqa: ANN401 - an address
    words = carray(block, (WORDS,), np.int64)
    for port in range(words[PORTS]):
        _clear(_get_buffer(words[FIRST_PORT + port], frames))
    if words[ENABLED] == 0 and words[HELD] == 0:
        return 0
    if words[WAIT] >= frames:
        words[WAIT] -= frames
        return 0
    frame = _signed(_last_frame_time(words[CLIENT])) + words[WAIT]
    buffer = _get_buffer(words[FIRST_PORT + words[PORT]], frames)
    if words[HELD] == 0:
        number = words[RECORDS] // 2
        pitch, velocity = LOWEST + number % PITCHES, 1 + number // PITCHES % VELOCITIES
        words[HELD] = NOTE_ON | pitch << 8 | velocity << 16
        message, gap = words[HELD], words[INTERVAL] // 4
    else:
        message, gap = NOTE_OFF | words[HELD] & 0x7F00, _next_gap(words)
        words[HELD] = 0
    _say(buffer, words[WAIT], message, 3)
    _write_down(words, message | words[PORT] << 24, frame)
    words[WAIT] = max(words[WAIT] + gap - _signed(frames), 0)
    return 0


def _recite(frames: int, block: Any) -> int:  # noqa: ANN401 - an address
    words = carray(block, (WORDS,), np.int64)
    rows = carray(pointer(words[RING]), (ring.SIZE,), np.int64)
    row = carray(pointer(scratch(8)), (ring.WIDTH,), np.int64)
    frame = _signed(_last_frame_time(words[CLIENT]))
    for port in range(words[PORTS]):
        _clear(_get_buffer(words[FIRST_PORT + port], frames))
    for _ in range(ring.waiting(rows)):
        ring.pop_into(rows, row)
        _say(_get_buffer(words[FIRST_PORT + row[B]], frames), 0, row[A], row[A] >> 24)
        _write_down(words, row[A] & 0xFFFFFF | row[B] << 24, frame)
    return 0


def _answer(frames: int, block: Any) -> int:  # noqa: ANN401 - an address
    words = carray(block, (WORDS,), np.int64)
    heard = _get_buffer(words[FIRST_PORT], frames)
    said = _get_buffer(words[FIRST_PORT + 1], frames)
    _clear(said)
    place = scratch(3)
    event = carray(pointer(place), (3,), np.int64)
    for index in range(_count(heard)):
        if _get(place, heard, index) == 0:
            _write(said, event[0] & 0xFFFFFFFF, event[2], event[1])
    return 0


def _listen(frames: int, block: Any) -> int:  # noqa: ANN401 - an address
    words = carray(block, (WORDS,), np.int64)
    began = _signed(_last_frame_time(words[CLIENT]))
    words[CYCLES] = _record(
        words,
        words[CYCLE_LOG],
        words[MOST_CYCLES],
        words[CYCLES],
        began,
        now_ns(),
        words[XRUNS],
    )
    place, said = scratch(3), scratch(1)
    event = carray(pointer(place), (3,), np.int64)
    message = carray(pointer(said), (1,), np.int64)
    for port in range(words[PORTS]):
        buffer = _get_buffer(words[FIRST_PORT + port], frames)
        for index in range(_count(buffer)):
            if _get(place, buffer, index) == 0 and event[1] <= 3:
                message[0] = 0
                _copy(said, event[2], event[1])
                _write_down(words, message[0] | port << 24, began + (event[0] & 0xFFFFFFFF))
    return 0


def _click(frames: int, block: Any) -> int:  # noqa: ANN401 - an address
    words = carray(block, (WORDS,), np.int64)
    buffer = _get_buffer(words[FIRST_PORT], frames)
    samples = carray(pointer(buffer), (_signed(frames),), np.float32)
    began = _signed(_last_frame_time(words[CLIENT]))
    for index in range(_signed(frames)):
        if words[HELD] > 0:
            samples[index] = 0.7 if words[HELD] // 8 % 2 else -0.7
            words[HELD] -= 1
        else:
            samples[index] = 0.0
        words[WAIT] -= 1
        if words[WAIT] <= 0:
            words[WAIT] = _next_gap(words)
            if words[ENABLED] != 0:
                words[HELD] = CLICK_FRAMES
                _write_down(words, 0, began + index + 1)
    return 0


def _doze(frames: int, block: Any) -> int:  # noqa: ANN401 - an address
    words = carray(block, (WORDS,), np.int64)
    for port in range(words[PORTS]):
        _clear(_get_buffer(words[FIRST_PORT + port], frames))
    if words[STALL_NS] > 0:
        sleep_until(now_ns() + words[STALL_NS])
        words[STALL_NS] = 0
    return 0


def _count_xrun(block: Any) -> int:  # noqa: ANN401 - an address
    words = carray(block, (WORDS,), np.int64)
    words[XRUNS] += 1
    return 0


play = _process(_play)
"""Strikes a note now and then on the port whose turn it is; no two in a row are alike."""
recite = _process(_recite)
"""Plays the messages that are put in its ring, on the port each names, at once."""
answer = _process(_answer)
"""Gives back on the second port what comes in on the first, at the same frame."""
listen = _process(_listen)
"""Writes down every short message, with the port it came to, and every cycle."""
click = _process(_click)
"""Sounds a burst of two milliseconds now and then, written down with its first frame."""
doze = _process(_doze)
"""Says nothing, or when told to keeps everyone waiting who listens to it."""
count_xrun = _told(_count_xrun)
"""Counts what the server tells it."""


@njit(nogil=True, cache=True, error_model="numpy")
def relay(socket: int, messages: Words, ending: Words) -> None:
    """Put the three bytes of each datagram that comes into a ring for `recite`; judge nothing.

    Parameters
    ----------
    socket
        The system's number of a UDP socket that does not wait for ever.
    messages
        The ring.
    ending
        Shape (1,): anything but 0 ends it.
    """
    data, sender = scratch(2), scratch(2)
    word = carray(pointer(data), (1,), np.int64)
    while load_acquire(ending, 0) == 0:
        word[0] = 0
        if receive_from(socket, data, 3, sender) == 3:
            ring.push(messages, (0, 0, word[0] | 3 << 24, 0, 0, 0, 0, 0))


@njit(nogil=True, cache=True, error_model="numpy")
def late_wakes_ns(
    wakes_ns: NDArray[np.int64], interval_ns: int, least_ns: int, ending: Words
) -> int:
    """Write down when the system wakes a bare thread too late, and by how much.

    Parameters
    ----------
    wakes_ns
        Room for when it woke and how late that was, shape (n, 2).
    interval_ns
        Between two moments at which it wants to be woken.
    least_ns
        Lateness that is written down.
    ending
        Shape (1,): anything but 0 ends the sleep.

    Returns
    -------
    count
        How often that was.
    """
    count = 0
    due_ns = now_ns()
    while count < len(wakes_ns) and load_acquire(ending, 0) == 0:
        due_ns = max(due_ns + interval_ns, now_ns())
        sleep_until(due_ns)
        woken_ns = now_ns()
        if woken_ns - due_ns >= least_ns:
            wakes_ns[count, 0], wakes_ns[count, 1] = woken_ns, woken_ns - due_ns
            count += 1
    return count
