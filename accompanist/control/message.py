"""Which MIDI message it is that turns something: a controller, a key or pad, or a program.

Written as players and manuals write them: ``CC 74``, ``note 36`` (60 is middle C), ``program 5``
(the first is 1), or ``program`` for any of them; channels run 1–16 in writing. Messages that say
something about other messages are never learned: bank, data entry, parameter numbers, and the
modes of a channel; nor is the sustain pedal.
"""

import re
from dataclasses import dataclass

from accompanist.music.events import (
    PARAMETER_CONTROLLERS,
    Controller,
    NoteOff,
    NoteOn,
    Pedal,
    ProgramChange,
    SourceEvent,
)

SUSTAIN = 64
LAST_CONTROLLER = 119
"""Beyond it lie the modes of a channel."""

NEVER_LEARNED = frozenset((0, 32, 38, SUSTAIN, 96, 97, *PARAMETER_CONTROLLERS))

_WRITTEN = re.compile(r"(cc|note|program)(?: +(\d{1,3}))?", re.IGNORECASE)
_LAST = {"CC": LAST_CONTROLLER, "note": 127, "program": 128}
_NAMES = {name.lower(): name for name in _LAST}


@dataclass(frozen=True, slots=True)
class Message:
    """A kind of message, whatever it says.

    Attributes
    ----------
    kind
        ``CC``, ``note`` or ``program``.
    number
        Controller, pitch or program as it is sent, from 0; none is any program.
    channel
        From 0; none is any.
    """

    kind: str
    number: int | None
    channel: int | None = None

    @property
    def written(self) -> str:
        """Such as ``CC 74``; the channel is left out."""
        if self.number is None:
            return self.kind
        return f"{self.kind} {self.number + (self.kind == 'program')}"

    @property
    def is_learned(self) -> bool:
        """Whether it may be learned; a map file may name others too."""
        return self.kind != "CC" or self.number not in NEVER_LEARNED

    def wider(self) -> "tuple[Message, ...]":
        """Itself and what it is a case of, the narrowest first."""
        found = (self, Message(self.kind, self.number))
        if self.kind != "program":
            return found
        return (*found, Message(self.kind, None, self.channel), Message(self.kind, None))


def message_written(text: str, channel: int | None = None) -> Message:
    """Message that is written so, on a channel from 1 or on any.

    Raises
    ------
    ValueError
        If it is none.
    """
    match = _WRITTEN.fullmatch(text.strip())
    if match is None or (match[2] is None and match[1].lower() != "program"):
        raise ValueError(f"{text!r} is no message; write it like CC 74, note 36 or program 5")
    kind = _NAMES[match[1].lower()]
    if channel is not None and not 1 <= channel <= 16:
        raise ValueError(f"there is no channel {channel}; channels run from 1 to 16")
    place = None if channel is None else channel - 1
    if match[2] is None:
        return Message(kind, None, place)
    number, first = int(match[2]), int(kind == "program")
    if not first <= number <= _LAST[kind]:
        raise ValueError(f"there is no {kind} {number}; the last is {_LAST[kind]}")
    return Message(kind, number - first, place)


def said_by(event: SourceEvent) -> tuple[Message, int] | None:
    """Message of an event and its value 0–127, of a key 127 while down; none for other events."""
    match event:
        case NoteOn():
            return Message("note", event.pitch, event.channel), 127
        case NoteOff():
            return Message("note", event.pitch, event.channel), 0
        case Pedal():
            return Message("CC", SUSTAIN, event.channel), 127 * event.down
        case Controller():
            return Message("CC", event.number, event.channel), event.value
        case ProgramChange():
            return Message("program", event.program, event.channel), 127
    return None
