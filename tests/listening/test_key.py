"""Keys by rule and by the learned ear: told early, left for a modulation, none in noise."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from accompanist.inference.model import ModelError, StreamingModel
from accompanist.listening.key import KeyTracker
from accompanist.listening.key_evidence import (
    INPUT_WIDTH,
    KeyEvidenceSource,
    KeyMemory,
    LearnedKeyEvidence,
    learned_key_evidence,
)
from accompanist.listening.key_profile import BASS, HEARD, STRUCK, RuleKeyEvidence, heard_of
from accompanist.listening.sounding import SoundingNotes
from accompanist.music.events import NoteOff, NoteOn
from accompanist.music.key import NO_KEY, Key

CADENCE = ((48, 64, 67, 72), (53, 65, 69, 72), (55, 62, 65, 71), (48, 64, 67, 72))
MINOR = ((45, 60, 64, 69), (50, 62, 65, 69), (52, 62, 64, 68), (45, 60, 64, 69))


def learned() -> KeyEvidenceSource:
    return LearnedKeyEvidence(StreamingModel("key"))


@pytest.fixture(params=[RuleKeyEvidence, learned], ids=["rules", "learned"])
def tracker(request: pytest.FixtureRequest) -> KeyTracker:
    """A fresh tracker, by rule and with the shipped network."""
    return KeyTracker(request.param())


def play(
    tracker: KeyTracker,
    chords: tuple[tuple[int, ...], ...],
    rounds: int = 2,
    semitones: int = 0,
    began_s: float = 0.0,
) -> list[tuple[float, Key]]:
    """A chord a second; every change of key with its time from the beginning."""
    sounding, changes = SoundingNotes(), []
    for number in range(rounds * len(chords)):
        for pitch in chords[number % len(chords)]:
            sounding.hear(NoteOn(began_s + number, pitch + semitones, 80))
        for tick in range(1, 11):
            now_s = began_s + number + tick / 10
            if tracker.hear(heard_of(sounding, now_s), 0.1):
                changes.append((now_s - began_s, tracker.key))
        for pitch in chords[number % len(chords)]:
            sounding.hear(NoteOff(began_s + number + 1, pitch + semitones))
    return changes


def test_a_cadence_tells_its_key_within_five_seconds(tracker: KeyTracker) -> None:
    play(tracker, CADENCE)
    assert tracker.key == Key(0)


def test_a_minor_cadence_tells_its_key(tracker: KeyTracker) -> None:
    play(tracker, MINOR)
    assert tracker.key == Key(9, "minor")


def test_before_anything_sounds_there_is_no_key(tracker: KeyTracker) -> None:
    assert not tracker.hear(None, 0.1)
    assert tracker.key == NO_KEY
    assert tracker.posterior[24] == 1.0


def test_chances_of_all_keys_and_of_none_add_up_to_one(tracker: KeyTracker) -> None:
    play(tracker, CADENCE)
    assert tracker.posterior.shape == (25,)
    assert tracker.posterior.sum() == pytest.approx(1.0, abs=1e-5)
    assert tracker.confidence == pytest.approx(float(tracker.posterior[0]))


def test_silence_changes_nothing(tracker: KeyTracker) -> None:
    play(tracker, CADENCE)
    before = tracker.posterior
    assert not any(tracker.hear(None, 0.1) for _ in range(100))
    assert np.array_equal(tracker.posterior, before)


def test_the_learned_ear_follows_a_modulation_that_profiles_miss() -> None:
    """Half a minute of C, and a cadence in D, twice."""
    followed = []
    for source in (learned(), RuleKeyEvidence()):
        tracker = KeyTracker(source)
        play(tracker, CADENCE, rounds=8)
        play(tracker, CADENCE, rounds=2, semitones=2, began_s=32.0)
        followed.append(tracker.key == Key(2))
    assert followed == [True, False]


def test_the_learned_ear_hears_every_key_alike() -> None:
    said = []
    for semitones in (0, 5):
        tracker = KeyTracker(learned())
        play(tracker, CADENCE, semitones=semitones)
        said.append(tracker.posterior[:24].reshape(2, 12))
    np.testing.assert_allclose(np.roll(said[0], 5, axis=1), said[1], atol=1e-4)


def test_notes_at_random_have_no_key() -> None:
    tracker, chance = KeyTracker(learned()), np.random.default_rng(3)
    clusters = tuple(tuple(int(p) for p in chance.integers(36, 84, 4)) for _ in range(24))
    play(tracker, clusters, rounds=1)
    assert tracker.posterior[24] > 0.5
    assert tracker.key == NO_KEY


@pytest.mark.parametrize("key", [Key(0), Key(3), Key(9, "minor"), Key(6, "minor")])
def test_a_key_taken_up_again_is_held(tracker: KeyTracker, key: Key) -> None:
    tracker.resume(key)
    assert tracker.key == key
    assert int(np.argmax(tracker.posterior)) == key.index


def test_no_key_can_be_taken_up_again(tracker: KeyTracker) -> None:
    tracker.resume(NO_KEY)
    assert tracker.key == NO_KEY


class Broken(StreamingModel):
    """A network that answers twice and then fails."""

    def __init__(self) -> None:
        super().__init__("key")
        self.answers = 2

    def step(self, state, **inputs):  # type: ignore[no-untyped-def]
        self.answers -= 1
        if self.answers < 0:
            raise ModelError("a model gave a number that is not finite")
        return super().step(state, **inputs)


def test_profiles_take_over_from_a_network_that_fails() -> None:
    source = LearnedKeyEvidence(Broken())
    tracker = KeyTracker(source)
    play(tracker, CADENCE)
    assert source.fault == "a model gave a number that is not finite"
    assert tracker.key == Key(0)


def test_without_a_model_rules_listen_and_say_why(tmp_path: Path) -> None:
    source, fault = learned_key_evidence(tmp_path)
    assert isinstance(source, RuleKeyEvidence)
    assert fault is not None and "key.onnx" in fault


def test_what_is_heard_has_a_bass_and_the_keys_just_struck() -> None:
    sounding = SoundingNotes()
    for pitch in (40, 64):
        sounding.hear(NoteOn(1.0, pitch, 100))
    heard = heard_of(sounding, 1.05)
    assert heard is not None and heard.shape == (HEARD, 12)
    assert np.flatnonzero(heard[BASS]).tolist() == [4]
    assert heard[STRUCK, 4] > 1.0
    later = heard_of(sounding, 1.5)
    assert later is not None and not later[STRUCK].any()
    assert heard_of(SoundingNotes(), 1.0) is None


@settings(max_examples=20)
@given(st.integers(0, 11), st.integers(1, 6))
def test_a_memory_turned_is_the_memory_of_what_was_turned(semitones: int, steps: int) -> None:
    chance = np.random.default_rng(steps)
    heard = [chance.random((HEARD, 12)) for _ in range(steps)]
    one, other = KeyMemory(), KeyMemory()
    for row in heard:
        told: NDArray[np.float32] = one.step(row)
        turned = other.step(np.roll(row, semitones, axis=1))
    assert told.shape == (12, INPUT_WIDTH)
    np.testing.assert_allclose(np.roll(told, semitones, axis=0), turned, atol=1e-6)
