"""The audio input's callback: machine code that PortAudio calls in its own real-time thread.

Each call takes the time and listens to what came in (see `accompanist.dsp.capture`). It takes no
lock, allocates nothing and never enters the interpreter. What it needs is found through a table of
addresses, which its owner keeps alive.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
from numba import cfunc, njit
from numba.np.numpy_support import carray
from numpy.typing import NDArray

from accompanist.dsp.attack import EAR_WORDS
from accompanist.dsp.capture import Capture, listen
from accompanist.dsp.clock_map import Words, track
from accompanist.dsp.native import now_ns, pointer, store_release
from accompanist.dsp.stream import CAPTURED, PRESENT, SIGNATURE
from accompanist.dsp.tape import LOST, TAPE_FRAMES, Tape

ARRAYS = (
    *("heard", "sound_heard", "played", "sound_played"),
    *("ear", "attacks", "clock", "shift", "report"),
)
"""What the callback works on, in the order of its table."""
_HEARD, _SOUND_HEARD, _PLAYED, _SOUND_PLAYED, _EAR, _ATTACKS, _CLOCK, _SHIFT, _REPORT = range(9)

(
    RATE_HZ,
    INPUTS,
    CHANNEL,
    CHANNELS,
    CALLS,
    FRAMES,
    LONGEST_NS,
    OVERRUNS,
    ATTACKS_LOST,
    TOLD_NS,
    HEARD,
) = range(11)
"""Words of the report. Told to the callback: rate, channels that come in, the first that is
listened to, and how many of them. Told by it: calls, frames of the last one, its longest duration,
calls that took longer than the sound that they heard, attacks that found no room, the latency that
the driver states for this call, and frames heard so far."""
REPORT_WORDS = 16

_OVERFLOW = 0x2
"""PortAudio's flag for input that was lost."""


def workplace(arrays: Mapping[str, NDArray[Any]]) -> NDArray[np.int64]:
    """Make the table that the callback finds everything by; its arrays must stay alive with it."""
    return np.array([(arrays[name].ctypes.data, len(arrays[name])) for name in ARRAYS], np.int64)


@njit(cache=True, nogil=True, error_model="numpy")
def _words(entry: NDArray[np.int64]) -> Words:
    return carray(pointer(entry[0]), (entry[1],), np.int64)


@njit(cache=True, nogil=True, error_model="numpy")
def _tape(words: NDArray[np.int64], samples: NDArray[np.int64]) -> Tape:
    return Tape(_words(words), carray(pointer(samples[0]), (TAPE_FRAMES,), np.float32))


def _callback(
    sound_in: Any,  # noqa: ANN401
    _sound_out: Any,  # noqa: ANN401
    frame_count: Any,  # noqa: ANN401
    times: Any,  # noqa: ANN401
    flags: Any,  # noqa: ANN401
    place: Any,  # noqa: ANN401
) -> int:
    began_ns = now_ns()
    table = carray(place, (len(ARRAYS), 2), np.int64)
    report = _words(table[_REPORT])
    block: Any = np.int64(frame_count)
    capture = Capture(
        _tape(table[_HEARD], table[_SOUND_HEARD]),
        _tape(table[_PLAYED], table[_SOUND_PLAYED]),
        carray(pointer(table[_EAR, 0]), (EAR_WORDS,), np.float64),
        _words(table[_ATTACKS]),
        _words(table[_CLOCK]),
        carray(pointer(table[_SHIFT, 0]), (1,), np.float64),
    )
    track(capture.clock, report[HEARD], began_ns)
    sound = carray(sound_in, (block, report[INPUTS]), np.float32)
    report[ATTACKS_LOST] += listen(capture, sound, report[HEARD], report[CHANNEL], report[CHANNELS])
    capture.heard.words[LOST] += (flags & _OVERFLOW) != 0
    times_s = carray(times, (3,), np.float64)
    report[TOLD_NS] = np.int64((times_s[PRESENT] - times_s[CAPTURED]) * 1e9)
    report[HEARD] += block
    report[FRAMES] = block
    took_ns = now_ns() - began_ns
    report[LONGEST_NS] = max(report[LONGEST_NS], took_ns)
    report[OVERRUNS] += took_ns * report[RATE_HZ] > block * 1e9
    store_release(report, CALLS, report[CALLS] + 1)
    return 0


@cache
def callback() -> Any:  # noqa: ANN401
    """Compile the callback, once; its `address` goes to PortAudio."""
    return cfunc(SIGNATURE, error_model="numpy", cache=True)(_callback)
