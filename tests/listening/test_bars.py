"""Metre and bars from downbeat evidence on beats."""

import pytest

from accompanist.listening.bars import BarCounter
from accompanist.listening.metre import MetreTracker
from accompanist.music.metre import Metre


@pytest.mark.parametrize("length", [3, 4])
def test_accents_every_few_beats_make_the_bar(length: int) -> None:
    tracker = MetreTracker()
    for beat in range(8 * length):
        tracker.weigh(beat, 1.5 if beat % length == 2 else -1.5)
    assert tracker.metre == Metre(length)
    assert tracker.beat_in_bar(2) == 0
    assert tracker.confidence > 0.9


def test_without_evidence_bars_have_four_beats_from_the_first() -> None:
    assert [MetreTracker().beat_in_bar(beat) for beat in range(5)] == [0, 1, 2, 3, 0]


def test_rests_leave_the_bar_where_it_was() -> None:
    tracker = MetreTracker()
    for beat in range(16):
        tracker.weigh(beat, 1.5 if beat % 4 == 1 else -1.5)
    for beat in range(16, 29):
        tracker.pass_over(beat)
    assert tracker.beat_in_bar(29) == 0


def test_moving_harmony_makes_downbeats() -> None:
    counter = BarCounter()
    downbeats = []
    for beat in range(32):
        downbeats.append(counter.announce(beat)[1])
        counter.note(beat + 0.02, -1.0)
        if beat % 4 == 3:
            counter.note_change(beat + 0.02)
    assert [beat for beat in range(20, 32) if downbeats[beat]] == [23, 27, 31]


def test_bars_are_counted_from_zero() -> None:
    counter = BarCounter()
    assert [counter.announce(beat)[0] for beat in range(9)] == [0, 0, 0, 0, 1, 1, 1, 1, 2]


def test_harmony_is_expected_to_move_on_downbeats_rather_than_between_beats() -> None:
    counter = BarCounter()
    assert counter.readiness(4.0) > counter.readiness(5.0) > counter.readiness(5.5)
