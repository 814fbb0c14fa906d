"""The reading of the beat that is followed, and who may change it."""

import numpy as np
import pytest

from accompanist.listening.bar_evidence import LEVELS, OFF_BEAT, READINGS
from accompanist.listening.beat import BeatTracker
from accompanist.listening.evidence import RuleEvidence
from accompanist.listening.onset import Onset


def following(beats: int) -> BeatTracker:
    """A tracker that heard strokes .35 s apart, the first of two louder: a beat every .7 s."""
    tracker = BeatTracker(RuleEvidence())
    hear(tracker, range(beats))
    return tracker


def hear(tracker: BeatTracker, beats: range) -> None:
    for beat in beats:
        tracker.hear(Onset(0.35 * beat, (60,), (100 if beat % 2 == 0 else 80,)))


def odds(level: float, likelier: float) -> np.ndarray:
    return np.where(np.append(LEVELS, 0.0) == level, likelier, 1.0)


def off_beat_odds(likelier: float) -> np.ndarray:
    return np.where(np.arange(READINGS) == OFF_BEAT, likelier, 1.0)


def test_a_level_that_is_said_to_be_likelier_is_followed() -> None:
    tracker = following(24)
    assert tracker.pulse is not None
    assert tracker.pulse.period_s == pytest.approx(0.7, rel=0.03)
    tracker.doubt(odds(2.0, 1e6))
    hear(tracker, range(24, 64))
    assert tracker.pulse.period_s == pytest.approx(0.35, rel=0.03)


def test_a_likelier_level_is_not_followed_at_once() -> None:
    tracker = following(24)
    tracker.doubt(odds(2.0, 1e6))
    hear(tracker, range(24, 26))
    assert tracker.pulse is not None
    assert tracker.pulse.period_s == pytest.approx(0.7, rel=0.03)


@pytest.mark.parametrize("period_s", [0.175, 0.35, 1.4])
def test_a_level_that_was_asked_for_is_kept_however_unlikely(period_s: float) -> None:
    tracker = following(24)
    tracker.count(0.35 * 22, period_s)
    for beat in range(24, 200):
        hear(tracker, range(beat, beat + 1))
        tracker.doubt(odds(0.35 / 0.7, 1e6))
        assert tracker.pulse is not None
        assert tracker.pulse.period_s == pytest.approx(period_s, rel=0.05)


def test_beats_that_are_said_to_lie_between_those_counted_are_followed() -> None:
    tracker = following(24)
    tracker.impose(0.35 * 23, 0.7)
    hear(tracker, range(24, 30))
    assert tracker.pulse is not None
    assert abs((tracker.pulse.beat_s / 0.7) % 1.0 - 0.5) < 0.1
    tracker.doubt(off_beat_odds(1e6))
    hear(tracker, range(30, 40))
    assert abs((tracker.pulse.beat_s / 0.7 + 0.5) % 1.0 - 0.5) < 0.1


def test_a_level_that_was_asked_for_is_given_up_for_a_beat_that_is_imposed() -> None:
    tracker = following(24)
    tracker.count(0.35 * 22, 0.35)
    tracker.impose(0.35 * 24, 0.5)
    assert not tracker.keeps_level


def test_a_level_that_is_no_likelier_changes_nothing() -> None:
    tracker, told = following(24), following(24)
    told.doubt(np.ones(READINGS))
    hear(tracker, range(24, 64))
    hear(told, range(24, 64))
    assert tracker.pulse == told.pulse


def test_a_slow_level_is_not_gone_over_to_before_it_is_judged() -> None:
    tracker = BeatTracker(RuleEvidence())
    tracker.impose(0.0, 0.5)
    for beat in range(1, 80):
        tracker.hear(Onset(0.5 * beat, (60,), (100 if beat % 2 == 0 else 60,)))
    assert tracker.pulse is not None
    assert tracker.pulse.period_s == pytest.approx(0.5, rel=0.03)
