"""Beats of the file lie where the performer's beats were, bars where the downbeats were."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.devices.bar_lines import BarLines, Signature, TempoChange
from accompanist.music.heard import BeatHeard, MetreHeard
from accompanist.music.metre import Metre


def beats(times_s, downbeats=(), first=0):
    return [
        BeatHeard(at_s - 0.1, at_s, first + place, 0, place in downbeats, 100.0, 1.0)
        for place, at_s in enumerate(times_s)
    ]


def test_without_beats_the_file_runs_at_120():
    lines = BarLines([])
    assert lines.tempi == [TempoChange(0, 500_000)]
    assert lines.signatures == [Signature(0, Metre(4, 4))]
    assert lines.tick(1.0) == 1920


def test_a_beat_at_the_start_is_tick_zero():
    assert BarLines(beats([0.0, 0.6, 1.2])).tick(0.6) == 960


def test_time_before_the_first_beat_is_filled_with_whole_beats():
    lines = BarLines(beats([1.0, 1.5, 2.0]))
    assert [lines.tick(at_s) for at_s in (0.5, 1.0, 1.5)] == [960, 1920, 2880]


def test_the_tempo_follows_an_accelerando():
    lines = BarLines(beats([0.0, 0.6, 1.1, 1.5]))
    assert [change.quarter_us for change in lines.tempi] == [600_000, 500_000, 400_000]


def test_a_pickup_is_a_short_bar_of_its_own():
    lines = BarLines(beats([0.0, 0.5, 1.0, 1.5, 2.0, 2.5], downbeats=(1, 5)))
    assert lines.signatures == [Signature(0, Metre(1, 4)), Signature(960, Metre(4, 4))]


def test_a_waltz_has_three_beats_from_where_it_was_heard():
    heard = [
        *beats([0.0, 0.5, 1.0, 1.5], downbeats=(0,)),
        MetreHeard(1.9, Metre(3, 4)),
        *beats([2.0, 2.5, 3.0, 3.5], downbeats=(0, 3), first=4),
    ]
    assert BarLines(heard).signatures == [
        Signature(0, Metre(4, 4)),
        Signature(4 * 960, Metre(3, 4)),
    ]


def test_a_bar_with_a_beat_too_many_is_followed_by_a_short_one():
    lines = BarLines(beats([place * 0.5 for place in range(10)], downbeats=(0, 5, 9)))
    assert lines.signatures == [
        Signature(0, Metre(4, 4)),
        Signature(4 * 960, Metre(1, 4)),
        Signature(5 * 960, Metre(4, 4)),
    ]


def test_eighth_note_beats_take_half_a_quarter_each():
    heard = [MetreHeard(0.0, Metre(6, 8)), *beats([0.0, 0.25, 0.5, 0.75])]
    lines = BarLines(heard)
    assert lines.tick(0.25) == 480
    assert lines.tempi == [TempoChange(0, 500_000)]


def test_a_long_gap_is_filled_with_beats_as_before():
    lines = BarLines(beats([0.0, 0.5, 10.5, 11.0]))
    assert lines.tick(10.5) == 21 * 960
    assert len(lines.tempi) == 1


def test_a_beat_announced_again_lies_where_it_was_announced_last():
    heard = [*beats([0.0, 0.5, 1.1]), *beats([1.0, 1.5], first=2)]
    assert BarLines(heard).tick(1.0) == 1920


intervals = st.lists(st.floats(0.2, 3.0), min_size=1, max_size=40)


@given(st.floats(0.0, 30.0), intervals, st.floats(0.0, 60.0))
def test_every_time_is_kept_within_a_millisecond(start_s, steps_s, time_s):
    lines = BarLines(beats(list(itertools.accumulate(steps_s, initial=start_s))))
    tick = lines.tick(time_s)
    now_s, last = 0.0, lines.tempi[0]
    for change in lines.tempi[1:]:
        if change.tick > tick:
            break
        now_s += (change.tick - last.tick) * last.quarter_us * 1e-6 / 960
        last = change
    now_s += (tick - last.tick) * last.quarter_us * 1e-6 / 960
    assert now_s == pytest.approx(time_s, abs=0.001)


@given(st.floats(0.0, 30.0), intervals)
def test_every_beat_lies_on_a_whole_beat_of_the_file(start_s, steps_s):
    times_s = list(itertools.accumulate(steps_s, initial=start_s))
    lines = BarLines(beats(times_s))
    assert all(lines.tick(at_s) % 960 in (0, 1, 959) for at_s in times_s[1:])
