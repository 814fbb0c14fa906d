"""Songs joined with their reviewed chords, and the bass lines in them."""

import pytest

from accompanist.music.chord import Chord
from accompanist.players.bass import HIGHEST, LOWEST
from accompanist.training.arrangements import ScoreNote, arrangements
from accompanist.training.bass_line import bass_line
from accompanist.training.pop909cl import chord_of
from tests.training.tiny import write_songs


def test_notes_stand_on_the_beats_of_their_truth(tmp_path):
    write_songs(tmp_path)
    (song,) = arrangements(tmp_path, "val")
    assert song.melody[0].onset_beats == pytest.approx(0.0, abs=0.01)
    assert song.tempo_bpm == pytest.approx(120.0)


def test_truth_knows_chords_key_and_metre(tmp_path):
    write_songs(tmp_path)
    (song,) = arrangements(tmp_path, "val")
    chords = [song.truth.chord_at(beat) for beat in (0.0, 4.0, 8.0, 12.0)]
    assert chords == [Chord(0), Chord(7), Chord(9, "min"), Chord(5)]
    assert song.truth.key_at(5.0).name == "C major"
    assert song.truth.beats_per_bar == 4


@pytest.mark.parametrize(
    ("pitches", "label"),
    [
        ((48, 52, 55), "C:maj"),
        ((52, 55, 60), "C:maj/3"),
        ((57, 60, 64, 67), "A:min7"),
        ((43, 47, 50, 53), "G:7"),
        ((48, 52, 55, 57), "C:maj6"),
        ((50, 55, 57), "D:sus4"),
    ],
)
def test_notes_are_named_by_the_chord_they_make(pitches, label):
    assert chord_of(pitches).label == label


def test_the_bass_line_is_the_lowest_voice_in_a_bass_register():
    piano = (
        ScoreNote(0.0, 2.0, 36, 100),
        ScoreNote(0.0, 1.0, 60, 60),
        ScoreNote(1.0, 1.0, 67, 60),
        ScoreNote(2.0, 2.0, 43, 90),
    )
    assert [(note.frame, note.pitch) for note in bass_line(piano)] == [(0, 36), (8, 43)]


def test_the_bass_line_is_moved_onto_the_instrument():
    piano = tuple(ScoreNote(float(beat), 1.0, 24 + beat % 3, 90) for beat in range(12))
    assert all(LOWEST <= note.pitch <= HIGHEST for note in bass_line(piano))


def test_a_bass_note_ends_where_the_next_begins():
    piano = (ScoreNote(0.0, 9.0, 40, 90), ScoreNote(1.5, 1.0, 43, 90))
    assert bass_line(piano)[0].frames == 6
