"""Versions of a part: the same players, told a little otherwise, play something audibly else.

Version 0 is told what everybody is. Every later one has luck of its own; beyond that it takes the
style's figures of another variation, and those of more or fewer notes and of more or less intricate
ones. Versions in a row differ in two of these at least, so that players by rule, who leave little
to luck, differ too. How loud a part plays stays as it is set.
"""

from dataclasses import dataclass, replace

from accompanist.music.section import VARIATIONS
from accompanist.players.player import Frame

_SEEDS_APART = 20
"""Bits that versions stand above the seeds that sessions usually have."""


@dataclass(frozen=True, slots=True)
class _Turned:
    """How many variations further, and what is added to density and complexity."""

    variations: int
    density: float
    complexity: float


_TURNED = (_Turned(1, 0.25, 0.35), _Turned(2, -0.25, 0.35), _Turned(2, -0.12, 0.35))


def in_version(frame: Frame, number: int) -> Frame:
    """A frame as a version of the part is told it."""
    if not number:
        return frame
    turned = _TURNED[(number - 1) % len(_TURNED)]
    at = VARIATIONS.index(frame.variation) + turned.variations
    return replace(
        frame,
        seed=frame.seed + (number << _SEEDS_APART),
        variation=VARIATIONS[at % len(VARIATIONS)],
        density=_share(frame.density + turned.density),
        complexity=_share(frame.complexity + turned.complexity),
    )


def _share(amount: float) -> float:
    return min(max(amount, 0.0), 1.0)
