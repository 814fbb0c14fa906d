"""What immediate controls bring about: cues for every device, made by machine code."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from accompanist.dsp.cue import COLUMNS, HUSH, LANES, LEVEL, OFF_NS, ON_NS, RELEASE, SILENCE
from accompanist.dsp.immediate import (
    LEARN,
    LOCK,
    LOUDNESS,
    MILLION,
    MUTE,
    PANIC,
    PLACE_OF,
    SOLO,
    STOP,
    USUAL_BAND_LEVEL,
    WIDE,
    Words,
)
from accompanist.music.band import PARTS

QUIET_NS = 250_000_000
"""After panic and stop no note begins for so long: by then the band has heard of it."""

MOST_ROWS = 4

_FIRST_PART, _PAST_PARTS = LANES.index(PARTS[0]), LANES.index(PARTS[-1]) + 1

ADDRESS_ROOM = 64


class Addresses(NamedTuple):
    """OSC addresses of immediate controls, as machine code compares them.

    Attributes
    ----------
    text
        Shape (n, `ADDRESS_ROOM`): each address, with zeros behind it.
    places
        Place of each.
    """

    text: NDArray[np.uint8]
    places: Words


def addresses() -> Addresses:
    """Every immediate control that a hand may turn past the band."""
    known = {a: place for a, place in PLACE_OF.items() if place not in (LOCK, LEARN)}
    text = np.zeros((len(known), ADDRESS_ROOM), np.uint8)
    for row, address in enumerate(known):
        text[row, : len(address)] = np.frombuffer(address.encode("ascii"), np.uint8)
    return Addresses(text, np.array(list(known.values()), np.int64))


def new_rows() -> NDArray[np.int64]:
    """Room for the cues of one control."""
    return np.zeros((MOST_ROWS, COLUMNS), np.int64)


@njit(cache=True, nogil=True, error_model="numpy")
def loudness(words: Words, lane: int) -> int:
    """Loudness of a lane in millionths, the whole band's level included."""
    return int(min(words[LOUDNESS + lane] * words[LOUDNESS] // USUAL_BAND_LEVEL, MILLION))


@njit(cache=True, nogil=True, error_model="numpy")
def is_silent(words: Words, lane: int) -> bool:
    """Whether a part is muted, or others are solo and it is not."""
    if words[MUTE + lane] != 0:
        return True
    solos = 0
    for other in range(_FIRST_PART, _PAST_PARTS):
        solos += words[SOLO + other]
    return bool(solos > 0 and words[SOLO + lane] == 0)


@njit(cache=True, nogil=True, error_model="numpy")
def rows_of(words: Words, place: int, now_ns: int, rows: NDArray[np.int64]) -> int:
    """Write the cues that bring a control about for every device; return how many.

    Parameters
    ----------
    words
        The controls, this one turned already.
    place
        Which of them.
    now_ns
        The present.
    rows
        Room for the cues, shape (`MOST_ROWS`, `COLUMNS`).
    """
    if place in (PANIC, STOP):
        _row(rows, 0, SILENCE if place == PANIC else RELEASE, 0, 0)
        rows[0, ON_NS], rows[0, OFF_NS] = now_ns, now_ns + QUIET_NS
        return 1
    if not 0 <= place < PANIC:
        return 0
    first, past = _FIRST_PART, _PAST_PARTS
    is_one_lane = place != LOUDNESS and not SOLO <= place < LOUDNESS
    if is_one_lane:
        first = place & (WIDE - 1)
        past = first + 1
    for lane in range(first, past):
        if place >= LOUDNESS:
            _row(rows, lane - first, LEVEL, lane, loudness(words, lane))
        else:
            _row(rows, lane - first, HUSH, lane, int(is_silent(words, lane)))
    return past - first


@njit(cache=True, nogil=True, error_model="numpy")
def _row(rows: NDArray[np.int64], number: int, kind: int, lane: int, a: int) -> None:
    rows[number, :] = 0
    rows[number, 0], rows[number, 1], rows[number, 2] = kind, lane, a
