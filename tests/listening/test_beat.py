"""The reading of the beat that is followed, and who may change it."""

import numpy as np
import pytest

from accompanist.listening.bar_evidence import LEVELS
from accompanist.listening.beat import BeatTracker
from accompanist.listening.evidence import RuleEvidence
from accompanist.listening.onset import Onset


def following(beats: int) -> BeatTracker:
    """A tracker that heard a stroke every half second, the first of two louder: a beat a second."""
    tracker = BeatTracker(RuleEvidence())
    hear(tracker, range(beats))
    return tracker


def hear(tracker: BeatTracker, beats: range) -> None:
    for beat in beats:
        tracker.hear(Onset(0.5 * beat, (60,), (100 if beat % 2 == 0 else 80,)))


def odds(level: float, likelier: float) -> np.ndarray:
    return np.where(np.array(LEVELS) == level, likelier, 1.0)


def test_a_level_that_is_said_to_be_likelier_is_followed() -> None:
    tracker = following(24)
    assert tracker.pulse is not None
    assert tracker.pulse.period_s == pytest.approx(1.0, rel=0.03)
    tracker.doubt(odds(2.0, 1e6))
    hear(tracker, range(24, 64))
    assert tracker.pulse.period_s == pytest.approx(0.5, rel=0.03)


def test_a_likelier_level_is_not_followed_at_once() -> None:
    tracker = following(24)
    tracker.doubt(odds(2.0, 1e6))
    hear(tracker, range(24, 26))
    assert tracker.pulse is not None
    assert tracker.pulse.period_s == pytest.approx(1.0, rel=0.03)


def test_a_level_that_is_no_likelier_changes_nothing() -> None:
    tracker, told = following(24), following(24)
    told.doubt(np.ones(len(LEVELS)))
    hear(tracker, range(24, 64))
    hear(told, range(24, 64))
    assert tracker.pulse == told.pulse
