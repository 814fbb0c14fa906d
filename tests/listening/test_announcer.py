"""Announced beats: in order, ahead of time, turning gently, waiting and giving up."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accompanist.listening.announcer import LEAD_S, Announced, Announcer
from accompanist.listening.clock import BeatClock
from accompanist.listening.pulse import Pulse

TICK_S = 0.0025
LIMIT = 0.03


def announced(
    pulses: list[Pulse], until_s: float, *, every_s: float, playing_until_s: float = 1e9
) -> tuple[Announcer, list[Announced]]:
    """What is said of a pulse that becomes the next of `pulses` every so many seconds."""
    announcer, said = Announcer(BeatClock()), []
    for tick in range(int(until_s / TICK_S)):
        now_s = tick * TICK_S
        pulse = pulses[min(int(now_s / every_s), len(pulses) - 1)]
        beat = announcer.tick(now_s, pulse, True, min(now_s, playing_until_s))
        if beat is not None:
            assert now_s <= beat.at_s <= now_s + LEAD_S
            said.append(beat)
    return announcer, said


def test_a_steady_pulse_is_announced_beat_by_beat() -> None:
    _, said = announced([Pulse(0.0, 0.5, 0.9)], 10.0, every_s=10.0)
    assert [beat.beat for beat in said] == list(range(20))
    assert [beat.at_s for beat in said] == pytest.approx([0.5 * (k + 1) for k in range(20)])


jitters = st.lists(
    st.tuples(st.floats(-0.02, 0.02), st.floats(-0.015, 0.015)), min_size=8, max_size=40
)


@settings(max_examples=40, deadline=None)
@given(st.floats(0.25, 1.2), jitters)
def test_no_beat_strays_from_the_period_followed_by_more_than_the_limit(
    period_s: float, strays: list[tuple[float, float]]
) -> None:
    """The pulse is heard a little early, late, fast or slow with every beat played."""
    pulses = [
        Pulse((beat + phase) * period_s, period_s * (1.0 + tempo), 0.9)
        for beat, (phase, tempo) in enumerate(strays)
    ]
    _, said = announced(pulses, len(pulses) * period_s, every_s=period_s)
    assert len(said) >= len(pulses) - 3
    for before, beat in pairwise(said):
        followed_s = 60.0 / beat.tempo_bpm
        assert abs(beat.at_s - before.at_s - followed_s) <= (LIMIT + 1e-9) * followed_s


pulses_anyhow = st.lists(
    st.builds(Pulse, st.floats(0.0, 10.0), st.floats(0.2, 1.7), st.floats(0.0, 1.0)),
    min_size=1,
    max_size=20,
)


@settings(max_examples=40, deadline=None)
@given(pulses_anyhow, st.floats(0.05, 2.0))
def test_whatever_the_pulse_does_beats_come_in_order_and_no_closer_than_half_a_period(
    pulses: list[Pulse], every_s: float
) -> None:
    _, said = announced(pulses, 8.0, every_s=every_s)
    assert [beat.beat for beat in said] == list(range(len(said)))
    for before, beat in pairwise(said):
        assert beat.at_s - before.at_s >= 0.5 * 60.0 / beat.tempo_bpm - 1e-9


def test_a_pulse_that_jumps_is_followed_at_once() -> None:
    _, said = announced([Pulse(0.0, 0.5, 0.9), Pulse(0.15, 0.5, 0.9)], 10.0, every_s=5.2)
    assert said[-1].at_s % 0.5 == pytest.approx(0.15)
    assert {round(after.at_s - before.at_s, 3) for before, after in pairwise(said)} == {0.5, 0.65}


@pytest.mark.parametrize(("moved", "state"), [(0.1, "locked"), (0.25, "locking")])
def test_a_player_who_moves_is_followed_at_once_and_a_jump_is_owned_up_to(
    moved: float, state: str
) -> None:
    announcer = Announcer(BeatClock())
    states = set()
    for tick in range(1600):
        now_s = tick * TICK_S
        moves = now_s > 3.2
        said = announcer.tick(now_s, Pulse(moves * moved * 0.5, 0.5, 0.9), True, now_s)
        if moves and said is not None:
            states.add(announcer.state)
            assert said.at_s % 0.5 == pytest.approx(moved * 0.5)
    assert states == {state}


def test_a_pulse_set_anew_is_followed_at_once() -> None:
    announcer = Announcer(BeatClock())
    said = []
    for tick in range(2000):
        now_s = tick * TICK_S
        if tick == 1000:
            announcer.enter()
        said.append(announcer.tick(now_s, Pulse(0.05 * (tick >= 1000), 0.5, 0.9), True, now_s))
    times_s = [beat.at_s for beat in said if beat is not None]
    assert times_s[-1] % 0.5 == pytest.approx(0.05)
    assert max(after - before for before, after in pairwise(times_s)) == pytest.approx(0.55)


def test_confidence_falls_from_beat_to_beat_of_a_rest() -> None:
    _, said = announced([Pulse(0.0, 0.5, 0.9)], 12.0, every_s=20.0, playing_until_s=4.0)
    silent = [beat.confidence for beat in said if beat.at_s > 4.9]
    assert len(silent) >= 12
    assert all(after < before for before, after in pairwise(silent))


def test_a_rest_goes_on_as_the_beats_did_not_as_the_pulse_says() -> None:
    """The pulse is 2 % slow, and held back by every beat played."""
    pulses = [Pulse(0.5 * k, 0.51, 0.9) for k in range(20)]
    _, said = announced(pulses, 16.0, every_s=0.5, playing_until_s=10.0)
    late = [after.at_s - before.at_s for before, after in pairwise(said) if before.at_s > 11.0]
    assert late == pytest.approx([0.5] * len(late), abs=0.004)


def test_a_beat_that_was_never_sure_is_lost_with_its_foundation() -> None:
    announcer = Announcer(BeatClock())
    pulse = Pulse(0.0, 0.5, 0.4)
    states = []
    for tick in range(1600):
        now_s = tick * TICK_S
        announcer.tick(now_s, pulse, now_s < 2.0, now_s)
        states.append(announcer.state)
    assert states[int(1.9 / TICK_S)] == "locking"
    assert set(states[int(2.1 / TICK_S) :]) == {"lost"}


def test_a_hold_says_nothing_and_the_onset_that_ends_it_is_the_next_beat() -> None:
    announcer, said = announced([Pulse(0.0, 0.5, 0.9)], 5.2, every_s=9.0)
    announcer.hold(5.2)
    assert announcer.state == "locking"
    assert announcer.tick(9.0, Pulse(0.0, 0.5, 0.9), True, 4.5) is None
    beat = announcer.go_on(9.3, Pulse(9.298, 0.5, 0.5))
    assert beat is not None
    assert (beat.at_s, beat.beat) == (9.3, said[-1].beat + 1)


def test_an_onset_too_soon_after_a_beat_ends_a_hold_and_is_none() -> None:
    announcer, said = announced([Pulse(0.0, 0.5, 0.9)], 5.05, every_s=9.0)
    announcer.hold(5.05)
    assert announcer.go_on(5.25, Pulse(5.25, 0.5, 0.5)) is None
    following = announcer.tick(5.42, Pulse(0.0, 0.5, 0.9), True, 5.25)
    assert following is not None
    assert (following.at_s, following.beat) == (5.5, said[-1].beat + 1)
