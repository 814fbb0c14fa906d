"""Messages keep the time at which they came in, however late they are taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.devices.arrivals import LATEST_S, Arrivals


def test_a_message_taken_at_once_has_the_time_of_now():
    assert Arrivals().time_s(0.0, 5.0) == 5.0


def test_a_message_taken_late_keeps_the_time_it_came_in():
    arrivals = Arrivals()
    arrivals.time_s(0.0, 5.0)
    assert arrivals.time_s(0.5, 5.54) == pytest.approx(5.5, abs=1e-3)


def test_messages_taken_together_keep_their_gaps():
    arrivals = Arrivals()
    arrivals.time_s(0.0, 5.0)
    times = [arrivals.time_s(0.010, 5.050) for _ in range(3)]
    assert times == pytest.approx([5.010, 5.020, 5.030], abs=1e-4)


def test_a_first_message_taken_late_is_forgotten_as_soon_as_one_is_punctual():
    arrivals = Arrivals()
    arrivals.time_s(0.0, 5.2)
    assert arrivals.time_s(1.0, 6.0) == 6.0
    assert arrivals.time_s(1.0, 7.1) == pytest.approx(7.0, abs=2e-3)


def test_lost_gaps_do_not_leave_the_time_behind_for_ever():
    arrivals = Arrivals()
    arrivals.time_s(0.0, 5.0)
    assert arrivals.time_s(0.1, 5.1 + 2 * LATEST_S) == 5.1 + 2 * LATEST_S


@given(st.lists(st.tuples(st.floats(0, 5), st.floats(0, 3)), max_size=30))
def test_times_never_run_backwards_and_never_lie_ahead(gaps):
    arrivals, last_s, came_s, taken_s = Arrivals(), 0.0, 10.0, 10.0
    for gap_s, late_s in gaps:
        came_s += gap_s
        taken_s = max(taken_s, came_s + late_s)
        time_s = arrivals.time_s(gap_s, taken_s)
        assert last_s - 1e-9 <= time_s <= taken_s + 1e-9
        last_s = time_s
