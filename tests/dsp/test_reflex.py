"""A key is answered in the same moment, and its release ends what it began and nothing else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.dsp import reflex
from accompanist.dsp.reflex import TABLE_WORDS, VOICES, Reflex, answer, new_reflex, reflex_table
from tests.dsp.desks import AGAIN_AFTER, Sent, TestDesk, keys_down

CHANNEL = 3
C_MAJOR = (0, 4, 7)


@pytest.fixture
def desk() -> TestDesk:
    return TestDesk()


@pytest.fixture
def quick() -> Reflex:
    return new_reflex(np.zeros(TABLE_WORDS, np.int64))


def answers(mode: str, pitch: int, chord: tuple[int, ...] = C_MAJOR) -> list[tuple[int, int]]:
    """Pitch and percent of what answers a pitch."""
    words = reflex_table(mode, chord).reshape(128, VOICES)[pitch].tolist()
    assert all(word & 0xFF == CHANNEL for word in words if word)
    return [(word >> 8 & 0x7F, word >> 16) for word in words if word]


def on(pitch: int, velocity: int = 100) -> tuple[int, int, int]:
    return 0x90 | CHANNEL, pitch, velocity


def off(pitch: int) -> tuple[int, int, int]:
    return 0x80 | CHANNEL, pitch, 0


def test_off_answers_nothing():
    assert not reflex_table("off", C_MAJOR).any()


def test_thru_answers_with_the_key_itself():
    assert answers("thru", 60) == [(60, 100)]


def test_octave_answers_an_octave_up_where_there_is_one():
    assert answers("octave", 60) == [(72, 80)]
    assert answers("octave", 116) == []


@pytest.mark.parametrize(
    ("pitch", "below"),
    [(72, [67, 64]), (67, [64, 60]), (76, [72, 67]), (74, [67, 64]), (5, [0]), (2, [])],
)
def test_harmony_answers_with_the_nearest_chord_tones_below_a_third_apart(pitch, below):
    assert answers("harmony", pitch) == [(tone, 75) for tone in below]


def test_harmony_without_a_chord_is_silent():
    assert not reflex_table("harmony", ()).any()


def test_a_key_is_answered_at_its_own_moment_for_as_long_as_it_is_down(desk, quick):
    quick.table[:] = reflex_table("octave", ())
    reflex.strike(quick, desk.desk, 0, 60, 100, 5)
    assert desk.until(300) == [Sent(5, on(72, 80))]
    reflex.lift(quick, desk.desk, 0, 60, 300)
    assert desk.until(400) == [Sent(300, off(72))]


def test_a_table_that_changes_while_a_key_is_down_leaves_no_answer_behind(desk, quick):
    quick.table[:] = reflex_table("harmony", C_MAJOR)
    reflex.strike(quick, desk.desk, 0, 72, 100, 5)
    quick.table[:] = reflex_table("octave", ())
    reflex.lift(quick, desk.desk, 0, 72, 50)
    sent = desk.until(60)
    assert sent[:2] == [Sent(5, on(67, 75)), Sent(5, on(64, 75))]
    assert sorted(sent[2:]) == [Sent(50, off(64)), Sent(50, off(67))]


def test_a_key_that_is_down_and_up_in_one_moment_still_sounds(desk, quick):
    quick.table[:] = reflex_table("thru", ())
    reflex.strike(quick, desk.desk, 0, 60, 100, 5)
    reflex.lift(quick, desk.desk, 0, 60, 5)
    assert desk.until(50) == [Sent(5, on(60)), Sent(6, off(60))]


def test_a_key_struck_twice_without_release_is_answered_twice(desk, quick):
    quick.table[:] = reflex_table("thru", ())
    reflex.strike(quick, desk.desk, 0, 60, 100, 5)
    desk.until(10)
    reflex.strike(quick, desk.desk, 0, 60, 50, 15)
    assert desk.until(20) == [Sent(15, off(60)), Sent(15, on(60, 50))]


def test_the_same_key_of_two_controllers_is_held_by_the_later(desk, quick):
    quick.table[:] = reflex_table("thru", ())
    reflex.strike(quick, desk.desk, 0, 60, 100, 5)
    reflex.strike(quick, desk.desk, 1, 60, 100, 10)
    desk.until(11)
    reflex.lift(quick, desk.desk, 0, 60, 20)
    assert desk.until(30) == []
    reflex.lift(quick, desk.desk, 1, 60, 40)
    assert desk.until(50) == [Sent(40, off(60))]


def test_a_release_of_everything_ends_answers_too(desk, quick):
    quick.table[:] = reflex_table("thru", ())
    reflex.strike(quick, desk.desk, 0, 60, 100, 5)
    desk.until(10)
    desk.release()
    reflex.lift(quick, desk.desk, 0, 60, 20)
    assert desk.until(1000) == [Sent(10, off(60)), Sent(10 + AGAIN_AFTER, off(60))]


def test_an_answer_is_never_silent_and_never_too_loud(desk, quick):
    quick.table[60 * VOICES] = answer(60, 1)
    quick.table[61 * VOICES] = answer(61, 255)
    reflex.strike(quick, desk.desk, 0, 60, 1, 5)
    reflex.strike(quick, desk.desk, 0, 61, 127, 5)
    assert desk.until(10) == [Sent(5, on(60, 1)), Sent(5, on(61, 127))]


keys = st.tuples(st.integers(0, 1), st.integers(60, 64))
modes = st.sampled_from(("off", "thru", "octave", "harmony"))
happenings = st.lists(
    st.one_of(
        st.tuples(st.just("strike"), keys),
        st.tuples(st.just("lift"), keys),
        st.tuples(st.just("table"), modes),
        st.tuples(st.just("wait"), st.integers(1, 200)),
    ),
    max_size=40,
)


@given(happenings)
def test_whatever_is_played_all_answers_end_with_their_keys(story):
    desk, quick = TestDesk(), new_reflex(np.zeros(TABLE_WORDS, np.int64))
    sent = []
    lifts = [("lift", (channel, pitch)) for channel in (0, 1) for pitch in range(60, 65)]
    for what, detail in [*story, *lifts]:
        if what == "strike":
            reflex.strike(quick, desk.desk, *detail, 100, desk.now)
        elif what == "lift":
            reflex.lift(quick, desk.desk, *detail, desk.now)
        elif what == "table":
            quick.table[:] = reflex_table(detail, C_MAJOR)
        else:
            sent += desk.until(desk.now + detail)
    assert keys_down(sent + desk.until(desk.now + 10)) == set()
