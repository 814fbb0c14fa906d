"""A beat stands on onsets that were expected, not on those that came by chance."""

from accompanist.listening.foundation import Foundation


def told(*expected: float) -> Foundation:
    """A foundation that heard onsets, each so many times better expected than by chance."""
    foundation = Foundation()
    for times in expected:
        foundation.hear(times)
    return foundation


def test_four_onsets_that_were_expected_bear_a_beat() -> None:
    assert told(1.0, 1.0, 3.0, 3.0).firm


def test_three_onsets_bear_none_however_well_expected() -> None:
    assert not told(9.0, 9.0, 9.0).firm


def test_onsets_no_better_expected_than_by_chance_bear_none() -> None:
    assert not told(*[0.7, 1.4] * 40).firm


def test_a_surprise_does_not_shake_a_beat_that_is_borne_out() -> None:
    assert told(*[3.0] * 8, 0.1).firm


def test_a_beat_that_onsets_no_longer_bear_out_gives_way() -> None:
    assert not told(*[3.0] * 8, *[0.8] * 30).firm


def test_a_beat_that_was_given_stands_at_once() -> None:
    foundation = told()
    foundation.give()
    assert foundation.firm


def test_an_onset_thought_impossible_counts_for_no_more_than_a_great_surprise() -> None:
    assert told(*[3.0] * 8, 0.0, *[3.0] * 3).firm


def sounded(*expected: float, music: float = 1.0) -> Foundation:
    """The same of moments of sound."""
    foundation = Foundation()
    for times in expected:
        foundation.hear_sound(times, music)
    return foundation


def test_sound_that_goes_on_as_expected_bears_a_beat() -> None:
    assert sounded(*[1.3] * 20).firm


def test_sound_a_little_better_expected_than_by_chance_bears_none() -> None:
    assert not sounded(*[1.04] * 1000).firm


def test_once_there_is_a_beat_in_sound_as_little_keeps_it() -> None:
    assert sounded(*[1.3] * 20, *[1.04] * 1000).firm


def test_what_is_hardly_music_bears_no_beat_however_well_it_is_expected() -> None:
    assert not sounded(*[1.3] * 1000, music=0.1).firm


def test_a_beat_in_music_outlives_some_seconds_of_talk() -> None:
    song = [1.3] * 100
    foundation = sounded(*song)
    for _ in range(100):
        foundation.hear_sound(1.0, 0.0)
    assert foundation.firm
