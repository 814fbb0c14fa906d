"""A session played again from its log: the same inputs at the same ticks give the same notes.

A log that begins in the midst of a session is played from the place that it names: what the players
remembered of the piece is not in it, so notes may differ from those of the night.
"""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

from tqdm import tqdm

from accompanist import __version__
from accompanist.app.assembly import assemble
from accompanist.app.session import Observer, Session, Synth
from accompanist.app.starting import songs_of
from accompanist.app.take import Take
from accompanist.devices.session_log import CUT, InputTaken, LogBegun, LogEnded
from accompanist.devices.session_reader import Line, read_session
from accompanist.music.chord_table import know
from accompanist.music.errors import Refusal
from accompanist.music.events import NoteOff, NoteOn, Pedal

ENDING = ".jsonl"
"""Of a session's log."""


def beginning_of(path: Path) -> LogBegun:
    """How a session began.

    Raises
    ------
    Refusal
        If the file cannot be read, or is no log of a session.
    """
    first = next(read_session(path), None)
    if first is None or not isinstance(first.event, LogBegun):
        raise Refusal(f"{path} does not begin as the log of a session; name one that play has kept")
    return first.event


def doubts(begun: LogBegun) -> list[str]:
    """Why the notes may not be those of the session, a sentence each."""
    said = []
    if begun.version != __version__:
        said.append(f"version {begun.version} played this session: notes may differ")
    if begun.begins == CUT:
        said.append("what came before was not kept: notes may differ")
    return said


def replay(path: Path, take: Take, log: Observer | None = None, audio: Synth | None = None) -> None:
    """Play a session again, to whoever takes it.

    Raises
    ------
    Refusal
        If the log cannot be read, or a line in its midst is damaged.
    """
    player = _Player(take, [log] if log else [], [audio] if audio else [])
    with tqdm(unit="s", desc="playing", delay=2.0, disable=None, leave=False) as progress:
        for line in _sound_lines(path):
            player.take(line)
            progress.update(math.floor(line.announced_s) - progress.n)
    player.close()


def _sound_lines(path: Path) -> Iterator[Line]:
    """Lines up to the end, or to where a crash cut them off."""
    damaged: Line | None = None
    for line in read_session(path):
        if line.is_damaged:
            damaged = damaged or line
        elif damaged:
            raise Refusal(f"{path}, line {damaged.number} is damaged; name a whole log")
        else:
            yield line


class _Player:
    """One band after the other, as they were started."""

    def __init__(self, take: Take, logs: Sequence[Observer], synths: Sequence[Synth]) -> None:
        self._take, self._logs, self._synths = take, logs, synths
        self._session: Session | None = None
        self._has_ended = False
        self._reached_s = 0.0

    def take(self, line: Line) -> None:
        """Do what a line tells."""
        match line.event:
            case LogBegun() as begun if self._session is None or begun.begins != CUT:
                self._catch_up()
                self._begin(begun)
            case InputTaken() as taken if self._session is not None:
                self._session.advance(taken.announced_s)
                self._session.hear(taken.event)
            case LogEnded() as ended if self._session is not None:
                self._session.advance(ended.announced_s)
                self._has_ended = True
        self._reached_s = line.announced_s

    def close(self) -> None:
        """Play to the end; every note ends where the band was asked to end."""
        self._catch_up()
        if self._session is not None and self._has_ended:
            self._session.close()
            return
        for synth in self._synths:
            synth.close()

    def _catch_up(self) -> None:
        if self._session is not None:
            self._session.advance(self._reached_s)

    def _begin(self, begun: LogBegun) -> None:
        know(begun.chords)
        engine = assemble(begun.seed, resting=begun.resting, songs=songs_of(begun.songs))
        if begun.place is not None:
            engine.resume(begun.place, begun.announced_s, begun.missed)
        self._take.begin(begun)
        for event in begun.missed:
            if isinstance(event, NoteOn | NoteOff | Pedal):
                self._take.perform(event)
        self._session = Session(
            engine,
            [],
            synths=self._synths,
            observers=[self._take, *self._logs],
            monitors=[self._take],
            witnesses=[self._take],
        )
