"""What the bar network is told of beats."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.dsp.beat_features import FEATURES
from accompanist.listening.bar_evidence import LEVELS, PLACES
from accompanist.training.bar_examples import (
    UNKNOWN,
    Counting,
    bar_example,
    miscounted,
    places_of,
)
from accompanist.training.evidence_examples import Bent


def test_places_are_counted_from_every_downbeat_and_back_before_the_first() -> None:
    downbeats = np.array([False, True, False, False, True, False, False, True])
    told = [PLACES[place] for place in places_of(downbeats)]
    assert told == [(3, 2), (3, 0), (3, 1), (3, 2), (3, 0), (3, 1), (3, 2), (3, 0)]


def test_bars_of_no_known_length_are_not_told() -> None:
    downbeats = np.zeros(20, np.bool_)
    downbeats[[0, 9, 18]] = True
    assert (places_of(downbeats) == UNKNOWN).all()


def test_an_example_begins_on_the_beat_of_its_first_note() -> None:
    beats_s = 1.0 + 0.5 * np.arange(40)
    on_s = 2.0 + 0.5 * np.arange(30)
    played = Bent(
        on_s, np.full(30, 60), np.full(30, 80), beats_s, np.arange(40) % 4 == 0, has_tones=True
    )
    example = bar_example(played, 0.0, np.random.default_rng(0))
    assert example is not None
    assert example.features.shape == (30, FEATURES)
    assert PLACES[example.places[0]] == (4, 2)


def test_too_short_a_stretch_is_no_example() -> None:
    beats_s = 0.5 * np.arange(12)
    played = Bent(
        beats_s[:4], np.full(4, 60), np.full(4, 80), beats_s, np.arange(12) % 4 == 0, True
    )
    assert bar_example(played, 0.0, np.random.default_rng(0)) is None


@pytest.mark.parametrize("stray_beats", [0.0, 0.02])
def test_harmony_that_returns_after_four_beats_is_recalled(stray_beats: float) -> None:
    pitch = np.tile([60, 64, 67, 71], 8)
    beats_s = 0.5 * np.arange(34)
    played = Bent(
        beats_s[:32], pitch, np.full(32, 80), beats_s, np.arange(34) % 4 == 0, has_tones=True
    )
    example = bar_example(played, stray_beats, np.random.default_rng(0))
    assert example is not None
    harmony = example.features[16, 14 + 24 + 8 : 14 + 24 + 16]
    assert harmony == pytest.approx([0, 0, 0, 1, 0, 0, 0, 1], abs=1e-5)


def stride() -> Bent:
    """Quarters at 120 in bars of four, the first of which begins with beat 1."""
    beats_s = 0.5 * np.arange(81)
    pitch = np.where(np.arange(80) % 2 == 1, 40, 60)
    return Bent(beats_s[:80], pitch, np.full(80, 80), beats_s, np.arange(81) % 4 == 1, True)


def test_beats_counted_half_as_fast_have_no_place_in_a_bar() -> None:
    counting = Counting(np.arange(6, 480, 12), LEVELS.index(2.0))
    example = bar_example(stride(), 0.0, np.random.default_rng(0), counting)
    assert example is not None
    assert example.level == LEVELS.index(2.0)
    assert (example.places == UNKNOWN).all()


@given(st.integers(0, 2**32))
def test_a_miscounted_beat_is_as_long_as_its_level_says(seed: int) -> None:
    counting = miscounted(stride(), np.random.default_rng(seed))
    assert set(np.diff(counting.at)) == {round(6 * LEVELS[counting.level])}
