"""The ``keep`` command: the last half hour of a play, which is always captured, put into files.

``session.mid`` holds performer and band on bars that follow the performer, from shortly before the
first note on; ``session.jsonl`` is the log, which ``render`` plays again. The band may play on
meanwhile. Nothing is ever written over.
"""

import argparse
import itertools
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from accompanist.app.afterwards import finish_all, give_way
from accompanist.app.capture import LENGTH_S
from accompanist.app.plays import Play, known_plays
from accompanist.app.recording import LOG, NOTES, claim
from accompanist.app.take import take_of
from accompanist.devices.errors import DeviceError
from accompanist.devices.session_log import CUT, InputTaken, LogBegun
from accompanist.devices.session_reader import Line, read_lines, read_session
from accompanist.music.band import BandNote
from accompanist.music.errors import Refusal

LONGEST_MINUTES = round(LENGTH_S / 60)

LEAD_S = 1.0
"""Of silence before the first note."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare how much to keep, where, and of which play."""
    parser.add_argument(
        "--minutes",
        type=float,
        default=float(LONGEST_MINUTES),
        metavar="N",
        help=f"at least so much (default: all, up to {LONGEST_MINUTES})",
    )
    parser.add_argument(
        "-o", "--output", type=Path, default=Path(), metavar="DIR", help="where to (default: here)"
    )
    parser.add_argument(
        "--play", type=int, metavar="NUMBER", help="of which play (default: the last)"
    )


def run(args: argparse.Namespace) -> int:
    """Keep it, and say where it is.

    Raises
    ------
    Refusal
        If nothing was captured, or nothing can be written.
    """
    if not 0.0 < args.minutes < float("inf"):
        raise Refusal(f"{args.minutes:g} is no length; give --minutes a number above 0")
    give_way()
    for sentence in finish_all():
        print(sentence, file=sys.stderr)
    pieces = _latest(_played(args.play).pieces, args.minutes * 60.0)
    stem = claim(args.output)
    log, notes = stem.with_name(stem.name + LOG), stem.with_name(stem.name + NOTES)
    try:
        _join(pieces, log)
        zero_s = _zero_s(log)
        take_of(read_session(log), zero_s).write_midi(notes)
    except BaseException:
        log.unlink(missing_ok=True)
        raise
    print(f"kept {notes} and {log}")
    return 0


def _played(number: int | None) -> Play:
    """Return the play that is asked for, if anything was played."""
    plays = [play for play in known_plays() if number in (None, play.number)]
    for play in reversed(plays):
        if any(_is_music(line) for piece in reversed(play.pieces) for line in read_session(piece)):
            return play
    known = ", ".join(str(play.number) for play in known_plays()) or "none"
    raise Refusal(f"nothing was played yet that could be kept; plays remembered: {known}")


def _is_music(line: Line) -> bool:
    return isinstance(line.event, BandNote) or (
        isinstance(line.event, InputTaken) and hasattr(line.event.event, "channel")
    )


def _latest(pieces: Sequence[Path], length_s: float) -> Sequence[Path]:
    """Return the last pieces that hold so much, or all."""
    *_, last = itertools.chain.from_iterable(map(read_session, pieces[-1:]))
    for place in range(len(pieces) - 1, 0, -1):
        first = next(read_session(pieces[place]), None)
        if first is not None and first.announced_s <= last.announced_s - length_s:
            return pieces[place:]
    return pieces


def _join(pieces: Sequence[Path], log: Path) -> None:
    """Write one log of pieces; those that were only cut apart are joined again."""
    try:
        with log.open("wb") as file:
            file.writelines(_lines(pieces))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise DeviceError(f"{log} cannot be written ({reason}); keep it elsewhere") from error


def _lines(pieces: Sequence[Path]) -> Iterator[bytes]:
    has_begun = False
    for piece in pieces:
        texts = piece.read_bytes().splitlines(keepends=True) if piece.exists() else []
        for line, text in zip(read_lines(texts), texts, strict=True):
            is_cut = isinstance(line.event, LogBegun) and line.event.begins == CUT
            if not line.is_damaged and not (is_cut and has_begun):
                has_begun = True
                yield text


def _zero_s(log: Path) -> float:
    """Time of a log that is second 0 of the MIDI file."""
    began_s = 0.0
    for line in read_session(log):
        if isinstance(line.event, LogBegun):
            began_s = line.announced_s
        elif _is_music(line):
            return max(began_s, line.announced_s - LEAD_S)
    return began_s
