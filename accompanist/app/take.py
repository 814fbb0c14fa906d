"""A take: everything a session played and heard, kept to be written down when it is over.

A take holds at most `MOST_EVENTS` of each kind, days of playing; past that it keeps the beginning
and counts what it leaves out.
"""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from accompanist.devices.band_file import write_band
from accompanist.devices.session_log import InputTaken, LogBegun
from accompanist.devices.session_reader import Line
from accompanist.engine import Announcement
from accompanist.listening.channels import Channels
from accompanist.music.band import BandNote, ControlTaken, NoteCut, NoteHeld, Panic, Played
from accompanist.music.events import (
    Controller,
    Gesture,
    NoteOff,
    NoteOn,
    Pedal,
    PerformerEvent,
)
from accompanist.music.heard import BeatHeard, MetreHeard
from accompanist.music.parameter import ROOT

MOST_EVENTS = 2_000_000

_DIGITS = 6
"""Of a second, as in a log, so that a session and its log give the same file."""


class Take:
    """Remembers the performer's events, the band's notes, and where the bars lay."""

    def __init__(self) -> None:
        self._performance: list[PerformerEvent] = []
        self._played: list[Played] = []
        self._bars: list[BeatHeard | MetreHeard] = []
        self._first_id = self._first_beat = self._next_id = self._next_beat = 0
        self.left_out = 0

    def begin(self, begun: LogBegun) -> None:
        """Take in that a band begins; one that does not go on numbers notes and beats anew."""
        if begun.place is None:
            self._first_id, self._first_beat = self._next_id, self._next_beat

    def perform(self, event: PerformerEvent) -> None:
        """Take an event of the performer."""
        if len(self._performance) < MOST_EVENTS:
            self._performance.append(event)
        else:
            self.left_out += 1

    def witness(self, event: Played) -> None:
        """Take a committed event."""
        if isinstance(event, BandNote | NoteCut | NoteHeld):
            note_id = self._first_id + event.note_id
            self._next_id = max(self._next_id, note_id + 1)
            event = replace(event, note_id=note_id, off_s=round(event.off_s, _DIGITS))
        if isinstance(event, BandNote):
            event = replace(event, on_s=round(event.on_s, _DIGITS))
        if len(self._played) < MOST_EVENTS:
            self._played.append(event)
        else:
            self.left_out += 1

    def show(self, announcement: Announcement) -> None:
        """Take a beat or a metre; all else is passed over."""
        if isinstance(announcement, BeatHeard):
            beat, at_s = self._first_beat + announcement.beat, round(announcement.at_s, _DIGITS)
            self._next_beat = max(self._next_beat, beat + 1)
            announcement = replace(announcement, beat=beat, at_s=at_s)
        if isinstance(announcement, BeatHeard | MetreHeard) and len(self._bars) < MOST_EVENTS:
            self._bars.append(announcement)

    def write_midi(self, path: Path) -> None:
        """Write performer and band as a MIDI file.

        Raises
        ------
        DeviceError
            If it cannot be written; then nothing is changed.
        """
        write_band(path, self._performance, self._played, self._bars)


def take_of(lines: Iterable[Line], zero_s: float = 0.0) -> Take:
    """Return the take that a session's log tells of, with `zero_s` of its time as its beginning."""
    take, channels = Take(), Channels()
    for line in lines:
        match line.event:
            case LogBegun() as begun:
                take.begin(begun)
                for gesture in begun.missed:
                    _perform(take, channels, gesture, zero_s)
            case InputTaken(event=NoteOn() | NoteOff() | Pedal() | Controller() as event):
                _perform(take, channels, event, zero_s)
            case ControlTaken(address=address) as control if address == f"{ROOT}/input/mpe":
                channels.setting = str(control.value)
            case BandNote() as note:
                on_s, off_s = note.on_s - zero_s, note.off_s - zero_s
                take.witness(replace(note, on_s=on_s, off_s=off_s))
            case NoteCut() | NoteHeld() as cut:
                take.witness(replace(cut, off_s=cut.off_s - zero_s))
            case BeatHeard() as beat:
                take.show(replace(beat, at_s=beat.at_s - zero_s))
            case MetreHeard() as metre:
                take.show(metre)
            case Panic() as panic:
                take.witness(replace(panic, announced_s=panic.announced_s - zero_s))
    return take


def _perform(take: Take, channels: Channels, event: Gesture, zero_s: float) -> None:
    if not isinstance(event, NoteOn | NoteOff | Pedal | Controller):
        return
    performed = channels.hear(event)
    if performed is not None:
        take.perform(replace(performed, time_s=performed.time_s - zero_s))
