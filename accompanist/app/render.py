"""The ``render`` command: the band plays to a recorded performance, or a session again.

All files are written or none: an output that cannot be written is found out before the band plays,
and whatever stood there stays until the new file is whole.
"""

import argparse
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from accompanist.app.assembly import assemble
from accompanist.app.offline import Recorded, add_performance, run_through
from accompanist.app.replay import ENDING, beginning_of, doubts, replay
from accompanist.app.session import Session
from accompanist.app.starting import add_controller, add_song, chosen_controller, songs_of
from accompanist.app.take import Take
from accompanist.control.hands import Hands
from accompanist.control.song_file import read_texts
from accompanist.devices.atomic import AtomicFile
from accompanist.devices.log_file import LogFile
from accompanist.devices.wav import WavSink
from accompanist.music.errors import Refusal

Playing = Callable[[Take, LogFile | None, WavSink | None], None]
"""Has the band play to whoever takes it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the performance and what to write."""
    add_performance(parser, "a MIDI, WAV or FLAC file, or the log of a session that play kept")
    parser.add_argument("--style", metavar="NAME", help="what the band plays like")
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="BAND.mid", help="performer and band"
    )
    parser.add_argument("--audio", type=Path, metavar="BAND.wav", help="the same as sound")
    add_controller(parser)
    add_song(parser)
    parser.add_argument("--log", type=Path, metavar="LOG.jsonl", help="all that was heard and said")


def _keep_apart(args: argparse.Namespace) -> None:
    """Refuse to write two things to one place, or over what is read."""
    named = (args.performance, args.controls, args.output, args.audio, args.log)
    places = [path.resolve() for path in named if path]
    twice = next((place for place in places if places.count(place) > 1), None)
    if twice:
        raise Refusal(f"{twice} is named twice; give every file a name of its own")


def _keep_kinds(args: argparse.Namespace) -> None:
    """Refuse a name that promises another kind of file than what is written."""
    if args.output.suffix.lower() not in ("", ".mid", ".midi"):
        raise Refusal(
            f"-o writes MIDI, and {args.output} is named otherwise; "
            "give -o BAND.mid, and --audio BAND.wav for sound"
        )
    if args.audio and args.audio.suffix.lower() not in ("", ".wav"):
        raise Refusal(f"--audio writes WAV, and {args.audio} is named otherwise; give BAND.wav")


def run(args: argparse.Namespace) -> int:
    """Render the whole performance."""
    _keep_apart(args)
    _keep_kinds(args)
    play = _session(args) if args.performance.suffix.lower() == ENDING else _performance(args)
    AtomicFile(args.output).discard()
    take = Take()
    log = LogFile(args.log) if args.log else None
    audio = WavSink(args.audio) if args.audio else None
    with ExitStack() as undo:
        for file in (log, audio):
            if file:
                undo.callback(file.discard)
        play(take, log, audio)
        take.write_midi(args.output)
        for file in (log, audio):
            if file:
                file.keep()
        undo.pop_all()
    return 0


def _performance(args: argparse.Namespace) -> Playing:
    """Return the band that plays to a performance."""
    controller = chosen_controller(args.controller)
    recorded = Recorded(args, args.style, steered=bool(controller))
    texts = read_texts(args.song) if args.song else ()
    engine = assemble(args.seed or 0, songs=songs_of(texts))
    hands = Hands(engine.parameters)
    if controller:
        hands.use([controller])

    def play(take: Take, log: LogFile | None, audio: WavSink | None) -> None:
        session = Session(
            engine,
            recorded.sources,
            synths=[audio] if audio else [],
            observers=[take, log] if log else [take],
            monitors=[take],
            witnesses=[take],
            hands=hands,
        )
        run_through(session, recorded)

    return play


def _session(args: argparse.Namespace) -> Playing:
    """Return the band that plays a session again.

    Raises
    ------
    Refusal
        If the log is none of a session, or something was asked for that the log says.
    """
    asked = (args.style, args.controls, args.chords, args.controller, args.song, args.seed)
    if any(option is not None for option in asked):
        raise Refusal(
            f"{args.performance} says style, songs, seed and every turn; leave those options away"
        )
    for doubt in doubts(beginning_of(args.performance)):
        print(f"{args.performance}: {doubt}", file=sys.stderr)
    return lambda take, log, audio: replay(args.performance, take, log, audio)
