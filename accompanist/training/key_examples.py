"""Music half second by half second, as the ear for keys hears it, with the key that is true there.

Songs are heard whole or one part alone, from the beginning or from anywhere; charts are played by
rule. At times the rest of an excerpt is moved to another key: such modulations are too rare in
songs to learn from. Notes drawn at random have no key.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from tqdm import tqdm

from accompanist.listening.key_evidence import STEP_S
from accompanist.listening.key_profile import HEARD, heard_of
from accompanist.listening.sounding import SoundingNotes
from accompanist.music.key import parse_key
from accompanist.training.chart import Chart
from accompanist.training.comping import comped, excerpt, moved
from accompanist.training.mcgill import read_mcgill
from accompanist.training.openewld import read_openewld
from accompanist.training.performances import MELODY, PIANO, Performance, Span, notes_from
from accompanist.training.songs import read_pop909, with_roles
from accompanist.training.splits import pieces
from accompanist.training.wjd_chords import read_wjd_chords

NO_LABEL, NONE = -1, 24

STEPS = 60
"""Of an excerpt: half a minute."""

_SLICE_S = 0.1
_SLICES = round(STEP_S / _SLICE_S)
_EXCERPT_BEATS = 96
_FROM_BEGINNING, _MODULATING = 0.4, 0.35
_MODULATIONS = (1, 1, 2, 2, 3, -3, 5, -5, -1, -2)
_ATONAL_PIECES = 60
_ATONAL_S = 40.0


@dataclass(frozen=True, slots=True)
class KeyPiece:
    """What was heard at every step (steps, `HEARD`, 12), and the key there (steps,).

    Keys are places among 24, `NONE` where there is none, `NO_LABEL` where it is not known.
    """

    heard: NDArray[np.float32]
    keys: NDArray[np.int64]


def key_piece(performance: Performance) -> KeyPiece:
    """A performance as it is heard; silence is left out."""
    sounding, events = SoundingNotes(), performance.events()
    slices: list[NDArray[np.float64]] = []
    times_s: list[float] = []
    place = 0
    for tick in range(int(events[-1].time_s / _SLICE_S) + 1):
        now_s = tick * _SLICE_S
        while place < len(events) and events[place].time_s < now_s:
            sounding.hear(events[place])
            place += 1
        sounding.forget(now_s)
        heard = heard_of(sounding, now_s)
        if heard is not None:
            slices.append(heard)
            times_s.append(now_s)
    count = len(slices) // _SLICES
    gathered = np.array(slices[: count * _SLICES], np.float32).reshape(count, _SLICES, HEARD, 12)
    ends_s = np.array(times_s[_SLICES - 1 : count * _SLICES : _SLICES])
    return KeyPiece(gathered.mean(axis=1), _labels(performance.keys, ends_s))


def _labels(spans: tuple[Span, ...], times_s: NDArray[np.float64]) -> NDArray[np.int64]:
    if not spans:
        return np.full(len(times_s), NO_LABEL)
    keys = [parse_key(span.label) for span in spans]
    places = np.array([NO_LABEL if key.tonic is None else key.index for key in keys])
    starts_s = [span.start_s for span in spans]
    inside = np.searchsorted(starts_s, times_s, side="right") - 1
    return places[np.maximum(inside, 0)]


def songs_heard(data: Path, split: str) -> Iterator[KeyPiece]:
    """Songs of POP909 with melody and piano; every other training song with one of them too."""
    listed = pieces(data, "pop909", split)
    songs = tqdm(read_pop909(data, listed), "hearing songs", len(listed), disable=None)
    for number, song in enumerate(songs):
        if not song.keys:
            continue
        yield key_piece(with_roles(song, (MELODY, PIANO)))
        alone = with_roles(song, ((PIANO,), (MELODY,))[number // 2 % 2])
        if split == "train" and number % 2 and len(alone.notes):
            yield key_piece(alone)


def charts_heard(data: Path, split: str) -> Iterator[KeyPiece]:
    """Charts with a key, each played once from its beginning and once from somewhere."""
    chance = np.random.default_rng(0)
    for chart in tqdm(list(charts(data, split)), "playing charts", disable=None):
        if chart.key.tonic is None:
            continue
        starts = (0, int(chance.integers(0, max(1, len(chart.chords) - _EXCERPT_BEATS))))
        for start in starts:
            part = moved(excerpt(chart, start, _EXCERPT_BEATS), int(chance.integers(-6, 6)))
            performance = comped(part, chance)
            if len(performance.notes):
                yield key_piece(performance)


def charts(data: Path, split: str) -> Iterator[Chart]:
    """All charts of a split: lead sheets, Billboard songs, the chords under jazz solos."""
    return chain(
        read_openewld(data, pieces(data, "openewld", split)),
        read_mcgill(data, pieces(data, "mcgill", split)),
        read_wjd_chords(data, pieces(data, "wjd", split)),
    )


def atonal_pieces(seed: int) -> Iterator[KeyPiece]:
    """Notes drawn at random, alone or in clusters: no key."""
    chance = np.random.default_rng(seed)
    for _ in range(_ATONAL_PIECES):
        rows, at_s = [], 0.0
        gap_s, thickness = chance.uniform(0.1, 0.5), int(chance.integers(1, 5))
        lowest = int(chance.integers(30, 60))
        while at_s < _ATONAL_S:
            for pitch in chance.integers(lowest, lowest + 36, thickness):
                rows.append((at_s, at_s + gap_s, int(pitch), int(chance.integers(40, 110)), 0))
            at_s += gap_s * float(chance.uniform(0.5, 1.5))
        heard = key_piece(Performance("", notes_from(rows), np.zeros(0), np.zeros(0, np.bool_)))
        yield KeyPiece(heard.heard, np.full(len(heard.keys), NONE))


def beginning_of(piece: KeyPiece) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The first `STEPS` of a piece and their keys; silence without a label after its end."""
    count = min(STEPS, len(piece.keys))
    heard, keys = np.zeros((STEPS, HEARD, 12)), np.full(STEPS, NO_LABEL)
    heard[:count], keys[:count] = piece.heard[:count], piece.keys[:count]
    return heard, keys


def drawn(
    pieces_heard: list[KeyPiece], chance: Generator
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """An excerpt of a piece: `STEPS` of what is heard, and their keys."""
    piece = pieces_heard[int(chance.integers(0, len(pieces_heard)))]
    length = len(piece.keys)
    begins = chance.random() < _FROM_BEGINNING
    start = 0 if begins else int(chance.integers(0, max(1, length - STEPS)))
    places = (start + np.arange(STEPS) * chance.uniform(0.8, 1.25)).astype(int)
    inside = places < length
    places = np.minimum(places, length - 1)
    heard = piece.heard[places] * inside[:, None, None].astype(np.float64)
    keys = np.where(inside, piece.keys[places], NO_LABEL)
    if chance.random() < _MODULATING:
        at = int(chance.integers(STEPS // 4, STEPS - 10))
        semitones = int(chance.choice(_MODULATIONS))
        heard[at:] = np.roll(heard[at:], semitones, axis=-1)
        raised = keys[at:] // 12 * 12 + (keys[at:] % 12 + semitones) % 12
        keys[at:] = np.where((keys[at:] >= 0) & (keys[at:] < NONE), raised, keys[at:])
    return heard, keys
