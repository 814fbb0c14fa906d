"""Following is scored on what was announced, when it was announced."""

import numpy as np
import pytest

from accompanist.music.chord import parse_chord
from accompanist.music.heard import BeatHeard, ChordHeard, KeyHeard
from accompanist.music.key import Key
from accompanist.training.listening_scores import (
    Take,
    beat_scores,
    chord_score,
    key_score,
    metronome,
)
from accompanist.training.performances import Performance, Span, notes_from

BEATS_S = 10.0 + 0.5 * np.arange(40)
STEADY = Performance(
    "steady",
    notes_from([(float(at_s), float(at_s) + 0.2, 60, 80, 0) for at_s in BEATS_S]),
    BEATS_S,
    np.arange(40) % 4 == 0,
    keys=(Span(10.0, 30.0, "D major"),),
    chords=(Span(10.0, 20.0, "D:maj"), Span(20.0, 30.0, "G:maj")),
)


def announced(lead_s: float, every: int = 1) -> list[BeatHeard]:
    """The true beats, said `lead_s` before they sound."""
    return [
        BeatHeard(float(at_s) - lead_s, float(at_s), k, k // 4, k % 4 == 0, 120.0, 1.0)
        for k, at_s in enumerate(BEATS_S)
        if k % every == 0
    ]


def test_beats_said_in_time_score_one() -> None:
    scores = beat_scores(STEADY, announced(0.1))
    assert scores == pytest.approx({"F_sound": 1.0, "CMLt": 1.0, "OML": 1.0, "downbeat F": 1.0})


def test_beats_said_a_tenth_late_score_nothing() -> None:
    assert beat_scores(STEADY, announced(-0.1))["F_sound"] == 0.0


def test_half_the_tempo_is_forgiven_by_oml_alone() -> None:
    scores = beat_scores(STEADY, announced(0.1, every=2))
    assert scores["CMLt"] < 0.1
    assert scores["OML"] > 0.9


def test_no_beat_scores_nothing() -> None:
    assert set(beat_scores(STEADY, []).values()) == {0.0}


def test_the_metronome_floor_starts_with_the_first_onset() -> None:
    assert metronome(STEADY)[0].at_s == 10.0
    assert beat_scores(STEADY, metronome(STEADY))["F_sound"] > 0.9


def test_the_relative_key_scores_three_tenths() -> None:
    taken = Take(STEADY, [KeyHeard(12.0, Key(11, "minor"), 0.9)], 0.0)
    assert key_score(taken)["key@12s"] == pytest.approx(0.3)


def test_a_key_said_too_late_does_not_count() -> None:
    taken = Take(STEADY, [KeyHeard(23.0, Key(2), 0.9)], 0.0)
    assert key_score(taken)["key@12s"] == 0.0


def test_a_chord_counts_from_its_announcement() -> None:
    said = [
        ChordHeard(12.0, 10.0, parse_chord("D:maj"), 1.0),
        ChordHeard(21.0, 20.0, parse_chord("G:maj"), 1.0),
    ]
    assert chord_score(Take(STEADY, said, 0.0))["chord majmin"] == pytest.approx(17 / 20)
