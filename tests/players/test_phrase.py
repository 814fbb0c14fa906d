"""A phrase comes again under the chord of the moment, and nothing in it clashes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.music.band import PlannedNote
from accompanist.music.chord import Chord
from accompanist.players.bass import HIGHEST, LOWEST
from accompanist.players.phrase import Moment, Phrase, phrase_frames, played_again
from tests.music.strategies import chords
from tests.players.frames import frame

C, F, G, A_MINOR = Chord(0), Chord(5), Chord(7), Chord(9, "min")


def moment(
    part: str, *pitches: int, chord: Chord = C, length_beats: float = 0.5, loudness: float = 0.5
) -> Moment:
    notes = tuple(PlannedNote(part, 0.0, length_beats, p, 80, "model") for p in pitches)
    return Moment(0, None, chord, loudness, notes)


def pitches(notes) -> list[int]:
    return [note.pitch for note in notes]


def test_a_place_is_found_again_two_bars_later():
    played = moment("bass", 36)
    phrase = Phrase().followed_by(frame(index=5), played)
    assert phrase.at(frame(index=5 + 32)) is played
    assert phrase.at(frame(index=5 + 16)) is None


def test_what_is_played_later_takes_the_place_of_what_was_before():
    later = moment("bass", 41)
    phrase = Phrase().followed_by(frame(index=3), moment("bass", 36))
    assert phrase.followed_by(frame(index=35), later).at(frame(index=67)) is later


def test_in_another_metre_a_phrase_begins_anew():
    phrase = Phrase().followed_by(frame(index=0), moment("bass", 36))
    assert phrase.at(frame(index=0, beats_per_bar=3)) is None
    assert len(phrase.followed_by(frame(beats_per_bar=3), moment("bass", 36)).moments) == (
        phrase_frames(3)
    )


def test_under_the_same_chord_every_note_is_as_it_was_but_later():
    (note,) = played_again(moment("bass", 42), frame(index=32))
    assert note == PlannedNote("bass", 8.0, 0.5, 42, 80, "model")


def test_drums_do_not_know_of_chords():
    assert pitches(played_again(moment("drums", 36, 42), frame(chord=G))) == [36, 42]


@pytest.mark.parametrize(
    ("pitch", "chord", "expected"),
    [(36, G, 31), (43, F, 36), (40, A_MINOR, 36), (38, G, 43), (40, Chord(0, "min"), 39)],
)
def test_the_bass_keeps_its_degree_or_takes_the_nearest_tone(pitch, chord, expected):
    assert pitches(played_again(moment("bass", pitch), frame(chord=chord))) == [expected]


def test_a_chord_is_laid_out_anew_close_to_where_the_hand_was():
    laid = pitches(played_again(moment("harmony", 60, 64, 67), frame(chord=A_MINOR)))
    assert {pitch % 12 for pitch in laid} == {9, 0, 4}
    assert max(abs(a - b) for a, b in zip((60, 64, 67), laid, strict=True)) <= 4


@given(
    st.sampled_from(("bass", "harmony")),
    st.lists(st.integers(LOWEST, HIGHEST), min_size=1, max_size=5, unique=True),
    chords,
    chords,
)
def test_whatever_was_played_is_in_the_chord_once_the_chord_is_another(part, keys, was, chord):
    keys = keys[:1] if part == "bass" else [key + 20 for key in keys]
    notes = played_again(moment(part, *keys, chord=was), frame(chord=chord))
    if chord.root is not None and (chord.root, chord.pitch_classes) != (
        was.root,
        was.pitch_classes,
    ):
        assert {note.pitch % 12 for note in notes} <= chord.pitch_classes
    assert notes


def test_a_note_ends_where_the_chord_is_expected_to_move():
    held = moment("harmony", 60, 64, 67, length_beats=3.0)
    stays, moves = (played_again(held, frame(next_chord=chord))[0] for chord in (C, F))
    assert (stays.length_beats, moves.length_beats) == (3.0, pytest.approx(0.96))


def test_a_phrase_follows_the_performers_loudness():
    soft, loud = (
        played_again(moment("bass", 36), frame(dynamics=amount))[0].velocity
        for amount in (-0.25, 0.25)
    )
    assert soft < 80 < loud
