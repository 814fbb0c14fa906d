"""True evidence says where an onset falls in its beat, at which tempo, and in which bar."""

import numpy as np
import pytest

from accompanist.listening.evidence import PERIODS_S, PHASES
from accompanist.listening.onset import Onset
from accompanist.training.true_evidence import TrueEvidence
from tests.training.takes import BEATS_S, steady


def evidence_at(time_s: float):
    return TrueEvidence(steady()).weigh(Onset(time_s, (60,), (80,)))


@pytest.mark.parametrize(("after_s", "phase"), [(0.0, 0.0), (0.25, 0.5), (0.4, 0.8)])
def test_the_likeliest_reading_is_the_true_one(after_s: float, phase: float) -> None:
    likelihood = evidence_at(float(BEATS_S[10]) + after_s).likelihood
    row, column = np.unravel_index(np.argmax(likelihood), likelihood.shape)
    assert PERIODS_S[row] == pytest.approx(0.5, rel=0.02)
    assert column / PHASES == pytest.approx(phase, abs=0.01)
    assert likelihood.mean() == pytest.approx(1.0)


def test_downbeats_are_told_from_other_beats() -> None:
    assert evidence_at(float(BEATS_S[8])).downbeat > 0 > evidence_at(float(BEATS_S[9])).downbeat
