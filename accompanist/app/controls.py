"""The ``controls`` command: everything that may be turned, by the page that surfaces have it on.

All of it is made from the parameter tree. What is held does nothing while the performance lock is
on.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from textwrap import fill

from accompanist.app.called import called
from accompanist.music.errors import Refusal
from accompanist.music.parameter import PAGES, Parameter
from accompanist.music.parameters import PARAMETERS

_ROW = "{:<18} {:<10} {:<5} {}"


class ControlsError(Refusal):
    """No control is called like that."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare which controls are wanted, and name them all."""
    parser.add_argument("name", nargs="?", default="", help="any part of a control's name")
    parser.add_argument("--json", action="store_true", help="print the facts as JSON")
    for page in PAGES:
        names = ", ".join(parameter.name for parameter in PARAMETERS if parameter.page == page)
        parser.add_argument_group(page, fill(names, width=76))


def run(args: argparse.Namespace) -> int:
    """List the controls that are asked for."""
    found = [parameter for parameter in PARAMETERS if args.name in parameter.name]
    if not found:
        raise ControlsError(f"no control is called {args.name}; to see all: {called('controls')}")
    if args.json:
        print(json.dumps([asdict(each) | {"address": each.address} for each in found], indent=2))
    else:
        print("\n".join(_lines(found)))
    return 0


def _lines(parameters: Sequence[Parameter]) -> list[str]:
    lines = [_ROW.format("control", "default", "lock", "").rstrip()]
    for parameter in parameters:
        default = "" if parameter.kind == "trigger" else str(parameter.default)
        held = "held" if parameter.lockable else ""
        takes = _takes(parameter)
        about = f"{parameter.help} ({takes})" if takes else parameter.help
        lines.append(_ROW.format(parameter.name, default, held, about))
    return lines


def _takes(parameter: Parameter) -> str:
    """What a control takes, where that is not plain."""
    if parameter.kind == "integer":
        return f"{parameter.minimum:g}–{parameter.maximum:g} {parameter.unit}".rstrip()
    return {"share": "0–1", "choice": ", ".join(parameter.choices)}.get(parameter.kind, "")
