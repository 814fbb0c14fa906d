"""Chords: their tones, labels and transpositions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mir_eval import chord as mir_eval_chord

from accompanist.music.chord import NO_CHORD, QUALITIES, Chord, parse_chord
from tests.music.strategies import chords, pitch_classes


@pytest.mark.parametrize(
    ("label", "tones"),
    [
        ("C:maj", {0, 4, 7}),
        ("A:min", {9, 0, 4}),
        ("G:7", {7, 11, 2, 5}),
        ("B:hdim7", {11, 2, 5, 9}),
        ("F:maj7/3", {5, 9, 0, 4}),
        ("D:sus4", {2, 7, 9}),
        ("C:maj(9)", {0, 2, 4, 7}),
        ("N", set()),
    ],
)
def test_a_chord_holds_the_tones_its_label_says(label, tones):
    assert parse_chord(label).pitch_classes == tones


def test_a_foreign_bass_is_no_chord_tone():
    assert parse_chord("C:maj/b7").pitch_classes == {0, 4, 7}


@given(chords)
def test_a_label_is_read_back_as_the_chord_that_sounds_the_same(chord):
    read = parse_chord(chord.label)

    assert (read.root, read.quality, read.bass_pitch_class) == (
        chord.root,
        chord.quality,
        chord.bass_pitch_class,
    )


@given(chords.filter(lambda chord: chord.quality != "maj(9)"))  # it folds ninths away
def test_mir_eval_hears_the_same_chord_in_a_label(chord):
    root, intervals, bass = mir_eval_chord.encode(chord.label)

    own = {(chord.root + i) % 12 for i in range(12) if intervals[i]}
    assert root == chord.root
    assert own - {chord.bass_pitch_class} == chord.pitch_classes - {chord.bass_pitch_class}
    assert (root + bass) % 12 == chord.bass_pitch_class


def test_a_bass_on_the_root_needs_no_slash():
    assert Chord(7, "min7", 7).label == "G:min7"


def test_the_bass_is_the_root_unless_said_otherwise():
    assert Chord(7).bass_pitch_class == 7
    assert Chord(7, "maj", 11).bass_pitch_class == 11
    assert NO_CHORD.bass_pitch_class is None


@given(chords, st.integers(-24, 24))
def test_transposing_moves_every_tone_alike(chord, semitones):
    moved = chord.transposed(semitones)

    assert moved.pitch_classes == {(tone + semitones) % 12 for tone in chord.pitch_classes}
    assert moved.bass_pitch_class == (chord.bass_pitch_class + semitones) % 12


@given(chords, st.integers(-24, 24))
def test_transposing_there_and_back_changes_nothing(chord, semitones):
    assert chord.transposed(semitones).transposed(-semitones) == chord


@given(st.integers(-24, 24))
def test_no_chord_stays_no_chord_when_transposed(semitones):
    assert NO_CHORD.transposed(semitones) == NO_CHORD


def test_no_chord_is_labelled_n_and_so_is_an_unknown_one():
    assert NO_CHORD.label == "N"
    assert parse_chord("N") == parse_chord("X") == NO_CHORD


def test_a_bare_root_is_a_major_chord():
    assert parse_chord("Bb") == Chord(10, "maj")


@given(pitch_classes)
def test_a_chord_is_minor_by_its_third(root):
    minor = {quality for quality in QUALITIES if Chord(root, quality).is_minor}

    assert minor == {"min", "min7", "dim", "hdim7", "dim7", "min6", "minmaj7"}


def test_no_chord_is_not_minor():
    assert not NO_CHORD.is_minor


@pytest.mark.parametrize(
    "label", ["", "H:maj", "C:minor", "C:maj/13", "C:", "C:maj/", "Cmaj7", ":min", "maj"]
)
def test_a_label_that_says_no_chord_known_here_is_refused_or_plain(label):
    if label in ("C:", "C:maj/"):
        assert parse_chord(label) == Chord(0, "maj")
    else:
        with pytest.raises(ValueError, match="is not a"):
            parse_chord(label)


def test_an_unknown_quality_is_refused():
    with pytest.raises(ValueError, match="'power' is not a chord quality known here"):
        Chord(0, "power")
