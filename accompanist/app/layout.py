"""The ``layout`` command: a TouchOSC surface made from the parameter tree."""

import argparse
from pathlib import Path

from accompanist.control.layout import write_layout


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare where the layout goes."""
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE.tosc")


def run(args: argparse.Namespace) -> int:
    """Write the layout."""
    write_layout(args.output)
    return 0
