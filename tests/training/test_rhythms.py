"""Bars and the cells that are played in them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.training.rhythms import GROUPS, bar_of, cell, chances, every


@pytest.mark.parametrize("beats", sorted(GROUPS))
def test_a_bar_has_one_bar_line_and_a_place_for_every_beat(beats: int) -> None:
    bar = bar_of(beats, 2, 4, np.random.default_rng(0))
    assert (bar.levels == 0).sum() == 1
    assert bar.places[every(bar, 2)].tolist() == list(range(beats))


def test_beats_in_three_have_thirds() -> None:
    bar = bar_of(2, 3, 3, np.random.default_rng(0))
    assert bar.places[every(bar, 3)] == pytest.approx([0, 1 / 3, 2 / 3, 1, 4 / 3, 5 / 3])


@given(st.integers(0, 10_000), st.sampled_from(sorted(GROUPS)), st.integers(2, 4))
def test_something_is_played_in_every_bar_and_nothing_too_fine(
    seed: int, beats: int, finest: int
) -> None:
    random = np.random.default_rng(seed)
    bar = bar_of(beats, 2, finest, random)
    played = cell(bar, chances(random, finest), 0.0, random)
    assert len(played) > 0
    assert (bar.levels[played] <= finest).all()


def test_syncopation_brings_beats_early() -> None:
    random = np.random.default_rng(1)
    bar = bar_of(4, 2, 3, random)
    every_beat = np.array([1.0, 1.0, 1.0, 0.0, 0.0])
    assert bar.places[cell(bar, every_beat, 1.0, random)] == pytest.approx([0.0, 0.5, 1.5, 2.5])
