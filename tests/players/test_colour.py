"""Chords as complexity has them voiced."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.music.chord import BUILT_IN, NO_CHORD, Chord
from accompanist.music.key import NO_KEY, Key
from accompanist.players.colour import PLAIN_BELOW, RICH_FROM, coloured

C_MAJOR = Key(0, "major")
RICHEST, RICH, PLAIN = 0.9, 0.7, 0.1

chords = st.builds(Chord, st.integers(0, 11), st.sampled_from(BUILT_IN))
keys = st.builds(Key, st.integers(0, 11), st.sampled_from(("major", "minor")))


@pytest.mark.parametrize(
    ("root", "triad", "seventh"),
    [(0, "maj", "maj7"), (7, "maj", "7"), (9, "min", "min7"), (11, "dim", "hdim7")],
)
def test_rich_triads_get_the_seventh_that_the_key_has(root, triad, seventh):
    assert coloured(Chord(root, triad), C_MAJOR, RICHEST) == Chord(root, seventh)


def test_major_sevenths_come_last():
    assert coloured(Chord(0, "maj"), C_MAJOR, RICH) == Chord(0, "maj")
    assert coloured(Chord(7, "maj"), C_MAJOR, RICH) == Chord(7, "7")


def test_a_chord_foreign_to_the_key_is_left_alone():
    assert coloured(Chord(1, "maj"), C_MAJOR, RICH) == Chord(1, "maj")


def test_without_a_key_nothing_is_added():
    assert coloured(Chord(0, "maj"), NO_KEY, RICH) == Chord(0, "maj")


def test_a_bass_stays_under_a_coloured_chord():
    assert coloured(Chord(0, "maj", 4), C_MAJOR, RICHEST) == Chord(0, "maj7", 4)


def test_plain_chords_lose_their_sevenths_but_those_of_dominants():
    assert coloured(Chord(0, "maj7"), C_MAJOR, PLAIN) == Chord(0, "maj")
    assert coloured(Chord(7, "7"), C_MAJOR, PLAIN) == Chord(7, "7")


@given(chords, keys, st.floats(PLAIN_BELOW, RICH_FROM, exclude_max=True))
def test_chords_are_as_heard_between(chord, key, complexity):
    assert coloured(chord, key, complexity) == chord


@given(chords, keys, st.floats(0.0, 1.0))
def test_the_third_and_the_root_never_change(chord, key, complexity):
    played = coloured(chord, key, complexity)
    assert played.root == chord.root
    assert played.is_minor == chord.is_minor


def test_no_chord_stays_none():
    assert coloured(NO_CHORD, C_MAJOR, RICH) == NO_CHORD
