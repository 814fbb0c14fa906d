"""Beats and seconds map to each other, straight between anchors and beyond them."""

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.music.tempo_map import TempoMap

STEPS = st.floats(0.05, 20.0)


@st.composite
def tempo_maps(draw):
    size = draw(st.integers(2, 12))
    rising = st.lists(STEPS, min_size=size, max_size=size).map(lambda steps: accumulate(steps))
    return TempoMap(tuple(zip(draw(rising), draw(rising), strict=True)))


@given(tempo_maps(), st.floats(-50.0, 300.0))
def test_a_beat_comes_back_from_its_second(tempo_map, beat):
    assert tempo_map.beats_at(tempo_map.seconds_at(beat)) == pytest.approx(beat, abs=1e-6)


@given(tempo_maps(), st.floats(-50.0, 300.0))
def test_a_second_comes_back_from_its_beat(tempo_map, time_s):
    assert tempo_map.seconds_at(tempo_map.beats_at(time_s)) == pytest.approx(time_s, abs=1e-6)


@given(tempo_maps(), st.floats(-50.0, 300.0), st.floats(0.001, 50.0))
def test_a_later_beat_sounds_later(tempo_map, beat, step):
    assert tempo_map.seconds_at(beat + step) > tempo_map.seconds_at(beat)


@given(tempo_maps())
def test_anchors_are_kept(tempo_map):
    for beat, time_s in tempo_map.anchors:
        assert tempo_map.seconds_at(beat) == pytest.approx(time_s)


def test_between_anchors_the_line_is_straight():
    assert TempoMap(((0.0, 1.0), (4.0, 3.0), (6.0, 5.0))).seconds_at(5.0) == 4.0


def test_the_first_and_last_tempo_go_on_beyond_the_ends():
    tempo_map = TempoMap(((0.0, 1.0), (4.0, 3.0), (6.0, 5.0)))
    assert tempo_map.seconds_at(-2.0) == 0.0
    assert tempo_map.seconds_at(8.0) == 7.0


def test_the_tempo_is_that_of_the_line():
    tempo_map = TempoMap(((0.0, 1.0), (4.0, 3.0), (6.0, 5.0)))
    assert tempo_map.tempo_bpm_at(1.0) == 120.0
    assert tempo_map.tempo_bpm_at(4.0) == 60.0


def test_one_anchor_is_refused():
    with pytest.raises(ValueError, match="two anchors"):
        TempoMap(((0.0, 0.0),))


@pytest.mark.parametrize("anchors", [((0.0, 0.0), (0.0, 1.0)), ((0.0, 1.0), (1.0, 1.0))])
def test_anchors_that_do_not_rise_are_refused(anchors):
    with pytest.raises(ValueError, match="does not come after"):
        TempoMap(anchors)
