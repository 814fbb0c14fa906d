"""Sections and variations: where in a piece the band is, as form says it and players read it.

A section is ``intro``, ``groove``, ``fill``, ``break`` or ``ending``, or how the band is silent:
``waiting``, ``resting`` or ``stopped``. A style is played in four variations, from sparse to full.
"""

from dataclasses import dataclass
from typing import Literal

VARIATIONS = ("A", "B", "C", "D")

CALLED = ("intro", "fill", "break", "ending")
"""Sections that a performer may call for."""

ARRANGED = ("intro", "break", "ending")
"""Sections that every style writes out, bar by bar."""

Whose = Literal["you", "band", "both"]
BOTH: Whose = "both"
"""Nobody waits for a turn."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the form of a piece.

    `bar` counts from the bar in which the band entered, `section_bar` from the beginning of an
    arranged section; `style` and `variation` hold until the next bar line.
    """

    bar: int
    section: str
    section_bar: int
    style: str
    variation: str


@dataclass(frozen=True, slots=True)
class SectionBegun:
    """From `at_s` on the band plays that section, in that style and variation.

    While it is silent, style and variation are those it would enter with.
    """

    announced_s: float
    at_s: float
    section: str
    style: str
    variation: str


@dataclass(frozen=True, slots=True)
class TurnBegun:
    """From `at_s` on it is the performer's turn (``you``), the band's, or ``both`` play."""

    announced_s: float
    at_s: float
    whose: Whose
