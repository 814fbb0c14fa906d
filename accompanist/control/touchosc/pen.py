"""Words and boxes: labels as large as their place allows, rows, columns, and bars.

How large a label is comes out only when everything has its place; `Pen.fit` then sets every size,
by the longest text that a label may have to show.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import py2tosc
from py2tosc import Control, ui
from py2tosc.enums import Orientation

from accompanist.control.touchosc.canvas import BRIGHT, PANEL, Canvas

EM = 0.62
"""Width of a letter, as a share of the text's size; generous, for any device's own letters."""

_LINE = 0.76
_AIR = 0.9
_LEADING = 1.25
_UNSEEN: dict[str, Any] = {"background": False, "outline": False}


class Pen:
    """Draws on a canvas what is not yet a control of its own."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self._written: list[tuple[Control, int, int]] = []
        self._folded: list[tuple[Control, str]] = []

    def row(
        self,
        made: Iterable[Control],
        sizes: Sequence[float] | None = None,
        gap: int | None = None,
    ) -> Control:
        """Return controls side by side."""
        gap = self.canvas.gap if gap is None else gap
        return ui.row(list(made), sizes=sizes, gap=gap, **_UNSEEN)

    def column(
        self,
        made: Iterable[Control],
        sizes: Sequence[float] | None = None,
        gap: int | None = None,
        **properties: Any,  # noqa: ANN401
    ) -> Control:
        """Return controls below each other."""
        gap = self.canvas.gap if gap is None else gap
        return ui.column(list(made), sizes=sizes, gap=gap, **{**_UNSEEN, **properties})

    def stack(self, *made: Control) -> Control:
        """Return controls on top of each other, the first at the bottom."""
        return ui.stack(*made, **_UNSEEN)

    def nothing(self) -> Control:
        """Return an empty place."""
        return py2tosc.group(**_UNSEEN)

    def label(
        self,
        text: str,
        most: int,
        ink: str = BRIGHT,
        letters: int | None = None,
        **properties: Any,  # noqa: ANN401
    ) -> Control:
        """Return a text of one line, at most so large; it leaves room for so many `letters`."""
        made = py2tosc.label(
            name=properties.pop("name", text),
            text_color=ink,
            **{**_UNSEEN, **properties},
        )
        made.values = [py2tosc.Value("text", default=text)]
        self._written.append((made, letters or len(text), most))
        return made

    def words(self, text: str, most: int, ink: str = BRIGHT) -> Control:
        """Return a text of one line or of two, whichever is larger in its place."""
        first, _, rest = text.partition(" ")
        if not rest:
            return self.label(text, most, ink)
        upper, lower = self.label(first, most, ink), self.label(rest, most, ink)
        folded = self.column((upper, lower), gap=0, pad=(0, 3, 0, 3))
        self._folded.append((folded, text))
        return folded

    def panel(self, *made: Control) -> Control:
        """Return controls on a dark field."""
        field = py2tosc.box(name="field", color=PANEL, corner_radius=6, outline=False)
        return self.stack(field, *made)

    def bar(self, color: str, name: str, **properties: Any) -> Control:  # noqa: ANN401
        """Return a fader that runs from left to right."""
        return py2tosc.fader(
            name=name,
            color=color,
            corner_radius=8,
            outline=False,
            grid=False,
            orientation=Orientation.EAST,
            **properties,
        )

    def fit(self) -> None:
        """Give every text its size, now that places are known."""
        for folded, text in self._folded:
            self._unfold(folded, text)
        for made, letters, most in self._written:
            made.text_size = _size(made.frame, letters, most)

    def _unfold(self, folded: Control, text: str) -> None:
        """Write two lines as one if that is larger, and otherwise close to each other."""
        upper, lower = folded.children
        written = {id(made): (letters, most) for made, letters, most in self._written}
        two = min(_size(line.frame, *written[id(line)]) for line in (upper, lower))
        _, _, width, height = folded.frame
        _, most = written[id(upper)]
        if _size((0, 0, width, height), len(text), most) < two:
            line = min(round(two * _LEADING), height // 2)
            upper.set("frame", (0, height // 2 - line, width, line))
            lower.set("frame", (0, height // 2, width, line))
            return
        upper.set("frame", (0, 0, width, height)).name = text
        upper.values[0].default = text
        folded.remove(lower)
        kept = [entry for entry in self._written if entry[0] not in (upper, lower)]
        self._written = [*kept, (upper, len(text), most)]


def _size(frame: Sequence[float], letters: int, most: int) -> int:
    """Size of a text of so many letters in its frame."""
    _, _, width, height = frame
    return int(max(1, min(most, height * _LINE, width * _AIR / (EM * letters))))
