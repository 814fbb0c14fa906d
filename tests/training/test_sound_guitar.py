"""Chords on six strings, strummed and picked."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.music.chord import BUILT_IN, Chord, parse_chord
from accompanist.training.performances import PIANO
from accompanist.training.sound_guitar import PATTERNS, comping, fingered, on_guitar
from tests.training.sounds import score_of


@given(st.integers(0, 11), st.sampled_from(BUILT_IN), st.integers(0, 7))
def test_fingers_find_tones_of_the_chord_alone_over_its_root(root, quality, position):
    chord = Chord(root, quality)
    keys = [key for key in fingered(chord, position) if key is not None]
    assert {key % 12 for key in keys} <= chord.pitch_classes
    assert keys[0] % 12 == root
    assert keys == sorted(keys)


def test_a_c_chord_in_first_position_is_the_one_everybody_knows():
    assert fingered(parse_chord("C:maj"), 0) == [None, 48, 52, 55, 60, 64]


@pytest.mark.parametrize("seed", range(6))
def test_comping_says_the_chords_and_no_more(seed):
    chords = [(0, 16, "C:maj"), (16, 32, "A:min7")]
    rows = comping(score_of([], chords=chords), np.random.default_rng(seed))
    assert rows
    for on, _, pitch, _, _ in rows:
        chord = parse_chord("C:maj" if on < 15 else "A:min7")
        if on < 15 or on > 17:
            fifth = {(chord.root + 7) % 12}
            assert pitch % 12 in chord.pitch_classes | fifth


def test_a_bar_of_every_pattern_begins_and_ends_within_it():
    for pattern in PATTERNS:
        assert all(0.0 <= stroke.at < pattern.beats for stroke in pattern.strokes)


def test_ten_fingers_become_six_strings_in_reach():
    rows = [(0.0, 2.0, pitch, 80, PIANO) for pitch in (24, 36, 48, 55, 60, 64, 67, 72, 100)]
    score = on_guitar(score_of(rows), np.random.default_rng(1))
    assert len(score.on) <= 6
    assert score.pitch.min() >= 40
    assert score.pitch.max() <= 84
