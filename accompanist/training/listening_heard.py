"""What came of one performance heard by one listener, and of a set of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from accompanist.training.beat_scores import heard_beats, sounded
from accompanist.training.key_scores import key_relations
from accompanist.training.listening_scores import Take, score
from accompanist.training.listening_table import Figures, Measured, update_figures
from accompanist.training.performances import Performance

Job = TypeVar("Job")
Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class Heard:
    """One performance heard by one listener."""

    figures: Figures
    updates_ms: list[float]
    clicks_s: NDArray[np.float64]
    key_relations: list[str]


def judged(performance: Performance, heard: list[object], aspects: Sequence[str]) -> Heard:
    """What was heard, at a cost that is not known."""
    return Heard(
        score(Take(performance, heard, np.zeros(0), np.zeros(0)), aspects),
        [],
        sounded(heard_beats(heard)),
        list(key_relations(performance, heard).values()),
    )


def measured_of(performances: Sequence[Performance], heard: Sequence[Heard]) -> Measured:
    """Figures by piece, and the cost of updates over all of them."""
    names = [performance.name for performance in performances]
    figures = [one.figures for one in heard]
    updates_ms = (value for one in heard for value in one.updates_ms)
    return Measured(dict(zip(names, figures, strict=True)), update_figures(updates_ms))


def each(work: Callable[[Job], Done], jobs: Sequence[Job], processes: int, who: str) -> list[Done]:
    """Every job done, in order, on so many processes."""
    progress = partial(tqdm, total=len(jobs), desc=who, unit="piece", disable=None, leave=False)
    if processes == 1:
        return list(progress(map(work, jobs)))
    with get_context("spawn").Pool(processes) as pool:
        return list(progress(pool.imap(work, jobs)))
