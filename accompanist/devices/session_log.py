"""Lines of a session's log that let it be played again: how it began, every input, and its end.

All else that such a log holds are the announcements of `log_file`. An input is what the engine
heard, an event of the performer or of a clock, a frame or a tone of sound, or the turn of a
control, with every digit of its time `at_s`; `announced_s` is the engine time reached when it was
heard, so it counts from the next tick on. A band that was started again begins the log anew, with
the place it found and what it missed.
"""

import base64
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from accompanist.devices.log_file import Logged, log_line
from accompanist.music.events import (
    SOUND_BANDS,
    SOUND_TONES,
    TRANSPORT,
    Attack,
    ClockEvent,
    ClockTick,
    Controller,
    ControlTurn,
    Gesture,
    InputEvent,
    NoteOff,
    NoteOn,
    Pedal,
    SoundFrame,
    Tone,
    ToneOff,
    ToneOn,
    Transport,
)
from accompanist.music.whereabouts import Whereabouts

START, RESTART, CUT = "start", "restart", "cut"
"""How a log begins: with the session, with a band started again, or in the midst of it all."""

BEGINNINGS = (START, RESTART, CUT)

_CHANNELS = 16

_Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class LogBegun:
    """A band begins to play, and everything that its notes depend on but its inputs.

    Attributes
    ----------
    begins
        One of `BEGINNINGS`.
    version
        Of the program.
    style
        What the band was asked to play like at the start; none if it was not asked.
    resting
        Parts that failed too often to play.
    chords
        The player's own chords: semitones above the root, by name.
    songs
        Texts of the song files, in the order of the set.
    place, missed
        Where the band went on, if not at its beginning, and what the performer played since.
    """

    announced_s: float
    begins: str
    version: str
    seed: int
    style: str | None = None
    resting: tuple[str, ...] = ()
    chords: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    songs: tuple[str, ...] = ()
    place: Whereabouts | None = None
    missed: tuple[Gesture, ...] = ()


@dataclass(frozen=True, slots=True)
class InputTaken:
    """The engine heard something."""

    announced_s: float
    event: InputEvent


@dataclass(frozen=True, slots=True)
class LogEnded:
    """The band was asked to end, and ended everything that sounded."""

    announced_s: float


SessionLine = Logged | LogBegun | InputTaken | LogEnded


def session_line(line: SessionLine) -> str:
    """JSON of a line, without a line end."""
    match line:
        case LogBegun():
            return _json(_begun(line))
        case InputTaken():
            return _json(_taken(line))
        case LogEnded():
            return _json({"kind": "end", "announced_s": line.announced_s})
    return log_line(line)


def _json(fields: _Fields) -> str:
    return json.dumps(fields, ensure_ascii=False, allow_nan=False, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{value!r} has no place in a log")


def _begun(line: LogBegun) -> _Fields:
    return {
        "kind": "session",
        "announced_s": line.announced_s,
        "begins": line.begins,
        "version": line.version,
        "seed": line.seed,
        "style": line.style,
        "resting": line.resting,
        "chords": dict(line.chords),
        "songs": line.songs,
        "place": json.loads(line.place.to_text()) if line.place else None,
        "missed": [_gesture(event) for event in line.missed],
    }


def _taken(line: InputTaken) -> _Fields:
    event, announced = line.event, {"announced_s": round(line.announced_s, 6)}
    if isinstance(event, ClockTick | Transport):
        return {"kind": "clock", **announced, "at_s": event.time_s, **_clock(event)}
    if isinstance(event, SoundFrame):
        return {"kind": "sound", **announced, "at_s": event.time_s, **_sound(event)}
    if isinstance(event, ToneOn | ToneOff):
        return {"kind": "tone", **announced, "at_s": event.time_s, **_tone(event)}
    if not isinstance(event, ControlTurn):
        return {"kind": "gesture", **announced, **_gesture(event)}
    value = event.value
    is_number = not isinstance(value, float) or math.isfinite(value)
    return {
        "kind": "control_turn",
        **announced,
        "at_s": event.time_s,
        "parameter": event.address,
        "value": value if is_number else None,
        "from": event.source,
    }


def _gesture(event: Gesture) -> _Fields:
    match event:
        case NoteOn():
            told: _Fields = {"pitch": event.pitch, "velocity": event.velocity}
        case NoteOff():
            told = {"pitch": event.pitch}
        case Pedal():
            told = {"down": event.down}
        case Controller():
            told = {"number": event.number, "value": event.value}
        case Attack():
            return {"at_s": event.time_s, "gesture": "attack", "strength": event.strength}
    return {"at_s": event.time_s, "gesture": _NAMES[type(event)], **told, "channel": event.channel}


def _clock(event: ClockEvent) -> _Fields:
    if isinstance(event, ClockTick):
        return {"says": _TICK, "number": event.number}
    return {"says": event.what, "sixteenths": event.sixteenths}


def _sound(event: SoundFrame) -> _Fields:
    bands, tones = (base64.b64encode(part).decode() for part in (event.bands, event.tones))
    return {"level_db": event.level_db, "bands": bands, "tones": tones}


def _tone(event: Tone) -> _Fields:
    if isinstance(event, ToneOff):
        return {"says": _ENDS, "pitch": event.pitch}
    told: _Fields = {"says": _BEGINS, "pitch": event.pitch, "velocity": event.velocity}
    return {**told, "began_s": event.began_s, "alone": event.alone}


_TICK = "tick"
_BEGINS, _ENDS = "begins", "ends"
_NAMES = {NoteOn: "note_on", NoteOff: "note_off", Pedal: "pedal", Controller: "controller"}


def read_begun(fields: _Fields) -> LogBegun:
    """Read what `session_line` wrote of a beginning.

    Raises
    ------
    ValueError, KeyError, TypeError
        If it is damaged.
    """
    if fields["begins"] not in BEGINNINGS:
        raise ValueError(f"a log does not begin with {fields['begins']!r}")
    place = fields["place"]
    return LogBegun(
        announced_s=float(fields["announced_s"]),
        begins=fields["begins"],
        version=str(fields["version"]),
        seed=int(fields["seed"]),
        style=fields["style"],
        resting=tuple(map(str, fields["resting"])),
        chords={name: tuple(map(int, steps)) for name, steps in fields["chords"].items()},
        songs=tuple(map(str, fields["songs"])),
        place=None if place is None else Whereabouts.from_text(json.dumps(place)),
        missed=tuple(read_gesture(gesture) for gesture in fields["missed"]),
    )


def read_gesture(fields: _Fields) -> Gesture:
    """Read what the performer did; as `read_begun`."""
    kind, at_s = fields["gesture"], float(fields["at_s"])
    if kind == "attack":
        return Attack(at_s, float(fields["strength"]))
    channel = midi_value(fields["channel"], _CHANNELS)
    match kind:
        case "note_on":
            pitch, velocity = midi_value(fields["pitch"]), midi_value(fields["velocity"])
            return NoteOn(at_s, pitch, velocity, channel)
        case "note_off":
            return NoteOff(at_s, midi_value(fields["pitch"]), channel)
        case "pedal":
            return Pedal(at_s, bool(fields["down"]), channel)
        case "controller":
            number, value = midi_value(fields["number"]), midi_value(fields["value"])
            return Controller(at_s, number, value, channel)
    raise ValueError(f"{kind!r} is no gesture")


def read_clock(fields: _Fields) -> ClockEvent:
    """Read what a clock said; as `read_begun`."""
    at_s, says = float(fields["at_s"]), fields["says"]
    if says == _TICK:
        number = fields["number"]
        return ClockTick(at_s, None if number is None else int(number))
    if says not in TRANSPORT:
        raise ValueError(f"no clock says {says!r}")
    return Transport(at_s, says, int(fields["sixteenths"]))


def read_sound(fields: _Fields) -> SoundFrame:
    """Read a frame of sound; as `read_begun`."""
    bands, tones = (base64.b64decode(fields[name], validate=True) for name in ("bands", "tones"))
    if (len(bands), len(tones)) != (SOUND_BANDS, SOUND_TONES):
        raise ValueError("a frame of sound has another size")
    return SoundFrame(float(fields["at_s"]), float(fields["level_db"]), bands, tones)


def read_tone(fields: _Fields) -> Tone:
    """Read what was heard of a tone; as `read_begun`."""
    at_s, pitch, says = float(fields["at_s"]), midi_value(fields["pitch"]), fields["says"]
    if says == _ENDS:
        return ToneOff(at_s, pitch)
    if says != _BEGINS:
        raise ValueError(f"no tone {says!r}")
    velocity, began_s = midi_value(fields["velocity"]), float(fields["began_s"])
    return ToneOn(at_s, pitch, velocity, began_s, bool(fields["alone"]))


def midi_value(value: object, values: int = 128) -> int:
    """Return what is a whole number of MIDI, from 0.

    Raises
    ------
    ValueError
        If it is not.
    """
    if type(value) is not int or not 0 <= value < values:
        raise ValueError(f"{value!r} is no number of MIDI")
    return value


def read_turn(fields: _Fields) -> ControlTurn:
    """Read the turn of a control; as `read_begun`."""
    value = math.nan if fields["value"] is None else fields["value"]
    address, source = str(fields["parameter"]), str(fields["from"])
    return ControlTurn(float(fields["at_s"]), address, value, source)
