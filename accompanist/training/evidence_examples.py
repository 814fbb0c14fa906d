"""Examples for the beat evidence network: performances bent as people bend them.

Every performance is kept on its beats, so that its tempo can be redrawn and its notes be played by
other fingers (see `accompanist.training.performing`). Whole songs are transposed; hands are heard
apart; bars of four lose a beat to become bars of three. What is bent is constructed and said to be
so on the model's card.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from accompanist.dsp.onset_features import (
    FEATURES,
    LOOKBACK,
    PAD_REGISTERS,
    describe,
    group_onsets,
)
from accompanist.listening.evidence import PERIODS_S, TEMPI, TEMPI_PER_OCTAVE
from accompanist.listening.onset import SPREAD_S
from accompanist.music.events import ATTACK_PITCH
from accompanist.training.performances import BRIDGE, MELODY, PIANO, Performance
from accompanist.training.performing import (
    Floats,
    Played,
    departures,
    mistaken,
    swung,
    timed,
    touched,
)
from accompanist.training.songs import beats_of, seconds_of

ONSETS = 576
_HEARD_AS_ATTACKS, _MADE_HEARD_AS_ATTACKS = 0.06, 0.2
_IGNORED = -100


@dataclass(frozen=True, slots=True)
class BeatPiece:
    """A piece on its beats: notes by beat, beats by seconds; `human` timing is bent less."""

    beats: NDArray[np.float64]
    pitch: NDArray[np.int64]
    velocity: NDArray[np.int64]
    role: NDArray[np.int64]
    beats_s: NDArray[np.float64]
    downbeats: NDArray[np.bool_]
    human: bool
    song: bool
    has_tones: bool = True


def piece_of(
    performance: Performance, human: bool, song: bool = False, has_tones: bool = True
) -> BeatPiece:
    """A performance, put on its beats."""
    notes = performance.notes
    return BeatPiece(
        beats_of(notes.on_s, performance.beats_s),
        notes.pitch,
        notes.velocity,
        notes.role,
        performance.beats_s,
        performance.downbeats,
        human,
        song,
        has_tones,
    )


@dataclass(frozen=True, slots=True)
class Example:
    """Onsets in order: features (n, FEATURES), time, phase in beats and period (n,), downbeat (n,).

    `downbeat` is 1 or 0 for onsets on a beat, and -100 for others.
    """

    features: NDArray[np.float32]
    time_s: NDArray[np.float64]
    phase: NDArray[np.float32]
    period_s: NDArray[np.float32]
    downbeat: NDArray[np.int64]


def onset_arrays(
    on_s: Floats, pitch: NDArray[np.int64], velocity: NDArray[np.int64], has_tones: bool
) -> tuple[Floats, Floats, Floats, Floats, Floats, NDArray[np.int64]]:
    """Onsets of notes (in order): time, loudness, size, lowest, highest, pitch classes as bits."""
    if not has_tones:
        pitch = PAD_REGISTERS[pitch]
    times_s, firsts, count = group_onsets(on_s, pitch, velocity, SPREAD_S)
    bounds = np.append(firsts[:count], len(on_s))
    starts = bounds[:-1]
    return (
        times_s[:count],
        np.maximum.reduceat(velocity, starts) / 127,
        np.diff(bounds).astype(np.float64),
        np.minimum.reduceat(pitch, starts).astype(np.float64),
        np.maximum.reduceat(pitch, starts).astype(np.float64),
        np.bitwise_or.reduceat(1 << (pitch % 12), starts),
    )


def example_of(
    on_s: NDArray[np.float64],
    pitch: NDArray[np.int64],
    velocity: NDArray[np.int64],
    beats_s: NDArray[np.float64],
    downbeats: NDArray[np.bool_],
    most: int = ONSETS,
    has_tones: bool = True,
) -> Example:
    """Onsets of notes (in order), with the truth about each."""
    times_s, loud, size, low, high, tones = onset_arrays(on_s, pitch, velocity, has_tones)
    count = min(len(times_s), most)
    times_s = times_s[:count]
    features = np.empty((count, FEATURES), np.float32)
    for i in range(count):
        past = slice(max(i + 1 - LOOKBACK, 0), i + 1)
        describe(
            times_s[past], loud[past], size[past], low[past], high[past], tones[past],
            times_s[0], has_tones, features[i],
        )  # fmt: skip
    position = beats_of(times_s, beats_s)
    nearest = np.clip(np.rint(position).astype(np.int64), 0, len(beats_s) - 1)
    on_beat = np.abs(position - np.rint(position)) < 0.12
    downbeat = np.where(on_beat, downbeats[nearest].astype(np.int64), _IGNORED)
    step = np.clip(np.floor(position).astype(np.int64), 0, len(beats_s) - 2)
    local = np.array([np.median(np.diff(beats_s[max(k - 2, 0) : k + 4])) for k in step])
    return Example(
        features,
        times_s,
        (position % 1.0).astype(np.float32),
        local.astype(np.float32),
        downbeat,
    )


@dataclass(frozen=True, slots=True)
class Bent:
    """A stretch of a piece as somebody plays it: notes in order of onset, and their beats."""

    on_s: Floats
    pitch: NDArray[np.int64]
    velocity: NDArray[np.int64]
    beats_s: Floats
    downbeats: NDArray[np.bool_]
    has_tones: bool


def unbent(performance: Performance, has_tones: bool = True) -> Bent:
    """A performance as it is."""
    notes = performance.notes
    return Bent(
        notes.on_s,
        notes.pitch,
        notes.velocity,
        performance.beats_s,
        performance.downbeats,
        has_tones,
    )


def onsets_of(played: Bent) -> Example:
    """Onsets of a bent performance, with the truth about each."""
    return example_of(
        played.on_s,
        played.pitch,
        played.velocity,
        played.beats_s,
        played.downbeats,
        has_tones=played.has_tones,
    )


def bent(piece: BeatPiece, curves: list[Floats], random: np.random.Generator) -> Bent | None:
    """One bent stretch of a piece; None when too little is left of it.

    `curves` are tempo curves of people, in octaves a beat.
    """
    keep = _hand(piece, random)
    first = random.uniform(-1.0, max(piece.beats[keep].max(initial=0.0) - 24.0, 0.0))
    if random.random() < 0.3:
        first = piece.beats.min() - 0.01
    keep &= piece.beats >= first
    played = Played(piece.beats, piece.pitch, piece.velocity, piece.role).only(keep)
    played = played.only(np.arange(len(played.beats)) < 4 * ONSETS)
    if len(played.beats) < 24:
        return None
    downbeats = piece.downbeats
    if piece.song and random.random() < 0.12:
        beats, kept, downbeats = _without_fourth_beats(played.beats, downbeats)
        played = played.only(kept)
        played = Played(beats, played.pitch, played.velocity, played.role)
    played = mistaken(played, random)
    if len(played.beats) < 16:
        return None
    beats = played.beats
    if not piece.human and random.random() < 0.15:
        beats = swung(beats, random.uniform(0.55, 0.7))
    beats_s = _tempo(piece, downbeats, curves, random)
    on_s = seconds_of(beats, beats_s)
    on_s = timed(on_s, played.pitch, played.role, piece.human, random)
    order = np.argsort(on_s, kind="stable")
    turn = random.integers(-5, 7) if piece.has_tones else 0
    pitch = np.clip(played.pitch + turn, 21, 108)
    velocity = touched(played.velocity, random)
    has_tones = piece.has_tones
    made = not (piece.human or piece.song)
    if random.random() < (_MADE_HEARD_AS_ATTACKS if made else _HEARD_AS_ATTACKS):
        pitch, has_tones = np.full_like(pitch, ATTACK_PITCH), False
    return Bent(
        on_s[order],
        pitch[order],
        velocity[order],
        beats_s,
        downbeats[: len(beats_s)],
        has_tones,
    )


def _hand(piece: BeatPiece, random: np.random.Generator) -> NDArray[np.bool_]:
    """Which notes are heard: both hands and the tune, or some of them."""
    heard = np.ones(len(piece.beats), np.bool_)
    choice = random.random()
    if not piece.song or choice >= 0.92:
        return heard
    if choice < 0.5:
        heard &= piece.role != BRIDGE
    elif choice < 0.62:
        heard &= piece.role == MELODY
    else:
        heard &= piece.role == PIANO
    if choice >= 0.8:
        heard &= piece.pitch < random.integers(55, 64)
    return heard


def _without_fourth_beats(
    beats: NDArray[np.float64], downbeats: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Cut the last beat of every bar of four out."""
    starts = np.flatnonzero(downbeats)
    removed = np.zeros(len(downbeats), np.bool_)
    for start, end in pairwise(starts):
        if end - start == 4:
            removed[end - 1] = True
    index = np.clip(np.floor(beats).astype(np.int64), 0, len(downbeats) - 1)
    kept = ~removed[index] | (beats < 0)
    gone = np.concatenate([[0], np.cumsum(removed)])[index]
    return beats[kept] - gone[kept], kept, downbeats[~removed]


def _tempo(
    piece: BeatPiece,
    downbeats: NDArray[np.bool_],
    curves: list[Floats],
    random: np.random.Generator,
) -> Floats:
    """Times of beats at a tempo redrawn from the piece's own."""
    count = len(downbeats)
    periods = np.diff(piece.beats_s[:count])
    if piece.human:
        periods = periods * 2.0 ** random.uniform(-0.25, 0.25)
        if random.random() < 0.5:
            return np.concatenate([[0.0], np.cumsum(periods)])
    bars = np.diff(np.flatnonzero(downbeats))
    bar = int(np.median(bars)) if len(bars) else 4
    steady = np.full(len(periods), np.median(periods)) if random.random() < 0.5 else periods
    octaves = 0.0 if piece.human else _octaves(piece, random)
    curve = departures(len(periods), bar, curves, random) - octaves
    return np.concatenate([[0.0], np.cumsum(steady * 2.0**curve)])


def _octaves(piece: BeatPiece, random: np.random.Generator) -> float:
    """By how much faster than written, in octaves; figures bring a tempo of their own."""
    if not piece.song:
        return float(random.normal(0.0, 0.2))
    return float(random.uniform(-0.3, 0.8) if random.random() < 0.13 else random.normal(0.0, 0.12))


def noise(random: np.random.Generator) -> Example:
    """Keys struck at random, which hold no beat: the truth about them is not to be asked."""
    count = int(random.integers(60, 240))
    gaps_s = random.exponential(1.0 / random.uniform(2.0, 14.0), count)
    pitch = random.integers(*((36, 97) if random.random() < 0.7 else (55, 80)), count)
    velocity = random.integers(30, 120, count)
    beats_s = 0.5 * np.arange(1000, dtype=np.float64)
    return onsets_of(
        Bent(np.cumsum(gaps_s), pitch, velocity, beats_s, np.zeros(1000, np.bool_), has_tones=True)
    )


def tempo_row(period_s: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows (n,) of the tempo grid, between rows where need be."""
    rows = np.log2(period_s / PERIODS_S[0]) * TEMPI_PER_OCTAVE
    return np.asarray(np.clip(rows, 0.0, TEMPI - 1.0), dtype=np.float32)
