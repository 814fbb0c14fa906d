"""Percentiles, verdicts, comparisons, tables and pictures, from figures made by hand."""

import io
import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.app.bench import verdicts
from accompanist.app.bench.compare import compare, differences
from accompanist.app.bench.figures import MOST_KEPT, Line, Report, Spread, kept
from accompanist.app.bench.picture import draw
from accompanist.app.bench.table import comparison, table

MACHINE = {"sentences": ["a machine"]}


def line(measured, key="latency/reflex", **fields) -> Line:
    return Line(key, "in → out", "ms", Spread.of(measured), "inaudible", **fields)


def report(*lines: Line) -> Report:
    return Report(MACHINE, lines)


def test_a_percentile_is_a_value_that_was_measured():
    spread = Spread.of(range(1, 1001))

    assert (spread.p50, spread.p99, spread.p99_9, spread.max) == (500, 990, 999, 1000)
    assert spread.n == 1000


def test_of_few_values_the_worst_stands_for_the_rare():
    assert Spread.of([3.0, 1.0, 2.0]).p99 == 3.0


def test_of_no_values_there_is_no_spread():
    with pytest.raises(ValueError, match="nothing was measured"):
        Spread.of([])


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=300))
def test_percentiles_rise_and_lie_in_their_ranges(values):
    spread = Spread.of(values)

    assert min(values) <= spread.p50 <= spread.p99 <= spread.p99_9 <= spread.max == max(values)
    assert spread.p50_range[0] <= spread.p50 <= spread.p50_range[1]
    assert spread.p99_range[0] <= spread.p99 <= spread.p99_range[1]


def test_more_values_narrow_the_range_of_chance():
    few, many = (Spread.of(np.linspace(0, 1, n)).p50_range for n in (50, 5000))

    assert many[1] - many[0] < few[1] - few[0]


def test_ratios_are_told_beside_a_floor_that_takes_time():
    beside = line([2.0, 4.0], floor=Spread.of([1.0, 1.0]), floor_name="a thru")

    assert beside.ratios == (2.0, 4.0)
    assert line([2.0]).ratios is None
    assert line([2.0], floor=Spread.of([0.0])).ratios is None


def test_enough_is_kept_to_be_drawn_the_worst_among_it():
    values = np.arange(100_000, dtype=float)[::-1]
    fields = kept(values, np.arange(100_000, dtype=float))

    assert len(fields["values"]) == len(fields["times_s"]) <= MOST_KEPT
    assert max(fields["values"]) == 99_999


@pytest.mark.parametrize(
    ("latency_ms", "word"), [(9.9, "inaudible"), (10.1, "felt by drummers"), (20.1, "late")]
)
def test_latency_is_judged_by_published_bounds(latency_ms, word):
    assert verdicts.of_latency(Spread.of([latency_ms])) == word


@pytest.mark.parametrize(
    ("jitter_ms", "word"), [(0.9, "inaudible"), (1.1, "felt by drummers"), (3.1, "uneven")]
)
def test_jitter_is_judged_by_published_bounds(jitter_ms, word):
    assert verdicts.of_jitter(Spread.of([jitter_ms])) == word


def test_thinking_is_judged_by_the_notice_that_notes_have():
    assert verdicts.of_thinking(Spread.of([20.0])) == "unnoticed"
    assert verdicts.of_thinking(Spread.of([60.0])) == "in time"
    assert verdicts.of_thinking(Spread.of([110.0])) == "late"


def test_a_synth_that_overran_crackles_however_fast_it_usually_is():
    assert verdicts.of_load(Spread.of([5.0]), overruns=0) == "calm"
    assert verdicts.of_load(Spread.of([5.0]), overruns=1) == "crackles"
    assert verdicts.of_load(Spread.of([40.0]), overruns=0) == "busy"


def test_a_report_comes_back_from_its_file_as_it_was():
    floor = Spread.of([1.0])
    before = Report(
        MACHINE,
        (line([1.0, 2.0], floor=floor, floor_name="a thru", remarks=("so",), values=(1.0, 2.0)),),
        ("and so",),
    )

    assert Report.from_facts(json.loads(json.dumps(before.to_facts()))) == before


def words(old: Line, new: Line) -> list[str]:
    return [change.word for change in compare(report(old), report(new))]


STEADY = np.linspace(1.0, 1.2, 500)


def test_what_moved_beyond_chance_is_flagged():
    assert words(line(STEADY), line(2 * STEADY)) == ["WORSE"]
    assert words(line(2 * STEADY), line(STEADY)) == ["better"]


def test_what_did_not_move_is_alike():
    assert words(line(STEADY), line(1.05 * STEADY)) == ["alike"]


def test_few_values_are_no_proof():
    assert words(line([1.0, 1.0, 9.0]), line([2.0, 2.0, 8.0])) == ["alike"]


def test_a_machine_that_slowed_down_is_not_held_against_the_band():
    old = line(STEADY, floor=Spread.of(STEADY), floor_name="a thru")
    new = line(2 * STEADY, floor=Spread.of(2 * STEADY), floor_name="a thru")

    assert words(old, new) == ["alike"]


def test_a_note_lost_is_worse_however_fast_the_others_were():
    assert words(line(STEADY), replace(line(STEADY), lost=1)) == ["WORSE"]


def test_lines_that_only_one_report_has_are_named():
    changes = compare(report(line(STEADY, key="synth/old")), report(line(STEADY, key="synth/new")))

    assert [(change.key, change.word) for change in changes] == [
        ("synth/new", "new"),
        ("synth/old", "gone"),
    ]


def test_the_table_has_the_floor_below_the_line_and_the_verdict_beside_it():
    beside = line([2.0, 4.0], floor=Spread.of([1.0, 2.0]), floor_name="a thru", lost=3)
    rows = table(report(beside)).splitlines()

    assert rows[0] == "a machine"
    assert rows[1].split() == ["p50", "p99", "p99.9", "max", "n", "lost", "×", "floor"]
    assert rows[2].split()[:4] == ["in", "→", "out,", "ms"]
    assert rows[2].split()[4:] == ["2", "4", "4", "4", "2", "3", "2.0", "/", "2.0", "inaudible"]
    assert rows[3].split() == ["floor:", "a", "thru", "1", "2", "2", "2", "2"]
    assert "Jack et al. 2018" in rows[-1]


def test_a_comparison_has_a_row_for_every_line():
    now = report(line(2 * STEADY), line([7.0], key="synth/callback"))
    rows = comparison(compare(report(line(STEADY)), now), ["on another machine"]).splitlines()

    assert rows[2].split() == ["in", "→", "out", "ms", "–", "7", "new"]
    assert rows[3] == "(on another machine)"
    assert rows[1].split() == ["in", "→", "out", "ms", "1.20", "2.40", "2.00×", "WORSE"]


def test_another_machine_or_period_is_named():
    old = Report({"processor": "slow", "server": {"period_frames": 64}}, ())
    new = Report({"processor": "fast", "server": {"period_frames": 256}}, ())

    assert differences(old, new) == [
        "measured on another processor: slow then, fast now",
        "JACK's period was 64 frames then and is 256 now",
    ]
    assert differences(old, old) == []


def test_a_picture_is_drawn_of_every_line():
    file = io.BytesIO()
    values = tuple(float(value) for value in STEADY)
    drawn = line(STEADY, values=values, times_s=values, floor=Spread.of(STEADY), floor_name="thru")
    draw(report(drawn, line([1.0], key="startup/cold")), file)

    assert file.getvalue().startswith(b"\x89PNG")
