"""Tables say what was measured, how sure that is, and what is aimed at."""

import pytest

from accompanist.training.listening_table import (
    Measured,
    bootstrap,
    by_case,
    case_table,
    set_table,
    update_figures,
)
from accompanist.training.listening_targets import stress_figures, target_table, verdicts

TWO = Measured({"steady_60 0": {"F_sound": 0.8}, "steady_60 1": {"F_sound": 1.0}}, {})


def test_the_interval_of_equal_values_is_that_value() -> None:
    assert bootstrap([0.5, 0.5, 0.5]) == (0.5, 0.5)


def test_the_interval_lies_around_the_mean() -> None:
    low, high = bootstrap([0.0, 1.0] * 50)
    assert 0.3 < low < 0.5 < high < 0.7


def test_updates_are_told_by_their_percentiles() -> None:
    figures = update_figures([0.1] * 999 + [9.0])
    assert (figures["update p50"], figures["update max"]) == (0.1, 9.0)
    assert update_figures([]) == {}


def test_a_set_has_a_row_a_figure_and_a_column_a_listener() -> None:
    table = set_table("stress", {"ours": TWO, "deaf": Measured({"steady_60 0": {}}, {})})
    assert "stress, 2 pieces" in table
    assert "ours" in table.splitlines()[1]
    row = next(line for line in table.splitlines() if line.startswith("F_sound"))
    assert "0.900 [0.800 1.000]" in row
    assert row.endswith("–")


def test_a_case_is_the_mean_over_its_seeds() -> None:
    assert by_case(TWO) == {"steady_60": {"F_sound": pytest.approx(0.9)}}
    assert "steady_60" in case_table("ours", TWO)


def test_single_cases_decide_what_the_mean_hides() -> None:
    cases = {
        "steady_60 0": {"F_sound": 0.9, "tempo ×2": 0.5},
        "steady_176 0": {"F_sound": 0.4, "tempo ×1/2": 0.0},
        "subito_faster 0": {"F_sound": 1.0, "recovery": 5.0},
        "subito_slower 0": {"F_sound": 1.0, "recovery": 2.0},
        "syncopated_comping 0": {"F_sound": 1.0, "off-beat": 0.25},
    }
    assert stress_figures(Measured(cases, {})) == {
        "worst case F_sound": 0.4,
        "recovery after a jump": 5.0,
        "off-beat, syncopated": 0.25,
        "doubled at 60": 0.5,
        "halved at 176": 0.0,
    }


def test_a_target_is_met_or_missed_by_what_was_measured() -> None:
    found = verdicts({"pop909": {"F_sound": 0.95, "CMLt": 0.5}, "soak": {"cost": 0.01}})
    met = {f"{verdict['set']} {verdict['figure']}": verdict["met"] for verdict in found}
    assert met == {"pop909 F_sound": True, "pop909 CMLt": False, "soak cost": True}
    assert "missed" in target_table(found)


def test_what_was_not_measured_is_no_target() -> None:
    assert verdicts({}) == []
