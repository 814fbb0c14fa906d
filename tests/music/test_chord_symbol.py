"""Chord symbols of charts become chords that the band can voice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.music.chord import BUILT_IN, NO_CHORD, Chord
from accompanist.music.chord_symbol import parse_symbol

SYMBOLS = {
    "maj": ("C", "Cmaj", "CM"),
    "min": ("Cm", "C-", "Cmin", "Cmadd9"),
    "7": ("C7", "C9", "C13", "C7b9", "C7#9", "C7alt", "C7#5", "C+7", "Calt"),
    "maj7": ("Cmaj7", "CM7", "CΔ", "C^7", "Cma7", "Cmaj9", "Cmaj7#11"),
    "min7": ("Cm7", "C-7", "Cmin7", "Cm9", "Cm11"),
    "dim": ("Cdim", "Co", "C°"),
    "hdim7": ("Cm7b5", "Cø", "C-7b5"),
    "dim7": ("Cdim7", "Co7"),
    "aug": ("Caug", "C+"),
    "sus2": ("Csus2",),
    "sus4": ("Csus4", "Csus", "C7sus4", "C9sus4"),
    "maj6": ("C6", "C69", "C6/9"),
    "min6": ("Cm6", "C-6"),
    "minmaj7": ("CmMaj7", "Cm(maj7)", "CmM7", "C-Δ"),
    "maj(9)": ("Cadd9", "C2"),
}


@pytest.mark.parametrize(("quality", "symbols"), SYMBOLS.items())
def test_the_usual_ways_of_writing_a_quality_are_read(quality, symbols):
    assert {parse_symbol(symbol) for symbol in symbols} == {Chord(0, quality)}


def test_every_quality_that_is_built_in_can_be_written():
    assert set(SYMBOLS) == set(BUILT_IN)


def test_a_note_after_the_slash_is_the_bass():
    assert parse_symbol("Bb7/F") == Chord(10, "7", 5)
    assert parse_symbol("F♯m7/C♯") == Chord(6, "min7", 1)


@pytest.mark.parametrize("symbol", ["N", "NC", "N.C."])
def test_no_chord_can_be_written(symbol):
    assert parse_symbol(symbol) == NO_CHORD


@given(st.integers(0, 11), st.sampled_from(BUILT_IN))
def test_harte_labels_are_read_as_they_are(root, quality):
    chord = Chord(root, quality)
    assert parse_symbol(chord.label) == chord


@given(st.text(max_size=12))
def test_what_is_no_symbol_is_refused_and_nothing_worse(text):
    try:
        assert isinstance(parse_symbol(text), Chord)
    except ValueError as error:
        assert str(error)
