"""Pages as rows of controls, as high as a finger needs; what finds no room goes on the next sheet.

A page has its triggers first, then toggles, choices and faders, and a strip a part. Rows share what
height there is up to a limit, so that two controls do not fill a tablet.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

import py2tosc
from py2tosc import Control

from accompanist.control.arrangement import KEYPAD, PAIRING_PAGE, PAIRING_WORDS, Page
from accompanist.control.touchosc.canvas import (
    BRIGHT,
    FACT_AIR,
    PANEL,
    QUIET,
    TAB_OFF,
    TAB_ON,
)
from accompanist.control.touchosc.pen import Pen
from accompanist.control.touchosc.seen import fact, letters_of
from accompanist.control.touchosc.turned import choice, digit, fader, options, toggle, trigger
from accompanist.music.parameter import Feedback, Parameter

_WIDER = 1.5
"""How much higher than it should be a row may become where there is room."""

_PARTS_TITLE = "Parts"

_Thing = TypeVar("_Thing", Parameter, Feedback, str)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a sheet.

    Attributes
    ----------
    height, least
        How high it should be, and must be.
    title
        Title of a sheet that begins with it, unless that is the page's own.
    """

    height: float
    least: float
    made: Control
    title: str = ""


def sheets(pen: Pen, page: Page, facts: Sequence[Feedback], height: float) -> list[Control]:
    """Return the groups that a page takes, each so high; mostly it is one."""
    taken: list[list[Row]] = [[]]
    rows = (*_facts(pen, facts), *_rows(pen, page))
    if page.name == PAIRING_PAGE:
        rows += tuple(_keypad(pen))
    for title, alike in groupby(rows, lambda row: row.title):
        block = list(alike)
        # What has a title of its own stays together where it can.
        if title and taken[-1] and not _fits(pen, [*taken[-1], *block], height):
            taken.append([])
        for row in block:
            if taken[-1] and not _fits(pen, [*taken[-1], row], height):
                taken.append([])
            taken[-1].append(row)
    own = page.name.capitalize()
    titles = [(held[0].title if place else "") or own for place, held in enumerate(taken)]
    return [_sheet(pen, _numbered(titles, place), held, height) for place, held in enumerate(taken)]


def _fits(pen: Pen, rows: Sequence[Row], height: float) -> bool:
    gap = pen.canvas.gap
    return sum(row.least + gap for row in rows) + gap <= height


def _numbered(titles: Sequence[str], place: int) -> str:
    """Return a title, with its number if it comes again."""
    number = titles[: place + 1].count(titles[place])
    return titles[place] if number == 1 else f"{titles[place]} {number}"


def _sheet(pen: Pen, title: str, rows: Sequence[Row], height: float) -> Control:
    gap = pen.canvas.gap
    room = height - gap * (len(rows) + 1)
    heights = _heights(rows, room)
    made = [row.made for row in rows]
    rest = room - sum(heights) - gap
    if rest >= 1.0:
        heights, made = [*heights, rest], [*made, pen.nothing()]
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


def _heights(rows: Sequence[Row], room: float) -> list[float]:
    """Heights of rows: as they should be or somewhat more, or between that and what they must."""
    wanted, least = sum(row.height for row in rows), sum(row.least for row in rows)
    if wanted <= room or wanted == least:
        stretch = min(_WIDER, room / max(wanted, 1.0))
        return [row.height * stretch for row in rows]
    share = (room - least) / (wanted - least)
    return [row.least + (row.height - row.least) * share for row in rows]


def _facts(pen: Pen, facts: Sequence[Feedback]) -> Iterable[Row]:
    height = pen.canvas.tall * 0.9
    least = pen.canvas.caption + pen.canvas.text + 11
    for held in _lines(facts, _room_of, pen.canvas.facts):
        made = [fact(pen, feedback, height) for feedback in held]
        yield Row(height, least, pen.row(made, [_room_of(feedback) for feedback in held]))


def _room_of(feedback: Feedback) -> int:
    return FACT_AIR + letters_of(feedback)


def _rows(pen: Pen, page: Page) -> Iterable[Row]:
    canvas = pen.canvas
    triggers, toggles = page.of_kinds("trigger"), page.of_kinds("toggle")
    few = len(triggers) + len(toggles) <= 2 * canvas.columns
    for buttons in [[*triggers, *toggles]] if few else [triggers, toggles]:
        for held in _balanced(buttons, canvas.columns):
            yield Row(
                canvas.tall, canvas.least, pen.row(_button(pen, parameter) for parameter in held)
            )
    yield from _choices(pen, page.of_kinds("choice"))
    for held in _balanced(page.of_kinds("share", "integer"), canvas.faders):
        yield Row(canvas.tall, canvas.least, pen.row(fader(pen, parameter) for parameter in held))
    yield from _strips(pen, page.strips)


def _button(pen: Pen, parameter: Parameter) -> Control:
    return toggle(pen, parameter) if parameter.kind == "toggle" else trigger(pen, parameter)


def _choices(pen: Pen, parameters: Sequence[Parameter]) -> Iterable[Row]:
    """Choices side by side as long as their words find room; those of many words over some rows."""
    canvas = pen.canvas
    for line in _lines(parameters, _letters, canvas.letters):
        rows = -(-sum(map(_letters, line)) // canvas.letters)
        least = canvas.caption + 5 + rows * canvas.least + (rows - 1) * canvas.gap
        made = [choice(pen, p, -(-len(p.choices) // rows)) for p in line]
        yield Row(
            1.15 * least, least, pen.row(made, [_letters(p) for p in line], gap=canvas.gap * 3)
        )


def _letters(parameter: Parameter) -> int:
    """Letters that a choice takes side by side, with some air around its words."""
    return len(parameter.choices) * max(5, 2 + max(map(len, parameter.choices)))


def _keypad(pen: Pen) -> Iterable[Row]:
    """Digits that a surface on another machine pairs with."""
    canvas = pen.canvas
    lines = _balanced(KEYPAD, 2 * canvas.columns)
    keys = pen.column(pen.row(digit(pen, each) for each in line) for line in lines)
    heights = (canvas.caption + 5, len(lines) * (canvas.least + canvas.gap) - canvas.gap)
    made = pen.column((pen.label(PAIRING_WORDS, canvas.caption, QUIET), keys), heights, gap=0)
    yield Row(1.15 * sum(heights), sum(heights), made)


def _strips(pen: Pen, strips: Sequence[tuple[str, Sequence[Parameter]]]) -> Iterable[Row]:
    """Strips side by side on a wide canvas, below each other on a narrow one."""
    made = [_strip(pen, part, own) for part, own in strips]
    if made and pen.canvas.faders > 1:
        least = max(strip.least for strip in made)
        yield Row(1.2 * least, least, pen.row(strip.made for strip in made), _PARTS_TITLE)
    else:
        yield from made


def _strip(pen: Pen, part: str, own: Sequence[Parameter]) -> Row:
    """Return a part's name and switches above its other controls."""
    switches = [toggle(pen, p) for p in own if p.kind == "toggle"]
    sizes = (1.3, *(1.0 for _ in switches))
    rows = [pen.row([pen.label(part, pen.canvas.text), *switches], sizes)]
    rows += [fader(pen, p) for p in own if p.kind in ("share", "integer")]
    rows += [options(pen, p, len(p.choices)) for p in own if p.kind == "choice"]
    triggers = [trigger(pen, p) for p in own if p.kind == "trigger"]
    rows += [pen.row(triggers)] if triggers else []
    field = py2tosc.box(name=f"{part} field", color=PANEL, corner_radius=8, outline=False)
    close = pen.canvas.gap // 2 + 1
    least = len(rows) * (pen.canvas.least + close) + close
    made = pen.stack(field, pen.column(rows, gap=close, pad=close))
    return Row(1.15 * least, least, made, _PARTS_TITLE)


def _lines(
    things: Sequence[_Thing], letters: Callable[[_Thing], int], most: int
) -> list[list[_Thing]]:
    """Split into rows of at most so many letters; what has more is alone in its row."""
    lines: list[list[_Thing]] = []
    for thing in things:
        if lines and sum(map(letters, lines[-1])) + letters(thing) <= most:
            lines[-1].append(thing)
        else:
            lines.append([thing])
    return lines


def _balanced(things: Sequence[_Thing], most: int) -> list[Sequence[_Thing]]:
    """Split into rows of at most so many, as even as can be."""
    if not things:
        return []
    rows = -(-len(things) // most)
    each = -(-len(things) // rows)
    return [things[first : first + each] for first in range(0, len(things), each)]
