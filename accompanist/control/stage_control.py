"""An Open Stage Control session made from the parameter tree: one tab a page, all of it dark.

Only what differs from Open Stage Control's own defaults is written, and nothing has coordinates:
panels share their room among what they hold. When the session opens it asks for everything at once,
so that it shows the band's state from the start.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from accompanist.control.arrangement import (
    KEYPAD,
    PAIRING_PAGE,
    PAIRING_WORDS,
    Page,
    arranged,
    at_hand,
    in_passing,
    in_sight,
    words_of,
)
from accompanist.control.guests import PAIR
from accompanist.control.lamps import lamp_of, single_values
from accompanist.music.parameter import ROOT, Feedback, Parameter

VERSION = "1.25.0"
"""Oldest Open Stage Control whose sessions are written like this; newer ones take it as it is."""

Widget = dict[str, Any]

_STAGE, _BRIGHT = "#000000", "#ffffff"
_OWN = {"panic": "#ff2d20", "start": "#2fae55", "stop": "#d9822b"}
_WORST_TO_BEST = ("#ff2d20", "#e0a020", "#2fae55")
_ROW_HEIGHT = 72
_IN_A_ROW = 6
_LARGE_TEXT = "font-size: 300%;"


def session_bytes(parameters: Sequence[Parameter], feedback: Sequence[Feedback]) -> bytes:
    """Return the session as its file holds it."""
    pages = arranged(parameters)
    tabs = [
        {
            "type": "tab",
            "id": page.name,
            "label": page.name.capitalize(),
            "layout": "vertical",
            "widgets": [*_facts(in_passing(feedback, page.name)), *_rows(page)],
        }
        for page in pages
    ]
    head = [*map(_fact, in_sight(feedback)), *map(_button, at_hand(parameters))]
    root = {
        "type": "root",
        "id": "root",
        "colorBg": _STAGE,
        "colorText": _BRIGHT,
        "layout": "vertical",
        "onCreate": f"send('{ROOT}/sync')",
        "widgets": [
            {**_row(head), "id": "in sight", "height": 2 * _ROW_HEIGHT},
            {"type": "panel", "id": "pages", "expand": True, "tabs": tabs},
        ],
    }
    session = {
        "createdWith": "Open Stage Control",
        "version": VERSION,
        "type": "session",
        "content": root,
    }
    return (json.dumps(session, indent=2) + "\n").encode("utf-8")


def _rows(page: Page) -> list[Widget]:
    buttons = page.of_kinds("trigger", "toggle")
    choices = [_captioned(p, _choice(p)) for p in page.of_kinds("choice")]
    faders = [_captioned(p, _fader(p)) for p in page.of_kinds("share", "integer")]
    rows = [*_split(map(_button, buttons)), *map(_row, ([each] for each in choices))]
    rows += _split(faders, 2)
    if page.strips:
        strips = [_strip(part, own) for part, own in page.strips]
        rows.append({**_row(strips), "height": _ROW_HEIGHT * max(map(_height, strips))})
    if page.name == PAIRING_PAGE:
        rows.append({**_row([_text("pairing", PAIRING_WORDS)]), "height": 20})
        rows.append(_row(map(_digit, KEYPAD)))
    return rows


def _digit(figure: str) -> Widget:
    return {
        "type": "button",
        "id": f"digit {figure}",
        "label": figure,
        "mode": "tap",
        "expand": True,
        "address": PAIR,
        "typeTags": "i",
        "on": int(figure),
    }


def _strip(part: str, own: Sequence[Parameter]) -> Widget:
    strip = Page(part, tuple(own), ())
    rows = [
        _row([_text(f"{part} strip", part), *map(_button, strip.of_kinds("toggle"))]),
        *(_captioned(p, _fader(p)) for p in strip.of_kinds("share", "integer")),
        *(_captioned(p, _choice(p)) for p in strip.of_kinds("choice")),
        _row(map(_button, strip.of_kinds("trigger"))),
    ]
    return {"type": "panel", "layout": "vertical", "expand": True, "widgets": rows}


def _height(strip: Widget) -> int:
    return len(strip["widgets"])


def _button(parameter: Parameter) -> Widget:
    color = _OWN.get(parameter.name)
    return {
        **_turned("button", parameter, "i"),
        "label": words_of(parameter),
        "mode": "tap" if parameter.kind == "trigger" else "toggle",
        **({"colorWidget": color} if color else {}),
    }


def _fader(parameter: Parameter) -> Widget:
    counts = parameter.kind == "integer"
    touched = "{type: 'i', value: event.type === 'start' ? 1 : 0}"
    steps = {"steps": int(parameter.maximum - parameter.minimum) + 1} if counts else {}
    return {
        **_turned("fader", parameter, "i" if counts else "f"),
        "design": "compact",
        "horizontal": True,
        "range": {"min": parameter.minimum, "max": parameter.maximum},
        "decimals": 0 if counts else 3,
        **steps,
        "onTouch": f"send('{parameter.address}/touch', {touched})",
    }


def _choice(parameter: Parameter) -> Widget:
    return {
        **_turned("switch", parameter, "s"),
        "layout": "grid",
        "gridTemplate": min(len(parameter.choices), _IN_A_ROW),
        "values": list(parameter.choices),
    }


def _turned(kind: str, parameter: Parameter, tag: str) -> Widget:
    lasting = {} if parameter.kind == "trigger" else {"default": parameter.default}
    return {
        "type": kind,
        "id": parameter.name,
        "expand": True,
        "address": parameter.address,
        "typeTags": tag,
        **lasting,
    }


def _captioned(parameter: Parameter, widget: Widget) -> Widget:
    """Return a widget below its name; one of many words is higher."""
    caption = {**_text(f"{parameter.name} name", words_of(parameter)), "expand": False}
    rows = -(-len(parameter.choices) // _IN_A_ROW) if parameter.choices else 1
    return {
        "type": "panel",
        "layout": "vertical",
        "expand": True,
        "height": rows * _ROW_HEIGHT,
        "widgets": [{**caption, "height": 20}, widget],
    }


def _fact(feedback: Feedback) -> Widget:
    """Return what is shown above what it is: as text, a share as a bar, few words as lamps too."""
    shown = []
    for address, tag in single_values(feedback):
        known = {"id": f"shown {address}", "address": address, "bypass": True, "expand": True}
        if tag == "f" and feedback.is_share:
            shown.append({"type": "fader", "interaction": False, **_BAR, **known})
        else:
            shown.append({"type": "text", "default": "–", "css": _LARGE_TEXT, **known})
    lamps = [
        {
            "type": "led",
            "id": f"lamp {lamp_of(feedback.address, word)}",
            "address": lamp_of(feedback.address, word),
            "bypass": True,
            "expand": True,
            "colorWidget": _WORST_TO_BEST[place * len(_WORST_TO_BEST) // len(feedback.choices)],
        }
        for place, word in enumerate(feedback.choices)
    ]
    caption = {
        **_text(f"heard {feedback.name} name", words_of(feedback)),
        "expand": False,
        "height": 20,
    }
    rows = [*shown, *([_row(lamps)] if lamps else []), caption]
    return {"type": "panel", "layout": "vertical", "expand": True, "widgets": rows}


_BAR = {"design": "compact", "horizontal": True}


def _facts(feedback: Sequence[Feedback]) -> list[Widget]:
    return [{**row, "height": 1.5 * _ROW_HEIGHT} for row in _split(map(_fact, feedback), 8)]


def _text(name: str, text: str) -> Widget:
    """Return a text that stays; nothing is ever said at its address."""
    return {"type": "text", "id": name, "default": text, "bypass": True, "expand": True}


def _split(widgets: Iterable[Widget], most: int = _IN_A_ROW) -> list[Widget]:
    held = list(widgets)
    return [_row(held[first : first + most]) for first in range(0, len(held), most)]


def _row(widgets: Iterable[Widget]) -> Widget:
    held = list(widgets)
    height = max((each.get("height", _ROW_HEIGHT) for each in held), default=_ROW_HEIGHT)
    return {"type": "panel", "layout": "horizontal", "height": height, "widgets": held}
