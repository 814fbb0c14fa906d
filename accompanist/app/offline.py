"""What ``render`` and ``listen`` share: a recorded performance, run as fast as the machine can."""

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path

from tqdm import tqdm

from accompanist.app.session import Session
from accompanist.app.starting import add_chords, learn_chords, starting_style
from accompanist.devices.controls_file import read_controls
from accompanist.devices.midi_file import read_performance, read_steered_performance
from accompanist.devices.wav import check_audio
from accompanist.music.errors import Refusal
from accompanist.music.events import ControlTurn, InputEvent, MidiEvent, SourceEvent

AUDIO_ENDINGS = (".wav", ".flac")

WATCH_EVERY_S = 0.1

LONGEST_ENDING_S = 120.0
"""After the performer's last event the band gets this long to end the piece."""


def add_performance(parser: argparse.ArgumentParser, what: str = "a MIDI file") -> None:
    """Declare the performance and what steers the engine."""
    parser.add_argument("performance", type=Path, metavar="PERFORMANCE", help=what)
    parser.add_argument("--seed", type=int, help="of every random choice (default 0)")
    parser.add_argument(
        "--controls", type=Path, metavar="FILE.jsonl", help="turns of controls, one a line"
    )
    add_chords(parser)


def performance_events(path: Path) -> tuple[MidiEvent, ...]:
    """Read a performance by its kind.

    Raises
    ------
    Refusal
        If it cannot be read, holds no notes, or is audio.
    """
    _refuse_audio(path)
    return read_performance(path)


def recorded_events(args: argparse.Namespace, style: str | None) -> tuple[InputEvent, ...]:
    """Return everything that will happen: style, controls and the performance.

    The player's own chords are known from now on.
    """
    return (*_recorded_turns(args, style), *performance_events(args.performance))


def steered_events(args: argparse.Namespace, style: str | None) -> tuple[SourceEvent, ...]:
    """Return everything that will happen, and whatever in the performance may steer."""
    _refuse_audio(args.performance)
    return (*_recorded_turns(args, style), *read_steered_performance(args.performance))


def _refuse_audio(path: Path) -> None:
    if path.suffix.lower() in AUDIO_ENDINGS:
        check_audio(path)
        raise Refusal(f"{path} is audio, which is not followed yet; give a MIDI file")


def _recorded_turns(args: argparse.Namespace, style: str | None) -> tuple[ControlTurn, ...]:
    learn_chords(args.chords)
    controls = read_controls(args.controls) if args.controls else ()
    return (*starting_style(style), *controls)


def run_to_end(
    session: Session, events: Iterable[SourceEvent], watch: Callable[[], None] = lambda: None
) -> None:
    """Step through a whole performance; `watch` is called ten times a second of it."""
    last_s = max(event.time_s for event in events)
    progress = tqdm(
        total=round(last_s), unit="s", desc="playing", delay=2.0, disable=None, leave=False
    )
    with progress:
        reached_s = 0.0
        while reached_s < last_s:
            reached_s = min(reached_s + WATCH_EVERY_S, last_s)
            session.run_offline(reached_s)
            watch()
            progress.update(round(reached_s) - progress.n)


def run_through(session: Session, events: Iterable[SourceEvent]) -> None:
    """Step through a whole performance, and until the band has ended it."""
    last_s = max(event.time_s for event in events)
    run_to_end(session, events)
    session.run_offline(last_s + 1.0)
    while not session.engine.resting and session.engine.now_s < last_s + LONGEST_ENDING_S:
        session.run_offline(session.engine.now_s + 1.0)
    session.close()
