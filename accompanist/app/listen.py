"""The ``listen`` command: what is heard in a performance, said as it would be said live.

Listening ends with the performance: beats that would go on after it are nobody's.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from accompanist.app.assembly import assemble
from accompanist.app.offline import Recorded, add_performance, run_to_end
from accompanist.app.session import Observer, Session
from accompanist.app.trace import Trace
from accompanist.devices.atomic import written_atomically
from accompanist.devices.log_file import LogFile, log_line
from accompanist.engine import Announcement


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the performance, the log and the picture."""
    add_performance(parser)
    parser.add_argument(
        "--log", type=Path, metavar="LOG.jsonl", help="write here instead of to the screen"
    )
    parser.add_argument(
        "--plot", type=Path, metavar="OUT.png", help="draw what was heard (needs matplotlib)"
    )


class _Screen:
    """Prints every announcement as a line of the log."""

    def show(self, announcement: Announcement) -> None:
        sys.stdout.write(f"{log_line(announcement)}\n")


def run(args: argparse.Namespace) -> int:
    """Listen to the whole performance, and write what was asked for.

    Raises
    ------
    Refusal
        If the performance cannot be read, a file cannot be written, or a picture not be drawn.
    """
    if args.plot is not None:
        from accompanist.app.bench.picture import load_pyplot

        load_pyplot()
    recorded = Recorded(args, style=None)
    with ExitStack() as files:
        observers: list[Observer] = []
        picture = None
        if args.log is not None:
            observers.append(files.enter_context(_kept(LogFile(args.log))))
        if args.plot is not None:
            picture = files.enter_context(written_atomically(args.plot)).stream
        if args.log is None and args.plot is None:
            observers.append(_Screen())
        trace = _listen(args.seed or 0, recorded, observers, with_sound=picture is not None)
        if picture is not None:
            from accompanist.app.trace_picture import draw

            draw(trace, args.performance.name, picture)
    return 0


@contextmanager
def _kept(log: LogFile) -> Iterator[LogFile]:
    """Keep a log when the block ends well, and discard it when it doesn't."""
    try:
        yield log
    except BaseException:
        log.discard()
        raise
    log.keep()


def _listen(
    seed: int, recorded: Recorded, observers: Sequence[Observer], with_sound: bool
) -> Trace:
    engine, trace = assemble(seed, with_band=False), Trace()
    session = Session(
        engine,
        recorded.sources,
        observers=[*observers, trace],
        monitors=[trace],
        clerks=[trace] if with_sound else [],
    )
    run_to_end(session, recorded, lambda: trace.ask(engine.listener, engine.now_s))
    session.close()
    return trace
