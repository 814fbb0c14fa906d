"""Music as the ear for keys hears it, half second by half second."""

import numpy as np
import pytest

from accompanist.listening.key_profile import BASS, HEARD
from accompanist.music.chord import parse_chord
from accompanist.music.key import Key
from accompanist.training.chart import Chart
from accompanist.training.comping import comped
from accompanist.training.key_examples import (
    NO_LABEL,
    NONE,
    STEPS,
    KeyPiece,
    atonal_pieces,
    beginning_of,
    charts_heard,
    drawn,
    key_piece,
    songs_heard,
)
from tests.training.tiny import write_charts, write_songs

CADENCE = tuple(c for name in ("C", "F", "G:7", "C") for c in [parse_chord(name)] * 4)
LONG = KeyPiece(np.ones((200, HEARD, 12), np.float32), np.full(200, 0))


@pytest.fixture
def data(tmp_path):
    write_songs(tmp_path)
    write_charts(tmp_path)
    return tmp_path


def test_a_chart_is_heard_in_its_key_from_the_first_step_on():
    played = comped(Chart("cadence", 4, CADENCE, key=Key(0)), np.random.default_rng(0), "blocks")
    piece = key_piece(played)
    assert set(piece.keys.tolist()) == {0}
    assert int(np.argmax(piece.heard[0, BASS])) == 0


def test_training_songs_are_heard_whole_and_at_times_in_part(data):
    assert len(list(songs_heard(data, "train"))) == 3
    assert len(list(songs_heard(data, "val"))) == 1


def test_every_chart_with_a_key_is_played_twice(data):
    assert len(list(charts_heard(data, "train"))) == 6


def test_notes_at_random_are_labelled_as_without_a_key():
    piece = next(atonal_pieces(0))
    assert set(piece.keys.tolist()) == {NONE}


def test_a_short_piece_begins_and_ends_in_unlabelled_silence():
    short = KeyPiece(LONG.heard[:10], LONG.keys[:10])
    heard, keys = beginning_of(short)
    assert heard.shape == (STEPS, HEARD, 12)
    assert not heard[10:].any()
    assert keys.tolist() == [0] * 10 + [NO_LABEL] * (STEPS - 10)


def test_excerpts_are_of_one_length_and_some_of_them_modulate():
    chance = np.random.default_rng(0)
    keys = [drawn([LONG], chance)[1] for _ in range(60)]
    assert {len(row) for row in keys} == {STEPS}
    modulating = sum(len(set(row.tolist()) - {NO_LABEL}) > 1 for row in keys)
    assert 10 < modulating < 35
