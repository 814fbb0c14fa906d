"""Write docs/controls.md, the page of every control and everything shown, from the tree itself.

python docs/controls.py
"""

from collections.abc import Iterable
from pathlib import Path

from accompanist.music.parameter import PAGES, Feedback, Parameter
from accompanist.music.parameters import FEEDBACK, PARAMETERS

PAGE = Path(__file__).with_name("controls.md")

VALUES = {
    "share": "float 0–1",
    "toggle": "0 or 1",
    "trigger": "1, or nothing",
}
TYPES = {"f": "float", "i": "integer", "s": "string"}

HEAD = """# Controls

OSC addresses, as served on port 8000, by the page that surfaces have them on; made by
`python docs/controls.py`. While the performance lock `/accompanist/lock` is on, what is marked
*held* does nothing.
"""

SHOWN = """## Shown

Shown to every surface that has spoken once, and not to be turned:
"""

FOOT = """`/accompanist/sync` asks for everything at once, `/accompanist/subscribe PORT` says
where answers go (port 9000 of the sender unless said otherwise), and
`ADDRESS/touch 1` holds back the echo of a control until `ADDRESS/touch 0`. While `learn` is on, a
control that is touched or turned is the one that is taught, and so is the one that
`/accompanist/learn/target NAME` names; panic and stop work all the same.

For buttons that can only light up, every word of a choice or of a fact has a lamp: while
`/accompanist/style` is `jazz`, `/accompanist/style/jazz` is 1 and the lamps of the other styles
are 0 (spaces become underscores). What is shown in several values is also shown value by value, as
`/accompanist/heard/chord_expected/1` and `/accompanist/heard/chord_expected/2`.
"""


def page() -> str:
    """The whole page."""
    pages = [
        f"## {name.capitalize()}\n\n{turned(p for p in PARAMETERS if p.page == name)}"
        for name in PAGES
    ]
    return "\n".join([HEAD, *pages, SHOWN, shown(FEEDBACK), FOOT])


def turned(parameters: Iterable[Parameter]) -> str:
    """Table of what may be turned."""
    rows = [
        f"| `{p.address}` | {values_of(p)} | {default_of(p)} | {'held' if p.lockable else ''} "
        f"| {p.help} |"
        for p in parameters
    ]
    return "\n".join(
        ["| address | value | default | locked | |", "|---|---|---|---|---|", *rows, ""]
    )


def shown(feedback: Iterable[Feedback]) -> str:
    """Table of what is shown."""
    rows = [
        f"| `{entry.address}` | {', '.join(TYPES[tag] for tag in entry.types)} | {entry.help} |"
        for entry in feedback
    ]
    return "\n".join(["| address | values | |", "|---|---|---|", *rows, ""])


def values_of(parameter: Parameter) -> str:
    """What a parameter takes, in words."""
    if parameter.kind == "choice":
        return " ".join(f"`{choice}`" for choice in parameter.choices)
    if parameter.kind == "integer":
        unit = f" {parameter.unit}" if parameter.unit else ""
        return f"{parameter.minimum:g}–{parameter.maximum:g}{unit}"
    return VALUES[parameter.kind]


def default_of(parameter: Parameter) -> str:
    """What a parameter begins with; a trigger begins with nothing."""
    return "" if parameter.kind == "trigger" else str(parameter.default)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
