"""Charts: a song as its chords, beat by beat, with its melody and key where they are known.

Beats are what a foot would tap: quarters, or dotted quarters in 6/8, 9/8 and 12/8. Beat 0 is a
downbeat. Chords of five tones and more count as the seventh chord or the triad they rest on, an
altered dominant as a dominant seventh; a power chord counts as major.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from accompanist.music.chord import NO_CHORD, QUALITIES, Chord
from accompanist.music.key import NO_KEY, Key
from accompanist.training.arrangements import ScoreNote

CHART_LICENCES = {
    "openewld": "MIT; OpenEWLD, Simonetta, Carnovalini, Orio and Roda 2018",
    "wjd": "MIT; Weimar Jazz Database, Pfleiderer et al. 2017 (upstream cited as ODbL)",
    "mcgill": "CC0; McGill Billboard, Burgoyne, Wild and Fujinaga 2011",
}
"""Sets that charts are read from, for the cards of models that learned from them."""


@dataclass(frozen=True, slots=True)
class Chart:
    """One song; `chords` holds one chord a beat, `melody` may be empty, `key` is of the whole."""

    name: str
    beats_per_bar: int
    chords: tuple[Chord, ...]
    melody: tuple[ScoreNote, ...] = ()
    key: Key = NO_KEY


def by_beat(changes: Sequence[tuple[float, Chord]], beats: int) -> tuple[Chord, ...]:
    """One chord a beat from changes (beat, chord) in order; a chord a little late is on its beat.

    Beats before the first change have no chord.
    """
    late_beats = 0.25
    chords: list[Chord] = []
    place, held = 0, NO_CHORD
    for beat in range(beats):
        while place < len(changes) and changes[place][0] <= beat + late_beats:
            held = changes[place][1]
            place += 1
        chords.append(held)
    return tuple(chords)


def slashed(root: int, quality: str, bass: int | None) -> Chord:
    """A chord over its bass, if that is one of its tones; over its root otherwise."""
    chord = Chord(root, quality)
    if bass is None or bass == root or bass not in chord.pitch_classes:
        return chord
    return Chord(root, quality, bass)


HARTE = {
    **{quality: quality for quality in QUALITIES},
    "5": "maj",
    "1": "maj",
    "9": "7",
    "11": "7",
    "13": "7",
    "maj9": "maj7",
    "maj13": "maj7",
    "min9": "min7",
    "min11": "min7",
    "min13": "min7",
    "aug(b7)": "7",
    "5(b7)": "7",
    "1(b7)": "7",
}
"""Qualities spoken here, by Harte shorthand and what is added to it."""


def harte_quality(name: str) -> str | None:
    """Quality of a Harte name such as ``7(#9)``; None if its shorthand is unknown."""
    return HARTE.get(name, HARTE.get(name.partition("(")[0]))
