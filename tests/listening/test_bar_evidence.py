"""What beats say of bars, by rule and by the network."""

import numpy as np
import pytest

from accompanist.inference.model import ModelError, StreamingModel
from accompanist.listening.bar_evidence import (
    PLACES,
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
    assert RuleBarEvidence().weigh(3, [played(2.5)], 0.5).tolist() == [1.0] * len(PLACES)


def test_chance_is_one_by_rule_for_every_bar() -> None:
    evens = RuleBarEvidence().weigh(3, [played(3.0, downbeat=-np.log(3.0))], 0.5)
    quarters = [value for value, (length, _) in zip(evens, PLACES, strict=True) if length == 4]
    assert quarters == pytest.approx([1.0] * 4)


def test_the_network_speaks_of_every_place() -> None:
    source, fault = learned_bar_evidence()
    assert fault is None
    said = source.weigh(0, [played(0.0), played(0.5)], 0.5)
    assert said.shape == (len(PLACES),)
    assert (said > 0.0).all()


def test_rules_take_over_for_good_when_the_network_fails() -> None:
    source, rules = LearnedBarEvidence(Failing()), RuleBarEvidence()
    source.weigh(0, [played(0.0)], 0.5)
    onsets = [played(1.0, downbeat=2.0)]
    assert source.weigh(1, onsets, 0.5).tolist() == rules.weigh(1, onsets, 0.5).tolist()
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
