"""What stands where on a surface, whoever draws it: pages, a strip a part, what is always in sight.

All of it is made from the parameter tree, so that a new parameter or fact finds its place by
itself. Only what must never be out of sight or out of reach is named here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from accompanist.control.guests import DIGITS
from accompanist.music.band import PARTS
from accompanist.music.parameter import PAGES, Feedback, Parameter

AT_HAND = ("panic",)
"""Parameters within reach whichever page is open."""

IN_SIGHT = ("chord", "chord_expected", "beat", "tempo", "state")
"""What is shown whichever page is open, the most needed first."""

PAIRING_PAGE = "setup"
KEYPAD = "1234567890"
"""Digits that a surface on another machine pairs with; the last ones said count."""

PAIRING_WORDS = f"pair: the {DIGITS} digits in the terminal"

_WORDS = {"chord_expected": "next chord"}


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a surface.

    Attributes
    ----------
    parameters
        Those that belong to no part.
    strips
        Parts, and of each its own parameters.
    """

    name: str
    parameters: tuple[Parameter, ...]
    strips: tuple[tuple[str, tuple[Parameter, ...]], ...]

    def of_kinds(self, *kinds: str) -> list[Parameter]:
        """Parameters of no part that are of those kinds, in their order."""
        return [p for p in self.parameters if p.kind in kinds]


def arranged(parameters: Sequence[Parameter]) -> list[Page]:
    """Return the pages, with everything but what is always at hand."""
    return [_page(name, [p for p in parameters if p.page == name]) for name in PAGES]


def _page(name: str, parameters: Sequence[Parameter]) -> Page:
    strips = [(part, tuple(p for p in parameters if _part_of(p) == part)) for part in PARTS]
    return Page(
        name,
        tuple(p for p in parameters if _part_of(p) is None and p.name not in AT_HAND),
        tuple((part, own) for part, own in strips if own),
    )


def at_hand(parameters: Sequence[Parameter]) -> list[Parameter]:
    """Return what is within reach on every page."""
    return [p for p in parameters if p.name in AT_HAND]


def in_sight(feedback: Sequence[Feedback]) -> list[Feedback]:
    """Return what is shown on every page, the most needed first."""
    return sorted(
        (shown for shown in feedback if shown.name in IN_SIGHT),
        key=lambda shown: IN_SIGHT.index(shown.name),
    )


def in_passing(feedback: Sequence[Feedback], page: str) -> list[Feedback]:
    """Return what is shown on a page alone."""
    return [shown for shown in feedback if shown.page == page and shown.name not in IN_SIGHT]


def words_of(shown: Parameter | Feedback) -> str:
    """Return the words beside a control or a fact; in a part's strip they do not name the part."""
    name = _WORDS.get(shown.name, shown.name)
    part, _, leaf = name.partition("/")
    return (leaf if part in PARTS else name).replace("/", " ").replace("_", " ")


def _part_of(parameter: Parameter) -> str | None:
    part, _, leaf = parameter.name.partition("/")
    return part if leaf and part in PARTS else None
