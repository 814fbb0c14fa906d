"""Metre: how many beats make a bar, and what note value a beat is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Metre:
    """A time signature as it is felt: ``Metre(3, 4)`` is a waltz."""

    beats_per_bar: int
    beat_unit: int = 4

    def __post_init__(self) -> None:
        if self.beats_per_bar < 1:
            raise ValueError("a bar has at least one beat")
        if self.beat_unit not in (1, 2, 4, 8, 16):
            raise ValueError("a beat is a note value: 1, 2, 4, 8 or 16")
