"""The ``layout`` command: a surface made from the parameter tree, for TouchOSC or a browser."""

import argparse
from pathlib import Path

from accompanist.control.layout import SURFACES, write_layout


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare which surface is written, and where it goes."""
    parser.add_argument(
        "--surface",
        choices=tuple(SURFACES),
        default="tablet",
        help="TouchOSC on a tablet or a phone, or an Open Stage Control session (default: tablet)",
    )
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE")


def run(args: argparse.Namespace) -> int:
    """Write the layout."""
    write_layout(args.output, args.surface)
    return 0
