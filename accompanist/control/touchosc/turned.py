"""Each kind of parameter as something to touch, which shows its present value whoever changed it.

A trigger is a button that says 1 when it is pressed; a toggle is a button that stays; a share or
a count is a fader that says when a finger lies on it, so that the band does not fight it. A choice
is a field of words, each a lamp below a button: the button says its word, and the lamp shows what
the band took, so that a refused choice never looks taken.
"""

import py2tosc
from py2tosc import Control, ui
from py2tosc.enums import ButtonType, OutlineStyle

from accompanist.control.arrangement import words_of
from accompanist.control.guests import PAIR
from accompanist.control.lamps import lamp_of
from accompanist.control.touchosc.canvas import BRIGHT, FADER, OPTION, OWN, QUIET, TOGGLE, TRIGGER
from accompanist.control.touchosc.pen import Pen
from accompanist.music.parameter import Parameter


def trigger(pen: Pen, parameter: Parameter) -> Control:
    """Return a button that says 1 when it is pressed."""
    button = py2tosc.button(
        name=parameter.name,
        color=color_of(parameter, TRIGGER),
        corner_radius=8,
        outline_style=OutlineStyle.FULL,
    )
    pressed = ui.value("x", conversion="INTEGER")
    button.messages = [ui.osc(parameter.address, args=[pressed], on="RISE", receive=False)]
    return pen.stack(button, pen.words(words_of(parameter), pen.canvas.text))


def digit(pen: Pen, figure: str) -> Control:
    """Return a button of a keypad, which says its digit when it is pressed."""
    button = py2tosc.button(
        name=f"digit {figure}", color=TRIGGER, corner_radius=8, outline_style=OutlineStyle.FULL
    )
    said = ui.const(figure, conversion="INTEGER")
    button.messages = [ui.osc(PAIR, args=[said], on="RISE", receive=False)]
    return pen.stack(button, pen.label(figure, pen.canvas.text))


def toggle(pen: Pen, parameter: Parameter) -> Control:
    """Return a button that stays as it is set."""
    button = py2tosc.button(
        name=parameter.name,
        button_type=ButtonType.TOGGLE_PRESS,
        color=color_of(parameter, TOGGLE),
        corner_radius=8,
        outline_style=OutlineStyle.FULL,
    )
    button.values = [
        py2tosc.Value("x", default=float(parameter.default)),
        py2tosc.Value("touch", default=False),
    ]
    state = ui.value("x", conversion="INTEGER")
    button.messages = [ui.osc(parameter.address, args=[state])]
    return pen.stack(button, pen.words(words_of(parameter), pen.canvas.text))


def fader(pen: Pen, parameter: Parameter) -> Control:
    """Return a fader with its name and number on it: hundredths of a share, or the count itself."""
    low, high = parameter.minimum, parameter.maximum
    position = (float(parameter.default) - low) / (high - low)
    made = pen.bar(color_of(parameter, FADER), parameter.name)
    made.values = [
        py2tosc.Value("x", default=position),
        py2tosc.Value("touch", default=False),
    ]
    counts = parameter.kind == "integer"
    amount = ui.value("x", conversion="INTEGER" if counts else "FLOAT", scale=(low, high))
    touch = ui.value("touch", conversion="INTEGER")
    made.messages = [
        ui.osc(parameter.address, args=[amount]),
        ui.osc(f"{parameter.address}/touch", args=[touch], var="touch", receive=False),
    ]
    name = pen.label(words_of(parameter), pen.canvas.text)
    return pen.stack(made, pen.row((name, number(pen, made, position, parameter)), (5, 2)))


def number(pen: Pen, bar: Control, position: float, parameter: Parameter | None = None) -> Control:
    """Return the number of a bar, written as the bar moves."""
    counts = parameter is not None and parameter.kind == "integer"
    low, high = (parameter.minimum, parameter.maximum) if parameter and counts else (0.0, 100.0)
    shown = f"{round(low + position * (high - low))}"
    made = pen.label(shown, pen.canvas.text, BRIGHT, letters=3, name=f"{bar.name} number")
    written = ui.value("x", conversion="INTEGER", scale=(low, high))
    bar.messages.append(ui.connect(made, source=written, to="text"))
    return made


def choice(pen: Pen, parameter: Parameter, per_row: int) -> Control:
    """Return the name of a choice above its words."""
    words = pen.label(words_of(parameter), pen.canvas.caption, QUIET)
    rows = -(-len(parameter.choices) // per_row)
    heights = (pen.canvas.caption + 5, rows * pen.canvas.least)
    return pen.column((words, options(pen, parameter, per_row)), heights, gap=0)


def options(pen: Pen, parameter: Parameter, per_row: int) -> Control:
    """Return the words of a choice, so many in a row, the present one lit."""
    made = [_option(pen, parameter, word) for word in parameter.choices]
    rows = [made[first : first + per_row] for first in range(0, len(made), per_row)]
    return pen.column([pen.row(row) for row in rows])


def _option(pen: Pen, parameter: Parameter, word: str) -> Control:
    lamp = py2tosc.button(
        name=f"{parameter.name} {word} lamp",
        color=color_of(parameter, OPTION),
        corner_radius=8,
        interactive=False,
        outline_style=OutlineStyle.FULL,
    )
    lit = float(word == parameter.default)
    lamp.values = [py2tosc.Value("x", default=lit), py2tosc.Value("touch", default=False)]
    told = ui.value("x", conversion="INTEGER")
    lamp.messages = [ui.osc(lamp_of(parameter.address, word), args=[told], send=False)]
    button = py2tosc.button(
        name=f"{parameter.name} {word}", background=False, outline=False, color=QUIET
    )
    button.messages = [
        ui.osc(parameter.address, args=[ui.const(word)], on="RISE", receive=False),
    ]
    text = pen.label(word.replace("_", " "), pen.canvas.text)
    return pen.stack(lamp, button, text)


def color_of(parameter: Parameter, otherwise: str) -> str:
    """Colour of a control that must be found at a glance, or of its kind."""
    return OWN.get(parameter.name.rpartition("/")[2], otherwise)
