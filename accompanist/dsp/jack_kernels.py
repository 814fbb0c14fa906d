"""JACK process callbacks in machine code: one plays notes, one gives them back, one writes down.

Each callback owns a block of `WORDS` 64-bit words, which it alone writes while it runs; a record in
it is a time (nanoseconds of the system's monotonic clock, taken in the callback) and a message:
three bytes of MIDI, then the number of the port. Nothing here takes a lock, allocates, or enters
the interpreter. JACK's library must be installed before this module is imported.
"""

import ctypes.util
import time
from typing import Any

import llvmlite.binding
import numpy as np
from numba import cfunc, njit, types
from numba.np.numpy_support import carray
from numpy.typing import NDArray

Words = NDArray[np.int64]

llvmlite.binding.load_library_permanently(ctypes.util.find_library("jack") or "libjack")

MOST_RECORDS = 1 << 15
HERE, PORTS, RECORDS, ENABLED, WAIT, INTERVAL, RANDOM = range(7)
"""Address of the words, ports in use, records so far; whether to play, frames until the next note,
frames between notes on average, and the state of their randomness."""
FIRST_PORT = 16
FIRST_RECORD = 24
WORDS = FIRST_RECORD + 2 * MOST_RECORDS
NOTE_ON = 0x90

_SCRATCH = 8
"""Words for a time, a message, or JACK's event: its frame, size, and the address of its bytes."""
_WORD_BYTES = 8
_MONOTONIC = int(time.CLOCK_MONOTONIC)

_external: Any = types.ExternalFunction
_pointer: Any = types.intp
_get_buffer = _external("jack_port_get_buffer", _pointer(_pointer, types.uint32))
_clear = _external("jack_midi_clear_buffer", types.void(_pointer))
_write = _external(
    "jack_midi_event_write", types.int32(_pointer, types.uint32, _pointer, types.uintp)
)
_count = _external("jack_midi_get_event_count", types.uint32(_pointer))
_get = _external("jack_midi_event_get", types.int32(_pointer, _pointer, types.uint32))
_copy = _external("memcpy", _pointer(_pointer, _pointer, types.uintp))
_clock_gettime = _external("clock_gettime", types.int32(types.int32, _pointer))
_usleep = _external("usleep", types.int32(types.uint32))

# numba's own types leave out the options of the compiler.
_cfunc: Any = cfunc
SIGNATURE: Any = types.int32(types.uint32, types.voidptr)
_process = _cfunc(SIGNATURE, cache=True, error_model="numpy")


def new_words(interval_frames: int = 0) -> Words:
    """Return the words of a callback that has done nothing yet; their first says where they are."""
    words = np.zeros(WORDS, np.int64)
    words[HERE] = words.ctypes.data
    words[INTERVAL] = interval_frames
    words[RANDOM] = 1
    return words


@njit(inline="always")
def _now_ns(words: Words) -> int:
    _clock_gettime(_MONOTONIC, words[HERE] + _SCRATCH * _WORD_BYTES)
    return int(words[_SCRATCH] * 1_000_000_000 + words[_SCRATCH + 1])


@njit(inline="always")
def _record(words: Words, message: int) -> None:
    number = words[RECORDS]
    if number < MOST_RECORDS:
        words[FIRST_RECORD + 2 * number] = _now_ns(words)
        words[FIRST_RECORD + 2 * number + 1] = message
        words[RECORDS] = number + 1


def _play(frames: int, block: Any) -> int:  # noqa: ANN401 - an address
    words = carray(block, (WORDS,), np.int64)
    for port in range(words[PORTS]):
        _clear(_get_buffer(words[FIRST_PORT + port], frames))
    if words[ENABLED] == 0:
        return 0
    if words[WAIT] >= frames:
        words[WAIT] -= frames
        return 0
    number = words[RECORDS]
    port = number % words[PORTS]
    message = NOTE_ON | (number % 128) << 8 | (1 + number // 128 % 127) << 16
    words[_SCRATCH + 2] = message
    buffer = _get_buffer(words[FIRST_PORT + port], frames)
    _write(buffer, words[WAIT], words[HERE] + (_SCRATCH + 2) * _WORD_BYTES, 3)
    _record(words, message | port << 24)
    words[RANDOM] = (words[RANDOM] * 1_103_515_245 + 12_345) & 0x7FFFFFFF
    share = (words[RANDOM] >> 8) & 0xFFFF
    gap = words[INTERVAL] // 2 + (words[INTERVAL] * share >> 16)
    words[WAIT] = max(words[WAIT] + gap - np.int64(frames), 0)
    return 0


def _answer(frames: int, block: Any) -> int:  # noqa: ANN401 - an address
    words = carray(block, (WORDS,), np.int64)
    heard = _get_buffer(words[FIRST_PORT], frames)
    said = _get_buffer(words[FIRST_PORT + 1], frames)
    _clear(said)
    event = words[HERE] + _SCRATCH * _WORD_BYTES
    for index in range(_count(heard)):
        if _get(event, heard, index) == 0:
            _write(said, words[_SCRATCH] & 0xFFFFFFFF, words[_SCRATCH + 2], words[_SCRATCH + 1])
    return 0


def _listen(frames: int, block: Any) -> int:  # noqa: ANN401 - an address
    words = carray(block, (WORDS,), np.int64)
    event = words[HERE] + _SCRATCH * _WORD_BYTES
    for port in range(words[PORTS]):
        buffer = _get_buffer(words[FIRST_PORT + port], frames)
        for index in range(_count(buffer)):
            if _get(event, buffer, index) == 0 and words[_SCRATCH + 1] == 3:
                words[_SCRATCH + 3] = 0
                _copy(words[HERE] + (_SCRATCH + 3) * _WORD_BYTES, words[_SCRATCH + 2], 3)
                message = words[_SCRATCH + 3]
                if message & 0xF0 == NOTE_ON:
                    _record(words, message | port << 24)
    return 0


play = _process(_play)
"""Strikes a note now and then, on each port in turn; no two in a row are alike."""
answer = _process(_answer)
"""Gives back on the second port what comes in on the first, at the same frame."""
listen = _process(_listen)
"""Writes down every note that begins, with the port it came to."""


@njit(nogil=True, cache=True)
def sleep_latenesses_ns(words: Words, count: int, sleep_us: int) -> Words:
    """How much too late the system wakes a bare thread, so many times; `words` for scratch."""
    late_ns = np.empty(count, np.int64)
    for index in range(count):
        began_ns = _now_ns(words)
        _usleep(sleep_us)
        late_ns[index] = _now_ns(words) - began_ns - sleep_us * 1000
    return late_ns
