"""The ``bench`` command: how quickly and how evenly the band plays on this machine.

Every figure stands beside the best that the machine can do, measured in turns with it, and ends in
a musician's word. What is measured goes through real ports, with the whole band playing.
"""

import argparse
import math
from pathlib import Path

from accompanist.music.errors import Refusal

WHAT = {
    "latency": "from a key, a sound or a control to what the band does about it",
    "jitter": "how far notes stray from their time",
    "inference": "how long the players think",
    "synth": "how much of each period the sound takes",
    "load": "latency and jitter with ever more to do",
    "controls": "from a surface to the sound, while others are busy, and in a flood",
    "stalls": "notes that hang when the machine stops for a moment",
    "startup": "how long you wait for the band",
    "soak": "what a long evening does to memory",
}
USUAL = ("latency", "jitter", "inference", "synth", "stalls", "startup")

SECONDS, MINUTES = 8.0, 30.0
LEAST_S, MOST_S = 0.5, 3600.0
LEAST_MIN, MOST_MIN = 0.1, 1440.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to measure, for how long, and where the figures go."""
    known = "; ".join(f"{name}: {meaning}" for name, meaning in WHAT.items())
    usual = " ".join(USUAL)
    parser.add_argument("what", nargs="*", metavar="WHAT", help=f"{known} (default: {usual})")
    seconds = f"of measuring, for each of them (default {SECONDS:g})"
    parser.add_argument("--seconds", type=float, default=SECONDS, metavar="S", help=seconds)
    parser.add_argument(
        "--minutes", type=float, default=MINUTES, metavar="M", help=f"of soak (default {MINUTES:g})"
    )
    parser.add_argument(
        "--audio-in",
        metavar="NAME[:CHANNEL]",
        nargs="?",
        const="",
        help="what soak hears beside the hand, as in play",
    )
    parser.add_argument(
        "--period",
        type=int,
        metavar="FRAMES",
        help="measure on a JACK server of our own with this period (default: the one that runs)",
    )
    parser.add_argument(
        "--loopback",
        metavar='"OUT:IN"',
        help="measure a cable or device instead: a MIDI output and input, or an audio device twice",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON too")
    parser.add_argument("--plot", type=Path, metavar="FILE.png", help="draw them")
    parser.add_argument(
        "--compare", type=Path, metavar="OLD.json", help="say what changed since then"
    )


def run(args: argparse.Namespace) -> int:
    """Measure, print the table, and write it down where asked to.

    Raises
    ------
    Refusal
        If something asked for makes no sense or cannot be measured here.
    """
    check(args)
    from accompanist.app.bench.command import measure_and_tell

    return measure_and_tell(args)


def check(args: argparse.Namespace) -> None:
    """Refuse what makes no sense, before anything is started.

    Raises
    ------
    Refusal
        If there is such a thing.
    """
    unknown = [name for name in args.what if name not in WHAT]
    if unknown:
        raise Refusal(f"bench does not know {unknown[0]!r}; it knows {', '.join(WHAT)}")
    if not (math.isfinite(args.seconds) and LEAST_S <= args.seconds <= MOST_S):
        raise Refusal(f"--seconds must lie between {LEAST_S:g} and {MOST_S:g}")
    if not (math.isfinite(args.minutes) and LEAST_MIN <= args.minutes <= MOST_MIN):
        raise Refusal(f"--minutes must lie between {LEAST_MIN:g} and {MOST_MIN:g}")
    if args.period is not None:
        from accompanist.devices.jack_server import PERIODS

        if args.period not in PERIODS:
            raise Refusal(f"--period must be one of {', '.join(map(str, PERIODS))}")
    if args.loopback is not None:
        if args.what or args.period is not None:
            raise Refusal("--loopback measures a cable alone; leave the other words out")
        if ":" not in args.loopback.strip(":"):
            raise Refusal('--loopback needs two names: "OUT:IN"')
