"""Examples for the beat evidence network: performances bent as people bend them.

Every performance is kept on its beats, so that its tempo can be redrawn: scaled, drifting, rubato,
jumping, resting. Onsets get human jitter, chords their spread, velocities their unevenness; whole
songs are transposed; hands are heard apart; bars of four lose a beat to become bars of three.
What is bent is constructed and said to be so on the model's card.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from accompanist.dsp.onset_features import FEATURES, LOOKBACK, describe, group_onsets
from accompanist.listening.evidence import PERIODS_S, TEMPI_PER_OCTAVE
from accompanist.listening.onset import SPREAD_S
from accompanist.training.performances import BRIDGE, MELODY, PIANO, Performance
from accompanist.training.songs import beats_of, seconds_of

ONSETS = 320
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


def piece_of(performance: Performance, human: bool, song: bool = False) -> BeatPiece:
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
    )


@dataclass(frozen=True, slots=True)
class Example:
    """Onsets in order: features (n, FEATURES), phase in beats and period (n,), downbeat (n,).

    `downbeat` is 1 or 0 for onsets on a beat, and -100 for others.
    """

    features: NDArray[np.float32]
    phase: NDArray[np.float32]
    period_s: NDArray[np.float32]
    downbeat: NDArray[np.int64]


def example_of(
    on_s: NDArray[np.float64],
    pitch: NDArray[np.int64],
    velocity: NDArray[np.int64],
    beats_s: NDArray[np.float64],
    downbeats: NDArray[np.bool_],
    most: int = ONSETS,
) -> Example:
    """Onsets of notes (in order), with the truth about each."""
    times_s, firsts, count = group_onsets(on_s, pitch, velocity, SPREAD_S)
    bounds = np.append(firsts[:count], len(on_s))
    count = min(count, most)
    bounds = bounds[: count + 1]
    low, high, loud = np.empty(count), np.empty(count), np.empty(count)
    size = np.diff(bounds).astype(np.float64)
    tones = np.zeros(count, np.int64)
    for i in range(count):
        here = slice(bounds[i], bounds[i + 1])
        low[i], high[i] = pitch[here].min(), pitch[here].max()
        loud[i] = velocity[here].max() / 127
        tones[i] = np.bitwise_or.reduce(1 << (pitch[here] % 12))
    times_s = times_s[:count]
    features = np.empty((count, FEATURES), np.float32)
    for i in range(count):
        past = slice(max(i + 1 - LOOKBACK, 0), i + 1)
        describe(
            times_s[past], loud[past], size[past], low[past], high[past], tones[past],
            times_s[0], features[i],
        )  # fmt: skip
    position = beats_of(times_s, beats_s)
    nearest = np.clip(np.rint(position).astype(np.int64), 0, len(beats_s) - 1)
    on_beat = np.abs(position - np.rint(position)) < 0.12
    downbeat = np.where(on_beat, downbeats[nearest].astype(np.int64), _IGNORED)
    step = np.clip(np.floor(position).astype(np.int64), 0, len(beats_s) - 2)
    local = np.array([np.median(np.diff(beats_s[max(k - 2, 0) : k + 4])) for k in step])
    return Example(
        features,
        (position % 1.0).astype(np.float32),
        local.astype(np.float32),
        downbeat,
    )


def drawn(piece: BeatPiece, random: np.random.Generator) -> Example | None:
    """One bent stretch of a piece; None when too little is left of it."""
    keep = _hand(piece, random)
    first = random.uniform(-1.0, max(piece.beats[keep].max(initial=0.0) - 24.0, 0.0))
    if random.random() < 0.3:
        first = piece.beats.min() - 0.01
    keep &= piece.beats >= first
    beats, pitch, velocity = piece.beats[keep], piece.pitch[keep], piece.velocity[keep]
    role = piece.role[keep]
    if len(beats) < 24:
        return None
    most = 4 * ONSETS
    beats, pitch, velocity, role = beats[:most], pitch[:most], velocity[:most], role[:most]
    downbeats = piece.downbeats
    if piece.song and random.random() < 0.12:
        beats, kept, downbeats = _without_fourth_beats(beats, downbeats)
        pitch, velocity = pitch[kept], velocity[kept]
    if not piece.human and random.random() < 0.15:
        beats = _swung(beats, random.uniform(0.55, 0.68))
    beats, kept = _dropped(beats, random)
    pitch, velocity = pitch[kept], velocity[kept]
    if len(beats) < 16:
        return None
    beats_s = _tempo(piece, len(downbeats), random)
    on_s = seconds_of(beats, beats_s)
    spread = random.normal(0.0, random.uniform(0.002, 0.006), len(on_s))
    shared = _shared_jitter(on_s, random, 0.004 if piece.human else 0.008)
    on_s = on_s + shared + np.clip(spread, -0.012, 0.012)
    order = np.argsort(on_s, kind="stable")
    pitch = np.clip(pitch + random.integers(-5, 7), 21, 108)
    velocity = _touch(velocity, random)
    return example_of(
        on_s[order], pitch[order], velocity[order], beats_s, downbeats[: len(beats_s)]
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


def _swung(beats: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """Put the off-beat eighth at `share` of the beat."""
    whole = np.floor(beats)
    part = beats - whole
    moved = np.where(part < 0.5, part * share / 0.5, share + (part - 0.5) * (1 - share) / 0.5)
    return np.asarray(whole + moved)


def _dropped(
    beats: NDArray[np.float64], random: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Leave notes out, and now and then whole bars."""
    kept = random.random(len(beats)) > random.choice([0.0, 0.03, 0.1])
    if random.random() < 0.25:
        begin = random.uniform(beats[0], beats[-1])
        kept &= (beats < begin) | (beats > begin + random.integers(2, 13))
    return beats[kept], kept


def _tempo(piece: BeatPiece, count: int, random: np.random.Generator) -> NDArray[np.float64]:
    """Times of beats at a tempo redrawn from the piece's own."""
    periods = np.diff(piece.beats_s[:count])
    if piece.human:
        periods = periods * 2.0 ** random.uniform(-0.2, 0.2)
    else:
        octaves = random.normal(0.0, 0.13)
        if random.random() < 0.12:
            octaves = random.uniform(-0.2, 0.7)
        steady = np.full(len(periods), np.median(periods)) if random.random() < 0.5 else periods
        drift = _drift(len(periods), random)
        periods = steady * 2.0 ** (drift - octaves)
    return np.concatenate([[0.0], np.cumsum(periods)])


def _drift(count: int, random: np.random.Generator) -> NDArray[np.float64]:
    """Octaves by which the period of each beat departs: human drift, rubato, ramps, jumps."""
    noise = random.normal(0.0, random.uniform(0.002, 0.02), count)
    drift = np.zeros(count)
    for i in range(1, count):
        drift[i] = 0.9 * drift[i - 1] + noise[i]
    kind = random.random()
    place = np.arange(count)
    if kind < 0.2:
        length = random.uniform(6.0, 40.0)
        depth = random.uniform(0.03, 0.22)
        drift += depth * np.sin(2 * np.pi * (place / length + random.random()))
    elif kind < 0.45:
        begin, beats = random.integers(4, max(count, 5)), random.integers(8, 48)
        drift += random.uniform(-0.6, 0.6) * np.clip((place - begin) / beats, 0.0, 1.0)
    elif kind < 0.53:
        drift += random.uniform(-0.3, 0.3) * (place > random.integers(4, max(count, 5)))
    return drift


def _shared_jitter(
    on_s: NDArray[np.float64], random: np.random.Generator, deviation_s: float
) -> NDArray[np.float64]:
    """One deviation for notes written at the same time."""
    deviation_s *= random.uniform(0.3, 1.8)
    starts = np.concatenate([[True], np.diff(on_s) > 1e-4])
    return np.asarray(random.normal(0.0, deviation_s, len(on_s))[np.cumsum(starts) - 1])


def _touch(velocity: NDArray[np.int64], random: np.random.Generator) -> NDArray[np.int64]:
    """Another player's touch: scaled, uneven, or without any shading at all."""
    if random.random() < 0.15:
        return np.full(len(velocity), random.integers(50, 110), np.int64)
    contrast = random.uniform(0.5, 1.3)
    mean = velocity.mean()
    moved = mean + contrast * (velocity - mean) + random.uniform(-25, 15)
    moved = moved + random.normal(0.0, 6.0, len(velocity))
    return np.asarray(np.clip(np.rint(moved), 8, 127), dtype=np.int64)


def tempo_target(period_s: NDArray[np.float32]) -> NDArray[np.float32]:
    """Soft targets (n, tempi) over the tempo grid."""
    octaves = np.log2(period_s[:, None] / PERIODS_S[None, :])
    curve = np.exp(-0.5 * (octaves * TEMPI_PER_OCTAVE / 1.2) ** 2) + 1e-9
    return np.asarray(curve / curve.sum(1, keepdims=True), dtype=np.float32)


def phase_target(phase: NDArray[np.float32], bins: int) -> NDArray[np.float32]:
    """Soft targets (n, bins) over the phase circle."""
    distance = (np.arange(bins)[None, :] / bins - phase[:, None] + 0.5) % 1.0 - 0.5
    curve = np.exp(-0.5 * (distance * bins / 0.8) ** 2) + 1e-9
    return np.asarray(curve / curve.sum(1, keepdims=True), dtype=np.float32)
