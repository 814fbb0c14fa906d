"""The ``listen`` command: what is heard in a performance, said as it would be said live."""

import argparse
import sys
from pathlib import Path

from accompanist.app.assembly import assemble
from accompanist.app.offline import add_performance, recorded_events, run_through
from accompanist.app.session import Session
from accompanist.devices.log_file import LogFile, log_line
from accompanist.devices.recorded import RecordedInput
from accompanist.engine import Announcement


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the performance and the log."""
    add_performance(parser)
    parser.add_argument(
        "--log", type=Path, metavar="LOG.jsonl", help="write here instead of to the screen"
    )


class _Screen:
    """Prints every announcement as a line of the log."""

    def show(self, announcement: Announcement) -> None:
        sys.stdout.write(f"{log_line(announcement)}\n")


def run(args: argparse.Namespace) -> int:
    """Listen to the whole performance."""
    events = recorded_events(args, style=None)
    engine = assemble(args.seed, with_band=False)
    if args.log is None:
        run_through(Session(engine, [RecordedInput(events)], observers=[_Screen()]), events)
        return 0
    log = LogFile(args.log)
    try:
        run_through(Session(engine, [RecordedInput(events)], observers=[log]), events)
    except BaseException:
        log.discard()
        raise
    log.keep()
    return 0
