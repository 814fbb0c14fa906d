"""Rhythms by metre: places in a bar, how strong each is, and cells that choose among them.

A bar has beats in groups (4 is 2+2, 5 is 3+2 or 2+3, 7 is 2+2+3 and its turns), beats divide in two
or three, and once more in two. Level 0 is the bar line, 1 a group, 2 a beat, 3 and 4 what divides
it. A cell is what one voice plays in one bar; pieces repeat their cells, as music does.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

GROUPS: dict[int, tuple[tuple[int, ...], ...]] = {
    2: ((2,),),
    3: ((3,),),
    4: ((2, 2),),
    5: ((3, 2), (2, 3)),
    6: ((3, 3), (2, 2, 2)),
    7: ((2, 2, 3), (3, 2, 2), (2, 3, 2)),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of `beats`: places in beats (n,), their levels (n,), and parts of a beat.

    Nothing is played below the level `finest`.
    """

    beats: int
    places: NDArray[np.float64]
    levels: NDArray[np.int64]
    parts: int
    finest: int


def bar_of(beats: int, parts: int, finest: int, random: np.random.Generator) -> Bar:
    """A bar whose beats divide in `parts`, and each part in two."""
    groups = GROUPS[beats][random.integers(len(GROUPS[beats]))]
    starts = np.cumsum((0, *groups[:-1]))
    steps = 2 * parts
    count = np.arange(beats * steps)
    levels = np.where(count % 2 == 1, 4, 3)
    levels[count % steps == 0] = 2
    levels[starts * steps] = 1
    levels[0] = 0
    return Bar(beats, count / steps, levels, parts, finest)


def chances(random: np.random.Generator, finest: int) -> NDArray[np.float64]:
    """How likely a place of each level (5,) is played, by a voice that goes down to `finest`."""
    likely = np.array([0.97, 0.92, 0.85, 0.6, 0.4]) * random.uniform(0.35, 1.15, 5)
    likely[0] = max(likely[0], random.choice([0.5, 0.9, 1.0]))
    likely[finest + 1 :] = 0.0
    return np.minimum(likely, 1.0)


def cell(
    bar: Bar, likely: NDArray[np.float64], syncopation: float, random: np.random.Generator
) -> NDArray[np.int64]:
    """Places of the bar that are played, by index; some come a part of a beat early."""
    played = random.random(len(bar.places)) < likely[bar.levels]
    played &= bar.levels <= bar.finest
    played[0] |= not played.any()
    chosen = np.flatnonzero(played)
    early = (random.random(len(chosen)) < syncopation) & (bar.levels[chosen] > 0)
    moved = np.where(early & (bar.levels[chosen] <= 2), chosen - 2, chosen)
    return np.unique(np.maximum(moved, 0))


def every(bar: Bar, level: int) -> NDArray[np.int64]:
    """All places down to a level."""
    return np.flatnonzero(bar.levels <= min(level, bar.finest))
