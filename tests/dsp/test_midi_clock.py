"""Ticks of the MIDI clock lie evenly between beats, fall on them, and are never lost or doubled."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.dsp.cue import CLOCK
from tests.dsp.desks import BASS, TestDesk, on

TICK, START = (0xF8,), (0xFA,)
BEAT = 480
"""Milliseconds: ticks are 20 apart."""


class Follower(TestDesk):
    """A desk that is told of beats a little before they fall."""

    __test__ = False

    def beat(self, number: int, at: int, length: int = BEAT, goes_on: bool = True) -> None:
        self.row(CLOCK, 0, int(goes_on), 0, number, at, at + length, 0)

    def ticks(self, until: int) -> list[int]:
        return [sent.time for sent in self.until(until) if sent.message == TICK]


def test_no_tick_is_sent_before_a_beat_is_known() -> None:
    assert Follower().ticks(10_000) == []


def test_twenty_four_ticks_lie_evenly_from_beat_to_beat() -> None:
    desk = Follower()
    desk.beat(0, 1000)
    assert desk.ticks(1000 + BEAT) == list(range(1000, 1000 + BEAT, 20))


def test_without_a_further_beat_ticks_go_on_at_the_last_tempo() -> None:
    desk = Follower()
    desk.beat(0, 1000)
    assert desk.ticks(9000) == list(range(1000, 9000, 20))


def test_a_late_beat_has_its_tick_and_the_few_before_it_are_wider() -> None:
    desk = Follower()
    desk.beat(0, 1000)
    before = desk.ticks(1400)
    desk.beat(1, 1500)
    after = desk.ticks(1500 + BEAT)
    assert len(before) + after.index(1500) == 24
    gaps = [late - early for early, late in pairwise([before[-1], *after[: after.index(1500) + 1]])]
    assert 20 < min(gaps) <= max(gaps) <= 26


def test_an_early_beat_has_its_tick_and_the_few_before_it_are_closer() -> None:
    desk = Follower()
    desk.beat(0, 1000)
    before = desk.ticks(1400)
    desk.beat(1, 1464)
    after = desk.ticks(1464 + BEAT)
    assert len(before) + after.index(1464) == 24


def test_what_cannot_be_caught_up_by_a_beat_is_caught_up_in_the_next() -> None:
    desk = Follower()
    desk.beat(0, 1000)
    sent = desk.ticks(1200)
    desk.beat(1, 1220)
    sent += desk.ticks(1220)
    desk.beat(2, 1220 + BEAT)
    sent += desk.ticks(1220 + BEAT + 1)
    assert min(late - early for early, late in pairwise(sent)) >= 10
    assert len(sent) - 1 == 48
    assert sent[48] == 1220 + BEAT


def test_a_beat_known_only_when_its_tick_was_sent_is_made_good_by_the_next() -> None:
    desk = Follower()
    desk.beat(0, 1000)
    sent = desk.ticks(1530)
    desk.beat(1, 1600)
    sent += desk.ticks(1600 + BEAT + 1)
    assert sent[48] == 1600 + BEAT


beats_anyhow = st.lists(
    st.tuples(st.integers(200, 1600), st.integers(-150, 150), st.integers(0, 100)), min_size=2
)


@given(beats_anyhow)
def test_however_beats_come_ticks_rise_and_never_run_faster_than_twice_the_tempo(beats) -> None:
    desk, at, sent = Follower(), 1000, []
    for number, (length, _, lead) in enumerate(beats):
        sent += desk.ticks(max(at - lead, desk.now))
        desk.beat(number, at, length)
        at += max(100, length + beats[number][1])
    fastest = min(length for length, _, _ in beats) // 48
    assert all(late - early >= fastest for early, late in pairwise(sent))


def test_a_song_that_begins_lays_its_beat_on_the_nearest_tick() -> None:
    desk = Follower()
    desk.beat(0, 1000)
    sent = desk.ticks(1300)
    desk.beat(1, 1387, goes_on=False)
    sent += desk.ticks(1388)
    assert sent[-1] == 1387
    assert max(late - early for early, late in pairwise(sent)) <= 22
    desk.beat(2, 1387 + BEAT)
    assert len(desk.ticks(1387 + BEAT + 1)) == 24


def test_start_comes_before_the_tick_of_its_moment() -> None:
    desk = Follower()
    desk.beat(0, 1000)
    desk.message(START, 1000)
    assert [sent.message for sent in desk.until(1001)] == [START, TICK]


def test_neither_panic_nor_release_disturbs_the_ticks() -> None:
    desk = Follower()
    desk.beat(0, 1000)
    desk.note(1, 1100, 1900)
    desk.silence()
    desk.release()
    assert desk.ticks(1400) == list(range(1000, 1400, 20))


def test_notes_are_sent_beside_the_ticks() -> None:
    desk = Follower()
    desk.beat(0, 1000)
    desk.note(1, 1010, 1030)
    messages = [sent.message for sent in desk.until(1021)]
    assert messages == [TICK, on(BASS), TICK]


def test_a_stalled_device_catches_up_tick_by_tick() -> None:
    desk = Follower()
    desk.beat(0, 1000)
    desk.ticks(1100)
    desk.now = 1250
    sent = [desk.until(until)[-1].time for until in (1251, 1261, 1271, 1281)]
    assert sent == [1250, 1260, 1270, 1280]


def test_who_slept_for_beats_is_in_phase_again_without_a_burst() -> None:
    desk = Follower()
    desk.beat(0, 1000)
    desk.ticks(1100)
    desk.now = 11_000
    desk.beat(21, 1000 + 21 * BEAT)
    assert desk.ticks(1000 + 22 * BEAT + 1)[-1] == pytest.approx(1000 + 22 * BEAT, abs=20)
    desk.beat(23, 1000 + 23 * BEAT)
    assert desk.ticks(1000 + 23 * BEAT + 1)[-1] == 1000 + 23 * BEAT


def test_a_clock_turned_off_sends_nothing() -> None:
    desk = Follower()
    desk.beat(0, 1000)
    desk.ticks(1100)
    desk.beat(0, 0, 0)
    assert desk.ticks(2000) == []
