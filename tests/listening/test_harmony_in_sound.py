"""What sound makes likely of chords and keys, and when it is said."""

import numpy as np

from accompanist.dsp.tone_features import STEP_S
from accompanist.listening.chord_evidence import RuleChordEvidence
from accompanist.listening.harmony import HarmonyEar
from accompanist.music.chord import parse_chord
from accompanist.music.heard import ChordHeard, KeyHeard
from accompanist.music.key import parse_key

C_MAJOR, G_MAJOR, NONE = 0, 7, 24


def chances(number: int, likely: float) -> np.ndarray:
    """One of 25 so likely, the others as likely as each other."""
    return np.where(np.arange(25) == number, likely, (1.0 - likely) / 24)


def said_of(steps: list[tuple[int, float]]) -> list[KeyHeard | ChordHeard]:
    """What is said while one number after another is so likely, as chord and as key."""
    ear, said = HarmonyEar(RuleChordEvidence()), []
    for step, (number, likely) in enumerate(steps, 1):
        told = chances(number, likely)
        said += ear.hear_sound(step * STEP_S, (step - 1) * STEP_S, (told, told))
    return said


def test_the_first_chord_and_key_are_said_once_they_are_likely_enough() -> None:
    said = said_of([(G_MAJOR, 0.1), (C_MAJOR, 0.2), (C_MAJOR, 0.6)])

    assert [value.announced_s for value in said] == [3 * STEP_S] * 2
    assert {getattr(value, "chord", None) for value in said} == {None, parse_chord("C")}
    assert {getattr(value, "key", None) for value in said} == {None, parse_key("C major")}


def test_where_a_chord_is_held_a_likelier_one_is_said_at_once() -> None:
    said = said_of([(C_MAJOR, 0.6), (G_MAJOR, 0.25)])

    assert parse_chord("G") in [getattr(value, "chord", None) for value in said]


def test_where_nothing_sounds_nothing_is_said() -> None:
    assert said_of([(NONE, 0.9)] * 20) == []
