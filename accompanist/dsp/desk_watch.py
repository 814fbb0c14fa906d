"""Waiting, without the interpreter, for what is due on a MIDI desk whose time is the steady clock.

For backends that hand messages to the system themselves.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from accompanist.dsp.cue import OFF_NS, ON_NS
from accompanist.dsp.midi_cues import take
from accompanist.dsp.midi_desk import Desk, next_due, next_time
from accompanist.dsp.native import load_acquire, now_ns, sleep_until
from accompanist.dsp.ring import pop_into, waiting

Words = NDArray[np.int64]

MOST_AT_ONCE = 256
LATE_NS = 1_000_000
"""What is sent later than this counts as late; nobody hears less."""

PLANNED_NS, MESSAGE = range(2)


@njit(cache=True, nogil=True, error_model="numpy")
def take_rows(desk: Desk, ring: Words, row: Words, gate_ns: int, now: int) -> None:
    """Take off a ring what is there by now."""
    for _ in range(waiting(ring)):
        pop_into(ring, row)
        take(desk, row, row[ON_NS], row[OFF_NS], now, gate_ns)


@njit(cache=True, nogil=True, error_model="numpy")
def wait_for_due(
    desk: Desk,
    band: Words,
    own: Words,
    at_once: Words,
    gate: Words,
    generations: Words,
    due: Words,
    until_ns: int,
) -> int:
    """Wait until something is due, or the time; take what is due off the desk.

    Cues that come meanwhile are seen at the end, so the wait is to be short.

    Parameters
    ----------
    desk
        The desk; its time is nanoseconds of the steady clock.
    band, own, at_once
        Rings of cues: the band's, whose notes pass the gate, the stage's, and those that hands on
        surfaces bring about at once.
    gate
        The word that holds the gate, shape `(1,)`.
    generations
        The lanes' generations.
    due
        Where planned times and packed messages are written, in the order in which they are to be
        sent, shape `(MOST_AT_ONCE + 1, 8)`; its last row is used for other things.
    until_ns
        How long to wait at most.

    Returns
    -------
    int
        How many rows of `due` were written.
    """
    row = due[MOST_AT_ONCE]
    while True:
        now = now_ns()
        take_rows(desk, at_once, row, 0, now)
        take_rows(desk, band, row, load_acquire(gate, 0), now)
        take_rows(desk, own, row, 0, now)
        next_ns = next_time(desk)
        if next_ns <= now or now >= until_ns:
            return _take_due(desk, generations, due, now)
        sleep_until(min(next_ns, until_ns))


@njit(cache=True, nogil=True, error_model="numpy")
def _take_due(desk: Desk, generations: Words, due: Words, now: int) -> int:
    count = 0
    while count < MOST_AT_ONCE:
        planned_ns, message = next_due(desk, generations, now - LATE_NS, now + 1)
        if message == 0:
            break
        due[count, PLANNED_NS] = planned_ns
        due[count, MESSAGE] = message
        count += 1
    return count
