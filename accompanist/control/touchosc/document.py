"""The whole surface: what stays in sight above, and the pages below.

The same parameters give the same document: every control is identified by its place alone.
"""

import uuid
from collections.abc import Sequence

import py2tosc
from py2tosc import Control, Document, LocalMessage, ui

from accompanist.control.arrangement import arranged, at_hand, in_passing, in_sight
from accompanist.control.errors import ControlError
from accompanist.control.touchosc.canvas import STAGE, TRIGGER, Canvas
from accompanist.control.touchosc.pen import Pen
from accompanist.control.touchosc.seen import LARGEST, fact, letters_of
from accompanist.control.touchosc.sheets import sheets
from accompanist.control.touchosc.turned import color_of, trigger
from accompanist.music.parameter import Feedback, Parameter


def drawn(
    canvas: Canvas, parameters: Sequence[Parameter], feedback: Sequence[Feedback]
) -> Document:
    """Return the surface for a device, laid out and checked.

    Raises
    ------
    ControlError
        If TouchOSC would not take it as it is meant.
    """
    pen = Pen(canvas)
    head = _head(pen, parameters, feedback)
    above = sum(canvas.head) + canvas.gap * (len(canvas.head) + 1)
    below = canvas.height - above
    root = ui.column(
        head,
        _pages(pen, parameters, feedback, below - canvas.tabs),
        sizes=(above, below),
        frame=(0, 0, canvas.width, canvas.height),
        name="accompanist",
        color=STAGE,
        background=True,
        outline=False,
    )
    document = Document(root)
    document.resolve()
    pen.fit()
    _number(document.root)
    issues = document.validate()
    if issues:
        raise ControlError(f"the TouchOSC layout is not valid ({issues[0]})")
    return document


def _head(pen: Pen, parameters: Sequence[Parameter], feedback: Sequence[Feedback]) -> Control:
    """Rows that stay in sight; what is at hand ends the first, far from the pages' own buttons."""
    canvas = pen.canvas
    facts = in_sight(feedback)
    first = len(facts) if len(canvas.head) == 1 else 1
    reach = [(_urgent(pen, parameter), _REACH) for parameter in at_hand(parameters)]
    split = (facts[:first], facts[first:])
    rows = [_sized(pen, held, height) for held, height in zip(split, canvas.head, strict=False)]
    rows[0] += reach
    made = [pen.row([each for each, _ in row], [size for _, size in row]) for row in rows]
    return pen.column(made, canvas.head, pad=(canvas.gap, canvas.gap, canvas.gap, canvas.gap))


_WIDTHS = {"chord": 27.0, "chord_expected": 12.0, "beat": 5.5}
_REACH = 9.5


def _sized(pen: Pen, facts: Sequence[Feedback], height: float) -> list[tuple[Control, float]]:
    return [(fact(pen, f, height), _WIDTHS.get(f.name, 1.0 + letters_of(f))) for f in facts]


def _urgent(pen: Pen, parameter: Parameter) -> Control:
    """Return a trigger that is as bright before it is pressed."""
    color = color_of(parameter, TRIGGER)
    field = py2tosc.box(name="field", color=color, corner_radius=8, outline=False)
    made = trigger(pen, parameter)
    button = made.children[0]
    button.background = button.outline = False
    return pen.stack(field, button, pen.label(parameter.name.upper(), LARGEST))


def _pages(
    pen: Pen, parameters: Sequence[Parameter], feedback: Sequence[Feedback], height: float
) -> Control:
    made: list[Control] = []
    for page in arranged(parameters):
        made += sheets(pen, page, in_passing(feedback, page.name), height)
    return ui.pager(
        made,
        name="pages",
        tabbar_size=pen.canvas.tabs,
        text_size_on=pen.canvas.text,
        text_size_off=pen.canvas.text,
        outline=False,
        color=STAGE,
    )


def _number(root: Control) -> None:
    """Identify every control by its place, and let what is written from one to another follow."""
    places: dict[str, str] = {}
    _place(root, root.name, places)
    for control in root.walk():
        object.__setattr__(control, "id", places[control.id])
        for message in control.messages:
            if isinstance(message, LocalMessage):
                message.dst_id = places[message.dst_id]


def _place(control: Control, trail: str, places: dict[str, str]) -> None:
    places[control.id] = str(uuid.uuid5(uuid.NAMESPACE_URL, trail))
    for index, child in enumerate(control.children):
        _place(child, f"{trail}/{index}", places)
