"""MIDI clock: twenty-four ticks a beat, laid along beats that become known a little ahead.

Ticks are numbered, and a beat's tick has twenty-four times the beat's number. From the last tick
sent to the next beat known they are spread evenly, so that the tick of a beat falls on it; beyond
that beat they go on at its tempo until the next one is known. A beat that comes earlier or later
than was expected thus bends the few ticks before it, and none is left out or sent twice. Ticks
never follow each other more closely than at twice the tempo: what can't be caught up by then is
caught up later.

Times are the device's own (see `accompanist.dsp.midi_desk`). While no song is played nobody counts
ticks, so that beats are laid on the nearest one, and ticks are numbered anew.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from accompanist.dsp.waiting import NEVER

TICKS_PER_BEAT = 24

Ticks = NDArray[np.int64]

RUNS, NEXT, LAST, BEAT_TICK, BEAT_TIME, BEAT_LENGTH = range(6)
"""Words: 1 while ticks are sent; number of the next one; when the last was sent; tick, time and
length of the last beat known."""
TICK_WORDS = 6

_MOST_ASTRAY = 2 * TICKS_PER_BEAT
_CLOSEST = 2
"""Times the tempo at which ticks catch up."""


def new_ticks() -> Ticks:
    """A clock that sends nothing yet."""
    return np.zeros(TICK_WORDS, np.int64)


@njit(cache=True, nogil=True, error_model="numpy")
def lay_beat(ticks: Ticks, number: int, time: int, length: int, goes_on: bool) -> None:
    """Learn where a beat falls; ticks begin with the first one.

    Parameters
    ----------
    ticks
        The clock.
    number, time, length
        Which beat, when it falls, and how long it lasts.
    goes_on
        Whether whoever follows counts ticks from earlier beats on.
    """
    tick = TICKS_PER_BEAT * number
    if ticks[RUNS] == 0:
        ticks[RUNS], ticks[NEXT] = 1, tick
        ticks[LAST] = time - length
    elif not goes_on:
        nearest = max(math.floor(_tick_at(ticks, time) + 0.5), ticks[NEXT])
        ticks[NEXT] += tick - nearest
    else:
        # Who slept through whole beats is in phase again at once.
        astray = tick - ticks[NEXT]
        if abs(astray) > _MOST_ASTRAY:
            ticks[NEXT] += int(astray / TICKS_PER_BEAT) * TICKS_PER_BEAT
        while tick < ticks[NEXT]:
            tick += TICKS_PER_BEAT
            time += length
    ticks[BEAT_TICK], ticks[BEAT_TIME], ticks[BEAT_LENGTH] = tick, time, length


@njit(cache=True, nogil=True, error_model="numpy")
def rest(ticks: Ticks) -> None:
    """Send no more ticks until a beat is laid."""
    ticks[RUNS] = 0


@njit(cache=True, nogil=True, error_model="numpy")
def next_tick(ticks: Ticks) -> int:
    """When the next tick is due; `NEVER` while none is sent."""
    if ticks[RUNS] == 0:
        return NEVER
    ahead = ticks[BEAT_TICK] - ticks[NEXT]
    if ahead >= 0:
        time = ticks[LAST] + (ticks[BEAT_TIME] - ticks[LAST]) // (ahead + 1)
    else:
        time = ticks[BEAT_TIME] - ahead * ticks[BEAT_LENGTH] // TICKS_PER_BEAT
    closest = ticks[BEAT_LENGTH] // (_CLOSEST * TICKS_PER_BEAT)
    return int(max(time, ticks[LAST] + closest))


@njit(cache=True, nogil=True, error_model="numpy")
def pass_tick(ticks: Ticks, now: int) -> None:
    """Take note that the next tick is sent, at its time or at `now` if it is late."""
    ticks[LAST] = max(next_tick(ticks), now)
    ticks[NEXT] += 1


@njit(cache=True, nogil=True, error_model="numpy")
def shift(ticks: Ticks, by: int) -> None:
    """Move every time: the device's time has jumped."""
    ticks[LAST] += by
    ticks[BEAT_TIME] += by


@njit(cache=True, nogil=True, error_model="numpy")
def _tick_at(ticks: Ticks, time: int) -> float:
    """Ticks counted at a time to come."""
    ahead = ticks[BEAT_TICK] - ticks[NEXT] + 1
    span = ticks[BEAT_TIME] - ticks[LAST]
    if time < ticks[BEAT_TIME] and ahead > 0 and span > 0:
        return float(ticks[NEXT] - 1 + ahead * (time - ticks[LAST]) / span)
    return float(ticks[BEAT_TICK] + TICKS_PER_BEAT * (time - ticks[BEAT_TIME]) / ticks[BEAT_LENGTH])
