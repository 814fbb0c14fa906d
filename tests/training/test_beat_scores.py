"""Beats are scored by when a click could sound, at the level that is annotated."""

import numpy as np
import pytest

from accompanist.training.beat_scores import beat_scores, sounded
from accompanist.training.performances import Performance, notes_from
from tests.training.takes import BEATS_S, announced, steady


def test_beats_said_in_time_score_one() -> None:
    assert set(beat_scores(steady(), announced(BEATS_S)).values()) == {1.0}


def test_a_click_sounds_when_it_is_said_if_that_is_later() -> None:
    assert list(sounded(announced([1.0], lead_s=-0.2))) == [1.2]


def test_beats_said_a_tenth_late_score_nothing() -> None:
    assert beat_scores(steady(), announced(BEATS_S, lead_s=-0.1))["F_sound"] == 0.0


@pytest.mark.parametrize("clicks_s", [BEATS_S[::2], BEATS_S[1::2], BEATS_S[2::3]])
def test_a_slower_level_on_the_beat_is_forgiven_by_oml_alone(clicks_s) -> None:
    scores = beat_scores(steady(), announced(clicks_s))
    assert scores["CMLt"] < 0.1
    assert scores["OML"] > 0.9


def test_double_the_tempo_is_forgiven_by_oml() -> None:
    clicks_s = np.arange(BEATS_S[0], BEATS_S[-1] + 0.01, 0.25)
    assert beat_scores(steady(), announced(clicks_s))["OML"] > 0.9


def test_the_off_beat_is_forgiven_by_amlt_alone() -> None:
    scores = beat_scores(steady(), announced(BEATS_S + 0.25))
    assert scores["AMLt"] > 0.9
    assert scores["OML"] < 0.1


def test_bars_that_begin_on_the_third_beat_are_no_downbeats() -> None:
    scores = beat_scores(steady(), announced(BEATS_S[2:]))
    assert scores["F_sound"] > 0.95
    assert scores["downbeat F"] == 0.0


def test_no_beat_scores_nothing() -> None:
    assert set(beat_scores(steady(), []).values()) == {0.0}


def test_without_true_beats_there_is_nothing_to_score() -> None:
    noise = Performance("noise", notes_from([]), np.zeros(0), np.zeros(0, bool))
    assert beat_scores(noise, announced([1.0, 2.0])) == {}
