"""The beat clock keeps announced beats, never runs backwards, and inverts itself."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.listening.clock import BeatClock

periods_s = st.lists(st.floats(0.25, 1.2), min_size=2, max_size=30)


def announced(periods: list[float], lead_s: float = 0.1) -> tuple[BeatClock, list[float]]:
    """A clock told of beats `lead_s` before each, from 1 s on."""
    clock, times_s = BeatClock(), [1.0]
    for period_s in periods:
        times_s.append(times_s[-1] + period_s)
    for beat, at_s in enumerate(times_s):
        period_s = periods[max(beat - 1, 0)]
        clock.pass_time(at_s - lead_s)
        clock.announce(at_s - lead_s, beat, at_s, period_s)
    return clock, times_s


def test_no_beat_counts_nothing() -> None:
    assert BeatClock().empty
    assert BeatClock().beats_at(12.0) == 0.0


@given(periods_s)
def test_announced_beats_keep_their_times(periods: list[float]) -> None:
    clock, times_s = announced(periods)
    assert [clock.seconds_at(beat) for beat in range(len(times_s))] == times_s


@given(periods_s)
def test_the_count_never_runs_backwards(periods: list[float]) -> None:
    clock, times_s = announced(periods)
    counts = [clock.beats_at(0.5 + 0.01 * k) for k in range(int(100 * times_s[-1]) + 100)]
    assert all(later >= earlier for earlier, later in pairwise(counts))


@given(periods_s, st.floats(-2.0, 40.0))
def test_seconds_and_beats_invert_each_other(periods: list[float], beats: float) -> None:
    clock, _ = announced(periods)
    assert clock.beats_at(clock.seconds_at(beats)) == pytest.approx(beats, abs=1e-6)


def test_beats_to_come_follow_at_the_tempo_held() -> None:
    clock, times_s = announced([0.5, 0.5, 0.6])
    assert clock.seconds_at(5.0) == pytest.approx(times_s[-1] + 2 * 0.6)


def test_an_announcement_bends_the_count_from_that_moment_only() -> None:
    clock = BeatClock()
    clock.announce(0.9, 0, 1.0, 0.5)
    before = clock.beats_at(1.4)
    clock.pass_time(1.4)
    clock.announce(1.4, 1, 1.52, 0.52)
    assert clock.beats_at(1.4) == pytest.approx(before)
    assert clock.beats_at(1.52) == 1.0


def test_a_lost_beat_waits_and_goes_on_from_now() -> None:
    clock, times_s = announced([0.5, 0.5])
    clock.wait(times_s[-1] + 0.2)
    clock.pass_time(30.0)
    assert clock.beats_at(30.0) == pytest.approx(2.4)
    assert clock.seconds_at(3.4) == pytest.approx(30.5)
