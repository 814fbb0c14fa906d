"""Foot switches: presses without bouncing, long presses, switches that latch."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.control.switch import BOUNCE_S, LONG, LONG_S, PRESSED, RELEASED, Switch


def played(switch: Switch, words, until_s: float = 60.0) -> list[tuple[float, str]]:
    """What a switch does, and when, that says such words at such times."""
    done = []
    for time_s, said in [*words, (until_s, None)]:
        while switch.due_s is not None and switch.due_s <= time_s:
            at_s = switch.due_s
            done += [(at_s, what) for what in switch.pass_time(at_s)]
        if said is not None:
            done += [(time_s, what) for what in switch.hear(time_s, said)]
    return done


def test_a_press_is_heard_when_the_foot_comes_down():
    assert played(Switch(), [(1.0, 127), (1.4, 0)]) == [(1.0, PRESSED), (1.4, RELEASED)]


def test_a_contact_that_bounces_is_pressed_once():
    words = [(1.0, 127), (1.004, 0), (1.007, 127), (1.5, 0), (1.503, 127), (1.506, 0)]
    assert played(Switch(), words) == [(1.0, PRESSED), (1.5, RELEASED)]


def test_a_tap_shorter_than_bouncing_is_let_go_when_bouncing_is_over():
    assert played(Switch(), [(1.0, 127), (1.01, 0)]) == [
        (1.0, PRESSED),
        (1.0 + BOUNCE_S, RELEASED),
    ]


def test_a_switch_that_never_says_up_is_pressed_each_time():
    assert played(Switch(), [(1.0, 127), (2.0, 127)]) == [(1.0, PRESSED), (2.0, PRESSED)]


def test_a_pedal_that_sweeps_is_pressed_once_on_its_way():
    way = [(1.0 + 0.01 * step, said) for step, said in enumerate(range(0, 128, 8))]
    back = [(3.0 + 0.01 * step, said) for step, said in enumerate(range(127, 0, -8))]
    assert [what for _, what in played(Switch(), way + back)] == [PRESSED, RELEASED]


def test_a_latching_switch_is_pressed_by_every_word():
    words = [(1.0, 127), (2.0, 0), (3.0, 127)]
    assert played(Switch(latching=True), words) == [(at_s, PRESSED) for at_s, _ in words]


def test_a_latching_switch_does_not_bounce_either():
    assert played(Switch(latching=True), [(1.0, 127), (1.01, 0)]) == [(1.0, PRESSED)]


def test_a_short_press_is_known_when_it_is_let_go():
    assert played(Switch(has_long=True), [(1.0, 127), (1.4, 0)]) == [(1.4, PRESSED)]


def test_a_long_press_is_known_while_the_foot_is_still_down():
    assert played(Switch(has_long=True), [(1.0, 127), (2.5, 0)]) == [(1.0 + LONG_S, LONG)]


@pytest.mark.parametrize("after_s", [LONG_S - 0.01, LONG_S + 0.01])
def test_every_press_is_either_short_or_long(after_s):
    words = [(1.0, 127), (1.0 + after_s, 0), (5.0, 127), (5.0 + after_s, 0)]
    done = [what for _, what in played(Switch(has_long=True), words)]
    assert done == [PRESSED if after_s < LONG_S else LONG] * 2


WORDS = st.lists(st.tuples(st.floats(0.001, 1.0), st.sampled_from((0, 127))), max_size=40)


@given(WORDS)
def test_presses_and_releases_take_turns_but_for_words_said_twice(gaps):
    time_s, words = 0.0, []
    for gap_s, said in gaps:
        time_s += gap_s
        if not words or words[-1][1] != said:
            words.append((time_s, said))
    done = [what for _, what in played(Switch(), words)]
    assert done == [(PRESSED, RELEASED)[place % 2] for place in range(len(done))]
    assert not words or words[-1][1] == 127 or len(done) % 2 == 0


@given(WORDS)
def test_no_two_presses_are_closer_than_bouncing(gaps):
    time_s, words = 0.0, []
    for gap_s, said in gaps:
        time_s += gap_s
        words.append((time_s, said))
    pressed = [at_s for at_s, what in played(Switch(), words) if what == PRESSED]
    apart = [later - at_s for at_s, later in pairwise(pressed)]
    assert all(gap_s >= BOUNCE_S - 1e-9 for gap_s in apart)
