"""Bent examples keep the truth about every onset."""

import numpy as np
import pytest

from accompanist.dsp.onset_features import FEATURES
from accompanist.listening.evidence import PERIODS_S
from accompanist.training.evidence_examples import bent, example_of, onsets_of, tempo_row
from accompanist.training.evidence_patterns import figures
from accompanist.training.textures import texture


def test_an_example_tells_phase_period_and_downbeat() -> None:
    beats_s = 1.0 + 0.5 * np.arange(9)
    on_s = 1.0 + 0.25 * np.arange(16)
    example = example_of(on_s, np.full(16, 60), np.full(16, 80), beats_s, np.arange(9) % 4 == 0)
    assert example.features.shape == (16, FEATURES)
    assert example.time_s == pytest.approx(on_s)
    assert example.phase == pytest.approx(np.tile([0.0, 0.5], 8), abs=1e-6)
    assert example.period_s == pytest.approx(0.5)
    assert example.downbeat.tolist()[:4] == [1, -100, 0, -100]


@pytest.mark.parametrize("make", [figures, texture])
@pytest.mark.parametrize("seed", range(6))
def test_what_is_bent_keeps_its_notes_near_its_beats(make, seed: int) -> None:
    random = np.random.default_rng(seed)
    played = bent(make(random), [], random)
    assert played is not None
    assert (np.diff(played.on_s) >= 0.0).all()
    example = onsets_of(played)
    assert np.isfinite(example.features).all()
    assert ((example.period_s > 0.1) & (example.period_s < 4.0)).all()
    on_a_part = np.abs(example.phase * 12 - np.rint(example.phase * 12)) / 12
    assert np.median(on_a_part * example.period_s) < 0.03


def test_a_soloists_curve_is_followed_when_it_is_drawn() -> None:
    curve = np.where(np.arange(40) % 2 == 0, 0.4, -0.4)
    ratios = []
    for seed in range(30):
        random = np.random.default_rng(seed)
        played = bent(figures(random), [curve], random)
        if played is not None:
            periods_s = np.diff(played.beats_s)
            ratios.append(np.median(np.abs(np.diff(np.log2(periods_s)))))
    assert max(ratios) > 0.5
    assert np.median(ratios) < 0.1


def test_tempo_is_told_in_rows_of_the_grid() -> None:
    rows = tempo_row(np.array([PERIODS_S[0], PERIODS_S[24], 99.0], np.float32))
    assert rows == pytest.approx([0.0, 24.0, 79.0], abs=1e-4)
