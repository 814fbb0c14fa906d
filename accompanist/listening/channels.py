"""Which channels are one instrument: those of an MPE controller, and whatever is played on pads.

An MPE controller gives every note a channel of its own; here its members come together on the
master channel of their zone, where the pedal is. It says so itself with parameter 6 (MIDI
Polyphonic Expression, MMA RP-053, 2018); one that was already switched on when the program began is
known by its notes, which move from channel to channel, never two on one. A key struck on several
channels sounds until the last of them lets go.

Limits: what notes alone tell is a lower zone (channels 2–16), and of those channel 10 is drums
until its turn has come after channel 9. Two zones are two instruments.
"""

from collections import deque
from dataclasses import replace

from accompanist.music.events import (
    PERCUSSION_CHANNEL,
    Controller,
    MidiEvent,
    NoteOff,
    NoteOn,
    Pedal,
    PerformerEvent,
)

_CHANNELS = 16
_LOWER, _UPPER = 0, 15
_MOST_MEMBERS = 15
_DATA, _NRPN, _RPN_LOW, _RPN_HIGH = 6, (98, 99), 100, 101
_CONFIGURATION = (0, 6)
_NOTHING = (127, 127)

_LOOKED_AT = 6
_DIFFERENT = 3
_CONTRADICTIONS = 3


class Channels:
    """Says on which channel an event counts.

    Attributes
    ----------
    setting
        Whether the controller plays MPE: ``auto``, ``on`` or ``off``.
    pads
        Whether everything is played on pads.
    """

    def __init__(self) -> None:
        self.setting = "auto"
        self.pads = False
        self._parameters: dict[int, tuple[int, int]] = {}
        self._told: list[int] | None = None
        self._lower = self._upper = 0
        self._struck: deque[tuple[int, bool]] = deque(maxlen=_LOOKED_AT)
        self._rotates = self._ten_had_its_turn = False
        self._down: dict[tuple[int, int], int] = {}
        self._pedals: dict[int, int] = {}

    @property
    def mpe(self) -> bool:
        """Whether channels are merged as those of an MPE controller."""
        if self.setting == "auto":
            return self._rotates if self._told is None else bool(self._lower or self._upper)
        return self.setting == "on"

    def hear(self, event: MidiEvent) -> PerformerEvent | None:
        """Take an event; return it as the one instrument played it, if that did anything."""
        match event:
            case NoteOn():
                return self._strike(event)
            case NoteOff():
                return self._let_go(event)
            case Pedal():
                return self._press(event)
            case Controller():
                self._configure(event)
        return None

    def _strike(self, note: NoteOn) -> NoteOn:
        self._watch(note)
        channel = self._down.setdefault((note.channel, note.pitch), self._instrument(note.channel))
        return replace(note, channel=channel)

    def _let_go(self, note: NoteOff) -> NoteOff | None:
        channel = self._down.pop((note.channel, note.pitch), None)
        if channel is None:
            return replace(note, channel=self._instrument(note.channel))
        held = any(self._down.get((other, note.pitch)) == channel for other in range(_CHANNELS))
        return None if held else replace(note, channel=channel)

    def _press(self, pedal: Pedal) -> Pedal | None:
        """A pedal of any member is the pedal of all; it is up when the last one is."""
        if pedal.down:
            were_down = set(self._pedals.values())
            channel = self._pedals.setdefault(pedal.channel, self._instrument(pedal.channel))
            return None if channel in were_down else replace(pedal, channel=channel)
        channel = self._pedals.pop(pedal.channel, self._instrument(pedal.channel))
        return None if channel in self._pedals.values() else replace(pedal, channel=channel)

    def _instrument(self, channel: int) -> int:
        if self.pads:
            return PERCUSSION_CHANNEL
        if not self.mpe:
            return channel
        if self._told is not None:
            return self._told[channel]
        is_drums = channel == PERCUSSION_CHANNEL and not self._ten_had_its_turn
        return channel if is_drums and self.setting == "auto" else _LOWER

    def _watch(self, note: NoteOn) -> None:
        """See whether notes move from channel to channel."""
        if note.channel == PERCUSSION_CHANNEL and not self._ten_had_its_turn:
            before = self._struck[-1][0] if self._struck else _LOWER
            if not (self._rotates and before == PERCUSSION_CHANNEL - 1):
                return
            self._ten_had_its_turn = True
        crowded = any(
            channel == note.channel and pitch != note.pitch for channel, pitch in self._down
        )
        self._struck.append((note.channel, crowded))
        used = {channel for channel, _ in self._struck}
        against = sum(crowd or channel == _LOWER for channel, crowd in self._struck)
        if against == 0 and len(self._struck) == _LOOKED_AT and len(used) >= _DIFFERENT:
            self._rotates = True
        elif against >= _CONTRADICTIONS:
            self._rotates = self._ten_had_its_turn = False

    def _configure(self, said: Controller) -> None:
        """Take in which parameter is meant, and how many members it gives a zone."""
        high, low = self._parameters.get(said.channel, _NOTHING)
        if said.number == _RPN_HIGH:
            self._parameters[said.channel] = (said.value, low)
        elif said.number == _RPN_LOW:
            self._parameters[said.channel] = (high, said.value)
        elif said.number in _NRPN:
            self._parameters[said.channel] = _NOTHING
        elif said.number == _DATA and (high, low) == _CONFIGURATION:
            self._set_zone(said.channel, min(said.value, _MOST_MEMBERS))

    def _set_zone(self, master: int, members: int) -> None:
        """Give a zone its members; the other keeps what is left."""
        if master == _LOWER:
            self._lower = members
            self._upper = min(self._upper, max(_MOST_MEMBERS - 1 - members, 0))
        elif master == _UPPER:
            self._upper = members
            self._lower = min(self._lower, max(_MOST_MEMBERS - 1 - members, 0))
        else:
            return
        self._told = list(range(_CHANNELS))
        self._told[1 : 1 + self._lower] = [_LOWER] * self._lower
        self._told[_UPPER - self._upper : _UPPER] = [_UPPER] * self._upper
