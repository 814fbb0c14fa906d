"""The audio callback: machine code that PortAudio calls in its own real-time thread.

It renders the synth into the device's buffer and notes when, in the stream's own clock, frame 0
would have been. It takes no lock, allocates nothing and never enters the interpreter.
"""

from functools import cache
from typing import Any

import numpy as np
from numba import cfunc, types
from numba.np.numpy_support import carray

from accompanist.dsp import mixer
from accompanist.dsp.native import pointer
from accompanist.dsp.ring import CAPACITY, WIDTH
from accompanist.dsp.voices import VOICE
from accompanist.dsp.zones import ZONE

STARTED_S, CALLS, UNDERFLOWS = range(3)
"""What the callback reports: stream time of frame 0, calls, calls that came too late."""
REPORT_FIELDS = 3

WORKPLACE_ROWS = 9
_FRAMES, _ZONES, _SEATS, _VOICES, _QUEUE, _RING, _COUNTERS, _BUS, _RATE = range(WORKPLACE_ROWS)

_TOO_LATE = 0x4
"""PortAudio's flag for output that ran dry."""
_CURRENT_TIME = 1
_CLOCK_SMOOTHING = 0.02
_CLOCK_JUMP_S = 0.02

_ULONG = types.uint32 if np.dtype("ulong").itemsize == 4 else types.uint64
_SIGNATURE = types.int32(types.voidptr, types.voidptr, _ULONG, types.voidptr, _ULONG, types.voidptr)


def _callback(
    _input: Any,  # noqa: ANN401
    output: Any,  # noqa: ANN401
    frame_count: Any,  # noqa: ANN401
    time_info: Any,  # noqa: ANN401
    flags: Any,  # noqa: ANN401
    user_data: Any,  # noqa: ANN401
) -> int:
    place = carray(user_data, (WORKPLACE_ROWS + 1, 2), np.int64)
    out = carray(output, (int(frame_count), 2), np.float32)
    counters = carray(pointer(place[_COUNTERS, 0]), (place[_COUNTERS, 1],), np.int64)
    report = carray(pointer(place[WORKPLACE_ROWS, 0]), (REPORT_FIELDS,), np.float64)
    rate_hz = float(place[_RATE, 0])
    now_s = carray(time_info, (3,), np.float64)[_CURRENT_TIME]
    off_s = now_s - counters[mixer.NOW] / rate_hz - report[STARTED_S]
    if report[CALLS] == 0.0 or abs(off_s) > _CLOCK_JUMP_S:
        report[STARTED_S] += off_s
    else:
        report[STARTED_S] += off_s * _CLOCK_SMOOTHING
    report[CALLS] += 1.0
    if flags & _TOO_LATE:
        report[UNDERFLOWS] += 1.0
    mixer.render(
        carray(pointer(place[_FRAMES, 0]), (place[_FRAMES, 1],), np.int16),
        carray(pointer(place[_ZONES, 0]), (place[_ZONES, 1],), ZONE),
        carray(pointer(place[_SEATS, 0]), (place[_SEATS, 1],), mixer.SEAT_STATE),
        carray(pointer(place[_VOICES, 0]), (place[_VOICES, 1],), VOICE),
        carray(pointer(place[_QUEUE, 0]), (CAPACITY, WIDTH), np.int64),
        carray(pointer(place[_RING, 0]), (place[_RING, 1],), np.int64),
        counters,
        carray(pointer(place[_BUS, 0]), (place[_BUS, 1],), np.float64),
        rate_hz,
        out,
    )
    return 0


@cache
def callback() -> Any:  # noqa: ANN401
    """Compile the callback, once; its `address` goes to PortAudio."""
    return cfunc(_SIGNATURE, error_model="numpy", cache=True)(_callback)
