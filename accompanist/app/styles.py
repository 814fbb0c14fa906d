"""The ``styles`` command: what the band can play like."""

import argparse
import json

from accompanist.music.parameters import STYLES
from accompanist.players.style_file import load_styles


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the form of the answer."""
    parser.add_argument("--json", action="store_true", help="print the facts as JSON")


def run(args: argparse.Namespace) -> int:
    """List the styles that may be asked for."""
    known = load_styles()
    styles = [known[name] for name in STYLES]
    if args.json:
        facts = [
            {"name": s.name, "help": s.help, "beats": s.beats, "swing": s.swing} for s in styles
        ]
        print(json.dumps(facts, indent=2))
        return 0
    for style in styles:
        print(f"{style.name:8} {style.help}")
    return 0
