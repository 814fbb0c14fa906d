"""Swing, triplets and accents are told apart by where in the beat onsets fall and how loud."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.listening.feel import FeelTracker
from accompanist.listening.feel_swing import usual_swing
from accompanist.listening.onset import Onset
from accompanist.music.heard import NO_ACCENTS, FeelHeard

STRAIGHT, SWUNG, TRIPLETS = (0.0, 0.5), (0.0, 0.66), (0.0, 1 / 3, 2 / 3)
SIXTEENTHS, DOTTED = (0.0, 0.25, 0.5, 0.75), (0.0, 0.75)


def played(
    phases: Iterable[float],
    beats: int = 24,
    tempo_bpm: float = 120.0,
    feel: FeelTracker | None = None,
    first: int = 0,
) -> FeelTracker:
    """Onsets at the same phases of every beat, in bars of four."""
    feel = feel or FeelTracker()
    for beat in range(first, first + beats):
        for phase in phases:
            hit(feel, beat + phase, tempo_bpm=tempo_bpm)
    return feel


def hit(feel: FeelTracker, position: float, velocity: int = 80, tempo_bpm: float = 120.0) -> None:
    onset = Onset(position, (64,), (velocity,))
    feel.hear(onset, position, tempo_bpm, 4, lambda beat: beat % 4)


@pytest.mark.parametrize(
    "phases", [STRAIGHT, SIXTEENTHS, TRIPLETS, (0.0,)], ids=["eighths", "16ths", "12/8", "quarters"]
)
def test_what_does_not_swing_is_straight(phases: tuple[float, ...]) -> None:
    feel = played(phases)
    assert (feel.shuffled, feel.swing) == (False, 0.5)


@pytest.mark.parametrize("swing", [0.58, 0.62, 2 / 3, 0.72])
def test_swung_eighths_are_heard_where_they_fall(swing: float) -> None:
    feel = played((0.0, swing))
    assert feel.shuffled
    assert feel.swing == pytest.approx(swing, abs=0.005)


def test_swing_is_heard_within_two_bars() -> None:
    assert played(SWUNG, beats=8).shuffled


def test_now_and_then_a_triplet_does_not_end_a_swing() -> None:
    feel = FeelTracker()
    for beat in range(32):
        played(TRIPLETS if beat % 4 == 3 else SWUNG, beats=1, feel=feel, first=beat)
    assert feel.shuffled


def test_twelve_eighths_with_rests_in_them_do_not_swing() -> None:
    """Every other beat has its last triplet alone."""
    feel = FeelTracker()
    for beat in range(32):
        played(SWUNG if beat % 2 else TRIPLETS, beats=1, feel=feel, first=beat)
    assert not feel.shuffled


def test_a_few_sixteenths_among_straight_eighths_do_not_swing() -> None:
    feel = FeelTracker()
    for beat in range(32):
        played(DOTTED if beat % 4 == 3 else STRAIGHT, beats=1, feel=feel, first=beat)
    assert not feel.shuffled


@pytest.mark.parametrize(("tempo_bpm", "shuffled"), [(110.0, False), (280.0, True)])
def test_a_slight_delay_is_swing_at_fast_tempi_alone(tempo_bpm: float, shuffled: bool) -> None:
    assert played((0.0, 0.545), tempo_bpm=tempo_bpm).shuffled == shuffled


@pytest.mark.parametrize("phases", [(0.0, 0.31, 0.5, 0.81), (0.0, 0.31, 0.5), (0.0, 0.5, 0.81)])
def test_swung_sixteenths_are_heard_over_straight_eighths(phases: tuple[float, ...]) -> None:
    feel = played(phases, tempo_bpm=90.0)
    assert (feel.shuffled, feel.swing) == (False, 0.5)
    assert feel.sixteenth_swing == pytest.approx(0.62)


@pytest.mark.parametrize("phases", [STRAIGHT, SWUNG, TRIPLETS, SIXTEENTHS])
def test_no_other_feel_swings_in_sixteenths(phases: tuple[float, ...]) -> None:
    assert played(phases, tempo_bpm=90.0).sixteenth_swing == 0.5


def test_faster_players_swing_less() -> None:
    assert usual_swing(100.0) > usual_swing(200.0) > usual_swing(300.0) > 0.5


def test_a_swing_is_taken_along_to_another_tempo() -> None:
    feel = played((0.0, 0.66), tempo_bpm=100.0)
    played((0.0, 0.6), beats=2, tempo_bpm=220.0, feel=feel, first=24)
    assert 0.58 < feel.swing < 0.62


def test_a_swing_is_left_once_eighths_are_straight() -> None:
    feel = played(SWUNG)
    played(STRAIGHT, feel=feel, first=24)
    assert not feel.shuffled


def test_a_swing_is_kept_while_nothing_tells_of_it() -> None:
    feel = played(SWUNG)
    played((0.0,), beats=80, feel=feel, first=24)
    assert feel.swing == pytest.approx(0.66, abs=0.005)


def test_a_swing_that_was_taken_up_goes_on() -> None:
    feel = FeelTracker()
    feel.resume(0.64, 120.0)
    played((0.0, 0.64), beats=4, feel=feel)
    assert (feel.shuffled, feel.swing) == (True, pytest.approx(0.64))


def test_a_straight_feel_that_was_taken_up_stays_straight() -> None:
    feel = FeelTracker()
    feel.resume(0.5, 120.0)
    assert (feel.shuffled, feel.swing) == (False, 0.5)


def test_nothing_is_accented_before_anything_is_heard() -> None:
    assert FeelTracker().accents == NO_ACCENTS


def test_even_playing_has_no_accents() -> None:
    assert played(STRAIGHT).accents == pytest.approx(NO_ACCENTS)


@pytest.mark.parametrize(
    ("loud", "place"), [((0.0, 2.0), 0), ((1.0, 3.0), 1), ((0.5, 1.5, 2.5, 3.5), 2)]
)
def test_what_is_played_louder_is_an_accent(loud: tuple[float, ...], place: int) -> None:
    feel = FeelTracker()
    for eighth in range(64):
        position = eighth / 2
        hit(feel, position, velocity=110 if position % 4 in loud else 70)
    accents = feel.accents
    assert accents[place] > 1.1
    assert all(accent < 1.0 for k, accent in enumerate(accents) if k != place)


@given(st.lists(st.tuples(st.floats(0.0, 40.0), st.integers(1, 127)), max_size=60))
def test_whatever_is_played_swing_and_accents_stay_within_reason(
    onsets: list[tuple[float, int]],
) -> None:
    feel = FeelTracker()
    for position, velocity in sorted(onsets):
        hit(feel, position, velocity)
        assert 0.5 <= feel.swing <= 0.78
        assert all(0.0 < accent < 3.0 for accent in feel.accents)


def test_the_feel_is_said_at_first_and_when_it_changes_audibly() -> None:
    feel = FeelTracker()
    assert feel.news(0.0) == FeelHeard(0.0, 0.5, "normal", False, NO_ACCENTS)
    played(STRAIGHT, feel=feel)
    assert feel.news(1.0) is None
    played(SWUNG, feel=feel, first=24)
    said = feel.news(2.0)
    assert said is not None
    assert said.shuffled
    played((0.0, 0.65), feel=feel, first=48)
    assert feel.news(3.0) is None
    played((0.0, 0.6), feel=feel, first=72)
    assert feel.news(4.0) is not None


def test_new_accents_are_said() -> None:
    feel = FeelTracker()
    feel.news(0.0)
    for beat in range(32):
        hit(feel, float(beat), velocity=110 if beat % 2 else 60)
    said = feel.news(1.0)
    assert said is not None
    assert said.accents[1] > 1.1
