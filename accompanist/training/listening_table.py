"""Figures of listening as tables: means with bootstrap intervals, cases of stress, and targets.

Intervals are 95 % percentile bootstrap intervals of the mean, pieces drawn with replacement
(Efron and Tibshirani 1993), seeded.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from accompanist.training.listening_scores import means
from accompanist.training.stress import CASES

Figures = dict[str, float]
Interval = tuple[float, float]

_DRAWS = 1000
_CASE_COLUMNS = (
    "F_sound", "CMLt", "OML", "downbeat F", "FOLLOW", "lock beats", "recovery", "phase", "bias",
    "tempo 4%", "off-beat",
)  # fmt: skip
_NAME_WIDTH, _COLUMN_WIDTH, _CASE_WIDTH = 24, 24, 11


@dataclass(frozen=True, slots=True)
class Measured:
    """What one listener scored on one set: figures by piece, and the cost of its updates."""

    pieces: dict[str, Figures]
    updates_ms: Figures

    @property
    def mean(self) -> Figures:
        """Means over pieces, and the cost of updates over all of them together."""
        return {**means(list(self.pieces.values())), **self.updates_ms}

    def intervals(self) -> dict[str, Interval]:
        """Interval of every mean that at least two pieces have a figure for."""
        every = list(self.pieces.values())
        values = {name: [f[name] for f in every if name in f] for name in means(every)}
        return {name: bootstrap(found) for name, found in values.items() if len(found) > 1}


def bootstrap(values: list[float]) -> Interval:
    """95 % interval of the mean."""
    random = np.random.default_rng(0)
    found = np.array(values)
    drawn = random.integers(0, len(found), (_DRAWS, len(found)))
    low, high = np.quantile(found[drawn].mean(axis=1), [0.025, 0.975])
    return float(low), float(high)


def update_figures(updates_ms: Iterable[float]) -> Figures:
    """Percentiles of the processor time of one update, in ms."""
    found = np.fromiter(updates_ms, float)
    if not len(found):
        return {}
    quantiles = {"p50": 0.5, "p99": 0.99, "p99.9": 0.999, "max": 1.0}
    return {f"update {name}": float(np.quantile(found, q)) for name, q in quantiles.items()}


def set_table(name: str, measured: dict[str, Measured]) -> str:
    """A row for every figure, a column for every listener."""
    columns = {who: (found.mean, found.intervals()) for who, found in measured.items()}
    rows = list(dict.fromkeys(figure for mean, _ in columns.values() for figure in mean))
    count = max((len(found.pieces) for found in measured.values()), default=0)
    widths = [max(_COLUMN_WIDTH, len(who) + 2) for who in columns]
    margin = max(_NAME_WIDTH, *(len(row) + 2 for row in rows)) if rows else _NAME_WIDTH
    lines = [
        f"{name}, {count} pieces" if count else name,
        " " * margin + _aligned(list(columns), widths),
    ]
    for row in rows:
        cells = [_cell(mean.get(row), intervals.get(row)) for mean, intervals in columns.values()]
        lines.append(f"{row:<{margin}}" + _aligned(cells, widths))
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _aligned(cells: list[str], widths: list[int]) -> str:
    return "".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True))


def _cell(value: float | None, interval: Interval | None) -> str:
    if value is None:
        return "–"
    between = f" [{_number(interval[0])} {_number(interval[1])}]" if interval else ""
    return f"{_number(value)}{between}"


def _number(value: float) -> str:
    return f"{value:.3f}" if abs(value) < 10.0 else f"{value:.1f}"


def report(measured: dict[str, dict[str, Measured]]) -> dict[str, object]:
    """Everything measured, by set and column, as JSON has it."""
    return {
        name: {
            who: {
                "mean": found.mean,
                "interval": found.intervals(),
                "pieces": found.pieces,
            }
            for who, found in columns.items()
        }
        for name, columns in measured.items()
    }


def by_case(measured: Measured) -> dict[str, Figures]:
    """Means over the seeds of every stress case."""
    cases: dict[str, list[Figures]] = {}
    for piece, figures in measured.pieces.items():
        cases.setdefault(piece.split()[0], []).append(figures)
    return {name: means(cases[name]) for name in CASES if name in cases}


def case_table(who: str, measured: Measured) -> str:
    """A row for every stress case."""
    lines = [
        f"stress cases: {who}",
        f"{'':<26}" + "".join(f"{column:>{_CASE_WIDTH}}" for column in _CASE_COLUMNS),
    ]
    for name, figures in by_case(measured).items():
        cells = [_number(figures[c]) if c in figures else "–" for c in _CASE_COLUMNS]
        lines.append(f"{name:<26}" + "".join(f"{cell:>{_CASE_WIDTH}}" for cell in cells))
    return "\n".join(lines) + "\n"
