"""Two reports side by side: what became better or worse, beyond what chance and the machine do.

A line has changed when the ranges in which chance may put its 99th percentile lie apart, and it
moved by a tenth at least, more than its floor did: a machine that is busier today slows both.
"""

from dataclasses import dataclass

from accompanist.app.bench.figures import Line, Report

LEAST_CHANGE = 1.1
"""As a ratio, beyond that of the floor."""

_WHERE = {"processor": "processor", "cores": "number of cores", "system": "system"}

BETTER, WORSE, ALIKE, NEW, GONE = "better", "WORSE", "alike", "new", "gone"


@dataclass(frozen=True, slots=True)
class Change:
    """A line then and now; `ratio` is new to old, none where there is nothing to compare."""

    key: str
    name: str
    unit: str
    old: float | None
    new: float | None
    ratio: float | None
    word: str


def compare(old: Report, new: Report) -> list[Change]:
    """Return a change for every line of the new report, then those that only the old one has."""
    before = {line.key: line for line in old.lines}
    now = {line.key for line in new.lines}
    changes = [
        _change(before[line.key], line)
        if line.key in before
        else Change(line.key, line.name, line.unit, None, line.spread.p99, None, NEW)
        for line in new.lines
    ]
    return changes + [
        Change(line.key, line.name, line.unit, line.spread.p99, None, None, GONE)
        for line in old.lines
        if line.key not in now
    ]


def differences(old: Report, new: Report) -> list[str]:
    """Sentences about what makes the reports hard to compare."""
    sentences = []
    for name, what in _WHERE.items():
        was, is_now = old.machine.get(name), new.machine.get(name)
        if was != is_now:
            sentences.append(f"measured on another {what}: {was} then, {is_now} now")
    periods = [report.machine.get("server", {}).get("period_frames") for report in (old, new)]
    if None not in periods and periods[0] != periods[1]:
        sentences.append(f"JACK's period was {periods[0]} frames then and is {periods[1]} now")
    return sentences


def _change(old: Line, new: Line) -> Change:
    was, is_now = old.spread.p99, new.spread.p99
    ratio = is_now / was if was > 0 else None
    return Change(new.key, new.name, new.unit, was, is_now, ratio, _word(old, new))


def _word(old: Line, new: Line) -> str:
    if new.lost != old.lost and min(new.lost, old.lost) == 0:
        return WORSE if new.lost else BETTER
    (old_low, old_high), (new_low, new_high) = old.spread.p99_range, new.spread.p99_range
    machine = 1.0
    if old.floor is not None and new.floor is not None and min(old.floor.p99, new.floor.p99) > 0:
        machine = new.floor.p99 / old.floor.p99
    if new_low > old_high and new.spread.p99 > old.spread.p99 * LEAST_CHANGE * max(machine, 1.0):
        return WORSE
    if new_high < old_low and new.spread.p99 * LEAST_CHANGE < old.spread.p99 * min(machine, 1.0):
        return BETTER
    return ALIKE
