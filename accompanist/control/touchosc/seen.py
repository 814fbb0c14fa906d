"""Each fact as something to look at: a word or number, a bar for a share, lamps for a few words."""

import py2tosc
from py2tosc import Control, ui

from accompanist.control.arrangement import words_of
from accompanist.control.lamps import lamp_of, single_values
from accompanist.control.touchosc.canvas import BRIGHT, FADER, QUIET, WORST_TO_BEST
from accompanist.control.touchosc.pen import Pen
from accompanist.control.touchosc.turned import number
from accompanist.music.parameter import Feedback

LARGEST = 110
UNKNOWN = "–"

LETTERS = {
    "chord": 8,
    "beat": 1,
    "variation": 2,
    "song": 24,
    "song_section": 12,
    "feel": 20,
    "input": 14,
    "learn": 40,
}
"""Letters to leave room for, where they are not those that the type of the value needs."""

_LETTERS_OF = {"s": 8, "i": 4, "f": 5}


def fact(pen: Pen, feedback: Feedback, height: float) -> Control:
    """Return what is shown above what it is, in so high a field."""
    made: list[tuple[float, Control]] = []
    for address, tag in single_values(feedback):
        if tag == "f" and feedback.is_share:
            made.append((1.1, _bar(pen, address)))
        else:
            made.append((1.9, _text(pen, feedback, address, tag)))
    if feedback.choices:
        made.append((0.8, _lamps(pen, feedback)))
    shown = pen.column([each for _, each in made], [size for size, _ in made], gap=2)
    words = words_of(feedback) + (" %" if feedback.is_share else "")
    caption = pen.canvas.caption + 5
    made_of = (shown, pen.label(words, pen.canvas.caption, QUIET))
    return pen.panel(pen.column(made_of, (height - caption, caption), gap=0))


def letters_of(feedback: Feedback) -> int:
    """Letters that a fact may have to show."""
    longest = max((len(word) for word in feedback.choices), default=0)
    return longest or LETTERS.get(feedback.name, _LETTERS_OF[feedback.types[0]])


def _text(pen: Pen, feedback: Feedback, address: str, tag: str) -> Control:
    # Numbers come with as many digits as a float has.
    length = _LETTERS_OF["f"] if tag == "f" else 0
    label = pen.label(
        UNKNOWN, LARGEST, BRIGHT, letters_of(feedback), name=address, text_length=length
    )
    # A label only shows text that is converted to a string, and must not say it back.
    text = ui.value("text", conversion="STRING")
    label.messages = [ui.osc(address, args=[text], var="text", send=False, feedback=False)]
    return label


def _bar(pen: Pen, address: str) -> Control:
    bar = pen.bar(FADER, address, interactive=False, cursor=False)
    bar.messages = [ui.osc(address, args=[ui.value("x")], send=False)]
    return pen.stack(bar, number(pen, bar, 0.0))


def _lamps(pen: Pen, feedback: Feedback) -> Control:
    return pen.row(
        _lamp(feedback, word, WORST_TO_BEST[place * len(WORST_TO_BEST) // len(feedback.choices)])
        for place, word in enumerate(feedback.choices)
    )


def _lamp(feedback: Feedback, word: str, color: str) -> Control:
    address = lamp_of(feedback.address, word)
    lamp = py2tosc.button(
        name=address, color=color, corner_radius=4, interactive=False, outline=False
    )
    lamp.messages = [ui.osc(address, args=[ui.value("x", conversion="INTEGER")], send=False)]
    return lamp
