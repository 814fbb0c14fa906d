"""Drummers and bass players laid over a song keep to its bars and its chords."""

import numpy as np
import pytest

from accompanist.music.chord import parse_chord
from accompanist.training.performances import PIANO
from accompanist.training.sound_band import beaten, drummed, rooted, walking
from accompanist.training.sound_instruments import BASSES, LINES, in_range
from accompanist.training.sound_performed import Feel, performed
from accompanist.training.sound_score import BASS, DRUMS
from tests.training.sounds import quarters, score_of

CHORDS = [(0, 8, "C:maj7"), (8, 16, "A:min7"), (16, 32, "G:7")]


def test_a_groove_begins_where_the_songs_bars_begin():
    groove = score_of([(4.0 * bar, 4.0 * bar + 0.1, 36, 100, DRUMS) for bar in range(8)])
    song = score_of(quarters())
    song.downbeats[:] = np.arange(32) % 4 == 3
    rows = drummed(song, groove, np.random.default_rng(0))
    assert {on % 4 for on, *_ in rows} == {3.0}


@pytest.mark.parametrize("per_bar", [2, 3, 4, 5])
def test_a_beat_made_by_rule_is_there_in_every_metre(per_bar):
    rows = beaten(score_of([], 40, per_bar), np.random.default_rng(per_bar))
    assert all(role == DRUMS and 8 <= velocity <= 127 for *_, velocity, role in rows)
    assert len({int(on // per_bar) for on, *_ in rows}) == 40 // per_bar


def test_a_bass_walks_on_every_beat_and_comes_home_with_most_chords():
    rows = walking(score_of([], chords=CHORDS), np.random.default_rng(2))
    on_beat = [row for row in rows if row[0] % 1.0 == 0.0]
    assert [row[0] for row in on_beat] == [float(beat) for beat in range(32)]
    assert all(28 <= row[2] <= 52 for row in rows)


def test_a_bass_on_roots_plays_roots_fifths_and_octaves():
    rows = rooted(score_of([], chords=CHORDS), np.random.default_rng(3))
    for on, _, pitch, _, role in rows:
        label = next(label for start, end, label in CHORDS if start <= on < end)
        assert (pitch - parse_chord(label).root) % 12 in (0, 7)
        assert role == BASS


def test_tunes_move_by_octaves_into_an_instruments_range():
    score = score_of(quarters(4, 31, PIANO))
    notes = performed(
        score, 0.0, np.full(32, 0.5), 0.0, 4.0, {PIANO: Feel(0, 0)}, np.random.default_rng(0)
    )[0][PIANO]
    for instrument in (*BASSES, *LINES):
        pitch = in_range(notes, instrument).pitch
        assert ((pitch - 31) % 12 == 0).all()
        assert (pitch >= instrument.lowest).all()
        assert (pitch <= instrument.highest).all()
