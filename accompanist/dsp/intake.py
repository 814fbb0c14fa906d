"""Cues into events: what the band, the stage and the performer's port send to the built-in synth.

Cues come in nanoseconds and leave in frames, through the device's clock map. The band's notes sound
at their time: the output's latency is taken off. The performer's keys sound as soon as the device
can, but always equally late: one block after they were played, since a key that sounded at the
start of the next block would come early or late by chance.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from accompanist.dsp import due, mixer
from accompanist.dsp.clock_map import Words, frame_at
from accompanist.dsp.cue import (
    CUT,
    GENERATION,
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
    A,
    B,
)
from accompanist.dsp.due import ANY_GENERATION, AT_ONCE
from accompanist.dsp.keys import SHORTEST_S
from accompanist.dsp.mixer import Rig
from accompanist.dsp.ring import pop_into, waiting

MOST_ROWS = 512
"""Cues taken off one ring in one block; more wait for the next."""

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
        if desk.row[KIND] == NOTE and desk.row[ON_NS] < gate_ns:
            gated += 1
        else:
            _take(desk.row, desk, rig)
    return gated


@njit(cache=True, nogil=True, error_model="numpy")
def _take(row: NDArray[np.int64], desk: Desk, rig: Rig) -> None:
    kind, lane, a, b = row[KIND], row[LANE], row[A], row[B]
    note_id = row[NOTE_ID] * _LANES + lane
    if kind == NOTE:
        on = frame_at(desk.clock, row[ON_NS] - desk.latency_ns)
        off = frame_at(desk.clock, row[OFF_NS] - desk.latency_ns)
        off = max(off, on + round(SHORTEST_S * desk.rate_hz))
        if mixer.take(rig, (on, due.NOTE_ON, lane, a, b, note_id, row[GENERATION])):
            mixer.take(rig, (off, due.NOTE_OFF, lane, 0, 0, note_id, ANY_GENERATION))
    elif kind == CUT:
        off = frame_at(desk.clock, row[OFF_NS] - desk.latency_ns)
        mixer.take(rig, (off, due.CUT, lane, 0, 0, note_id, ANY_GENERATION))
    elif kind == PERFORM:
        played = frame_at(desk.clock, row[ON_NS]) + desk.block
        mixer.take(rig, (played, due.KEY, lane, a, 0, 0, ANY_GENERATION))
    elif kind in (SILENCE, RELEASE):
        mixer.take(rig, (AT_ONCE, due.SILENCE, 0, 0, 0, 0, ANY_GENERATION))
    elif kind == LEVEL:
        mixer.take(rig, (AT_ONCE, due.LEVEL, lane, a, 0, 0, ANY_GENERATION))
    elif kind == SEAT:
        mixer.take(rig, (AT_ONCE, due.INSTRUMENT, lane, a, b, row[NOTE_ID], ANY_GENERATION))
