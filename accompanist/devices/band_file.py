"""The band's Standard MIDI File: the performer's own track first, then one track a part.

Format 1 at 960 ticks a quarter. Tempo and time signatures stand in the first track and follow the
performer (see `bar_lines`), so that seconds are kept within a millisecond and bars lie where the
performer put them. Drums are on channel 10. Where a part strikes a pitch that still sounds, the
earlier note ends there, as it does on one key.
"""

import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import mido

from accompanist.devices.atomic import written_atomically
from accompanist.devices.bar_lines import TICKS_PER_QUARTER, BarLines
from accompanist.devices.settled import settled
from accompanist.music.band import PARTS, BandNote, Played
from accompanist.music.events import NoteOff, NoteOn, PerformerEvent
from accompanist.music.heard import Heard

DRUM_CHANNEL = 9
PROGRAMS = {"drums": 0, "bass": 33, "harmony": 4}
"""General MIDI programs from 0: standard kit, fingered bass, electric piano."""

_LONGEST_DELTA = 0x0FFFFFFF
_OFF_FIRST = {"note_off": 0, "note_on": 1}


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
    file = mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_QUARTER)
    file.tracks.append(_performer_track(performance, lines))
    for part in PARTS:
        own = [note for note in notes if note.part == part]
        file.tracks.append(_part_track(part, own, channels[part], lines))
    payload = io.BytesIO()
    file.save(file=payload)
    with written_atomically(path) as target:
        target.write(payload.getvalue())


def _channels(taken: set[int]) -> dict[str, int]:
    """Channel of every part; bass and harmony keep off the performer's while there are others."""
    pitched = [channel for channel in range(1, 16) if channel != DRUM_CHANNEL]
    free = [channel for channel in pitched if channel not in taken]
    bass, harmony = (free + pitched)[:2]
    return {"drums": DRUM_CHANNEL, "bass": bass, "harmony": harmony}


_Timed = tuple[int, mido.Message]


def _performer_track(performance: Sequence[PerformerEvent], lines: BarLines) -> mido.MidiTrack:
    marks: list[_Timed] = [
        (
            signature.tick,
            mido.MetaMessage(
                "time_signature",
                numerator=signature.metre.beats_per_bar,
                denominator=signature.metre.beat_unit,
            ),
        )
        for signature in lines.signatures
    ]
    marks += [
        (change.tick, mido.MetaMessage("set_tempo", tempo=change.quarter_us))
        for change in lines.tempi
    ]
    played = [(lines.tick(event.time_s), _message(event)) for event in performance]
    return _track("Performer", sorted([*marks, *played], key=lambda timed: timed[0]))


def _message(event: PerformerEvent) -> mido.Message:
    match event:
        case NoteOn():
            return mido.Message(
                "note_on", note=event.pitch, velocity=event.velocity, channel=event.channel
            )
        case NoteOff():
            return mido.Message("note_off", note=event.pitch, channel=event.channel)
    return mido.Message("control_change", control=64, value=127 * event.down, channel=event.channel)


def _part_track(
    part: str, notes: Sequence[BandNote], channel: int, lines: BarLines
) -> mido.MidiTrack:
    messages: list[_Timed] = []
    next_on: dict[int, int] = {}
    for note in reversed(notes):
        on = lines.tick(note.on_s)
        if next_on.get(note.pitch) == on:
            continue
        off = max(on + 1, min(lines.tick(note.off_s), next_on.get(note.pitch, _LONGEST_DELTA)))
        next_on[note.pitch] = on
        on_message = mido.Message(
            "note_on", note=note.pitch, velocity=note.velocity, channel=channel
        )
        messages.append((on, on_message))
        messages.append((off, mido.Message("note_off", note=note.pitch, channel=channel)))
    messages.sort(key=lambda timed: (timed[0], _OFF_FIRST[timed[1].type], timed[1].note))
    program = mido.Message("program_change", program=PROGRAMS[part], channel=channel)
    return _track(part.capitalize(), [(0, program), *messages])


def _track(name: str, messages: Iterable[_Timed]) -> mido.MidiTrack:
    """A track of messages at rising ticks, times turned into the steps between them."""
    track = mido.MidiTrack([mido.MetaMessage("track_name", name=name, time=0)])
    now = 0
    for tick, message in messages:
        track.append(message.copy(time=tick - now))
        now = tick
    return track
