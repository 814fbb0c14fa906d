"""Textures for constructed performances: songs of chords, figures of the left hand, tunes, drums.

A texture is a list of `Written` notes in beats, as a lead sheet played by rule: a progression in
some key, a figure repeated bar by bar in which now and then something is left out, and a tune that
walks the scale and lands on chord tones on the beat.
"""

from dataclasses import dataclass

import numpy as np

from accompanist.music.chord import Chord
from accompanist.music.key import Key
from accompanist.training.stress_figures import Cells, Figure

LEFT, RIGHT = 0, 1
_PADS = {"kick": 36, "snare": 38, "hat": 42, "open hat": 46}


@dataclass(frozen=True, slots=True)
class Written:
    """A note as written: where, how long, which key, how loud, by which hand."""

    onset_beats: float
    length_beats: float
    pitch: int
    velocity: int
    hand: int


@dataclass(frozen=True, slots=True)
class Song:
    """A key, a chord for every bar in turn, and where on the keyboard it is played."""

    key: Key
    progression: tuple[Chord, ...]
    bass_from: int
    chords_from: int
    tune_from: int

    def chord(self, bar: int) -> Chord:
        """The chord of a bar, counted from 0."""
        return self.progression[bar % len(self.progression)]


_PROGRESSIONS: dict[str, tuple[tuple[tuple[int, str], ...], ...]] = {
    "major": (
        ((0, "maj"), (7, "maj"), (9, "min"), (5, "maj")),
        ((9, "min"), (5, "maj"), (0, "maj"), (7, "maj")),
        ((0, "maj"), (9, "min"), (5, "maj"), (7, "7")),
        ((0, "maj"), (5, "maj"), (7, "maj"), (5, "maj")),
        ((0, "maj"), (7, "7"), (0, "maj"), (5, "maj"), (2, "min"), (7, "7"), (0, "maj"), (7, "7")),
        ((0, "maj7"), (9, "min7"), (2, "min7"), (7, "7")),
        ((2, "min7"), (7, "7"), (0, "maj7"), (0, "maj6")),
        ((4, "min7"), (9, "7"), (2, "min7"), (7, "7")),
        tuple((step, "7") for step in (0, 5, 0, 0, 5, 5, 0, 9, 2, 7, 0, 7)),
    ),
    "minor": (
        ((0, "min"), (8, "maj"), (3, "maj"), (10, "maj")),
        ((0, "min"), (10, "maj"), (8, "maj"), (7, "7")),
        ((0, "min"), (5, "min"), (7, "7"), (0, "min")),
        ((2, "hdim7"), (7, "7"), (0, "min7"), (0, "min7")),
    ),
}
_SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}


def song(random: np.random.Generator) -> Song:
    """Any progression in any key."""
    mode = "minor" if random.random() < 0.3 else "major"
    listed = _PROGRESSIONS[mode]
    tonic = int(random.integers(12))
    return Song(
        Key(tonic, mode),
        tuple(
            Chord((tonic + step) % 12, quality)
            for step, quality in listed[random.integers(len(listed))]
        ),
        int(random.integers(33, 39)),
        int(random.integers(50, 56)),
        int(random.integers(68, 75)),
    )


def accompaniment(
    song: Song, figure: Figure, bars: range, per_bar: int, random: np.random.Generator
) -> list[Written]:
    """The left hand: `figure` in every bar, a thing left out here and there, never on the one."""
    written: list[Written] = []
    for bar in bars:
        chord = song.chord(bar)
        hits = [hit for hit in figure if hit[0] == 0 or random.random() > 0.04]
        for place, (at, what, velocity) in enumerate(hits):
            later = [hit[0] for hit in hits if hit[0] > at and (hit[1] == what)]
            length = (min(later) if later else per_bar) - at
            for pitch in _keys(song, chord, what, place, random):
                strength = int(np.clip(velocity + random.normal(0.0, 5.0), 1, 127))
                written.append(Written(bar * per_bar + at, length, pitch, strength, LEFT))
    return written


def _keys(
    song: Song, chord: Chord, what: str, place: int, random: np.random.Generator
) -> list[int]:
    root = chord.root or 0
    tones = sorted((tone - root) % 12 for tone in chord.pitch_classes)
    bass = _above(song.bass_from, root)
    if what == "bass":
        return [bass]
    if what == "walk":
        steps = tones if place == 0 else [*tones, 2, 10 if 10 in tones else 9]
        return [bass + (0 if place == 0 else int(random.choice(steps)))]
    if what == "fifth":
        return [bass + (6 if 6 in tones else 7)]
    if what == "tenth":
        return [bass + 12 + tones[1]]
    if what == "broken":
        return [_above(song.chords_from, root + tones[(1, 2, 1, 0)[place % 4]])]
    return sorted(_above(song.chords_from, root + tone) for tone in tones)


def _above(lowest: int, pitch_class: int) -> int:
    """Lowest key of a pitch class from `lowest` up."""
    return lowest + (pitch_class - lowest) % 12


def tune(
    song: Song, cells: Cells, bars: range, per_bar: int, random: np.random.Generator
) -> list[Written]:
    """The right hand: a few rhythms that come back, stepwise, chord tones on the beat."""
    chosen = [cells[k] for k in random.permutation(len(cells))[:3]]
    scale = [(song.key.tonic or 0) + step for step in _SCALES[song.key.mode]]
    ladder = sorted(_above(song.tune_from, tone) for tone in scale)
    ladder += [pitch + 12 for pitch in ladder[:4]]
    written: list[Written] = []
    step = len(ladder) // 2
    for bar in bars:
        onsets = chosen[random.integers(len(chosen))]
        for at, following in zip(onsets, [*onsets[1:], float(per_bar)], strict=True):
            step = int(np.clip(step + random.choice([-2, -1, -1, 1, 1, 2]), 0, len(ladder) - 1))
            if float(at).is_integer():
                step = _nearest_chord_tone(ladder, step, song.chord(bar))
            if random.random() > 0.06:
                strength = 84 + 8 * float(at).is_integer() + random.normal(0.0, 5.0)
                velocity = int(np.clip(strength, 1, 127))
                onset = bar * per_bar + at
                written.append(Written(onset, following - at, ladder[step], velocity, RIGHT))
    return written


def _nearest_chord_tone(ladder: list[int], step: int, chord: Chord) -> int:
    nearest = sorted(range(len(ladder)), key=lambda other: abs(other - step))
    return next((k for k in nearest if ladder[k] % 12 in chord.pitch_classes), step)


def drumming(figure: Figure, bars: range, random: np.random.Generator) -> list[Written]:
    """Pads by a 4/4 figure: the hat by the right hand, the rest by the left."""
    return [
        Written(
            4 * bar + at,
            0.2,
            _PADS[what],
            int(np.clip(velocity + random.normal(0.0, 6.0), 1, 127)),
            RIGHT if what in ("hat", "open hat") else LEFT,
        )
        for bar in bars
        for at, what, velocity in figure
        if at == 0 or random.random() > 0.02
    ]


def with_wrong_notes(written: list[Written], random: np.random.Generator) -> list[Written]:
    """Of every hundred notes: 8 a semitone off, 8 with the neighbouring key struck too, 5 missing.

    Four more keys in a hundred are brushed somewhere between.
    """
    played: list[Written] = []
    for note in written:
        fate = random.random()
        at, length, velocity, hand = (
            note.onset_beats,
            note.length_beats,
            note.velocity,
            note.hand,
        )
        aside = note.pitch + int(random.choice([-1, 1]))
        if fate < 0.05:
            continue
        played.append(Written(at, length, aside if fate < 0.13 else note.pitch, velocity, hand))
        if 0.13 <= fate < 0.21:
            late = random.uniform(0.004, 0.08)
            played.append(Written(at + late, 0.1, aside, max(velocity - 30, 1), hand))
        elif fate < 0.25 and fate >= 0.21:
            late = random.uniform(0.1, 0.9)
            played.append(Written(at + late, 0.1, aside, max(velocity - 35, 1), hand))
    return played
