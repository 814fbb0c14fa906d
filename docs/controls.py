"""Write docs/controls.md, the page of every control and everything shown, from the tree itself.

python docs/controls.py
"""

from pathlib import Path

from accompanist.music.parameter import Parameter
from accompanist.music.parameters import FEEDBACK, PARAMETERS

PAGE = Path(__file__).with_name("controls.md")

VALUES = {
    "share": "float 0–1",
    "toggle": "0 or 1",
    "trigger": "1, or nothing",
}
TYPES = {"f": "float", "i": "integer", "s": "string"}


def page() -> str:
    """The whole page."""
    turned = [
        f"| `{p.address}` | {values_of(p)} | {default_of(p)} | {p.help} |" for p in PARAMETERS
    ]
    shown = [
        f"| `{entry.address}` | {', '.join(TYPES[tag] for tag in entry.types)} | {entry.help} |"
        for entry in FEEDBACK
    ]
    return "\n".join(
        [
            "# Controls",
            "",
            "OSC addresses, as served on port 8000; made by `python docs/controls.py`.",
            "",
            "| address | value | default | |",
            "|---|---|---|---|",
            *turned,
            "",
            "Shown to every surface that has spoken once, and not to be turned:",
            "",
            "| address | values | |",
            "|---|---|---|",
            *shown,
            "",
            "`/accompanist/sync` asks for everything at once, `/accompanist/subscribe PORT` says",
            "where answers go (port 9000 of the sender unless said otherwise), and",
            "`ADDRESS/touch 1` holds back the echo of a control until `ADDRESS/touch 0`.",
            "",
        ]
    )


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
