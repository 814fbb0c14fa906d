"""The tempo is that of the last four intervals, announced and true."""

import numpy as np
import pytest

from accompanist.training.tempo_scores import tempo_scores
from tests.training.takes import BEATS_S, announced, steady


def test_the_right_tempo_is_right_from_the_fifth_beat_on() -> None:
    scores = tempo_scores(steady(), announced(BEATS_S))
    assert scores["tempo 4%"] == scores["tempo 8%"] == 1.0
    assert scores["off-beat"] == 0.0


def test_a_tempo_six_hundredths_fast_is_right_within_eight_alone() -> None:
    clicks_s = BEATS_S[0] + np.arange(44) * 0.5 / 1.06
    scores = tempo_scores(steady(), announced(clicks_s))
    assert scores["tempo 4%"] == 0.0
    assert scores["tempo 8%"] > 0.9


@pytest.mark.parametrize(
    ("name", "factor"), [("tempo ×2", 2.0), ("tempo ×1/2", 0.5), ("tempo ×3/2", 1.5)]
)
def test_other_levels_are_named(name: str, factor: float) -> None:
    clicks_s = np.arange(BEATS_S[0], BEATS_S[-1] + 0.01, 0.5 / factor)
    scores = tempo_scores(steady(), announced(clicks_s))
    assert scores[name] > 0.8
    assert scores["tempo 4%"] == 0.0


def test_beats_before_any_tempo_is_announced_are_wrong() -> None:
    scores = tempo_scores(steady(), announced(BEATS_S[18:]))
    assert scores["tempo 4%"] == pytest.approx(18 / 36)


def test_a_lock_to_the_off_beat_is_seen() -> None:
    assert tempo_scores(steady(), announced(BEATS_S + 0.25))["off-beat"] == 1.0


def test_a_beat_missed_now_and_then_is_no_lock_to_the_off_beat() -> None:
    clicks_s = np.where(np.arange(40) % 8 == 0, BEATS_S + 0.25, BEATS_S)
    assert tempo_scores(steady(), announced(clicks_s))["off-beat"] == 0.0
