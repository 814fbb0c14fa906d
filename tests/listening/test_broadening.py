"""How broad the last gaps were, whatever their note values."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.listening.broadening import breadth

USUAL_S = 0.5


def onsets(lengths: Sequence[float]) -> list[float]:
    """Onsets that such gaps, in beats, lie between."""
    at_s = [1.0]
    for length in lengths:
        at_s.append(at_s[-1] + USUAL_S * length)
    return at_s


def test_even_beats_are_as_broad_as_usual() -> None:
    assert breadth(onsets([1.0] * 8), USUAL_S) == pytest.approx((1.0, 1.0))


def test_swung_eighths_are_as_broad_as_usual() -> None:
    assert breadth(onsets([0.66, 0.34] * 8), USUAL_S) == pytest.approx((1.0, 1.0))


def test_a_dotted_rhythm_is_as_broad_as_usual() -> None:
    assert breadth(onsets([1.5, 0.5, 1.0, 1.0] * 3), USUAL_S)[0] == pytest.approx(1.0)


def test_a_ritardando_is_broader_from_gap_to_gap() -> None:
    assert breadth(onsets([1.0, 1.0, 1.1, 1.2, 1.35, 1.5]), USUAL_S) == pytest.approx(
        (1.42, 1.15), abs=0.01
    )


def test_a_ritardando_of_mixed_values_is_understood() -> None:
    lengths = [1.0, 1.0, 0.5, 0.5, 1.1, 2 * 1.2, 1.3, 1.45]
    assert breadth(onsets(lengths), USUAL_S)[0] == pytest.approx(1.37, abs=0.01)


def test_few_onsets_say_nothing() -> None:
    assert breadth([], USUAL_S) == (1.0, 1.0)
    assert breadth(onsets([1.0, 1.5, 2.0]), USUAL_S) == (1.0, 1.0)


@given(st.lists(st.floats(0.0, 100.0), max_size=40), st.floats(0.2, 2.0))
def test_breadth_is_always_a_sane_number(times_s: list[float], usual_s: float) -> None:
    assert all(0.1 < share < 4.0 for share in breadth(sorted(times_s), usual_s))
