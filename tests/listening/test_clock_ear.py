"""A clock is followed through jitter, ramps, jumps and lost ticks, and missed when it is gone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.listening.clock_ear import BACK, GONE, ClockEar
from accompanist.music.events import ClockEvent, ClockTick, Transport
from tests.listening.clocks import tick_times_s, ticks


def hear(events: list[ClockEvent], position: float | None = None) -> ClockEar:
    """An ear that heard a clock while 120 BPM was known."""
    ear = ClockEar()
    for event in events:
        ear.hear(event, position, 0.5)
    return ear


def stray_s(ear: ClockEar, beat_s: float) -> float:
    """How far from a true beat the nearest one is that the ear has."""
    pulse = ear.pulse
    assert pulse is not None
    beats = (beat_s - pulse.beat_s) / pulse.period_s
    return abs(beats - round(beats)) * pulse.period_s


def test_half_a_beat_of_ticks_leads() -> None:
    assert not hear(ticks(120, 11 / 24)).leads
    assert hear(ticks(120, 13 / 24)).leads


def test_a_song_that_starts_leads_with_its_first_tick() -> None:
    ear = ClockEar()
    ear.hear(Transport(1.99, "start"), None, 0.5)
    assert ear.hear(ClockTick(2.0), None, 0.5)
    assert ear.leads


@given(st.floats(40, 240), st.floats(0, 0.004), st.integers(0, 1000))
def test_jitter_is_taken_out_of_phase_and_tempo(tempo: float, late_s: float, seed: int) -> None:
    ear = hear([Transport(1.99, "start"), *ticks(tempo, 8, late_s=late_s, seed=seed)])
    assert ear.pulse is not None
    following_s = 2.0 + 8 * 60 / tempo
    assert stray_s(ear, following_s + late_s / 2) <= 0.75 * late_s + 1e-6
    assert ear.pulse.period_s == pytest.approx(60 / tempo, abs=0.8 * late_s + 1e-6)


def test_an_accelerando_is_followed_within_a_few_milliseconds() -> None:
    def tempo(beat: float) -> float:
        return 120 + 5 * beat

    ear = hear([Transport(1.99, "start"), *ticks(tempo, 8)])
    assert stray_s(ear, tick_times_s(tempo, 8 + 1 / 24)[-1]) < 0.010


@pytest.mark.parametrize("tempo", [60, 80, 100, 140, 180, 240])
def test_a_jump_of_tempo_is_followed_within_a_beat_and_loses_no_tick(tempo: float) -> None:
    def jumping(beat: float) -> float:
        return 120 if beat < 4 else tempo

    ear = hear([Transport(1.99, "start"), *ticks(jumping, 5)])
    following_s = tick_times_s(jumping, 5 + 1 / 24)[-1]
    assert ear.beat_of_song(following_s) == 5
    assert stray_s(ear, following_s) < 0.005


@given(st.sets(st.integers(30, 90), max_size=2))
def test_ticks_that_are_left_out_are_counted(lost: set[int]) -> None:
    heard = [tick for number, tick in enumerate(ticks(120, 6)) if number not in lost]
    ear = hear([Transport(1.99, "start"), *heard])
    assert stray_s(ear, 5.0) < 0.002
    assert ear.beat_of_song(5.0) == 6


def test_without_a_start_beats_are_where_the_performer_has_them() -> None:
    # With the twelfth tick it leads; the performer is in the midst of a beat then.
    heard = ticks(120, 12 / 24)
    assert stray_s(hear(heard, position=7.5), heard[-1].time_s + 0.25) < 0.001


def test_numbered_ticks_have_their_beat_wherever_the_performer_is() -> None:
    numbered = [ClockTick(tick.time_s, 30 + k) for k, tick in enumerate(ticks(120, 1))]
    ear = hear(numbered, position=7.5)
    # Tick 48 begins the third beat, 18 ticks after the first that was heard.
    beat_s = 2.0 + 18 * 0.5 / 24
    assert stray_s(ear, beat_s) < 0.001
    assert ear.beat_of_song(beat_s) == 2


def test_a_song_that_goes_on_goes_on_in_its_beat() -> None:
    ear = hear([Transport(1.9, "position", 6), Transport(1.99, "continue"), *ticks(120, 2)])
    # Six sixteenths are a beat and a half, so that the next beat is half a beat later.
    assert stray_s(ear, 2.25) < 0.001
    assert ear.beat_of_song(2.25) == 2


def test_a_song_that_was_stopped_goes_on_where_it_was() -> None:
    events = [Transport(1.99, "start"), *ticks(120, 5), Transport(4.49, "stop")]
    ear = hear([*events, Transport(5.99, "continue"), *ticks(120, 1, start_s=6.0)])
    assert ear.beat_of_song(6.0) == 5


def test_while_a_song_is_stopped_its_ticks_are_not_counted() -> None:
    events = [Transport(1.99, "start"), *ticks(120, 4), Transport(4.0, "stop")]
    idle = ticks(120, 3, start_s=4.0)
    ear = hear([*events, *idle, Transport(5.6, "continue"), ClockTick(5.7)])
    assert ear.beat_of_song(5.7) == 4


def test_a_clock_that_is_gone_is_missed_once_within_half_a_beat() -> None:
    ear = hear([Transport(1.99, "start"), *ticks(120, 4)])
    assert ear.left_by(4.1) is None
    pulse = ear.left_by(4.25)
    assert pulse is not None
    assert pulse.next_after(4.4) == pytest.approx(4.5)
    assert ear.news == [GONE]
    assert ear.left_by(4.3) is None


def test_a_clock_that_ends_after_a_stop_is_not_missed() -> None:
    ear = hear([Transport(1.99, "start"), *ticks(120, 4), Transport(4.0, "stop")])
    assert ear.left_by(4.3) is not None
    assert ear.news == []


def test_a_clock_that_is_back_says_so() -> None:
    ear = hear([Transport(1.99, "start"), *ticks(120, 4)])
    ear.left_by(4.3)
    for tick in ticks(120, 1, start_s=5.1):
        ear.hear(tick, 3.0, 0.5)
    assert ear.news == [GONE, BACK]
    assert ear.leads


@given(st.lists(st.floats(0.0, 3.0), max_size=60))
def test_whatever_comes_no_tempo_is_beyond_measure(gaps_s: list[float]) -> None:
    ear, now_s = ClockEar(), 1.0
    ear.hear(Transport(now_s, "start"), None, 0.5)
    for gap_s in gaps_s:
        now_s += gap_s
        ear.hear(ClockTick(now_s), 0.3, 0.5)
        assert ear.pulse is not None
        assert 0.19 <= ear.pulse.period_s <= 3.01
