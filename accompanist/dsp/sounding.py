"""The ledger of what sounds: which note owns each key of each channel of an instrument.

An instrument knows keys, not notes: a key has at most one owner, and its end waits with it, so that
there is room for every end however many notes sound. A key that was let up stays busy until its end
has been said again, unless it is struck before.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from accompanist.dsp.waiting import NEVER

KEYS = 16 * 128
"""A key is its channel times 128 plus its pitch."""
NOBODY = -1

_OWNER, _DUE, _ENDED, _PLACE, _REPEATS = range(5)
ROWS = 5
_BUSY, _AGAIN_AFTER = range(2)


class Sounding(NamedTuple):
    """What sounds.

    Attributes
    ----------
    keys
        Shape `(5, KEYS)`: of each key its owner, when its end is due (or due again), when it last
        ended, its place among the busy ones, and how often its end is still to be said again.
    busy
        Keys that sound, or whose end is to be said again; in no order.
    numbers
        How many are busy, and how long after an end it is said again.
    """

    keys: NDArray[np.int64]
    busy: NDArray[np.int64]
    numbers: NDArray[np.int64]


def new_sounding(again_after: int) -> Sounding:
    """Nothing that sounds; ends are said again after that long."""
    keys = np.zeros((ROWS, KEYS), np.int64)
    keys[_OWNER] = NOBODY
    keys[_PLACE] = -1
    keys[_ENDED] = -NEVER
    return Sounding(keys, np.zeros(KEYS, np.int64), np.array([0, again_after], np.int64))


@njit(cache=True, nogil=True, error_model="numpy")
def sounds(ledger: Sounding, key: int) -> bool:
    """Whether a key is down."""
    return bool(ledger.keys[_OWNER, key] != NOBODY)


@njit(cache=True, nogil=True, error_model="numpy")
def strike(ledger: Sounding, key: int, note_id: int, off: int) -> None:
    """Give a key, which must be up, to a note that ends at `off`."""
    _make_busy(ledger, key)
    ledger.keys[_OWNER, key] = note_id
    ledger.keys[_DUE, key] = off


@njit(cache=True, nogil=True, error_model="numpy")
def next_end(ledger: Sounding) -> tuple[int, int]:
    """When an end is to be said next, `NEVER` if none is, and of which key."""
    due, next_key = NEVER, -1
    for index in range(ledger.numbers[_BUSY]):
        key = ledger.busy[index]
        if ledger.keys[_DUE, key] < due:
            due, next_key = ledger.keys[_DUE, key], key
    return due, next_key


@njit(cache=True, nogil=True, error_model="numpy")
def lift(ledger: Sounding, key: int, now: int) -> None:
    """Let a key up, which must be down; it stays busy until this is said again."""
    ledger.keys[_OWNER, key] = NOBODY
    ledger.keys[_ENDED, key] = now
    ledger.keys[_REPEATS, key] = 1
    ledger.keys[_DUE, key] = now + ledger.numbers[_AGAIN_AFTER]


@njit(cache=True, nogil=True, error_model="numpy")
def repeat(ledger: Sounding, key: int, now: int) -> None:
    """Take note that a key's end is said again."""
    ledger.keys[_REPEATS, key] -= 1
    ledger.keys[_DUE, key] = now + ledger.numbers[_AGAIN_AFTER]
    if ledger.keys[_REPEATS, key] == 0:
        last = ledger.numbers[_BUSY] - 1
        moved, place = ledger.busy[last], ledger.keys[_PLACE, key]
        ledger.busy[place] = moved
        ledger.keys[_PLACE, moved] = place
        ledger.keys[_PLACE, key] = -1
        ledger.numbers[_BUSY] = last


@njit(cache=True, nogil=True, error_model="numpy")
def end(ledger: Sounding, note_id: int, off: int) -> None:
    """Let a note that sounds end then, if not before."""
    for index in range(ledger.numbers[_BUSY]):
        key = ledger.busy[index]
        if ledger.keys[_OWNER, key] == note_id:
            ledger.keys[_DUE, key] = min(ledger.keys[_DUE, key], off)


@njit(cache=True, nogil=True, error_model="numpy")
def hold(ledger: Sounding, note_id: int, off: int) -> None:
    """Let a note that sounds last until then."""
    for index in range(ledger.numbers[_BUSY]):
        key = ledger.busy[index]
        if ledger.keys[_OWNER, key] == note_id:
            ledger.keys[_DUE, key] = max(ledger.keys[_DUE, key], off)


@njit(cache=True, nogil=True, error_model="numpy")
def end_all(ledger: Sounding, off: int) -> None:
    """Let all that sounds end then, if not before."""
    for index in range(ledger.numbers[_BUSY]):
        key = ledger.busy[index]
        if ledger.keys[_OWNER, key] != NOBODY:
            ledger.keys[_DUE, key] = min(ledger.keys[_DUE, key], off)


@njit(cache=True, nogil=True, error_model="numpy")
def end_channel(ledger: Sounding, channel: int, off: int) -> None:
    """Let all that sounds on a channel end then, if not before."""
    for index in range(ledger.numbers[_BUSY]):
        key = ledger.busy[index]
        if key >> 7 == channel and ledger.keys[_OWNER, key] != NOBODY:
            ledger.keys[_DUE, key] = min(ledger.keys[_DUE, key], off)


@njit(cache=True, nogil=True, error_model="numpy")
def say_again(ledger: Sounding, since: int, now: int) -> None:
    """Let the ends since then be said again now, and once more later."""
    for key in range(KEYS):
        if ledger.keys[_OWNER, key] == NOBODY and ledger.keys[_ENDED, key] > since:
            _make_busy(ledger, key)
            ledger.keys[_DUE, key] = now
            ledger.keys[_REPEATS, key] = 2


@njit(cache=True, nogil=True, error_model="numpy")
def shift(ledger: Sounding, by: int) -> None:
    """Let everything be that much later."""
    for key in range(KEYS):
        ledger.keys[_ENDED, key] += by
        if ledger.keys[_DUE, key] < NEVER:
            ledger.keys[_DUE, key] += by


@njit(cache=True, nogil=True, error_model="numpy")
def _make_busy(ledger: Sounding, key: int) -> None:
    if ledger.keys[_PLACE, key] < 0:
        ledger.keys[_PLACE, key] = ledger.numbers[_BUSY]
        ledger.busy[ledger.numbers[_BUSY]] = key
        ledger.numbers[_BUSY] += 1
