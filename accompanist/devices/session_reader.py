"""A session's log read back, as far as it goes: inputs, and what a MIDI file is made from.

A log that a crash cut off ends in a damaged line, or in none; damaged lines are named, so that
whoever needs every one of them can refuse. Kinds of lines that nobody asks for here have no event.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from accompanist.devices.errors import DeviceError
from accompanist.devices.session_log import (
    InputTaken,
    LogBegun,
    LogEnded,
    midi_value,
    read_begun,
    read_clock,
    read_gesture,
    read_sound,
    read_tone,
    read_turn,
)
from accompanist.music.band import PARTS, BandNote, ControlTaken, NoteCut, NoteHeld, Panic, Played
from accompanist.music.heard import BeatHeard, MetreHeard
from accompanist.music.metre import Metre

LONGEST_LINE = 1 << 20
"""Bytes; what is longer is no line of a log."""

_Fields = dict[str, Any]

Read = LogBegun | InputTaken | LogEnded | Played | BeatHeard | MetreHeard | ControlTaken

_Reader = Callable[[_Fields], Read]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a log, when it was announced, and what it says, if that is asked for.

    `is_damaged` if it is none; then it says nothing.
    """

    number: int
    announced_s: float
    event: Read | None = None
    is_damaged: bool = False


def read_session(path: Path) -> Iterator[Line]:
    """Every line of a log, in order.

    Raises
    ------
    DeviceError
        If the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            yield from read_lines(iter(lambda: file.readline(LONGEST_LINE), b""))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise DeviceError(f"{path} cannot be read ({reason}); name a session's log") from error


def read_lines(texts: Iterable[bytes]) -> Iterator[Line]:
    """Every line of a log, given as text."""
    reached_s = 0.0
    for number, text in enumerate(texts, start=1):
        line = _line(number, reached_s, text)
        reached_s = line.announced_s
        yield line


def _line(number: int, reached_s: float, text: bytes) -> Line:
    try:
        fields = json.loads(text)
        announced_s = float(fields["announced_s"])
        read = _READERS.get(fields["kind"])
        return Line(number, announced_s, read(fields) if read else None)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return Line(number, reached_s, is_damaged=True)


def _announcement(kind: type[Any], **fields_of: Callable[[Any], object]) -> _Reader:
    """Reader of a value that is written as its fields, each in its type."""
    return lambda fields: kind(
        float(fields["announced_s"]), *(read(fields[name]) for name, read in fields_of.items())
    )


def _part(name: object) -> str:
    if name not in PARTS:
        raise ValueError(f"{name!r} is no part")
    return str(name)


_READERS: dict[str, _Reader] = {
    "session": read_begun,
    "gesture": lambda fields: InputTaken(float(fields["announced_s"]), read_gesture(fields)),
    "control_turn": lambda fields: InputTaken(float(fields["announced_s"]), read_turn(fields)),
    "sound": lambda fields: InputTaken(float(fields["announced_s"]), read_sound(fields)),
    "tone": lambda fields: InputTaken(float(fields["announced_s"]), read_tone(fields)),
    "clock": lambda fields: InputTaken(float(fields["announced_s"]), read_clock(fields)),
    "end": _announcement(LogEnded),
    "note": _announcement(
        BandNote,
        note_id=int,
        part=_part,
        on_s=float,
        off_s=float,
        on_beats=float,
        pitch=midi_value,
        velocity=midi_value,
        source=str,
    ),
    "note_end": _announcement(NoteCut, note_id=int, part=_part, off_s=float),
    "note_held": _announcement(NoteHeld, note_id=int, part=_part, off_s=float),
    "panic": _announcement(Panic),
    "beat": _announcement(
        BeatHeard,
        at_s=float,
        beat=int,
        bar=int,
        downbeat=bool,
        tempo_bpm=float,
        confidence=float,
    ),
    "metre": lambda fields: MetreHeard(
        float(fields["announced_s"]), Metre(int(fields["beats_per_bar"]), int(fields["beat_unit"]))
    ),
    "control": lambda fields: ControlTaken(
        float(fields["announced_s"]), str(fields["parameter"]), fields["value"], str(fields["from"])
    ),
}
