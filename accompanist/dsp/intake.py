"""Cues into events: what the band, the stage and the performer's port send to the built-in synth.

Cues come in nanoseconds and leave in frames, through the device's clock map. The band's notes sound
at their time: the output's latency is taken off. The performer's keys sound as soon as the device
can, but always equally late: one block after they were played. Sounding at the start of the next
block would save half a block on average, and make each key early or late by chance: at 256 frames
the delay then spreads by 1.7 ms (standard deviation), so by 0.3 ms.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from accompanist.dsp import mixer
from accompanist.dsp.clock_map import Words, frame_at
from accompanist.dsp.cue import (
    CUT,
    HUSH,
    KIND,
    LANE,
    LEVEL,
    NOTE,
    NOTE_ID,
    OFF_NS,
    ON_NS,
    PERFORM,
    RELEASE,
    SEAT,
    SILENCE,
)
from accompanist.dsp.due import AT_ONCE, END, FRAME
from accompanist.dsp.keys import SHORTEST_S
from accompanist.dsp.mixer import Rig
from accompanist.dsp.ring import pop_into, waiting

MOST_ROWS = 128
"""Cues taken off one ring in one block (half a millisecond when the queue is full); more wait."""

_LANES = 8
"""Notes of different lanes may share a number."""

NO_GATE = -(1 << 62)


class Desk(NamedTuple):
    """What turns cues into events: a row to read into, the clock, and times of the device."""

    row: NDArray[np.int64]
    clock: Words
    latency_ns: int
    block: int
    rate_hz: float


@njit(cache=True, nogil=True, error_model="numpy")
def take_cues(ring: NDArray[np.int64], gate_ns: int, desk: Desk, rig: Rig) -> int:
    """Take what waits on a ring; return how many notes began before the gate and were dropped."""
    gated = 0
    for _ in range(min(waiting(ring), MOST_ROWS)):
        pop_into(ring, desk.row)
        quiet_ns = rig.counters[mixer.QUIET_NS]
        if desk.row[KIND] == NOTE and desk.row[ON_NS] < max(gate_ns, quiet_ns):
            gated += 1
        elif 0 <= desk.row[LANE] < len(rig.seats):
            _take(desk.row, desk, rig)
    return gated


@njit(cache=True, nogil=True, error_model="numpy")
def _take(row: NDArray[np.int64], desk: Desk, rig: Rig) -> None:
    """Turn a cue into an event, in its own row, and hand it on."""
    kind, on_ns, off_ns = row[KIND], row[ON_NS], row[OFF_NS]
    if kind in (NOTE, CUT):
        row[NOTE_ID] = row[NOTE_ID] * _LANES + row[LANE]
        off = frame_at(desk.clock, off_ns - desk.latency_ns)
        if kind == NOTE:
            row[FRAME] = frame_at(desk.clock, on_ns - desk.latency_ns)
            off = max(off, row[FRAME] + round(SHORTEST_S * desk.rate_hz))
            if not mixer.take(rig, row):
                return
            row[KIND] = END
        row[FRAME] = off
    elif kind == PERFORM:
        row[FRAME] = frame_at(desk.clock, on_ns) + desk.block
    elif kind == SEAT and on_ns != 0:
        row[FRAME] = frame_at(desk.clock, on_ns - desk.latency_ns)
    elif kind in (SILENCE, RELEASE):
        rig.counters[mixer.QUIET_NS] = max(rig.counters[mixer.QUIET_NS], off_ns)
        row[FRAME] = AT_ONCE
    elif kind in (LEVEL, SEAT, HUSH):
        row[FRAME] = AT_ONCE
    else:
        return
    mixer.take(rig, row)
