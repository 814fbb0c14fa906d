"""Stress cases are what they are called, and their truth is exact."""

import numpy as np
import pytest

from accompanist.music.events import NoteOff, NoteOn
from accompanist.training.stress import CASES, NOISE
from accompanist.training.stress_timing import Hand, beat_times, ramp, rubato, steady, swung


@pytest.mark.parametrize("name", CASES)
def test_every_case_has_at_least_96_beats_and_several_downbeats(name: str) -> None:
    case = CASES[name](1)
    assert len(case.beats_s) == len(case.downbeats) >= 96
    assert case.downbeats.sum() >= 16
    assert np.all(np.diff(case.beats_s) > 0.1)


@pytest.mark.parametrize("name", CASES)
def test_no_key_is_struck_while_it_is_down(name: str) -> None:
    down: set[int] = set()
    for event in CASES[name](2).events():
        if isinstance(event, NoteOn):
            assert event.pitch not in down
            assert 1 <= event.velocity <= 127
            down.add(event.pitch)
        elif isinstance(event, NoteOff):
            down.discard(event.pitch)
    assert not down


@pytest.mark.parametrize("name", [*CASES, *NOISE])
def test_a_seed_gives_the_same_performance_again(name: str) -> None:
    make = {**CASES, **NOISE}[name]
    assert make(3).events() == make(3).events()


def test_seeds_differ() -> None:
    assert CASES["steady_120"](0).events() != CASES["steady_120"](1).events()


@pytest.mark.parametrize(("name", "bpm"), [("steady_60", 60), ("steady_176", 176)])
def test_a_steady_case_has_the_tempo_in_its_name(name: str, bpm: int) -> None:
    assert np.diff(CASES[name](0).beats_s) == pytest.approx(60 / bpm)


@pytest.mark.parametrize(("name", "factor"), [("subito_faster", 1.2), ("subito_slower", 0.8)])
def test_a_jump_comes_at_the_change(name: str, factor: float) -> None:
    case = CASES[name](0)
    (change_s,) = case.changes_s
    jump = int(np.searchsorted(case.beats_s, change_s - 1e-6))
    periods_s = np.diff(case.beats_s)
    assert periods_s[jump - 1] / periods_s[jump] == pytest.approx(factor)


def test_nothing_is_played_in_a_rest_and_something_on_the_beat_after_it() -> None:
    case = CASES["three_bars_rest"](0)
    assert len(case.rests_s) == 3
    for start_s, end_s in case.rests_s:
        on_s = case.notes.on_s
        assert not np.any((on_s > start_s - 0.05) & (on_s < end_s - 0.05))
        assert np.abs(on_s - end_s).min() < 0.05


@pytest.mark.parametrize(
    ("name", "beats"), [("waltz_150", 3), ("six_eight", 2), ("seven_eight", 7), ("swing_140", 4)]
)
def test_bars_have_the_beats_of_their_metre(name: str, beats: int) -> None:
    assert set(np.diff(np.flatnonzero(CASES[name](0).downbeats))) == {beats}


def test_a_pickup_comes_before_the_first_downbeat() -> None:
    case = CASES["pickup_bar"](0)
    assert not case.downbeats[0]
    assert case.notes.on_s[0] < case.beats_s[case.downbeats][0] - 0.2


def test_syncopated_comping_is_louder_off_the_beat() -> None:
    case = CASES["syncopated_comping"](0)
    places = np.interp(case.notes.on_s, case.beats_s, np.arange(len(case.beats_s))) % 1.0
    loud, soft = np.abs(places - 0.5) < 0.2, (places < 0.2) | (places > 0.8)
    assert case.notes.velocity[loud].mean() > case.notes.velocity[soft].mean() + 20


def test_drums_alone_come_on_the_drum_channel() -> None:
    assert set(CASES["drums_only"](0).notes.role) == {9}


def test_a_single_line_is_never_two_notes_at_once() -> None:
    assert np.diff(CASES["single_line_melody"](0).notes.on_s).min() > 0.1


def test_what_is_played_lies_around_the_truth() -> None:
    case = CASES["whole_notes_76"](0)
    bars_s = case.beats_s[case.downbeats]
    strays_s = [np.abs(bars_s - on_s).min() for on_s in case.notes.on_s]
    assert 0.003 < np.mean(strays_s) < 0.02


def test_noise_has_no_beat_and_nothing_lasts_ten_seconds() -> None:
    assert len(NOISE["random_keys"](0).notes) > 30
    assert len(NOISE["random_keys"](0).beats_s) == 0
    assert NOISE["nothing"](0).events() == []
    assert NOISE["nothing"](0).length_s == 10.0


def test_beats_follow_the_tempo_of_every_beat() -> None:
    tempo_bpm = np.concatenate([steady(60.0, 2), ramp(60.0, 120.0, 2)])
    assert beat_times(tempo_bpm, 1.0) == pytest.approx([1.0, 2.0, 3.0, 3.8, 3.8 + 60 / 105])


def test_rubato_strays_as_far_as_said_and_no_further() -> None:
    tempo_bpm = rubato(100.0, 112, 0.18, np.random.default_rng(0))
    assert np.abs(tempo_bpm - 100.0).max() == pytest.approx(18.0)


def test_swing_moves_the_off_beat_alone() -> None:
    assert [swung(at, 0.66) for at in (2.0, 2.5, 3.0)] == pytest.approx([2.0, 2.66, 3.0])


def test_the_notes_of_a_chord_come_close_together() -> None:
    hand = Hand(np.random.default_rng(0))
    strays_s = np.array([hand.strays_s(4) for _ in range(500)])
    assert np.ptp(strays_s, axis=1).max() <= 0.006
    assert 0.008 < strays_s.std() < 0.018
