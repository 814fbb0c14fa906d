"""What ``render`` and ``listen`` share: a recorded performance, run as fast as the machine can."""

import argparse
import math
import sys
from collections.abc import Callable
from pathlib import Path

from tqdm import tqdm

from accompanist.app.session import Session
from accompanist.app.starting import add_chords, learn_chords, starting_style
from accompanist.devices.controls_file import read_controls
from accompanist.devices.midi_file import read_performance, read_steered_performance
from accompanist.devices.recorded import RecordedInput
from accompanist.devices.sound_file import SoundInput
from accompanist.devices.source import Recording

AUDIO_ENDINGS = (".wav", ".flac")

WATCH_EVERY_S = 0.1

LONGEST_ENDING_S = 120.0
"""After the performer's last event the band gets this long to end the piece."""


def add_performance(
    parser: argparse.ArgumentParser, what: str = "a MIDI, WAV or FLAC file"
) -> None:
    """Declare the performance and what steers the engine."""
    parser.add_argument("performance", type=Path, metavar="PERFORMANCE", help=what)
    parser.add_argument("--seed", type=int, help="of every random choice (default 0)")
    parser.add_argument(
        "--controls", type=Path, metavar="FILE.jsonl", help="turns of controls, one a line"
    )
    add_chords(parser)


class Recorded:
    """Everything that will happen: style, controls and the performance.

    The player's own chords are known from now on.

    Parameters
    ----------
    args
        As `add_performance` declared them.
    style
        What the band is asked to play like, if it is.
    steered
        Whether controllers in the performance may steer.

    Raises
    ------
    Refusal
        If something cannot be read, or holds nothing to hear.
    """

    def __init__(
        self, args: argparse.Namespace, style: str | None, *, steered: bool = False
    ) -> None:
        path: Path = args.performance
        learn_chords(args.chords)
        turns = (*starting_style(style), *(read_controls(args.controls) if args.controls else ()))
        self._path = path
        self._sound: SoundInput | None = None
        self.sources: tuple[Recording, ...]
        if path.suffix.lower() in AUDIO_ENDINGS:
            self._sound = SoundInput(path)
            self.sources = (RecordedInput(turns), self._sound)
        else:
            read = read_steered_performance if steered else read_performance
            self.sources = (RecordedInput((*turns, *read(path))),)

    @property
    def last_s(self) -> float:
        """When the last of it happens; infinite while that isn't known."""
        return max(source.last_s for source in self.sources)

    def tell_doubts(self) -> None:
        """Say what was wrong with what was heard, if anything was."""
        for doubt in self._sound.doubts() if self._sound else ():
            print(f"{self._path}: {doubt}", file=sys.stderr)


def run_to_end(
    session: Session, recorded: Recorded, watch: Callable[[], None] = lambda: None
) -> None:
    """Step through a whole performance; `watch` is called ten times a second of it."""
    last_s = recorded.last_s
    progress = tqdm(
        total=round(last_s) if math.isfinite(last_s) else None,
        unit="s",
        desc="playing",
        delay=2.0,
        disable=None,
        leave=False,
    )
    with progress:
        reached_s = 0.0
        while reached_s < recorded.last_s:
            reached_s = min(reached_s + WATCH_EVERY_S, recorded.last_s)
            session.run_offline(reached_s)
            watch()
            progress.update(round(reached_s) - progress.n)
    recorded.tell_doubts()


def run_through(session: Session, recorded: Recorded) -> None:
    """Step through a whole performance, and until the band has ended it."""
    run_to_end(session, recorded)
    last_s = recorded.last_s
    session.run_offline(last_s + 1.0)
    while not session.engine.resting and session.engine.now_s < last_s + LONGEST_ENDING_S:
        session.run_offline(session.engine.now_s + 1.0)
    session.close()
