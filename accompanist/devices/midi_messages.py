"""MIDI messages as a controller sends them and a synth understands them; channels from 0."""

from collections.abc import Sequence

from accompanist.music.events import (
    FOOT_CONTROLLERS,
    PARAMETER_CONTROLLERS,
    ClockEvent,
    ClockTick,
    Controller,
    MidiEvent,
    NoteOff,
    NoteOn,
    Pedal,
    PerformerEvent,
    ProgramChange,
    Transport,
)

Message = tuple[int, int, int] | tuple[int, int]

NOTE_OFF, NOTE_ON, CONTROLLER, PROGRAM = 0x80, 0x90, 0xB0, 0xC0
SYSTEM, POSITION, TICK = 0xF0, 0xF2, 0xF8
LEVEL, SUSTAIN, ALL_SOUND_OFF, ALL_NOTES_OFF = 7, 64, 120, 123

_TRANSPORT = {0xFA: "start", 0xFB: "continue", 0xFC: "stop"}

_HEARD_CONTROLLERS = frozenset((*FOOT_CONTROLLERS, *PARAMETER_CONTROLLERS))


def event_of(message: list[int], time_s: float) -> MidiEvent | None:
    """Return what a performer did at `time_s`; none for what the ear has no use for."""
    event = any_event_of(message, time_s)
    if isinstance(event, ProgramChange):
        return None
    if isinstance(event, Controller) and event.number not in _HEARD_CONTROLLERS:
        return None
    return event


def any_event_of(message: list[int], time_s: float) -> MidiEvent | ProgramChange | None:
    """Return what a performer did at `time_s`, steering included; none for other messages."""
    if len(message) == 2 and message[0] & 0xF0 == PROGRAM and message[1] <= 127:
        return ProgramChange(time_s, message[1], message[0] & 0x0F)
    if len(message) != 3 or max(message[1:]) > 127:
        return None
    kind, channel, first, second = message[0] & 0xF0, message[0] & 0x0F, message[1], message[2]
    if kind == NOTE_ON and second > 0:
        return NoteOn(time_s, first, second, channel)
    if kind in (NOTE_ON, NOTE_OFF):
        return NoteOff(time_s, first, channel)
    if kind == CONTROLLER and first == SUSTAIN:
        return Pedal(time_s, second >= 64, channel)
    if kind == CONTROLLER:
        return Controller(time_s, first, second, channel)
    return None


def clock_event_of(message: Sequence[int], time_s: float) -> ClockEvent | None:
    """Return what whoever leads said at `time_s`; none for any other message."""
    status = message[0]
    if status == TICK:
        return ClockTick(time_s)
    if status == POSITION and len(message) == 3:
        return Transport(time_s, "position", message[1] | message[2] << 7)
    return Transport(time_s, _TRANSPORT[status]) if status in _TRANSPORT else None


def message_of(event: PerformerEvent) -> tuple[int, int, int]:
    """Return the message that tells what a performer did."""
    match event:
        case NoteOn():
            return NOTE_ON | event.channel, event.pitch, event.velocity
        case NoteOff():
            return NOTE_OFF | event.channel, event.pitch, 0
        case Pedal():
            return CONTROLLER | event.channel, SUSTAIN, 127 * event.down


def quieten(channel: int) -> list[Message]:
    """Messages that silence a channel, whatever it was told before."""
    return [
        (CONTROLLER | channel, SUSTAIN, 0),
        (CONTROLLER | channel, ALL_NOTES_OFF, 0),
        (CONTROLLER | channel, ALL_SOUND_OFF, 0),
    ]
