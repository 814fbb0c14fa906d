"""Openings of songs keep their bars and truth; four chords go round as they are told to."""

import numpy as np
import pytest

from tests.training.tiny import torch_or_skip, write_songs

torch_or_skip()

from accompanist.music.chord import Chord  # noqa: E402
from accompanist.training.arrangements import arrangements  # noqa: E402
from accompanist.training.playing_songs import (  # noqa: E402
    LEAD_S,
    four_chords,
    opening,
    performance_of,
    pushed,
)


@pytest.fixture
def song(tmp_path):
    write_songs(tmp_path)
    return arrangements(tmp_path, "val")[0]


def test_an_opening_is_whole_bars_from_the_melody_on(song):
    cut = opening(song, 9.0)
    assert cut.truth.chords[-1].end_beats == 16.0
    assert [cut.truth.chord_at(beat) for beat in (0, 4, 8, 12)] == [
        Chord(0),
        Chord(7),
        Chord(9, "min"),
        Chord(5),
    ]
    assert max(note.onset_beats for note in cut.piano) < 16.0


def test_a_late_melody_begins_the_song_on_its_own_bar(song):
    late = tuple(note for note in song.melody if note.onset_beats >= 5.5)
    cut = opening(type(song)(song.piece, late, song.piano, song.tempo_bpm, song.truth), 9.0)
    assert cut.melody[0].onset_beats == pytest.approx(2.0, abs=0.01)
    assert cut.truth.chord_at(0) == Chord(7)


def test_without_melody_there_is_no_opening(song):
    assert opening(type(song)(song.piece, (), song.piano, 120.0, song.truth), 9.0) is None


def test_a_push_moves_notes_and_truth_from_its_beat_on():
    song = four_chords(4)
    moved = pushed(song, 6, 6)
    assert moved.truth.chord_at(5.5) == Chord(7)
    assert moved.truth.chord_at(6.5) == Chord(1)
    pairs = zip(song.piano, moved.piano, strict=True)
    assert {b.pitch - a.pitch for a, b in pairs if a.onset_beats >= 6} == {6}
    assert {note.pitch for note in moved.melody if note.onset_beats < 6} == {
        note.pitch for note in song.melody if note.onset_beats < 6
    }


def test_a_performance_lies_on_steady_beats_until_the_last_chord_ends():
    performance = performance_of(four_chords(2, tempo_bpm=120.0), "piano")
    np.testing.assert_allclose(np.diff(performance.beats_s), 0.5)
    assert performance.beats_s[0] == performance.notes.on_s[0] == LEAD_S
    assert list(np.flatnonzero(performance.downbeats)) == [0, 4]
    assert performance.length_s == LEAD_S + 4.0


def test_bars_are_loud_busy_or_silent_as_told():
    song = four_chords(4, velocities=(40, 100), busy="br")
    assert {note.velocity for note in song.melody if note.onset_beats < 4} == {40}
    assert {note.velocity for note in song.melody if note.onset_beats >= 8} == {100}
    bars = [int(note.onset_beats // 4) for note in song.melody]
    assert [bars.count(bar) for bar in range(4)] == [16, 0, 16, 0]
