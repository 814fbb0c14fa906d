"""The audio output's callback: machine code that PortAudio calls in its own real-time thread.

Each call takes the time, takes cues off the rings of the band, the performer's port, the stage and
the hands on surfaces (last, so that what ends everything ends what came with it), renders the synth
into the device's buffer, and leaves it on tape for whoever must know the band's own sound. It takes
no lock, allocates nothing and never enters the interpreter. What it needs is found through a table
of addresses, which its owner keeps alive.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
from numba import cfunc, njit, types
from numba.np.numpy_support import carray
from numpy.typing import NDArray

from accompanist.dsp import mixer
from accompanist.dsp.clock_map import ns_at, track
from accompanist.dsp.cue import COLUMNS
from accompanist.dsp.due import shift
from accompanist.dsp.intake import NO_GATE, Desk, take_cues
from accompanist.dsp.mixer import SEAT_STATE, Rig
from accompanist.dsp.native import load_acquire, now_ns, pointer, store_release
from accompanist.dsp.tape import Tape
from accompanist.dsp.taping import anchor, put_mean
from accompanist.dsp.voices import VOICE
from accompanist.dsp.zones import ZONE

ARRAYS = (
    *Rig._fields,
    *("band", "monitor", "own", "at_once", "status", "clock", "report", "row", "log"),
    *("tape", "sound"),
)
"""What the callback works on, in the order of its table."""
(
    _BAND,
    _MONITOR,
    _OWN,
    _AT_ONCE,
    _STATUS,
    _CLOCK,
    _REPORT,
    _ROW,
    _LOG,
    _TAPE,
    _SOUND,
) = range(len(Rig._fields), len(ARRAYS))

(
    RATE_HZ,
    LATENCY_NS,
    GATE_WORD,
    CALLS,
    FRAMES,
    LONGEST_NS,
    OVERRUNS,
    UNDERFLOWS,
    GATED,
    SOUNDING,
    TOLD_NS,
) = range(11)
"""Words of the report. Told to the callback: rate, latency, which word of status holds the gate.
Told by it: calls, frames of the last one, its longest duration, calls that took longer than the
sound they made, calls before which sound ran dry, notes before the gate, voices that sound, and the
latency that the driver states for this call."""
REPORT_WORDS = 16

LOG_ROWS = 1 << 16
"""Durations of the last calls, in nanoseconds, are kept by the number of the call."""

_UNDERFLOW = 0x4
"""PortAudio's flag for output that ran dry."""

CAPTURED, PRESENT, HEARD_AT = range(3)
"""Fields of PortAudio's times: of the first sample in, of the call, of the first sample out."""

_ULONG = types.uint32 if np.dtype("ulong").itemsize == 4 else types.uint64
SIGNATURE = types.int32(types.voidptr, types.voidptr, _ULONG, types.voidptr, _ULONG, types.voidptr)


def workplace(arrays: Mapping[str, NDArray[Any]]) -> NDArray[np.int64]:
    """Make the table that the callback finds everything by; its arrays must stay alive with it."""
    return np.array([(arrays[name].ctypes.data, len(arrays[name])) for name in ARRAYS], np.int64)


@njit(cache=True, nogil=True, error_model="numpy")
def _words(entry: NDArray[np.int64]) -> NDArray[np.int64]:
    return carray(pointer(entry[0]), (entry[1],), np.int64)


@njit(cache=True, nogil=True, error_model="numpy")
def _rig(table: NDArray[np.int64]) -> Rig:
    """Lay out the rig; the table has its arrays first, in its own order."""
    return Rig(
        carray(pointer(table[0, 0]), (table[0, 1],), np.int16),
        carray(pointer(table[1, 0]), (table[1, 1],), ZONE),
        carray(pointer(table[2, 0]), (table[2, 1],), SEAT_STATE),
        carray(pointer(table[3, 0]), (table[3, 1],), VOICE),
        carray(pointer(table[4, 0]), (table[4, 1], COLUMNS), np.int64),
        _words(table[5]),
        _words(table[6]),
        _words(table[7]),
        _words(table[8]),
        carray(pointer(table[9, 0]), (table[9, 1],), np.float64),
    )


def _callback(
    sound_in: Any,  # noqa: ANN401
    sound_out: Any,  # noqa: ANN401
    frame_count: Any,  # noqa: ANN401
    times: Any,  # noqa: ANN401
    flags: Any,  # noqa: ANN401
    place: Any,  # noqa: ANN401
) -> int:
    began_ns = now_ns()
    table = carray(place, (len(ARRAYS), 2), np.int64)
    report, clock = _words(table[_REPORT]), _words(table[_CLOCK])
    block: Any = np.int64(frame_count)
    rate_hz = float(report[RATE_HZ])
    rig = _rig(table)
    first = rig.counters[mixer.NOW]
    moved = track(clock, first, began_ns)
    if moved != 0:
        shift(rig.queue, moved)
    latency_ns: Any = report[LATENCY_NS]
    desk = Desk(_words(table[_ROW]), clock, latency_ns, block, rate_hz)
    gate_ns = load_acquire(_words(table[_STATUS]), report[GATE_WORD])
    for source in range(_BAND, _AT_ONCE + 1):
        since_ns = gate_ns if source == _BAND else NO_GATE
        report[GATED] += take_cues(_words(table[source]), since_ns, desk, rig)
    sound = carray(sound_out, (block, 2), np.float32)
    mixer.render(rig, rate_hz, sound)
    tape = Tape(
        _words(table[_TAPE]),
        carray(pointer(table[_SOUND, 0]), (table[_SOUND, 1],), np.float32),
    )
    anchor(tape.words, first, ns_at(clock, first))
    put_mean(tape, first, sound)
    _report(report, block, flags, carray(times, (3,), np.float64))
    report[SOUNDING] = mixer.sounding(rig.voices)
    took_ns = now_ns() - began_ns
    _words(table[_LOG])[report[CALLS] % LOG_ROWS] = took_ns
    report[LONGEST_NS] = max(report[LONGEST_NS], took_ns)
    report[OVERRUNS] += took_ns * rate_hz > block * 1e9
    store_release(report, CALLS, report[CALLS] + 1)
    return 0


@njit(cache=True, nogil=True, error_model="numpy")
def _report(
    report: NDArray[np.int64], block: int, flags: int, times_s: NDArray[np.float64]
) -> None:
    """Tell what the driver says about this call."""
    report[FRAMES] = block
    report[UNDERFLOWS] += (flags & _UNDERFLOW) != 0
    report[TOLD_NS] = np.int64((times_s[HEARD_AT] - times_s[PRESENT]) * 1e9)


@cache
def callback() -> Any:  # noqa: ANN401
    """Compile the callback, once; its `address` goes to PortAudio."""
    return cfunc(SIGNATURE, error_model="numpy", cache=True)(_callback)
