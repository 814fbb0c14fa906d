"""The session's log: one JSON object a line, in order of announcement.

Names, units and kinds are those of ``docs/log.schema.json``. Numbers are rounded to six decimals,
keys keep their order, so that the same session gives the same bytes.
"""

import json
import math
from functools import singledispatch
from pathlib import Path

import numpy as np

from accompanist.devices.atomic import AtomicFile
from accompanist.music.band import (
    BandNote,
    ControlRefused,
    ControlTaken,
    Fault,
    InputLevel,
    LearnSaid,
    NoteCut,
    NoteHeld,
    Panic,
    Played,
    Told,
)
from accompanist.music.chord import Chord
from accompanist.music.heard import (
    BeatHeard,
    ChordExpected,
    ChordHeard,
    CountInHeard,
    FeelHeard,
    Heard,
    HoldHeard,
    InputHeard,
    KeyHeard,
    MetreHeard,
    StateHeard,
    TapHeard,
    TempoHeard,
)
from accompanist.music.pitch import pitch_class_name
from accompanist.music.section import SectionBegun, TurnBegun
from accompanist.music.song import SongBegun, SongSectionBegun

_Plain = float | int | str | bool | None
_Fields = tuple[str, dict[str, _Plain]]

Logged = Heard | SectionBegun | TurnBegun | SongBegun | SongSectionBegun | Played | Told


class LogFile:
    """A log being written; it takes its name when it is kept.

    Raises
    ------
    DeviceError
        If nothing can be written at `path`.
    """

    def __init__(self, path: Path) -> None:
        self._file = AtomicFile(path)

    def show(self, event: Logged) -> None:
        """Append an event's line."""
        self._file.write(f"{log_line(event)}\n".encode())

    def keep(self) -> None:
        """Put the log in its place."""
        self._file.keep()

    def discard(self) -> None:
        """Leave no log behind."""
        self._file.discard()


def log_line(event: Logged) -> str:
    """JSON of an event, without a line end."""
    kind, fields = _fields(event)
    line: dict[str, _Plain] = {"kind": kind, "announced_s": event.announced_s, **fields}
    return json.dumps({name: _plain(value) for name, value in line.items()}, ensure_ascii=False)


def _plain(value: _Plain) -> _Plain:
    """A value JSON can hold; a number that is none becomes null."""
    if isinstance(value, np.generic):
        value = value.item()
    if not isinstance(value, float):
        return value
    return round(value, 6) + 0.0 if math.isfinite(value) else None


def _chord(chord: Chord) -> dict[str, _Plain]:
    if chord.root is None:
        return {"root": "N", "quality": None, "bass": None}
    bass = chord.root if chord.bass is None else chord.bass
    return {
        "root": pitch_class_name(chord.root),
        "quality": chord.quality,
        "bass": pitch_class_name(bass),
    }


@singledispatch
def _fields(event: Logged) -> _Fields:
    raise TypeError(f"{type(event).__name__} has no line in the log")


@_fields.register
def _(event: BeatHeard) -> _Fields:
    return "beat", {
        "at_s": event.at_s,
        "beat": event.beat,
        "bar": event.bar,
        "downbeat": event.downbeat,
        "tempo_bpm": event.tempo_bpm,
        "confidence": event.confidence,
    }


@_fields.register
def _(event: TempoHeard) -> _Fields:
    return "tempo", {"tempo_bpm": event.tempo_bpm, "confidence": event.confidence}


@_fields.register
def _(event: MetreHeard) -> _Fields:
    metre = event.metre
    return "metre", {"beats_per_bar": metre.beats_per_bar, "beat_unit": metre.beat_unit}


@_fields.register
def _(event: KeyHeard) -> _Fields:
    key = event.key
    tonic = None if key.tonic is None else pitch_class_name(key.tonic)
    return "key", {"tonic": tonic, "mode": key.mode, "confidence": event.confidence}


@_fields.register
def _(event: ChordHeard) -> _Fields:
    revises: dict[str, _Plain] = {} if event.revises is None else {"revises": event.revises}
    fields = {"at_s": event.at_s, **_chord(event.chord), "confidence": event.confidence}
    return "chord", {**fields, **revises}


@_fields.register
def _(event: ChordExpected) -> _Fields:
    chord = _chord(event.chord)
    return "chord_expected", {"at_s": event.at_s, **chord, "probability": event.probability}


@_fields.register
def _(event: StateHeard) -> _Fields:
    return "state", {"state": event.state}


@_fields.register
def _(event: FeelHeard) -> _Fields:
    strong, weak, off = event.accents
    return "feel", {
        "swing": event.swing,
        "level": event.level,
        "shuffled": event.shuffled,
        "accent_strong": strong,
        "accent_weak": weak,
        "accent_off": off,
        "sixteenth_swing": event.sixteenth_swing,
    }


@_fields.register
def _(event: CountInHeard | TapHeard) -> _Fields:
    kind = "tap" if isinstance(event, TapHeard) else "count_in"
    return kind, {"at_s": event.at_s, "tempo_bpm": event.tempo_bpm}


@_fields.register
def _(event: HoldHeard) -> _Fields:
    return "hold", {"holding": event.holding}


@_fields.register
def _(event: InputHeard) -> _Fields:
    return "input", {"model": event.model, "mpe": event.mpe}


@_fields.register
def _(event: SectionBegun) -> _Fields:
    return "section", {
        "at_s": event.at_s,
        "section": event.section,
        "style": event.style,
        "variation": event.variation,
    }


@_fields.register
def _(event: TurnBegun) -> _Fields:
    return "turn", {"at_s": event.at_s, "whose": event.whose}


@_fields.register
def _(event: SongBegun) -> _Fields:
    return "song", {"number": event.number, "count": event.count, "title": event.title}


@_fields.register
def _(event: SongSectionBegun) -> _Fields:
    return "song_section", {"at_s": event.at_s, "name": event.name}


@_fields.register
def _(event: BandNote) -> _Fields:
    return "note", {
        "note_id": event.note_id,
        "part": event.part,
        "on_s": event.on_s,
        "off_s": event.off_s,
        "on_beats": event.on_beats,
        "pitch": event.pitch,
        "velocity": event.velocity,
        "source": event.source,
    }


@_fields.register
def _(event: NoteCut | NoteHeld) -> _Fields:
    kind = "note_held" if isinstance(event, NoteHeld) else "note_end"
    return kind, {"note_id": event.note_id, "part": event.part, "off_s": event.off_s}


@_fields.register
def _(event: Panic) -> _Fields:
    return "panic", {}


@_fields.register
def _(event: ControlTaken) -> _Fields:
    return "control", {"parameter": event.address, "value": event.value, "from": event.source}


@_fields.register
def _(event: LearnSaid) -> _Fields:
    return "learn", {"what": event.what}


@_fields.register
def _(event: ControlRefused) -> _Fields:
    _, fields = _fields(ControlTaken(0.0, event.address, event.value, event.source))
    return "control_refused", fields


@_fields.register
def _(event: Fault) -> _Fields:
    return "fault", {"what": event.what}


@_fields.register
def _(event: InputLevel) -> _Fields:
    return "input_level", {"level_db": event.level_db, "is_clipping": event.is_clipping}
