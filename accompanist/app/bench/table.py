"""A report as a page of text: the machine, a row a line, and what the figures cannot show."""

from collections.abc import Sequence

from accompanist.app.bench.compare import Change
from accompanist.app.bench.figures import Line, Report, Spread
from accompanist.app.bench.verdicts import CITED

_NAME, _NUMBER = 46, 9


def table(report: Report) -> str:
    """Lay a report out in columns, every floor below its line."""
    heads = ("p50", "p99", "p99.9", "max", "n", "lost")
    head = f"{'':<{_NAME}}" + "".join(f"{word:>{_NUMBER}}" for word in heads) + "  × floor"
    lines = [_machine(report), head]
    for line in report.lines:
        lines += _rows(line)
    lines += [f"({remark})" for remark in report.remarks]
    return "\n".join([*lines, f"({CITED})"])


def comparison(changes: Sequence[Change], differences: Sequence[str]) -> str:
    """Lay out what changed, a row a line, and what may have changed it."""
    rows = [f"{'old → new, 99th percentile':<{_NAME}}{'old':>{_NUMBER}}{'new':>{_NUMBER}}"]
    for change in changes:
        values = ("–" if value is None else _number(value) for value in (change.old, change.new))
        numbers = "".join(f"{value:>{_NUMBER}}" for value in values)
        ratio = f"{change.ratio:>8.2f}×" if change.ratio is not None else f"{'':>9}"
        rows.append(f"{change.name + ' ' + change.unit:<{_NAME}}{numbers}{ratio}  {change.word}")
    return "\n".join([*rows, *(f"({sentence})" for sentence in differences)])


def _machine(report: Report) -> str:
    return "\n".join(str(sentence) for sentence in report.machine["sentences"])


def _rows(line: Line) -> list[str]:
    row = _row(f"{line.name}, {line.unit}", line.spread, str(line.lost))
    ratios = line.ratios
    beside = f"{ratios[0]:.1f} / {ratios[1]:.1f}" if ratios else ""
    rows = [f"{row}  {beside:<11}  {line.verdict}".rstrip()]
    if line.floor is not None:
        rows.append(_row(f"  floor: {line.floor_name}", line.floor, ""))
    return rows + [f"  {remark}" for remark in line.remarks]


def _row(name: str, spread: Spread, lost: str) -> str:
    numbers = (spread.p50, spread.p99, spread.p99_9, spread.max)
    columns = [*(_number(number) for number in numbers), str(spread.n), lost]
    row = f"{name:<{_NAME}}" + "".join(f"{column:>{_NUMBER}}" for column in columns)
    return row.rstrip()


def _number(value: float) -> str:
    if value == int(value) or abs(value) >= 1000:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 100 else f"{value:.2f}"
