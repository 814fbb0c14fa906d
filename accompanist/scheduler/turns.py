"""Whose turn it is, when performer and band trade bars.

From the bar line after it was asked for, or from the first bar of groove, so many bars are the
performer's, then as many the band's, and so on. While the band is silent, or plays its intro or its
ending, nobody has a turn.
"""

from dataclasses import dataclass

from accompanist.music.section import BOTH, Place, Whose

_TRADED = ("groove", "fill", "break")


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn: whose, the beat on which it began, and its length in bars, 0 if nobody has one."""

    whose: Whose
    began: int
    bars: int


class Turns:
    """Follows the form.

    Attributes
    ----------
    turn, before
        The present turn, and the one before it.
    """

    def __init__(self) -> None:
        self.turn = self.before = Turn(BOTH, 0, 0)
        self._first_bar: int | None = None
        self._bars = 0

    def beat(self, beat: int, downbeat: bool, place: Place | None, bars: int) -> Turn:
        """Take a beat, its place in the form (None while silent), and the bars to a turn."""
        whose = self._whose(downbeat, place, bars)
        if (whose, bars if whose != BOTH else 0) != (self.turn.whose, self.turn.bars):
            self.before = self.turn
            self.turn = Turn(whose, beat, bars if whose != BOTH else 0)
        return self.turn

    def _whose(self, downbeat: bool, place: Place | None, bars: int) -> Whose:
        if place is None or place.section not in _TRADED or not bars:
            self._first_bar = None
            return BOTH
        if self._first_bar is None or bars != self._bars or place.bar < self._first_bar - 1:
            self._first_bar = place.bar if downbeat else place.bar + 1
            self._bars = bars
        turns = (place.bar - self._first_bar) // bars
        if turns < 0:
            return BOTH
        return "band" if turns % 2 else "you"
