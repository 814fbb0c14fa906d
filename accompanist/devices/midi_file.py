"""A performance out of a Standard MIDI File (formats 0, 1 and 2; metrical and SMPTE time).

Reads what a performer does with keys and pedals, on all channels; all else in the file is passed
over, so that odd meta events, system exclusives and foreign chunks do no harm. Tracks of format 0
and 1 sound together, those of format 2 one after the other. Keys still down when their track ends
come up there. Files over 64 MiB and performances over 12 hours are refused.
"""

import struct
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from accompanist.devices.errors import PerformanceError
from accompanist.devices.midi_messages import any_event_of, event_of
from accompanist.music.events import MidiEvent, NoteOff, NoteOn, ProgramChange

MAX_BYTES = 64 * 1024 * 1024
MAX_LENGTH_S = 12 * 3600.0

_TEMPO = 0x51
_END_OF_TRACK = 0x2F
_DEFAULT_BEAT_US = 500_000
_PRESSURE = 0xD0
_DATA_BYTES = {0x80: 2, 0x90: 2, 0xA0: 2, 0xB0: 2, 0xC0: 1, 0xD0: 1, 0xE0: 2}


class _CutShortError(Exception):
    """The bytes end where more were promised."""


Event = MidiEvent | ProgramChange
Read = Callable[[list[int], float], Event | None]
"""What a message means at a time."""


def read_performance(path: Path) -> tuple[MidiEvent, ...]:
    """Notes and pedal of a MIDI file, by time; a note-on of velocity 0 is a note-off.

    Raises
    ------
    PerformanceError
        If the file is missing, empty, cut short, not MIDI, too long, or holds no note.
    """
    events = _read(path, event_of)
    return tuple(event for event in events if not isinstance(event, ProgramChange))


def read_steered_performance(path: Path) -> tuple[Event, ...]:
    """A MIDI file's notes and pedal, and whatever in it may steer (see `read_performance`)."""
    return _read(path, any_event_of)


def _read(path: Path, read: Read) -> tuple[Event, ...]:
    try:
        with path.open("rb") as file:
            payload = file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise PerformanceError(f"{path} cannot be read ({reason}); give a MIDI file") from error
    if not payload:
        raise PerformanceError(f"{path} is empty; give a MIDI file with notes")
    if len(payload) > MAX_BYTES:
        raise PerformanceError(f"{path} is larger than 64 MiB; give a shorter performance")
    try:
        events = _performance(payload, read)
    except _CutShortError as error:
        raise PerformanceError(f"{path} is cut short; export or copy it again") from error
    except ValueError as error:
        raise PerformanceError(f"{path} is not a usable MIDI file: {error}") from error
    if not any(isinstance(event, NoteOn) for event in events):
        raise PerformanceError(f"{path} holds no notes; give a MIDI file with notes")
    if events[-1].time_s > MAX_LENGTH_S:
        raise PerformanceError(f"{path} lasts over 12 hours; give a shorter performance")
    return events


@dataclass(slots=True)
class _Track:
    """Channel messages, packed as status, first and second byte; tempo changes; the end."""

    ticks: "array[int]" = field(default_factory=lambda: array("q"))
    messages: "array[int]" = field(default_factory=lambda: array("L"))
    tempi: list[tuple[int, int]] = field(default_factory=list)
    end_tick: int = 0


def _performance(payload: bytes, read: Read) -> tuple[Event, ...]:
    form, division, chunks = _header(payload)
    tracks = [_read_track(chunk) for chunk in chunks]
    if form == 2:
        events: list[Event] = []
        start_s = 0.0
        for track in tracks:
            time = _TickTime(division, track.tempi, start_s)
            events += _events(track, time, read)
            start_s = time.seconds(track.end_tick)
        return tuple(events)
    time = _TickTime(division, [change for track in tracks for change in track.tempi])
    events = [event for track in tracks for event in _events(track, time, read)]
    return tuple(sorted(events, key=lambda event: event.time_s))


def _header(payload: bytes) -> tuple[int, int, list[memoryview]]:
    """Format, time division, and the bodies of as many tracks as are promised."""
    if payload[:4] != b"MThd":
        raise ValueError("it does not begin as MIDI files do")
    chunks = _chunks(memoryview(payload))
    _, head = next(chunks)
    if len(head) < 6:
        raise _CutShortError
    form, count, division = struct.unpack_from(">HHH", head)
    if form > 2:
        raise ValueError(f"format {form} is unknown")
    if division == 0:
        raise ValueError("its time division is zero")
    tracks: list[memoryview] = []
    while len(tracks) < count:
        name, body = next(chunks)
        if name == b"MTrk":
            tracks.append(body)
    return form, division, tracks


def _chunks(payload: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    at = 0
    while at + 8 <= len(payload):
        name, size = struct.unpack_from(">4sI", payload, at)
        if at + 8 + size > len(payload):
            break
        yield name, payload[at + 8 : at + 8 + size]
        at += 8 + size
    raise _CutShortError


def _read_track(body: memoryview) -> _Track:
    track = _Track()
    at, tick, running = 0, 0, 0
    try:
        while at < len(body):
            delta, at = _variable_length(body, at)
            tick += delta
            if body[at] >= 0xF0:
                kind, payload, at = _aside(body, at)
                if kind == _TEMPO and len(payload) == 3:
                    track.tempi.append((tick, int.from_bytes(payload, "big")))
                if kind == _END_OF_TRACK:
                    break
                continue
            if body[at] >= 0x80:
                running, at = body[at], at + 1
            if not running:
                raise ValueError("it has data where a message should begin")
            count = _DATA_BYTES[running & 0xF0]
            first, second = body[at], body[at + 1] if count == 2 else 0
            if (first | second) & 0x80:
                raise ValueError("it has a message where data should be")
            at += count
            if running & 0xF0 != _PRESSURE:
                track.ticks.append(tick)
                track.messages.append(running << 16 | first << 8 | second)
    except IndexError as error:
        raise _CutShortError from error
    track.end_tick = tick
    return track


def _aside(body: memoryview, at: int) -> tuple[int, memoryview, int]:
    """Kind of a meta event (−1 for a system message), its payload, and the place after it.

    Running status outlives it here, against the standard, because some files rely on that.
    """
    kind, at = (body[at + 1], at + 2) if body[at] == 0xFF else (-1, at + 1)
    size, at = _variable_length(body, at)
    if at + size > len(body):
        raise _CutShortError
    return kind, body[at : at + size], at + size


def _variable_length(body: memoryview, at: int) -> tuple[int, int]:
    """A number of seven bits a byte, at most four bytes, and the place after it."""
    value = 0
    for length in range(4):
        byte = body[at + length]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + length + 1
    raise ValueError("it has a number longer than four bytes")


class _TickTime:
    """Seconds of a tick: a division of the beat with tempo changes, or of an SMPTE frame."""

    def __init__(self, division: int, tempi: list[tuple[int, int]], start_s: float = 0.0) -> None:
        self._ticks, self._seconds, self._tick_s = [0], [start_s], [0.0]
        if division & 0x8000:
            frames = 256 - (division >> 8)
            rate = 30000 / 1001 if frames == 29 else float(frames)
            self._tick_s[0] = 1.0 / (rate * max(1, division & 0xFF))
            return
        self._tick_s[0] = _DEFAULT_BEAT_US * 1e-6 / division
        for tick, beat_us in sorted(tempi, key=lambda change: change[0]):
            self._seconds.append(self.seconds(tick))
            self._ticks.append(tick)
            self._tick_s.append(beat_us * 1e-6 / division)

    def seconds(self, tick: int) -> float:
        """Time of a tick."""
        place = bisect_right(self._ticks, tick) - 1
        return self._seconds[place] + (tick - self._ticks[place]) * self._tick_s[place]


def _events(track: _Track, time: _TickTime, read: Read) -> list[Event]:
    events: list[Event] = []
    down: dict[tuple[int, int], int] = {}
    for tick, message in zip(track.ticks, track.messages, strict=True):
        said = [message >> 16, message >> 8 & 0x7F, message & 0x7F]
        event = read(said[: 1 + _DATA_BYTES[said[0] & 0xF0]], time.seconds(tick))
        if event is None:
            continue
        events.append(event)
        if isinstance(event, NoteOn):
            key = event.channel, event.pitch
            down[key] = down.get(key, 0) + 1
        elif isinstance(event, NoteOff):
            key = event.channel, event.pitch
            down[key] = max(0, down.get(key, 0) - 1)
    end_s = time.seconds(track.end_tick)
    held = sorted(key for key, count in down.items() for _ in range(count))
    return events + [NoteOff(end_s, pitch, channel) for channel, pitch in held]
