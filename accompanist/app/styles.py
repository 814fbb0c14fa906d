"""The ``styles`` command: what the band can play like, in which variations, and who plays it.

Where a part's model has not learned a style, the understudy plays it though ``PART/source`` says
model; the style's file declares it.
"""

import argparse
import json

from accompanist.music.band import PARTS
from accompanist.music.parameters import STYLES
from accompanist.players.style import Style
from accompanist.players.style_file import load_styles

_ROW = "{:<11} {:>5}  {:>5}  {:<10}  {:<10}  {:<10}  {:<10}  {}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the form of the answer."""
    parser.add_argument("--json", action="store_true", help="print the facts as JSON")


def run(args: argparse.Namespace) -> int:
    """List the styles that may be asked for."""
    known = load_styles()
    styles = [known[name] for name in STYLES]
    if args.json:
        print(json.dumps([_facts(style) for style in styles], indent=2))
        return 0
    print(_ROW.format("style", "beats", "swing", "variations", *PARTS, "").rstrip())
    for style in styles:
        sources = (style.source(part) for part in PARTS)
        swing, letters = f"{style.swing:.2f}", " ".join(style.variations)
        print(_ROW.format(style.name, style.beats, swing, letters, *sources, style.help))
    return 0


def _facts(style: Style) -> dict[str, object]:
    return {
        "name": style.name,
        "help": style.help,
        "beats": style.beats,
        "parts": style.parts,
        "swing": style.swing,
        "variations": list(style.variations),
        "sources": {part: style.source(part) for part in PARTS},
        "fills": len(style.fills),
        "bars": {name: section.bars for name, section in style.sections.items()},
    }
