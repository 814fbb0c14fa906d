"""The beat led by hand: held, counted at another level, nudged, counted in, slowed down."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.listening.lead import NUDGE_S, ritardando
from accompanist.listening.listener import Listener, learned_listener
from accompanist.music.events import Gesture, NoteOn
from accompanist.music.heard import BeatHeard, CountInHeard, Heard, StateHeard, TapHeard
from tests.listening.performers import beats, comping, strum

BEAT_S = 0.6
FIRST_S = 1.0


@pytest.fixture(params=[Listener, learned_listener], ids=["rules", "learned"])
def listener(request: pytest.FixtureRequest) -> Listener:
    """A fresh listener, bare and with the shipped networks."""
    return request.param()


def heard_until(listener: Listener, until_s: float) -> list[BeatHeard]:
    return beats(listener.advance(until_s))


def play(listener: Listener, bars: int, beat_s: float = BEAT_S, first_s: float = FIRST_S) -> None:
    for event in comping(bars, seconds_of=lambda beat: first_s + beat_s * beat):
        listener.hear(event)


def off_s(found: list[BeatHeard], beat_s: float = BEAT_S, first_s: float = FIRST_S) -> list[float]:
    """How far each beat is from the performer's nearest."""
    places = [(beat.at_s - first_s) / beat_s for beat in found]
    return [beat_s * (place - round(place)) for place in places]


def gaps_s(found: list[BeatHeard]) -> list[float]:
    return [after.at_s - before.at_s for before, after in pairwise(found)]


@pytest.mark.parametrize(("slower", "tempo_bpm"), [(2.0, 50.0), (0.5, 200.0)])
def test_another_level_is_kept_for_the_rest_of_the_piece(
    listener: Listener, slower: float, tempo_bpm: float
) -> None:
    play(listener, 24)
    listener.advance(12.0)
    assert listener.lead.recount(slower)
    after = heard_until(listener, FIRST_S + 96 * BEAT_S)
    tempi = [beat.tempo_bpm for beat in after]
    assert tempi == pytest.approx([tempo_bpm] * len(tempi), rel=0.05)
    assert max(map(abs, off_s(after, min(slower, 1.0) * BEAT_S))) < 0.05
    assert listener.state != "lost"


@pytest.mark.parametrize("pressed", [11.65, 12.25, 12.85, 13.45])
def test_bar_lines_stay_bar_lines_when_beats_are_counted_half(pressed: float) -> None:
    """Wherever in the bar it is asked for, the next bar line is a beat, and a downbeat."""
    listener = Listener()
    play(listener, 8)
    before = [beat for beat in heard_until(listener, pressed) if beat.downbeat]
    listener.lead.recount(2.0)
    after = [beat for beat in heard_until(listener, pressed + 6.0) if beat.downbeat]
    bars = (after[0].at_s - before[-1].at_s) / (4 * BEAT_S)
    assert bars == pytest.approx(round(bars), abs=0.03)
    assert after[0].at_s - pressed < 4 * BEAT_S + 0.2


def test_the_first_beat_at_another_level_is_the_next_or_the_one_after() -> None:
    listener = Listener()
    play(listener, 8)
    last = heard_until(listener, 12.0)[-1]
    listener.lead.recount(0.5)
    after = heard_until(listener, 14.0)
    assert after[0].at_s - last.at_s == pytest.approx(BEAT_S, abs=0.02)
    assert after[1].at_s - after[0].at_s == pytest.approx(BEAT_S / 2, abs=0.02)


def test_no_level_is_counted_beyond_what_can_be_followed() -> None:
    listener = Listener()
    for tap in range(4):
        listener.tap(1.0 + tap)
    listener.advance(6.0)
    assert not listener.lead.recount(2.0)
    assert listener.tempo_bpm == pytest.approx(60.0)


def test_a_level_is_forgotten_with_the_beat() -> None:
    listener = Listener()
    play(listener, 4)
    listener.advance(9.0)
    listener.lead.recount(2.0)
    listener.advance(90.0)
    assert listener.state == "lost"
    play(listener, 8, first_s=100.0)
    assert heard_until(listener, 112.0)[-1].tempo_bpm == pytest.approx(100.0, rel=0.05)


@pytest.mark.parametrize("count", [-2, -1, 1, 3])
def test_nudges_move_the_beat_for_good_and_do_not_lose_it(listener: Listener, count: int) -> None:
    play(listener, 20)
    listener.advance(24.0)
    before = off_s(heard_until(listener, 30.0))
    for _ in range(abs(count)):
        listener.lead.nudge(NUDGE_S if count > 0 else -NUDGE_S)
    heard = listener.advance(48.0)
    after = off_s(beats(heard))[2:]
    moved_s = sum(after) / len(after) - sum(before) / len(before)
    assert moved_s == pytest.approx(count * NUDGE_S, abs=0.008)
    assert not [value for value in heard if isinstance(value, StateHeard)]


def test_nudges_do_not_carry_the_beat_away_from_the_performer() -> None:
    listener = Listener()
    play(listener, 20)
    listener.advance(20.0)
    for _ in range(40):
        listener.lead.nudge(NUDGE_S)
    after = off_s(heard_until(listener, 48.0))[4:]
    assert max(after) < 0.18


def test_a_tap_row_puts_the_beat_where_it_is_tapped_whatever_was_nudged() -> None:
    listener = Listener()
    play(listener, 8)
    listener.advance(20.0)
    listener.lead.nudge(0.1)
    nudged = heard_until(listener, 21.5)
    for tap in range(4):
        listener.tap(FIRST_S + (35 + tap) * BEAT_S)
    assert min(off_s(nudged)) > 0.07
    assert max(map(abs, off_s(heard_until(listener, 30.0)[5:]))) < 0.03


def test_a_held_tempo_goes_on_through_silence_and_other_tempi(listener: Listener) -> None:
    play(listener, 6)
    listener.advance(10.0)
    listener.lead.keep(True, 10.0)
    play(listener, 6, beat_s=0.75, first_s=40.0)
    heard = listener.advance(80.0)
    gaps = gaps_s(beats(heard))
    assert gaps == pytest.approx([BEAT_S] * len(gaps), rel=0.01)
    assert {value.state for value in heard if isinstance(value, StateHeard)} <= {"locked"}


def test_when_it_is_let_go_the_ear_glides_to_the_performer(listener: Listener) -> None:
    """They went on a fifth of a beat late: no gap is longer or shorter than needed for long."""
    play(listener, 6)
    listener.advance(10.0)
    listener.lead.keep(True, 10.0)
    late_s = FIRST_S + 24.2 * BEAT_S
    play(listener, 10, first_s=late_s)
    listener.advance(24.0)
    listener.lead.keep(False, 24.0)
    heard = listener.advance(36.0)
    strays = [gap / BEAT_S - 1.0 for gap in gaps_s(beats(heard))]
    assert max(map(abs, strays)) < 0.12
    assert max(map(abs, off_s(beats(heard)[4:], first_s=late_s))) < 0.05
    assert not [value for value in heard if isinstance(value, StateHeard)]


def test_let_go_in_silence_it_goes_on_as_it_went(listener: Listener) -> None:
    play(listener, 6)
    listener.advance(10.0)
    listener.lead.keep(True, 10.0)
    listener.advance(40.0)
    listener.lead.keep(False, 40.0)
    gaps = gaps_s(heard_until(listener, 50.0))
    assert gaps == pytest.approx([BEAT_S] * len(gaps), rel=0.01)


def test_let_go_it_is_counted_at_the_level_at_which_it_was_held() -> None:
    listener = Listener()
    play(listener, 24)
    listener.advance(12.0)
    listener.lead.keep(True, 12.0)
    listener.lead.recount(2.0)
    listener.advance(30.0)
    listener.lead.keep(False, 30.0)
    first = heard_until(listener, 34.0)
    assert gaps_s(first) == pytest.approx([2 * BEAT_S] * (len(first) - 1), rel=0.06)


def test_a_tempo_is_held_from_when_there_is_one() -> None:
    listener = Listener()
    listener.lead.keep(True, 0.0)
    play(listener, 6)
    play(listener, 4, beat_s=0.75, first_s=FIRST_S + 24 * BEAT_S)
    found = heard_until(listener, 26.0)
    late = gaps_s(found)[8:]
    assert late == pytest.approx([late[0]] * len(late), rel=0.005)


def test_taps_set_a_tempo_that_is_held_anew() -> None:
    listener = Listener()
    play(listener, 4)
    listener.advance(9.0)
    listener.lead.keep(True, 9.0)
    for tap in range(4):
        listener.tap(11.0 + 0.5 * tap)
    heard = listener.advance(17.0)
    after = [beat.at_s for beat in beats(heard) if beat.at_s > 12.6]
    assert after == pytest.approx([13.0 + 0.5 * k for k in range(len(after))], abs=0.003)
    (tapped,) = (value for value in heard if isinstance(value, TapHeard))
    assert (tapped.at_s, tapped.tempo_bpm) == (pytest.approx(13.0), pytest.approx(120.0))


def counted(listener: Listener, events: list[Gesture], until_s: float) -> list[Heard]:
    for event in events:
        listener.hear(event)
    return listener.advance(until_s)


@given(st.lists(st.tuples(st.floats(1.0, 2.9), st.integers(40, 80)), max_size=12))
def test_a_count_in_is_even_whatever_is_played_in_it(notes: list[tuple[float, int]]) -> None:
    listener = Listener()
    listener.lead.count_in(4, 0.5, 1.0)
    played = sorted(notes)
    events: list[Gesture] = [NoteOn(at_s, pitch, 90) for at_s, pitch in played]
    found = beats(counted(listener, events, 2.95))
    assert [beat.at_s for beat in found] == pytest.approx([1.0, 1.5, 2.0, 2.5, 3.0], abs=0.003)
    assert [beat.downbeat for beat in found] == [True, False, False, False, True]


def test_the_beat_after_a_count_in_is_said_to_be_the_first() -> None:
    listener = Listener()
    listener.lead.count_in(4, 0.5, 1.0)
    heard = listener.advance(3.2)
    (counted_in,) = (value for value in heard if isinstance(value, CountInHeard))
    assert (counted_in.at_s, counted_in.tempo_bpm) == (pytest.approx(3.0), pytest.approx(120.0))
    assert isinstance(heard[heard.index(counted_in) + 1], BeatHeard)


def test_a_performer_is_followed_from_the_first_bar_after_a_count_in(listener: Listener) -> None:
    """They take it 4 % slower than it was counted."""
    listener.lead.count_in(4, 0.577, 1.0)
    first_s = 1.0 + 4 * 0.577
    play(listener, 8, beat_s=BEAT_S, first_s=first_s)
    found = [beat for beat in heard_until(listener, first_s + 30 * BEAT_S) if beat.at_s > 8.0]
    assert max(map(abs, off_s(found, first_s=first_s))) < 0.04


def test_a_downbeat_that_is_given_comes_at_once() -> None:
    listener = Listener()
    for event in strum(3.0, (48, 64, 67), 0.5):
        listener.hear(event)
    listener.advance(3.0)
    listener.lead.downbeat(3.0, 0.5)
    first = heard_until(listener, 3.05)[0]
    assert (first.at_s, first.downbeat) == (pytest.approx(3.0, abs=0.003), True)


def test_while_it_waits_no_beat_comes_and_then_comes_a_downbeat() -> None:
    listener = Listener()
    play(listener, 4)
    listener.advance(9.2)
    listener.lead.wait(9.2)
    assert heard_until(listener, 30.0) == []
    listener.lead.go_on(30.0)
    first, second, *_ = heard_until(listener, 31.0)
    assert (first.at_s, first.downbeat) == (pytest.approx(30.0, abs=0.003), True)
    assert second.at_s - first.at_s == pytest.approx(BEAT_S, abs=0.02)


def test_what_leans_ahead_of_a_beat_that_comes_at_once_is_due_just_before_it() -> None:
    listener = Listener()
    play(listener, 4)
    listener.advance(9.2)
    listener.lead.wait(9.2)
    listener.advance(30.0)
    listener.lead.go_on(30.0)
    first = heard_until(listener, 30.01)[0]
    assert listener.seconds_at(first.beat - 0.05) == pytest.approx(30.0 - 0.05 * BEAT_S, abs=0.005)


def test_a_beat_that_is_left_is_found_again_by_what_is_played() -> None:
    listener = Listener()
    play(listener, 4)
    listener.advance(11.0)
    listener.lead.lose(11.0)
    assert heard_until(listener, 20.0) == []
    play(listener, 6, first_s=21.0)
    assert max(map(abs, off_s(heard_until(listener, 34.0)[4:], first_s=21.0))) < 0.04


@given(st.integers(1, 64), st.floats(0.2, 1.5))
def test_a_ritardando_grows_longer_with_every_beat_up_to_twice_its_length(
    count: int, period_s: float
) -> None:
    gaps = ritardando(count, period_s)
    assert len(gaps) == count
    assert all(after > before for before, after in pairwise((period_s, *gaps, 2.0 * period_s)))
