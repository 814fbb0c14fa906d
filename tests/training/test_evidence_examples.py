"""Bent examples keep the truth about every onset."""

import numpy as np
import pytest

from accompanist.dsp.onset_features import FEATURES
from accompanist.training.evidence_examples import drawn, example_of, phase_target, tempo_target
from accompanist.training.evidence_patterns import figures


def test_an_example_tells_phase_period_and_downbeat() -> None:
    beats_s = 1.0 + 0.5 * np.arange(9)
    on_s = 1.0 + 0.25 * np.arange(16)
    example = example_of(on_s, np.full(16, 60), np.full(16, 80), beats_s, np.arange(9) % 4 == 0)
    assert example.features.shape == (16, FEATURES)
    assert example.phase == pytest.approx(np.tile([0.0, 0.5], 8), abs=1e-6)
    assert example.period_s == pytest.approx(0.5)
    assert example.downbeat.tolist()[:4] == [1, -100, 0, -100]


@pytest.mark.parametrize("seed", range(6))
def test_bent_figures_stay_near_their_grid(seed: int) -> None:
    random = np.random.default_rng(seed)
    example = drawn(figures(random), random)
    assert example is not None
    assert np.isfinite(example.features).all()
    assert ((example.period_s > 0.15) & (example.period_s < 2.5)).all()


def test_targets_are_distributions_peaking_at_the_truth() -> None:
    phase = phase_target(np.array([0.25], np.float32), 32)[0]
    tempo = tempo_target(np.array([0.5], np.float32))[0]
    assert phase.argmax() == 8
    assert phase.sum() == pytest.approx(1.0, abs=1e-5)
    assert tempo.sum() == pytest.approx(1.0, abs=1e-5)
