"""The chords that can be heard, and what the hand says plainly."""

import numpy as np
import pytest

from accompanist.listening.chord_evidence import ROWS
from accompanist.listening.chord_states import (
    WEIGHED,
    ChordStates,
    family_of,
    state_of,
    struck_exactly,
    struck_whole,
)
from accompanist.music.chord import BUILT_IN, QUALITIES, Chord


def view(*struck: int) -> np.ndarray:
    shown = np.zeros((ROWS, 12), np.float32)
    shown[2, list(struck)] = 0.5
    return shown


def labels(places: np.ndarray) -> set[str]:
    states = ChordStates()
    return {states.chords[place].label for place in np.flatnonzero(places)}


def test_every_built_in_quality_has_a_state_on_every_root() -> None:
    states = ChordStates()
    assert len(states) == WEIGHED == 12 * len(BUILT_IN)
    assert all(states.chords[state_of(chord)] == chord for chord in states.chords)


@pytest.mark.parametrize("quality", BUILT_IN)
def test_a_chord_struck_alone_is_struck_exactly(quality: str) -> None:
    tones = [(2 + step) % 12 for step in QUALITIES[quality]]
    assert Chord(2, quality).label in labels(struck_exactly(view(*tones)))


@pytest.mark.parametrize(
    ("struck", "named"),
    [
        ((0, 4, 7), {"C:maj"}),
        ((0, 3, 7), {"C:min"}),
        ((0, 4, 7, 10), {"C:maj", "C:7"}),
        ((0, 4, 7, 9), {"C:maj", "C:maj6", "A:min", "A:min7"}),
        ((0, 5, 7), {"C:sus4", "F:sus2"}),
        ((0, 4), set()),
        ((0, 4, 7, 6), set()),
        ((), set()),
    ],
)
def test_a_chord_is_struck_whole_with_all_its_tones_and_no_foreign_one(
    struck: tuple[int, ...], named: set[str]
) -> None:
    assert labels(struck_whole(view(*struck))) == named


def test_chords_with_the_same_third_are_of_one_family() -> None:
    assert family_of("7") == family_of("maj") != family_of("min") == family_of("min6")


def test_a_players_own_chords_come_after_the_built_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(QUALITIES, "fourths", (0, 5, 10))
    states = ChordStates()
    assert len(states) == WEIGHED + 12
    assert states.chords[WEIGHED + 2] == Chord(2, "fourths")
    own = states.own_played(view(2, 7, 0))
    assert np.flatnonzero(own).tolist() == [2]
    assert not states.own_played(view(2, 7, 0, 4)).any()
