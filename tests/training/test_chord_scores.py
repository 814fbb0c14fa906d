"""Chords count from their announcement; expected ones must be said before their beat."""

import pytest

from accompanist.music.chord import parse_chord
from accompanist.music.heard import ChordExpected, ChordHeard
from accompanist.training.chord_scores import changes, chord_scores, expected_scores
from accompanist.training.performances import Span
from tests.training.takes import BEATS_S, steady

TWO = (Span(10.0, 20.0, "D:maj"), Span(20.0, 30.0, "G:maj"))


def heard(announced_s: float, label: str) -> ChordHeard:
    return ChordHeard(announced_s, announced_s, parse_chord(label), 1.0)


def expected(announced_s: float, at_s: float, label: str) -> ChordExpected:
    return ChordExpected(announced_s, at_s, parse_chord(label), 0.5)


def test_a_chord_counts_from_its_announcement() -> None:
    said = [heard(12.0, "D:maj"), heard(21.0, "G:maj")]
    assert chord_scores(steady(chords=TWO), said)["chord majmin"] == pytest.approx(17 / 20)


def test_a_triad_in_place_of_a_seventh_is_right_by_majmin_alone() -> None:
    spans = (Span(10.0, 30.0, "D:7"),)
    scores = chord_scores(steady(chords=spans), [heard(10.0, "D:maj")])
    assert (scores["chord majmin"], scores["chord sevenths"]) == (1.0, 0.0)


def test_the_delay_runs_to_the_first_right_announcement() -> None:
    said = [heard(10.2, "A:min"), heard(10.5, "D:maj"), heard(20.1, "G:maj")]
    assert chord_scores(steady(chords=TWO), said)["chord delay"] == pytest.approx(0.3)


def test_a_chord_never_heard_is_delayed_by_its_whole_length() -> None:
    assert chord_scores(steady(chords=TWO), [])["chord delay"] == pytest.approx(10.0)


def test_a_chord_held_already_has_no_delay() -> None:
    said = [heard(9.0, "D:maj"), heard(19.0, "G:maj")]
    assert chord_scores(steady(chords=TWO), said)["chord delay"] == 0.0


def test_a_change_is_expected_right_if_said_before_its_beat() -> None:
    said = [expected(19.4, 19.5, "D:maj"), expected(19.9, 20.0, "G:maj")]
    assert expected_scores(steady(chords=TWO), said) == {"chord expected": 1.0}


@pytest.mark.parametrize(
    "said", [expected(20.1, 20.0, "G:maj"), expected(19.9, 20.0, "C:maj"), expected(9, 10, "G")]
)
def test_a_chord_said_late_or_wrong_or_elsewhere_was_not_expected(said: ChordExpected) -> None:
    assert expected_scores(steady(chords=TWO), [said]) == {"chord expected": 0.0}


def test_a_chord_that_goes_on_is_no_change() -> None:
    again = (*TWO, Span(30.0, 31.0, "G:maj"))
    assert changes(again) == [TWO[0], Span(20.0, 31.0, "G:maj")]


def test_who_expects_nothing_is_not_scored_on_it() -> None:
    assert expected_scores(steady(chords=TWO), [heard(20.0, "G:maj")]) == {}


def test_without_chords_there_is_nothing_to_score() -> None:
    assert chord_scores(steady(), [heard(BEATS_S[0], "C:maj")]) == {}
    assert expected_scores(steady(), []) == {}
