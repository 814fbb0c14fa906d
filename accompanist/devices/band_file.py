"""The band's Standard MIDI File: the performer's own track first, then one track a part.

Format 1 at 960 ticks a quarter. Tempo and time signatures stand in the first track and follow the
performer (see `bar_lines`), so that seconds are kept within a millisecond and bars lie where the
performer put them. Drums are on channel 10. Where a part strikes a pitch that still sounds, the
earlier note ends there, as it does on one key.
"""

import struct
from collections.abc import Iterable, Sequence
from pathlib import Path

from accompanist.devices.atomic import written_atomically
from accompanist.devices.bar_lines import TICKS_PER_QUARTER, BarLines
from accompanist.devices.settled import settled
from accompanist.music.band import PARTS, BandNote, Played
from accompanist.music.events import NoteOff, NoteOn, Pedal, PerformerEvent
from accompanist.music.heard import Heard
from accompanist.music.metre import Metre

DRUM_CHANNEL = 9
PROGRAMS = {"drums": 0, "bass": 33, "harmony": 4}
"""General MIDI programs from 0: standard kit, fingered bass, electric piano."""

_NOTE_OFF, _NOTE_ON, _CONTROLLER, _PROGRAM = 0x80, 0x90, 0xB0, 0xC0
_SUSTAIN = 64
_NAME, _END, _TEMPO, _SIGNATURE = 0x03, 0x2F, 0x51, 0x58
_CLOCKS_PER_CLICK, _THIRTY_SECONDS_PER_QUARTER = 24, 8


def write_band(
    path: Path,
    performance: Iterable[PerformerEvent],
    played: Iterable[Played],
    heard: Iterable[Heard] = (),
) -> None:
    """Write what the performer and the band played; all is written or nothing.

    Parameters
    ----------
    performance
        The performer's events.
    played
        What the band committed, cuts and panics included, in order of announcement.
    heard
        Announcements, for the tempo map and the bars.

    Raises
    ------
    DeviceError
        If the file cannot be written.
    """
    lines = BarLines(heard)
    performance = tuple(performance)
    notes = settled(played)
    channels = _channels({event.channel for event in performance})
    tracks = [_performer_track(performance, lines)]
    for part in PARTS:
        own = [note for note in notes if note.part == part]
        tracks.append(_part_track(part, own, channels[part], lines))
    with written_atomically(path) as target:
        target.write(_chunk(b"MThd", struct.pack(">HHH", 1, len(tracks), TICKS_PER_QUARTER)))
        for track in tracks:
            target.write(_chunk(b"MTrk", track))


def _channels(taken: set[int]) -> dict[str, int]:
    """Channel of every part; bass and harmony keep off the performer's while there are others."""
    pitched = [channel for channel in range(1, 16) if channel != DRUM_CHANNEL]
    free = [channel for channel in pitched if channel not in taken]
    bass, harmony = (free + pitched)[:2]
    return {"drums": DRUM_CHANNEL, "bass": bass, "harmony": harmony}


_Timed = tuple[int, bytes]


def _performer_track(performance: Sequence[PerformerEvent], lines: BarLines) -> bytes:
    marks = [(change.tick, _tempo(change.quarter_us)) for change in lines.tempi]
    marks += [(signature.tick, _signature(signature.metre)) for signature in lines.signatures]
    played = [(lines.tick(event.time_s), _message(event)) for event in performance]
    return _track("Performer", sorted([*marks, *played], key=lambda timed: timed[0]))


def _message(event: PerformerEvent) -> bytes:
    match event:
        case NoteOn():
            return bytes((_NOTE_ON | event.channel, event.pitch, event.velocity))
        case NoteOff():
            return bytes((_NOTE_OFF | event.channel, event.pitch, 0))
        case Pedal():
            return bytes((_CONTROLLER | event.channel, _SUSTAIN, 127 * event.down))


def _part_track(part: str, notes: Sequence[BandNote], channel: int, lines: BarLines) -> bytes:
    messages: list[_Timed] = []
    next_on: dict[int, int] = {}
    for note in reversed(notes):
        on = lines.tick(note.on_s)
        following = next_on.get(note.pitch)
        if following == on:
            continue
        next_on[note.pitch] = on
        off = lines.tick(note.off_s)
        if following is not None:
            off = min(off, following)
        messages.append((on, bytes((_NOTE_ON | channel, note.pitch, note.velocity))))
        messages.append((max(on + 1, off), bytes((_NOTE_OFF | channel, note.pitch, 0))))
    # Ends come before beginnings of the same tick, as their status is lower.
    messages.sort()
    program = (0, bytes((_PROGRAM | channel, PROGRAMS[part])))
    return _track(part.capitalize(), [program, *messages])


def _tempo(quarter_us: int) -> bytes:
    return _meta(_TEMPO, quarter_us.to_bytes(3, "big"))


def _signature(metre: Metre) -> bytes:
    power = metre.beat_unit.bit_length() - 1
    clicks = (_CLOCKS_PER_CLICK, _THIRTY_SECONDS_PER_QUARTER)
    return _meta(_SIGNATURE, bytes((metre.beats_per_bar, power, *clicks)))


def _meta(kind: int, content: bytes) -> bytes:
    return bytes((0xFF, kind)) + _variable_length(len(content)) + content


def _track(name: str, messages: Iterable[_Timed]) -> bytes:
    """Bytes of a track of messages at rising ticks, each after the steps since the one before."""
    track = bytearray(b"\0" + _meta(_NAME, name.encode("ascii")))
    now = 0
    for tick, content in messages:
        track += _variable_length(tick - now) + content
        now = tick
    return bytes(track + b"\0" + _meta(_END, b""))


def _variable_length(value: int) -> bytes:
    """Seven bits a byte, the last one without its highest bit."""
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.append(value & 0x7F | 0x80)
    return bytes(reversed(groups))


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack(">I", len(body)) + body
