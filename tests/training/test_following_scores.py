"""Following is counted beat by beat, one to one."""

import numpy as np
import pytest

from accompanist.music.heard import StateHeard
from accompanist.training.following_scores import following_scores, lead_scores, strays
from tests.training.takes import BEATS_S, announced, steady


def test_every_beat_has_its_one_click_or_none_of_its_own() -> None:
    found = strays(np.array([1.0, 2.0, 3.0]), np.array([1.1, 2.0, 2.2]))
    assert found == pytest.approx([0.1, np.nan, np.nan], nan_ok=True)


def test_clicks_on_the_beats_follow_all_of_them_at_once() -> None:
    scores = following_scores(steady(), announced(BEATS_S))
    assert scores["FOLLOW"] == 1.0
    assert (scores["lock beats"], scores["lock s"], scores["lock never"]) == (0.0, 0.0, 0.0)


def test_lock_waits_for_eight_right_beats_in_a_row() -> None:
    scores = following_scores(steady(), announced(np.delete(BEATS_S, [1, 5])))
    assert scores["lock beats"] == 6.0
    assert scores["lock s"] == pytest.approx(3.0)
    assert scores["FOLLOW"] == pytest.approx(38 / 40)


def test_an_extra_click_breaks_the_row() -> None:
    scores = following_scores(steady(), announced(sorted([*BEATS_S, BEATS_S[3] + 0.1])))
    assert scores["lock beats"] == 4.0


def test_who_never_locks_waits_all_along() -> None:
    scores = following_scores(steady(), announced(BEATS_S[::2]))
    assert (scores["lock never"], scores["lock beats"]) == (1.0, 40.0)
    assert "phase" not in scores


def test_follow_asks_for_eight_hundredths_of_a_beat() -> None:
    assert following_scores(steady(), announced(BEATS_S + 0.039))["FOLLOW"] == 1.0
    assert following_scores(steady(), announced(BEATS_S + 0.041))["FOLLOW"] == 0.0


def test_phase_and_bias_are_in_milliseconds() -> None:
    scores = following_scores(steady(), announced(BEATS_S - 0.02))
    assert scores["phase"] == pytest.approx(20.0)
    assert scores["bias"] == pytest.approx(-20.0)


def test_recovery_counts_beats_until_four_are_right_again() -> None:
    jumped = steady(changes_s=(float(BEATS_S[20]),))
    scores = following_scores(jumped, announced(np.delete(BEATS_S, [20, 21, 22])))
    assert scores["recovery"] == 3.0


def test_who_never_recovers_waits_until_the_end() -> None:
    jumped = steady(changes_s=(float(BEATS_S[20]),))
    assert following_scores(jumped, announced(BEATS_S[:20]))["recovery"] == 20.0


def test_a_rest_is_kept_by_clicks_on_its_beats() -> None:
    resting = steady(rests_s=((float(BEATS_S[8]), float(BEATS_S[20])),))
    clicks_s = sorted([*np.delete(BEATS_S, [8, 9, 20]), BEATS_S[10] + 0.25])
    scores = following_scores(resting, announced(clicks_s))
    assert scores["rest kept"] == pytest.approx(6 / 8)
    assert scores["rest spurious"] == pytest.approx(1 / 7)
    assert scores["entry kept"] == 0.0


def test_lead_counts_beats_said_while_locked() -> None:
    first, second = announced([1.0], lead_s=0.5), announced([2.0, 3.0], lead_s=0.1)
    scores = lead_scores([*first, StateHeard(1.5, "locked"), *second])
    assert scores == pytest.approx({"lead": -100.0, "lead p95": -100.0})


def test_without_a_lock_there_is_no_lead() -> None:
    assert lead_scores(announced([1.0])) == {}
