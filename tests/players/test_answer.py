"""The band's answer has the rhythm and the contour of what was played, in the present chords."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.music.chord import NO_CHORD, Chord
from accompanist.music.key import NO_KEY, Key
from accompanist.players.answer import answered, has_contour, reply
from accompanist.players.player import Answer, PerformerOnset
from tests.music.strategies import chords
from tests.players.frames import frame

RISING = tuple(PerformerOnset(0.5 * k, 60 + 2 * k, 80) for k in range(8))
"""A bar of eighths, from beat 0 on."""


def answer(asked, part="harmony", bars=1, begins=8, **told):
    """What is played of an answer to what was asked from beat 0 on, frame by frame."""
    replied = Answer(part, reply(asked, 0, begins, bars, 4))
    played, line = [], None
    for index in range(4 * begins, 4 * (begins + 4 * bars)):
        notes, line = answered(frame(index=index, answer=replied, **told), line)
        played += notes
    return played


def test_the_rhythm_is_the_performers():
    asked = [PerformerOnset(place, 72, 80) for place in (0.0, 0.75, 1.52, 3.0)]
    assert [note.onset_beats - 8 for note in answer(asked)] == pytest.approx([0, 0.75, 1.52, 3.0])


@given(st.lists(st.integers(48, 90), min_size=2, max_size=8), chords)
def test_it_rises_and_falls_as_the_performer_did_where_there_is_room(pitches, chord):
    asked = [PerformerOnset(0.5 * place, pitch, 80) for place, pitch in enumerate(pitches)]
    line = reply(asked, 0, 8, 1, 4)
    played = answer(asked, chord=chord)
    assert len(played) == len(line)
    for (one, other), (low, high) in zip(pairwise(line), pairwise(played), strict=True):
        asks, goes = other.pitch - one.pitch, high.pitch - low.pitch
        if 62 <= low.pitch <= 81:
            assert asks * goes > 0 or (asks == 0 and abs(goes) <= 3)
    assert all(57 <= note.pitch <= 86 for note in played)


@given(chords)
def test_on_beats_it_plays_tones_of_the_present_chord(chord):
    on_beats = [n for n in answer(RISING, chord=chord, key=NO_KEY) if n.onset_beats % 1 == 0]
    assert len(on_beats) == 4
    if chord.root is not None:
        assert {note.pitch % 12 for note in on_beats} <= chord.pitch_classes


def test_between_beats_it_plays_tones_of_the_key_too():
    played = answer(RISING, chord=Chord(0), key=Key(0))
    assert {note.pitch % 12 for note in played} <= Key(0).pitch_classes
    assert not {note.pitch % 12 for note in played} <= Chord(0).pitch_classes


def test_without_a_chord_it_keeps_to_the_key():
    played = answer(RISING, chord=NO_CHORD, key=Key(2))
    assert {note.pitch % 12 for note in played} <= Key(2).pitch_classes


def test_bars_of_rest_before_the_phrase_are_left_out():
    late = [PerformerOnset(8.0 + 0.5 * k, 70 + k, 80) for k in range(4)]
    assert answer(late, bars=4, begins=16)[0].onset_beats == 16.0


def test_a_short_phrase_comes_again_but_not_quite_the_same():
    played = answer(RISING, bars=2, begins=8)
    first, again = played[:8], played[8:]
    assert [note.onset_beats + 4 for note in first] == [note.onset_beats for note in again]
    assert [note.pitch for note in first] != [note.pitch for note in again]


def test_a_melody_is_taken_from_the_top_of_what_both_hands_play():
    melody = [PerformerOnset(beat, 76 + beat % 3, 90) for beat in range(4)]
    hands = [PerformerOnset(beat + 0.01, pitch, 60) for beat in range(4) for pitch in (36, 55)]
    left = [PerformerOnset(beat + 0.5, 40, 60) for beat in range(4)]
    asked = sorted([*melody, *hands, *left], key=lambda note: note.onset_beats)
    assert reply(asked, 0, 8, 1, 4) == reply(melody, 0, 8, 1, 4)


def test_nothing_played_is_not_answered():
    assert reply((), 0, 8, 4, 4) == ()


def test_what_has_no_contour_cannot_be_sung():
    assert has_contour(RISING)
    assert not has_contour([PerformerOnset(beat, 38, 90) for beat in range(4)])


def test_drums_answer_in_the_rhythm_with_higher_drums_for_higher_notes_over_a_foot():
    asked = [PerformerOnset(0.5 + beat, 60 + 5 * beat, 90) for beat in range(4)]
    played = answer(asked, part="drums")
    solo = [(note.onset_beats - 8, note.pitch) for note in played if note.onset_beats % 1]
    assert solo == [(0.5, 43), (1.5, 47), (2.5, 38), (3.5, 50)]
    foot = [(note.onset_beats - 8, note.pitch) for note in played if not note.onset_beats % 1]
    assert foot == [(0.0, 36), (1.0, 44), (3.0, 44)]
