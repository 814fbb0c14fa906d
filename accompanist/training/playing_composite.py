"""One number a part, and whether one player is better than another by it.

A composite is the mean of terms between 0 and 1: shares as they are, errors as what is left of a
scale, and figures that are to be human as the nearness to the human one of the same piece. Two
players are compared piece by piece on the terms that both have there (where they share but one, by
that); a difference is shown when its 95 % bootstrap interval by piece lies above 0. Weights are
all one; scales were set by hand.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accompanist.training.listening_table import Figures, Interval, bootstrap
from accompanist.training.playing_drums import ALIKE, BITS, F1, LATENESS, VELOCITY
from accompanist.training.playing_harmony import NATS, RIGHT
from accompanist.training.playing_sets import HUMAN, MODEL, Table

ByPiece = Mapping[str, Figures]


@dataclass(frozen=True, slots=True)
class Term:
    """A figure of a composite: ``share``, ``error`` of a scale, or ``human`` within a scale."""

    figure: str
    kind: str = "share"
    scale: float = 1.0

    def of(self, figures: Figures, human: Figures) -> float | None:
        """Its worth, 0–1; None where it cannot be told."""
        value, wanted = figures.get(self.figure), human.get(self.figure)
        if value is None or (self.kind == "human" and wanted is None):
            return None
        if self.kind == "share":
            return min(max(value, 0.0), 1.0)
        away = value if wanted is None or self.kind == "error" else abs(value - wanted)
        return max(0.0, 1.0 - away / self.scale)


TERMS: dict[str, tuple[Term, ...]] = {
    "harmony": (
        Term("NiC"),
        Term("coupling", "human", 0.4),
        Term("CHE", "human", 2.0),
        Term("CC", "human", 12.0),
        Term(RIGHT),
    ),
    "bass": (
        Term("root on chord change"),
        Term("chord tone on strong beats"),
        Term("steps", "human", 0.5),
        Term("leaps", "human", 0.5),
        Term("range", "human", 24.0),
        Term("kick lock", "human", 0.5),
        Term("notes per beat", "human", 2.0),
    ),
    "drums": (
        Term(F1),
        Term(LATENESS, "error", 50.0),
        Term(VELOCITY, "error", 40.0),
        Term(ALIKE, "human", 0.5),
    ),
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """By how much the model is better than another in a table, piece by piece.

    `ours` and `theirs` are the means of both over the pieces that were compared.
    """

    where: str
    figure: str
    other: str
    ours: float
    theirs: float
    difference: float
    interval: Interval
    pieces: int

    @property
    def shown(self) -> bool:
        """Whether the whole interval lies above 0."""
        return self.pieces > 1 and self.interval[0] > 0.0


def comparisons(tables: Mapping[str, Table]) -> list[Comparison]:
    """The model held against everybody else of every table whose part has a composite.

    Beside the composite, bits and nats are compared, which only networks and tables of counts have.
    Humans are not to be beaten, nor is a model that was told more.
    """
    found: list[Comparison | None] = []
    for name, table in tables.items():
        part = name.split(",")[0]
        if part not in TERMS or MODEL not in table:
            continue
        ours = table[MODEL].pieces
        humans = table[HUMAN].pieces if HUMAN in table else {}
        for who, other in table.items():
            if who == HUMAN or who.startswith(MODEL):
                continue
            found.append(_compare(name, part, who, ours, other.pieces, humans))
            found += [
                _compare_figure(name, figure, who, ours, other.pieces) for figure in (BITS, NATS)
            ]
    return [one for one in found if one is not None]


def comparison_table(found: list[Comparison]) -> str:
    """A line for every comparison."""
    lines = [f"{'model less another, by piece':<56}{'who':<36}{'ours':>8}{'theirs':>8}  better by"]
    for one in found:
        what = f"{one.where}: {one.figure}"
        low, high = one.interval
        verdict = "better" if one.shown else "worse" if high < 0.0 else "not shown"
        lines.append(
            f"{what:<56}{one.other:<36}{one.ours:>8.3f}{one.theirs:>8.3f}"
            f"  {one.difference:.3f} [{low:.3f} {high:.3f}]  {verdict}"
        )
    return "\n".join(lines) + "\n"


def _compare(
    where: str, part: str, other: str, ours: ByPiece, theirs: ByPiece, humans: ByPiece
) -> Comparison | None:
    """The model's composite beside another's, on what both have of each piece."""
    both, shared = [], dict[str, None]()
    for piece in ours:
        human = humans.get(piece, {})
        pairs = {
            term.figure: (mine, worth)
            for term in TERMS[part]
            if (mine := term.of(ours[piece], human)) is not None
            and (worth := term.of(theirs.get(piece, {}), human)) is not None
        }
        if pairs:
            both.append(np.mean(list(pairs.values()), axis=0))
            shared |= dict.fromkeys(pairs)
    figure = "composite" if len(shared) > 1 else f"worth of {next(iter(shared), 'nothing')}"
    return _comparison(where, figure, other, np.array(both), 1.0)


def _compare_figure(
    where: str, figure: str, other: str, ours: ByPiece, theirs: ByPiece
) -> Comparison | None:
    """A figure of which less is better."""
    both = [
        (figures[figure], theirs[piece][figure])
        for piece, figures in ours.items()
        if figure in figures and figure in theirs.get(piece, {})
    ]
    return _comparison(where, figure, other, np.array(both), -1.0)


def _comparison(
    where: str, figure: str, other: str, both: NDArray[np.float64], sign: float
) -> Comparison | None:
    """Of rows (ours, theirs), one a piece."""
    if not len(both):
        return None
    mine, theirs = (float(mean) for mean in both.mean(axis=0))
    apart = [float(sign * (a - b)) for a, b in both]
    mean = sign * (mine - theirs)
    return Comparison(where, figure, other, mine, theirs, mean, bootstrap(apart), len(both))
