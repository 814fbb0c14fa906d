"""Pages as rows of controls, as high as a finger needs; what finds no room goes on the next sheet.

A page has its triggers first, then toggles, choices and faders, and a strip a part. Rows share what
height there is up to a limit, so that two controls do not fill a tablet.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import py2tosc
from py2tosc import Control

from accompanist.control.arrangement import Page
from accompanist.control.touchosc.canvas import BRIGHT, PANEL, TAB_OFF, TAB_ON
from accompanist.control.touchosc.pen import Pen
from accompanist.control.touchosc.seen import fact, letters_of
from accompanist.control.touchosc.turned import choice, fader, options, toggle, trigger
from accompanist.music.parameter import Feedback, Parameter

_CLOSER = 0.86
"""How much lower than it should be a row may become before it moves on to another sheet."""

_WIDER = 1.5
PARTS_TITLE = "Parts"

_Thing = TypeVar("_Thing", Parameter, Feedback)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a sheet, how high it should be, and the title of a sheet that begins with it."""

    height: float
    made: Control
    title: str = ""


def sheets(pen: Pen, page: Page, facts: Sequence[Feedback], height: float) -> list[Control]:
    """Return the groups that a page takes, each so high; mostly it is one."""
    rows = [*_facts(pen, facts), *_rows(pen, page)]
    gap = pen.canvas.gap
    taken: list[list[Row]] = [[]]
    for row in rows:
        held = sum(each.height + gap for each in taken[-1])
        if taken[-1] and (held + row.height) * _CLOSER > height:
            taken.append([])
        taken[-1].append(row)
    title = page.name.capitalize()
    return [
        _sheet(
            pen,
            (held[0].title if held and number > 1 else "") or _numbered(title, number),
            held,
            height,
        )
        for number, held in enumerate(taken, 1)
    ]


def _numbered(title: str, number: int) -> str:
    return title if number == 1 else f"{title} {number}"


def _sheet(pen: Pen, title: str, rows: Sequence[Row], height: float) -> Control:
    gap = pen.canvas.gap
    room = height - gap * (len(rows) + 1)
    stretch = min(_WIDER, room / max(sum(row.height for row in rows), 1.0))
    heights = [row.height * stretch for row in rows]
    rest = room - sum(heights)
    made = [row.made for row in rows]
    if rest >= 1.0 or not rows:
        heights, made = [*heights, max(rest - gap, 1.0)], [*made, pen.nothing()]
    return pen.column(
        made,
        heights,
        pad=gap,
        name=title,
        interactive=False,
        tab_label=title,
        tab_color_on=TAB_ON,
        tab_color_off=TAB_OFF,
        text_color_on=BRIGHT,
        text_color_off="#c3c9d6",
    )


def _facts(pen: Pen, facts: Sequence[Feedback]) -> Iterable[Row]:
    for held in _balanced(facts, pen.canvas.facts):
        sizes = [4 + letters_of(feedback) for feedback in held]
        height = pen.canvas.tall * 0.9
        yield Row(height, pen.row([fact(pen, f, height) for f in held], sizes))


def _rows(pen: Pen, page: Page) -> Iterable[Row]:
    canvas = pen.canvas
    triggers, toggles = page.of_kinds("trigger"), page.of_kinds("toggle")
    few = len(triggers) + len(toggles) <= 2 * canvas.columns
    for buttons in [[*triggers, *toggles]] if few else [triggers, toggles]:
        for held in _balanced(buttons, canvas.columns):
            yield Row(canvas.tall, pen.row(_button(pen, parameter) for parameter in held))
    yield from _choices(pen, page.of_kinds("choice"))
    for held in _balanced(page.of_kinds("share", "integer"), canvas.faders):
        yield Row(canvas.tall, pen.row(fader(pen, parameter) for parameter in held))
    if page.strips:
        yield _strips(pen, page.strips)


def _button(pen: Pen, parameter: Parameter) -> Control:
    return toggle(pen, parameter) if parameter.kind == "toggle" else trigger(pen, parameter)


def _choices(pen: Pen, parameters: Sequence[Parameter]) -> Iterable[Row]:
    """Choices side by side as long as their words find room; those of many words over some rows."""
    canvas = pen.canvas
    lines: list[list[Parameter]] = []
    for parameter in parameters:
        wanted = _letters(parameter)
        if lines and sum(map(_letters, lines[-1])) + wanted <= canvas.letters:
            lines[-1].append(parameter)
        else:
            lines.append([parameter])
    for line in lines:
        rows = -(-sum(map(_letters, line)) // canvas.letters)
        height = canvas.caption + 5 + rows * (canvas.least + canvas.gap)
        made = [choice(pen, p, -(-len(p.choices) // rows)) for p in line]
        yield Row(height, pen.row(made, [_letters(p) for p in line], gap=canvas.gap * 3))


def _letters(parameter: Parameter) -> int:
    """Letters that a choice takes side by side, with some air around its words."""
    return len(parameter.choices) * max(5, 2 + max(map(len, parameter.choices)))


def _strips(pen: Pen, strips: Sequence[tuple[str, Sequence[Parameter]]]) -> Row:
    made = [_strip(pen, part, own) for part, own in strips]
    tallest = max(rows for _, rows in made) * (pen.canvas.least + pen.canvas.gap)
    if pen.canvas.faders > 1:
        return Row(tallest * 1.2, pen.row(strip for strip, _ in made), PARTS_TITLE)
    return Row(tallest * len(made), pen.column(strip for strip, _ in made), PARTS_TITLE)


def _strip(pen: Pen, part: str, own: Sequence[Parameter]) -> tuple[Control, int]:
    """Return a part's own controls below its name, and in how many rows."""
    switches = [toggle(pen, p) for p in own if p.kind == "toggle"]
    sizes = (1.3, *(1.0 for _ in switches))
    rows = [pen.row([pen.label(part, pen.canvas.text), *switches], sizes)]
    rows += [fader(pen, p) for p in own if p.kind in ("share", "integer")]
    rows += [options(pen, p, len(p.choices)) for p in own if p.kind == "choice"]
    triggers = [trigger(pen, p) for p in own if p.kind == "trigger"]
    rows += [pen.row(triggers)] if triggers else []
    field = py2tosc.box(name=f"{part} field", color=PANEL, corner_radius=8, outline=False)
    return pen.stack(field, pen.column(rows, pad=pen.canvas.gap // 2)), len(rows)


def _balanced(things: Sequence[_Thing], most: int) -> list[Sequence[_Thing]]:
    """Split into rows of at most so many, as even as can be."""
    if not things:
        return []
    rows = -(-len(things) // most)
    each = -(-len(things) // rows)
    return [things[first : first + each] for first in range(0, len(things), each)]
