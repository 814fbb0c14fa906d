"""The network speaks, told what memory recalls; memory goes on where it fails."""

import numpy as np

from accompanist.inference.model import ModelError
from accompanist.music.chord import NO_CHORD, Chord
from accompanist.players.expectation import Expectation
from accompanist.players.player import BeatEvidence

C, F, G = Chord(0), Chord(5), Chord(7)


class Guesser:
    """An anticipator that says what it is told to, and counts how often it was asked."""

    def __init__(self, chord: Chord, probability: float, in_a_bar=None) -> None:
        self.answer = (chord, probability)
        self.state = 0
        self.in_a_bar = in_a_bar
        self.recalled = np.full((2, 24), probability, np.float32)
        self.told = None

    def reset(self) -> None:
        self.state = 0

    def expect(self, beat):
        self.state += 1
        self.told = beat
        if self.answer[1] < 0:
            raise ModelError("not finite")
        return self.answer


def beat(*pitch_classes: int) -> BeatEvidence:
    """A beat in which these sounded, the first as the bass and the last as the melody."""
    rows = np.zeros((3, 12), np.float32)
    for pitch_class in pitch_classes:
        rows[0, pitch_class] = 1.0 / len(pitch_classes)
    if pitch_classes:
        rows[1, pitch_classes[0]] = rows[2, pitch_classes[-1]] = 1.0
    none = np.eye(25, dtype=np.float32)[24]
    return BeatEvidence(0, 0, 4, rows[0], rows[1], rows[2], NO_CHORD, none, none)


def test_the_network_speaks_while_it_can():
    assert Expectation(Guesser(F, 0.2), Guesser(G, 0.9)).expect(beat(0, 7)) == (F, 0.2)


def test_the_network_is_told_what_memory_recalls():
    learned = Guesser(F, 0.6)
    Expectation(learned, Guesser(G, 0.3)).expect(beat(0, 7))
    assert (learned.told.recalled == np.float32(0.3)).all()


def test_where_the_network_fails_memory_goes_on_and_it_is_told():
    expectation = Expectation(Guesser(F, -1.0), Guesser(G, 0.9))
    assert expectation.expect(beat(0, 4, 7))[0] == G
    assert expectation.faults == ["anticipation model failed (not finite); memory goes on"]


def test_thinking_two_beats_ahead_is_not_remembered():
    expectation = Expectation(Guesser(F, 0.6), Guesser(G, 0.3))
    expectation.expect(beat(0, 4, 7))
    before = expectation.state
    assert expectation.expect_after(beat(0, 4, 7), C, beat_in_bar=1) == F
    assert expectation.state == before


def test_a_reset_forgets_the_piece():
    expectation = Expectation(Guesser(F, 0.6), Guesser(G, 0.3))
    expectation.expect(beat(0, 4, 7))
    expectation.reset()
    assert expectation.state == Expectation(Guesser(F, 0.6), Guesser(G, 0.3)).state


def test_a_bar_ahead_the_network_speaks_too():
    expectation = Expectation(Guesser(F, 0.6, (C, 0.4)), Guesser(G, 0.9, (F, 0.9)))
    assert expectation.in_a_bar is None
    expectation.expect(beat(0, 4, 7))
    assert expectation.in_a_bar == (C, 0.4)


def test_thinking_two_beats_ahead_changes_nothing_a_bar_ahead():
    expectation = Expectation(Guesser(F, 0.6, (C, 0.4)), Guesser(G, 0.3))
    expectation.expect(beat(0, 4, 7))
    expectation.expect_after(beat(0, 4, 7), C, beat_in_bar=1)
    assert expectation.in_a_bar == (C, 0.4)


def test_where_the_network_fails_memory_looks_a_bar_ahead():
    expectation = Expectation(Guesser(F, -1.0, (C, 0.4)), Guesser(G, 0.9, (F, 0.9)))
    expectation.expect(beat(0, 4, 7))
    assert expectation.in_a_bar == (F, 0.9)
