"""The bar pointer: weight runs on, is missed, is found again."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accompanist.dsp.bar_pointer import beats_missed, peaks, run_on, weigh

PERIODS_S = 0.25 * 2.0 ** (np.arange(25) / 12)
TEMPI, PHASES = 25, 32
EVEN = np.full(TEMPI, 1.0 / TEMPI)


def at(row: int, column: int) -> np.ndarray:
    weights = np.zeros((TEMPI, PHASES))
    weights[row, column] = 1.0
    return weights


def later(weights: np.ndarray, dt_s: float, drift: float = 0.0, missed: float = 1.0) -> np.ndarray:
    run_on(weights, np.empty((TEMPI + 1, PHASES)), PERIODS_S, dt_s, drift, missed)
    return weights


def test_after_a_beat_the_pointer_is_where_it_was() -> None:
    assert later(at(12, 5), PERIODS_S[12])[12, 5] == pytest.approx(1.0)


def test_after_half_a_beat_it_is_opposite() -> None:
    assert later(at(12, 5), PERIODS_S[12] / 2)[12, 21] == pytest.approx(1.0)


@settings(max_examples=50, deadline=None)
@given(st.floats(0.0, 8.0), st.floats(0.0, 4.0), st.integers(0, 24), st.integers(0, 31))
def test_hardly_anything_is_lost_while_no_beat_is_missed(
    dt_s: float, drift: float, row: int, column: int
) -> None:
    assert later(at(row, column), dt_s, drift).sum() == pytest.approx(1.0, rel=0.05)


def test_beats_without_an_onset_weigh_less() -> None:
    assert later(at(12, 0), 3 * PERIODS_S[12], missed=0.5).sum() == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("start", "shift", "missed"),
    [(0.0, 1.0, 0), (0.0, 2.0, 1), (0.5, 1.0, 1), (0.9, 1.0, 0), (0.05, 0.9, 0), (0.0, 99.0, 16)],
)
def test_only_beats_between_onsets_are_missed(start: float, shift: float, missed: int) -> None:
    assert beats_missed(start, shift) == missed


def test_tempo_drifts_to_its_neighbours() -> None:
    weights = later(at(12, 0), PERIODS_S[12], drift=0.2)
    assert weights[11].sum() == pytest.approx(0.1, rel=0.1)
    assert weights[13].sum() == pytest.approx(0.1, rel=0.1)


def test_evidence_moves_the_weight_and_leaves_it_whole() -> None:
    weights = np.full((TEMPI, PHASES), 1.0 / (TEMPI * PHASES))
    likelihood = np.ones((TEMPI, PHASES))
    likelihood[3, 7] = 50.0
    weigh(weights, likelihood, EVEN, 0.0)
    assert weights.sum() == pytest.approx(1.0)
    assert weights.argmax() == 3 * PHASES + 7


def test_what_nothing_explains_starts_afresh() -> None:
    weights = at(0, 0)
    assert weigh(weights, np.zeros((TEMPI, PHASES)), EVEN, 0.0) == 0.0
    assert weights == pytest.approx(np.full((TEMPI, PHASES), 1.0 / (TEMPI * PHASES)))


def test_peaks_come_heaviest_first_and_apart() -> None:
    weights = 0.5 * at(4, 30) + 0.3 * at(20, 9) + 0.15 * at(20, 11) + 0.05 * at(12, 20)
    found = np.zeros((3, 2), np.int64)
    scratch, gathered = np.empty((TEMPI + 1, PHASES)), np.empty((TEMPI, PHASES))
    assert peaks(weights, scratch, gathered, 1, 3, found) == 3
    for (row, column), (true_row, true_column) in zip(
        found.tolist(), [(4, 30), (20, 10), (12, 20)], strict=True
    ):
        assert abs(row - true_row) <= 1
        assert abs((column - true_column + 16) % 32 - 16) <= 3
