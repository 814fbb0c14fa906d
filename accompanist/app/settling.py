"""How what the stage obeys at once comes to agree with the engine, whose word holds in the end.

A hand on a surface turns a control at the stage a few milliseconds before the engine has heard of
it. What the engine then says is mostly the same and changes nothing. Where it says something else,
since another surface, a foot or a song turned that control too, its word waits until no hand has
turned the control for `SETTLED_NS`, lest a fader that moves jump back and forth; then it is done.
"""

from accompanist.dsp.immediate import TURNED_NS, Words
from accompanist.dsp.immediate_cues import new_rows, rows_of
from accompanist.dsp.ring import Row

SETTLED_NS = 250_000_000


class Settling:
    """What the engine says of immediate controls, until it is done.

    Parameters
    ----------
    controls
        Words of the immediate controls; the receiver of surfaces writes them, too.
    """

    def __init__(self, controls: Words) -> None:
        self._controls = controls
        self._said: dict[int, int] = {}
        self._rows = new_rows()

    def hear(self, place: int, word: int) -> None:
        """Take the engine's word for how a control stands."""
        self._said[place] = word

    def step(self, now_ns: int) -> list[Row]:
        """Do what can be done by now; return the cues for every device."""
        rows: list[Row] = []
        for place, word in list(self._said.items()):
            if self._controls[place] != word:
                if now_ns - self._controls[TURNED_NS + place] < SETTLED_NS:
                    continue
                self._controls[place] = word
                rows += self.rows(place, now_ns)
            del self._said[place]
        return rows

    def rows(self, place: int, now_ns: int) -> list[Row]:
        """Cues that tell a device how a control stands."""
        count = rows_of(self._controls, place, now_ns, self._rows)
        return [tuple(row) for row in self._rows[:count].tolist()]
