"""Single lines as sound, and how well the notes heard in them are those that were played.

Solos of the Weimar Jazz Database are played by the instruments of a soundfont, clean, in a room,
and in noise 20 dB below. A note is right that has the pitch of a note played and begins within 50
or 70 ms of it; a moment is right in which the pitch that sounds is the one heard.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from mir_eval.transcription import match_notes
from numpy.typing import NDArray

from accompanist.devices.line_ear import LineEar
from accompanist.music.events import ToneOff, ToneOn
from accompanist.training.performances import Notes, Performance
from accompanist.training.sound_damage import coloured, convolved, room
from accompanist.training.sound_fonts import Fluid
from accompanist.training.sound_instruments import Instrument, in_range

Floats = NDArray[np.float32]

INSTRUMENTS = {
    "alto sax": Instrument(65, 49, 81, sings=True),
    "tenor sax": Instrument(66, 44, 76, sings=True),
    "flute": Instrument(73, 60, 93, sings=True),
    "trumpet": Instrument(56, 54, 82, sings=True),
    "voice": Instrument(53, 48, 76, sings=True),
    "finger bass": Instrument(33, 28, 52),
    "clean guitar": Instrument(27, 43, 80),
}
CONDITIONS = ("clean", "room", "noise")
RATE_HZ = 44_100
NOISE_DB = -20.0
NEAR_S, NEARLY_S = 0.05, 0.07
_BLOCK = 256
_FRAME_S = 0.01
_LEGATO_S = 0.01


@dataclass(frozen=True, slots=True)
class Line:
    """A line as sound; its notes."""

    sound: Floats
    notes: Notes


@dataclass(frozen=True, slots=True)
class HeardNote:
    """A note heard: when it began, when it was told, when it ended."""

    began_s: float
    told_s: float
    ended_s: float
    pitch: int


def rendered(
    solo: Performance,
    instrument: Instrument,
    fluid: Fluid,
    condition: str,
    seconds: float,
    random: np.random.Generator,
) -> Line:
    """The first seconds of a solo, one note at a time, half a second after silence."""
    begins_s = float(solo.notes.on_s[0]) - 0.5
    notes = solo.notes.only(solo.notes.on_s < begins_s + seconds - 1.0)
    on_s = notes.on_s - begins_s
    following_s = np.append(on_s[1:], seconds)
    again = np.append(notes.pitch[1:] == notes.pitch[:-1], False)
    latest_s = following_s + np.where(again, -_LEGATO_S, _LEGATO_S)
    off_s = np.maximum(np.minimum(notes.off_s - begins_s, latest_s), on_s + 0.03)
    loud = np.clip(random.normal(85.0, 14.0, len(notes)), 40, 120).astype(np.int64)
    notes = in_range(Notes(on_s, off_s, notes.pitch, loud, notes.role), instrument)
    frames = round(seconds * RATE_HZ)
    sound = fluid.play(notes, instrument, frames, 0.0, random)
    if condition == "room":
        sound = convolved(sound, room(RATE_HZ, random))[:frames]
    elif condition == "noise":
        hiss = coloured(frames, -3.0, RATE_HZ, random)
        sound = sound + hiss * (sound.std() / hiss.std() * 10.0 ** (NOISE_DB / 20.0))
    return Line(np.asarray(sound, np.float32), notes)


def notes_heard(sound: Floats, rate_hz: int, *, alone: bool) -> list[HeardNote]:
    """Notes that the ear for a line tells; with `alone`, only where it hears a single line."""
    ear, notes = LineEar(rate_hz), []
    begun: ToneOn | None = None
    events = [
        event
        for first in range(0, len(sound), _BLOCK)
        for event in ear.feed(sound[first : first + _BLOCK], lambda number: number / rate_hz)
    ]
    for event in (*events, ToneOff(len(sound) / rate_hz, 0)):
        if begun is not None:
            notes.append(HeardNote(begun.began_s, begun.time_s, event.time_s, begun.pitch))
        begun = event if isinstance(event, ToneOn) and (event.alone or not alone) else None
    return notes


def matched(heard: Sequence[HeardNote], notes: Notes, within_s: float) -> list[tuple[int, int]]:
    """Pairs of notes played and heard that are the same."""
    if not heard or not len(notes):
        return []
    return list(
        match_notes(
            _spans(notes.on_s),
            _hertz(notes.pitch),
            _spans([note.began_s for note in heard]),
            _hertz([note.pitch for note in heard]),
            onset_tolerance=within_s,
            offset_ratio=None,
        )
    )


def note_f(heard: Sequence[HeardNote], notes: Notes, within_s: float) -> float:
    """F of the notes heard."""
    return 2.0 * len(matched(heard, notes, within_s)) / max(len(heard) + len(notes), 1)


def moments_right(heard: Sequence[HeardNote], notes: Notes) -> float:
    """Share of the moments in which a note sounds, 60 ms or longer, that its pitch is held."""
    at_s = np.arange(0.0, float(notes.off_s.max(initial=0.0)), _FRAME_S)
    played, held = np.full(len(at_s), -1), np.full(len(at_s), -1)
    for on_s, off_s, pitch in zip(notes.on_s, notes.off_s, notes.pitch, strict=True):
        played[(at_s >= on_s + 0.06) & (at_s < off_s)] = pitch
    for note in heard:
        held[(at_s >= note.told_s) & (at_s < note.ended_s)] = note.pitch
    sounds = played >= 0
    return float((played == held)[sounds].mean()) if sounds.any() else 0.0


def delays_s(heard: Sequence[HeardNote], notes: Notes) -> list[float]:
    """How long after its onset every right note was told."""
    pairs = matched(heard, notes, NEARLY_S)
    return [heard[place].told_s - float(notes.on_s[true]) for true, place in pairs]


def _spans(onsets_s: Sequence[float] | NDArray[np.float64]) -> NDArray[np.float64]:
    first = np.asarray(onsets_s, np.float64)
    return np.stack([first, first + 0.05], axis=1)


def _hertz(pitches: Sequence[int] | NDArray[np.int64]) -> NDArray[np.float64]:
    return np.asarray(440.0 * 2.0 ** ((np.asarray(pitches) - 69) / 12.0))
