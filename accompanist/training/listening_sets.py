"""The sets that listening is measured on: recorded pieces, stress cases, and noise."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from accompanist.training.jtd import BASS, DRUMS, read_jtd
from accompanist.training.jtd import PIANO as TRIO_PIANO
from accompanist.training.listening_scores import beginning
from accompanist.training.performances import (
    MELODY,
    PIANO,
    Performance,
    read_asap,
    read_groove,
)
from accompanist.training.songs import read_pop909, with_roles
from accompanist.training.splits import pieces
from accompanist.training.stress import CASES, NOISE
from accompanist.training.wjd import read_wjd

STRESS, FALSE_STARTS = "stress", "noise"
_LEFT_HAND_BELOW = 58
_PERCUSSION = 9
_LEAST_PAD_BEATS = 16

T = TypeVar("T")
Read = Callable[[Path, list[str]], Iterator[Performance]]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A set of recorded pieces: its list of splits, and how it is read."""

    folder: str
    read: Read


def _roles(*roles: int) -> Read:
    def read(data: Path, names: list[str]) -> Iterator[Performance]:
        return (with_roles(song, roles) for song in read_pop909(data, names))

    return read


def _left_hands(data: Path, names: list[str]) -> Iterator[Performance]:
    for song in read_pop909(data, names):
        piano = with_roles(song, (PIANO,))
        yield replace(piano, notes=piano.notes.only(piano.notes.pitch < _LEFT_HAND_BELOW))


def _pads(data: Path, names: list[str]) -> Iterator[Performance]:
    for groove in read_groove(data, names):
        notes = groove.notes
        if len(groove.beats_s) >= _LEAST_PAD_BEATS:
            yield replace(groove, notes=replace(notes, role=np.full_like(notes.role, _PERCUSSION)))


def _of_trio(role: int) -> Read:
    def read(data: Path, names: list[str]) -> Iterator[Performance]:
        return (with_roles(trio, (role,)) for trio in read_jtd(data, names))

    return read


RECORDED: dict[str, Recorded] = {
    "asap": Recorded("asap", read_asap),
    "wjd": Recorded("wjd", read_wjd),
    "pop909": Recorded("pop909", _roles(MELODY, PIANO)),
    "pop909 melody": Recorded("pop909", _roles(MELODY)),
    "pop909 left hand": Recorded("pop909", _left_hands),
    "jtd piano": Recorded("jtd", _of_trio(TRIO_PIANO)),
    "jtd bass": Recorded("jtd", _of_trio(BASS)),
    "jtd drums": Recorded("jtd", _of_trio(DRUMS)),
    "groove pads": Recorded("groove", _pads),
}
"""Sets by name; jtd has onsets without pitches, groove's pads come on the drum channel.

A groove of less than 16 beats is a fill, and over before any beat can be found: it is left out.
"""


def spread(listed: list[T], count: int | None) -> list[T]:
    """So many of a list, evenly spread over it, in its order; all of it without a count."""
    if count is None or count >= len(listed):
        return listed
    return [listed[place * len(listed) // count] for place in range(count)]


def recorded(
    name: str, data: Path, split: str, count: int | None, length_s: float | None
) -> list[Performance]:
    """Pieces of a recorded set, or their beginnings; those without notes or beats are left out.

    Raises
    ------
    Refusal
        If the data are missing.
    """
    chosen = RECORDED[name]
    listed = spread(pieces(data, chosen.folder, split), count)
    found = [song for song in chosen.read(data, listed) if len(song.notes) > 1]
    if length_s is not None:
        found = [beginning(song, length_s) for song in found]
    return [song for song in found if len(song.beats_s) > 1]


def constructed(name: str, seeds: int) -> list[Performance]:
    """Every stress case, or every kind of noise, with so many seeds."""
    cases = CASES if name == STRESS else NOISE
    return [case(seed) for case in cases.values() for seed in range(seeds)]
