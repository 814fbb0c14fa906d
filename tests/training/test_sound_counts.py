"""Beats counted rightly and wrongly, and what is true of each."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.listening.bar_evidence import LEVELS, OFF_BEAT, PLACES, READINGS
from accompanist.training.bar_examples import UNKNOWN
from accompanist.training.sound_counts import (
    Count,
    any_reading,
    count_of,
    counts_heard,
    led_into,
    readings_of,
)
from accompanist.training.sound_rendered import BeatSound

PERIOD_S = 0.5


def sound(downbeats, period_s=PERIOD_S):
    frames = round(len(downbeats) * period_s / 0.04)
    return BeatSound(
        np.zeros((frames, 204), np.uint8),
        np.zeros((frames, 72), np.uint8),
        period_s * np.arange(len(downbeats)),
        np.asarray(downbeats, np.int8),
    )


def in_three(beats=48):
    return sound([int(beat % 3 == 0) for beat in range(beats)])


@pytest.mark.parametrize("reading", range(READINGS))
def test_beats_are_counted_so_that_a_reading_is_true(reading):
    count = count_of(in_three(), reading, np.random.default_rng(reading))
    level = 1.0 if reading == OFF_BEAT else LEVELS[reading]

    assert np.diff(count.times_s) == pytest.approx(level * PERIOD_S)
    assert (count.readings == reading).all()
    if reading == OFF_BEAT:
        assert count.times_s / PERIOD_S % 1.0 == pytest.approx(0.5)


@given(reading=st.integers(0, READINGS - 1), seed=st.integers(0, 999))
def test_what_is_true_of_a_count_is_found_again_by_true_beats(reading, seed):
    count = count_of(in_three(), reading, np.random.default_rng(seed))
    found = readings_of(count.times_s, in_three().beats_s)

    assert set(found[:-2]) <= {reading}


def test_places_are_known_only_where_beats_are_those_counted():
    right, twice = (count_of(in_three(), reading, np.random.default_rng(0)) for reading in (0, 2))
    lengths, places = zip(*(PLACES[place] for place in right.places), strict=True)

    assert set(lengths) == {3}
    assert set(np.diff(places) % 3) == {1}
    assert (twice.places == UNKNOWN).all()


def test_an_excerpt_that_begins_with_a_bar_is_not_always_counted_from_there():
    drawn = [count_of(in_three(), 0, np.random.default_rng(seed)) for seed in range(12)]

    assert len({PLACES[count.places[0]] for count in drawn}) == 3


def test_at_a_tempo_that_there_is_not_nothing_is_counted():
    slow = sound([1, 0, 0, 0] * 8, period_s=1.2)
    drawn = {any_reading(slow, np.random.default_rng(seed)) for seed in range(60)}

    assert LEVELS.index(2.0) not in drawn
    assert LEVELS.index(0.5) in drawn


def test_counting_begins_anew_where_its_tempo_jumps():
    rightly_s, twice_s = np.arange(0.0, 10.0, PERIOD_S), np.arange(10.0, 20.0, PERIOD_S / 2)
    right, twice = counts_heard(np.concatenate([rightly_s, twice_s]), in_three())

    assert set(right.readings[:-2]) == {0}
    assert set(twice.readings) == {LEVELS.index(0.5)}
    assert right.times_s[0] == 0.0


def test_what_was_hardly_counted_is_no_example():
    assert counts_heard(np.arange(0.0, 3.0, PERIOD_S), in_three()) == []


def test_before_a_count_there_are_beats_as_far_as_an_ear_looks_back():
    nobody = np.full(4, 0)
    led = led_into(Count(8.0 + PERIOD_S * np.arange(4), nobody, nobody), kept_s=4.0, most=20)

    assert led.times_s[0] == pytest.approx(8.0 - 7 * PERIOD_S)
    assert (led.readings[:7] == UNKNOWN).all()
    assert len(led_into(led, kept_s=100.0, most=3).times_s) == len(led.times_s) + 3
