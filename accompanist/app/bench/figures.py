"""What was measured: a spread of values, and a line of it beside its floor.

A percentile is the smallest value measured that at least so many do not exceed: it is never better
than what happened. Its range of chance (95 %) comes from the ranks between which the true
percentile lies, by the normal approximation to the binomial (Hahn and Meeker, Statistical
Intervals, 1991).
"""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

MOST_KEPT = 2000
"""Values of a line that are kept to be drawn; of more, evenly spread ones and the greatest."""

_SURE = 1.96


@dataclass(frozen=True, slots=True)
class Spread:
    """Percentiles of so many values.

    Attributes
    ----------
    n
        How many values there are, at least 1.
    p50, p99, p99_9, max
        Percentiles, and the greatest.
    p50_range, p99_range
        Where these may lie by chance.
    """

    n: int
    p50: float
    p99: float
    p99_9: float
    max: float
    p50_range: tuple[float, float]
    p99_range: tuple[float, float]

    @classmethod
    def of(cls, values: ArrayLike) -> "Spread":
        """Percentiles of some values.

        Raises
        ------
        ValueError
            If there are none.
        """
        ordered = np.sort(np.asarray(values, np.float64))
        if len(ordered) == 0:
            raise ValueError("nothing was measured")
        return cls(
            len(ordered),
            _at(ordered, 0.5),
            _at(ordered, 0.99),
            _at(ordered, 0.999),
            float(ordered[-1]),
            _range(ordered, 0.5),
            _range(ordered, 0.99),
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table.

    Attributes
    ----------
    key
        What it is called in files: the family, a slash, the line.
    name
        What the player reads.
    unit
        Of all its values.
    spread
        What was measured.
    verdict
        What that means to a musician.
    floor, floor_name
        What the machine does at best, measured in turns with it; none where there is no such thing.
    lost
        How much was expected and never came.
    remarks
        Sentences about this line alone.
    values, times_s
        What is drawn: values, and when each was measured.
    """

    key: str
    name: str
    unit: str
    spread: Spread
    verdict: str
    floor: Spread | None = None
    floor_name: str = ""
    lost: int = 0
    remarks: tuple[str, ...] = ()
    values: tuple[float, ...] = field(default=(), repr=False)
    times_s: tuple[float, ...] = field(default=(), repr=False)

    @property
    def ratios(self) -> tuple[float, float] | None:
        """Median and 99.9th percentile as multiples of the floor's; none beside no floor or 0."""
        if self.floor is None or self.floor.p50 <= 0.0 or self.floor.p99_9 <= 0.0:
            return None
        return self.spread.p50 / self.floor.p50, self.spread.p99_9 / self.floor.p99_9


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that one run measured, where, and what it could not see."""

    machine: dict[str, Any]
    lines: tuple[Line, ...]
    remarks: tuple[str, ...] = ()

    def to_facts(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        lines = [{**asdict(line), "ratios": line.ratios} for line in self.lines]
        return {
            "schema": SCHEMA,
            "machine": self.machine,
            "lines": lines,
            "remarks": list(self.remarks),
        }

    @classmethod
    def from_facts(cls, facts: Any) -> "Report":  # noqa: ANN401 - JSON
        """Read it back.

        Raises
        ------
        ValueError
            If that is no report, or one of another version.
        """
        try:
            if facts["schema"] != SCHEMA:
                raise ValueError(f"schema {facts['schema']!r} is not {SCHEMA}")
            lines = tuple(_line(dict(line)) for line in facts["lines"])
            return cls(dict(facts["machine"]), lines, tuple(facts["remarks"]))
        except (KeyError, TypeError) as error:
            raise ValueError(f"{error} is not as it should be") from error


SCHEMA = 2
"""Version of the file's form."""


def kept(values: NDArray[np.float64], times_s: NDArray[np.float64]) -> dict[str, Any]:
    """Fields `values` and `times_s` of a line: all, or enough to draw, the greatest among them."""
    if len(values) > MOST_KEPT:
        spread = np.linspace(0, len(values) - 1, MOST_KEPT - 20).astype(int)
        places = np.unique(np.concatenate([spread, np.argsort(values)[-20:]]))
        values, times_s = values[places], times_s[places]
    return {
        "values": tuple(round(float(value), 3) for value in values),
        "times_s": tuple(round(float(time), 3) for time in times_s),
    }


def _at(ordered: NDArray[np.float64], share: float) -> float:
    """The smallest value that at least a share of all does not exceed."""
    rank = math.ceil(share * len(ordered) - 1e-9)
    return float(ordered[max(rank, 1) - 1])


def _range(ordered: NDArray[np.float64], share: float) -> tuple[float, float]:
    count = len(ordered)
    reach = _SURE * math.sqrt(count * share * (1.0 - share))
    low = math.floor(count * share - reach) - 1
    high = math.ceil(count * share + reach)
    return float(ordered[max(low, 0)]), float(ordered[min(high, count - 1)])


def _line(facts: dict[str, Any]) -> Line:
    facts.pop("ratios", None)
    floor = facts.pop("floor")
    return Line(
        **{
            **facts,
            "spread": _spread(facts["spread"]),
            "floor": _spread(floor) if floor else None,
            "remarks": tuple(facts["remarks"]),
            "values": tuple(facts["values"]),
            "times_s": tuple(facts["times_s"]),
        }
    )


def _spread(facts: dict[str, Any]) -> Spread:
    ranges = {name: _pair(facts[name]) for name in ("p50_range", "p99_range")}
    return Spread(**{**facts, **ranges})


def _pair(numbers: Sequence[float]) -> tuple[float, float]:
    low, high = numbers
    return float(low), float(high)
