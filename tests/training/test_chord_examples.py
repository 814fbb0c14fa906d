"""Onsets and what is true at each, and chords and what followed them."""

import numpy as np
import pytest

from accompanist.inference.model import StreamingModel
from accompanist.listening.chord_evidence import HELD_WIDTH, ROWS
from accompanist.listening.chord_states import ChordStates, state_of
from accompanist.music.chord import parse_chord
from accompanist.music.key import Key
from accompanist.training.chart import Chart
from accompanist.training.chord_examples import charts_seen, onsets, progressions, songs_seen
from accompanist.training.comping import comped
from tests.training.tiny import write_charts, write_songs

CADENCE = tuple(c for name in ("C", "F", "G:7", "C") for c in [parse_chord(name)] * 4)
KEYS = StreamingModel("key")


@pytest.fixture
def data(tmp_path):
    write_songs(tmp_path)
    write_charts(tmp_path)
    return tmp_path


def labels(states: np.ndarray) -> set[str]:
    chords = ChordStates().chords
    return {chords[state].label for state in states}


def test_every_onset_is_seen_with_the_chord_it_belongs_to():
    played = comped(Chart("cadence", 4, CADENCE, key=Key(0)), np.random.default_rng(0), "pad")
    seen = list(onsets(played, KEYS))
    struck = {state: view[2] > 0.0 for view, state in seen if view[2].sum() > 1.5}
    assert state_of(parse_chord("G:7")) in {state for _, state in seen}
    assert all(view.shape == (ROWS, 12) for view, _ in seen)
    assert struck[state_of(parse_chord("F"))][[5, 9, 0]].all()


def test_songs_are_seen_with_the_chords_reviewed(data):
    views, states = songs_seen(data, "val", KEYS)
    assert len(views) == len(states) > 90
    assert labels(states) == {"C:maj", "G:maj", "A:min", "F:maj"}


def test_charts_are_seen_in_qualities_that_songs_lack(data):
    _, states = charts_seen(data, "train", KEYS)
    assert len({label.split(":")[1] for label in labels(states)}) > 4


def test_what_follows_is_read_off_songs_and_charts(data):
    held, following = progressions(data, "val")
    assert held.shape == (len(following), 12, HELD_WIDTH)
    after_minor_seventh = held[:, :, 12 + 4].any(axis=1)
    assert labels(following[after_minor_seventh]) == {"G:7"}
