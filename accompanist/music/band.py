"""What the band plays: notes planned in beats, and the same notes once committed to seconds."""

from dataclasses import dataclass

PARTS = ("drums", "bass", "harmony")
"""The parts, in the order in which logs and files name them."""

FRAMES_PER_BEAT = 4
"""Players think in sixteenths of a quarter-note beat; offsets between them are free."""

LEANING_BEATS = 0.5 / FRAMES_PER_BEAT
"""So far ahead of a beat a note still belongs to it, as players lean forward."""


@dataclass(frozen=True, slots=True)
class PlannedNote:
    """A note a player wants, in beats; drums use General MIDI percussion pitches.

    `onset_beats` holds swing and micro-timing already; `source` is ``model`` or ``understudy``.
    """

    part: str
    onset_beats: float
    length_beats: float
    pitch: int
    velocity: int
    source: str


@dataclass(frozen=True, slots=True)
class BandNote:
    """A committed note with its seconds; `note_id` is unique within a session."""

    announced_s: float
    note_id: int
    part: str
    on_s: float
    off_s: float
    on_beats: float
    pitch: int
    velocity: int
    source: str


@dataclass(frozen=True, slots=True)
class NoteCut:
    """A committed note ends early, at `off_s` (at or before its onset: it never sounds)."""

    announced_s: float
    note_id: int
    part: str
    off_s: float


@dataclass(frozen=True, slots=True)
class NoteHeld:
    """A committed note that sounds, or is about to, lasts on until `off_s`."""

    announced_s: float
    note_id: int
    part: str
    off_s: float


@dataclass(frozen=True, slots=True)
class ControlTaken:
    """A parameter took a value."""

    announced_s: float
    address: str
    value: float | int | str
    source: str


@dataclass(frozen=True, slots=True)
class LearnSaid:
    """What is said to whoever teaches a knob, key or pedal what it turns."""

    announced_s: float
    what: str


@dataclass(frozen=True, slots=True)
class ControlRefused:
    """A turn of a parameter was refused: surfaces have to show the `value` that it keeps."""

    announced_s: float
    address: str
    value: float | int | str
    source: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Something went wrong and was worked around."""

    announced_s: float
    what: str


@dataclass(frozen=True, slots=True)
class InputLevel:
    """How loud the audio input is, in decibels of full scale, and whether it was too loud."""

    announced_s: float
    level_db: float
    is_clipping: bool


@dataclass(frozen=True, slots=True)
class Panic:
    """Everything that sounds must stop at once."""

    announced_s: float


Played = BandNote | NoteCut | NoteHeld | Panic
"""What a synth, a port or a file of notes needs to hear."""

Told = ControlTaken | ControlRefused | LearnSaid | Fault | InputLevel
"""What is told of the controls, of what went wrong, and of the audio input."""
