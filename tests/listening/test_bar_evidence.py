"""What beats say of bars, by rule and by the network."""

import numpy as np
import pytest

from accompanist.inference.model import ModelError, StreamingModel
from accompanist.listening.bar_evidence import (
    LEVELS,
    PLACES,
    READINGS,
    LearnedBarEvidence,
    PlayedOn,
    RuleBarEvidence,
    learned_bar_evidence,
)
from accompanist.listening.bars import BarCounter


def played(position: float, downbeat: float = 0.0, lowest: int = 60) -> PlayedOn:
    return PlayedOn(position, 0.7, 1, lowest, lowest, 1 << (lowest % 12), downbeat)


class Failing(StreamingModel):
    """A model that fails from its second step on."""

    def __init__(self) -> None:
        super().__init__("bar")
        self.steps = 0

    def step(self, state, **inputs):
        self.steps += 1
        if self.steps > 1:
            raise ModelError("a model gave a number that is not finite")
        return super().step(state, **inputs)


def test_a_beat_without_an_onset_says_nothing_by_rule() -> None:
    said = RuleBarEvidence().weigh(3, [played(2.5)], 0.5)
    assert said.places.tolist() == [1.0] * len(PLACES)
    assert said.readings.tolist() == [1.0] * READINGS


def test_chance_is_one_by_rule_for_every_bar() -> None:
    evens = RuleBarEvidence().weigh(3, [played(3.0, downbeat=-np.log(3.0))], 0.5)
    quarters = [
        value for value, (length, _) in zip(evens.places, PLACES, strict=True) if length == 4
    ]
    assert quarters == pytest.approx([1.0] * 4)


def test_the_network_speaks_of_every_place_and_level() -> None:
    source, fault = learned_bar_evidence()
    assert fault is None
    said = source.weigh(0, [played(0.0), played(0.5)], 0.5)
    assert said.places.shape == (len(PLACES),)
    assert said.readings.shape == (READINGS,)
    assert min(said.places.min(), said.readings.min()) > 0.0


def test_rules_take_over_for_good_when_the_network_fails() -> None:
    source, rules = LearnedBarEvidence(Failing()), RuleBarEvidence()
    source.weigh(0, [played(0.0)], 0.5)
    onsets = [played(1.0, downbeat=2.0)]
    by_rule = rules.weigh(1, onsets, 0.5).places.tolist()
    assert source.weigh(1, onsets, 0.5).places.tolist() == by_rule
    assert source.fault == "a model gave a number that is not finite"


def test_a_bass_that_walks_in_threes_is_heard_as_three() -> None:
    source, _ = learned_bar_evidence()
    counter = BarCounter(source)
    for beat in range(36):
        counter.announce(beat, beat - 0.2, 0.5)
        low = (36, 41, 43)[beat // 3 % 3]
        counter.note(played(beat, lowest=low if beat % 3 == 1 else 64 + beat % 3))
    assert counter.metre.metre.beats_per_bar == 3
    assert counter.metre.beat_in_bar(37) == 0


def comping(period_s: float, beats: int) -> BarCounter:
    """Chords at 120 beats a minute, another every four, counted every `period_s`."""
    source, _ = learned_bar_evidence()
    counter = BarCounter(source)
    for beat in range(beats):
        counter.announce(beat, beat - 0.2, period_s)
        for stroke in range(int(2 * period_s * beats) + 4):
            position = 0.5 * stroke / period_s
            if beat - 0.2 <= position < beat + 0.8:
                root = (0, 9, 5, 7)[stroke // 4 % 4]
                tones = sum(1 << (root + third) % 12 for third in (0, 4, 7))
                lowest = 36 + root if stroke % 4 == 0 else 60
                counter.note(PlayedOn(position, 0.7, 4, lowest, 67, tones, 0.0))
    return counter


@pytest.mark.parametrize("period_s, truly", [(0.5, 1.0), (1.0, 2.0), (0.25, 0.5)])
def test_the_network_tells_at_which_level_beats_are_counted(period_s: float, truly: float) -> None:
    readings = comping(period_s, 40).readings
    assert LEVELS[int(np.argmax(readings[: len(LEVELS)]))] == truly
