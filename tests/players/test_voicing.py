"""Voicings hold only chord tones, in register, and move little."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from accompanist.music.chord import NO_CHORD, QUALITIES, Chord, parse_chord
from accompanist.players.voicing import HIGHEST, LOWEST, masks, voice

CHORDS = st.builds(Chord, st.integers(0, 11), st.sampled_from(sorted(QUALITIES)))
VOICES = st.integers(1, 6)
SOLOS = st.tuples(st.integers(40, 90), st.integers(0, 14)).map(lambda s: (s[0], s[0] + s[1]))


def chain(labels: str, voices: int = 4) -> list[tuple[int, ...]]:
    layouts: list[tuple[int, ...]] = []
    for label in labels.split():
        layouts.append(voice(parse_chord(label), layouts[-1] if layouts else (), voices))
    return layouts


@given(CHORDS, CHORDS, VOICES, SOLOS)
def test_every_pitch_is_a_tone_of_the_chord_within_the_comping_register(
    before, chord, voices, solo
):
    layout = voice(chord, voice(before, (), voices), voices, solo)
    assert all(pitch % 12 in chord.pitch_classes for pitch in layout)
    assert all(LOWEST <= pitch <= HIGHEST for pitch in layout)


@given(CHORDS, CHORDS, VOICES, SOLOS)
def test_there_are_as_many_distinct_rising_pitches_as_voices(before, chord, voices, solo):
    layout = voice(chord, voice(before, (), voices), voices, solo)
    assert len(layout) == voices
    assert list(layout) == sorted(set(layout))


@given(CHORDS, CHORDS, st.integers(3, 5))
def test_no_voice_leaps_more_than_a_fifth_to_the_next_chord(before, chord, voices):
    previous = voice(before, (), voices)
    layout = voice(chord, previous, voices)
    assert all(abs(a - b) <= 7 for a, b in zip(previous, layout, strict=True))


@given(CHORDS, CHORDS, st.integers(3, 4))
def test_voices_move_three_semitones_or_less_on_average(before, chord, voices):
    previous = voice(before, (), voices)
    layout = voice(chord, previous, voices)
    assert sum(abs(a - b) for a, b in zip(previous, layout, strict=True)) <= 3 * voices


@given(CHORDS, VOICES)
def test_a_repeated_chord_stays_where_it_is(chord, voices):
    first = voice(chord, (), voices)
    assert voice(chord, first, voices) == first


def test_common_tones_are_kept_from_c_to_a_minor():
    c_major, a_minor = chain("C:maj A:min", voices=3)
    assert len(set(c_major) & set(a_minor)) == 2


@given(CHORDS, CHORDS)
def test_three_voices_hold_third_and_seventh_of_a_dominant(before, chord):
    dominant = Chord(chord.root, "7")
    layout = voice(dominant, voice(before, (), 3), 3)
    assert {(dominant.root + 4) % 12, (dominant.root + 10) % 12} <= {p % 12 for p in layout}


@given(CHORDS, CHORDS, st.integers(2, 5))
def test_nothing_closer_than_a_minor_third_sounds_below_g3(before, chord, voices):
    layout = voice(chord, voice(before, (), voices), voices)
    low = [(a, b) for a, b in itertools.pairwise(layout) if a < 55]
    assert all(b - a >= 3 for a, b in low)


@given(CHORDS, CHORDS, st.integers(2, 4), st.integers(LOWEST, 90), st.integers(0, 9))
def test_the_register_of_the_melody_is_left_to_the_performer(before, chord, voices, low, width):
    solo = (low, low + width)
    hand = voice(before, (), voices)
    layout = voice(chord, hand, voices, solo)
    room = [p for p in range(LOWEST, HIGHEST + 1) if p % 12 in chord.pitch_classes]
    assert not masks(layout, solo) or sum(p < low or p > low + width for p in room) < voices


def test_the_hand_lies_below_a_melody_rather_than_above_it():
    assert max(voice(parse_chord("C:maj7"), (64, 67, 71, 72), 4, (66, 72))) < 66


@given(st.lists(CHORDS, min_size=8, max_size=24))
def test_a_long_progression_stays_near_the_middle_of_the_register(progression):
    layout: tuple[int, ...] = ()
    for chord in progression:
        layout = voice(chord, layout, 4)
    assert 56 <= sum(layout) / 4 <= 70


def test_no_chord_and_no_voices_give_no_notes():
    assert voice(NO_CHORD, (60, 64, 67), 4) == ()
    assert voice(parse_chord("C:maj"), (60, 64, 67), 0) == ()


def test_a_foreign_bass_is_not_voiced():
    assert all(pitch % 12 in {0, 4, 7} for pitch in voice(parse_chord("C:maj/b7"), (), 4))
