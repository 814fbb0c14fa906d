"""Metre and bars from what beats say of them."""

import numpy as np
import pytest

from accompanist.listening.bar_evidence import PLACES, PlayedOn, RuleBarEvidence
from accompanist.listening.bars import BarCounter
from accompanist.listening.metre import MetreTracker
from accompanist.music.metre import Metre

NOTHING = np.ones(len(PLACES))


def accent(on_downbeats: float) -> np.ndarray:
    """How well each place explains a beat that is so many times likelier to be a downbeat."""
    return np.array([on_downbeats if place == 0 else 1.0 for _, place in PLACES])


def played(position: float, downbeat: float) -> PlayedOn:
    return PlayedOn(position, 0.7, 1, 60, 60, 1, downbeat)


@pytest.mark.parametrize("length", [3, 4, 5, 7])
def test_accents_every_few_beats_make_the_bar(length: int) -> None:
    tracker = MetreTracker()
    for beat in range(12 * length):
        tracker.weigh(beat, accent(4.0 if beat % length == 2 else 0.25))
    assert tracker.metre.beats_per_bar == length
    assert tracker.beat_in_bar(2) == 0
    assert tracker.confidence > 0.8


def test_bars_of_six_are_two_of_three_unless_they_insist() -> None:
    tracker = MetreTracker()
    held = []
    for beat in range(90):
        tracker.weigh(beat, accent(3.0 if beat % 6 == 0 else 0.3 if beat % 3 == 0 else 0.2))
        held.append(tracker.metre.beats_per_bar)
    assert 3 in held[6:20]
    assert held[-1] == 6


def test_seven_beats_are_eighths() -> None:
    tracker = MetreTracker()
    tracker.resume(0, 0, 7)
    assert tracker.metre == Metre(7, 8)


def test_without_evidence_bars_have_four_beats_from_the_first() -> None:
    assert [MetreTracker().beat_in_bar(beat) for beat in range(5)] == [0, 1, 2, 3, 0]


def test_beats_that_say_nothing_leave_the_bar_where_it_was() -> None:
    tracker = MetreTracker()
    for beat in range(16):
        tracker.weigh(beat, accent(4.0 if beat % 4 == 1 else 0.25))
    for beat in range(16, 29):
        tracker.weigh(beat, NOTHING)
    assert tracker.beat_in_bar(29) == 0


def test_onsets_that_sound_like_downbeats_make_them() -> None:
    counter = BarCounter(RuleBarEvidence())
    downbeats = []
    for beat in range(32):
        downbeats.append(counter.announce(beat, beat - 0.2, 0.5)[1])
        counter.note(played(beat + 0.02, 1.0 if beat % 4 == 3 else -1.0))
    assert [beat for beat in range(20, 32) if downbeats[beat]] == [23, 27, 31]


def test_onsets_between_beats_say_nothing_of_bars() -> None:
    counter = BarCounter(RuleBarEvidence())
    for beat in range(32):
        counter.announce(beat, beat - 0.2, 0.5)
        counter.note(played(beat + 0.02, 1.0 if beat % 4 == 3 else -1.0))
        counter.note(played(beat + 0.5, 3.0 if beat % 4 == 1 else -3.0))
    assert counter.metre.beat_in_bar(35) == 0


def test_bars_are_counted_from_zero() -> None:
    counter = BarCounter(RuleBarEvidence())
    bars = [counter.announce(beat, beat - 0.2, 0.5)[0] for beat in range(9)]
    assert bars == [0, 0, 0, 0, 1, 1, 1, 1, 2]


def test_a_bar_that_is_counted_in_begins_where_it_was_said() -> None:
    counter = BarCounter(RuleBarEvidence())
    for beat in range(6):
        counter.announce(beat, beat - 0.2, 0.5)
    counter.begin(6)
    assert [counter.announce(beat, beat - 0.2, 0.5)[1] for beat in range(6, 11)] == [
        True, False, False, False, True,
    ]  # fmt: skip


def test_harmony_is_expected_to_move_on_downbeats_rather_than_between_beats() -> None:
    counter = BarCounter(RuleBarEvidence())
    assert counter.readiness(4.0) > counter.readiness(5.0) > counter.readiness(5.5)
