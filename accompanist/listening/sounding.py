"""What sounds now: keys held, keys the pedal holds, and the ear's short memory of keys let go.

A struck string fades, so every note weighs less the longer it sounds; a note let go is remembered
for a moment, or arpeggios and short chords would have no harmony.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accompanist.music.events import NoteOff, NoteOn, Pedal, PerformerEvent

FADE_S = 2.5
MEMORY_S = 0.5
_JUST_S = 0.1
_LOW = 52
_FORGOTTEN = 0.02
_LONGEST_MEMORY_S = 2.0


@dataclass(slots=True)
class _Sounding:
    pitch: int
    on_s: float
    loudness: float
    key_down: bool = True
    released_s: float | None = None


class SoundingNotes:
    """Notes that sound or were just let go, at most one a key and channel."""

    def __init__(self) -> None:
        self._notes: dict[tuple[int, int], _Sounding] = {}
        self._pedals: set[int] = set()

    def hear(self, event: PerformerEvent) -> None:
        """Take an event."""
        if isinstance(event, NoteOn):
            loudness = (event.velocity / 127) ** 0.7
            self._notes[event.channel, event.pitch] = _Sounding(event.pitch, event.time_s, loudness)
        elif isinstance(event, NoteOff):
            note = self._notes.get((event.channel, event.pitch))
            if note is not None:
                note.key_down = False
                if event.channel not in self._pedals and note.released_s is None:
                    note.released_s = event.time_s
        elif isinstance(event, Pedal):
            self._press(event)

    def chroma(
        self, now_s: float, fade_s: float = FADE_S, memory_s: float = MEMORY_S
    ) -> NDArray[np.float64]:
        """Weights by pitch class (12,), 0 for what does not sound.

        A held note fades to 1/e in `fade_s`, one let go in `memory_s`.
        """
        weights = np.zeros(12)
        for note in self._notes.values():
            weights[note.pitch % 12] += _weight(note, now_s, fade_s, memory_s)
        return weights

    def bass(self, now_s: float) -> int | None:
        """Lowest pitch that still counts for something; None in silence.

        A low key just struck takes over from notes that only the pedal or the ear still holds: the
        foot changes a moment after the hand.
        """
        held = [note.pitch for note in self._notes.values() if note.key_down]
        struck = [pitch for pitch, _ in self.struck(now_s, _JUST_S) if pitch < _LOW]
        if struck and min(struck) == min(held, default=None):
            return min(struck)
        pitches = [
            note.pitch
            for note in self._notes.values()
            if _weight(note, now_s, FADE_S, MEMORY_S) > 0.12
        ]
        return min(pitches, default=None)

    def top(self) -> int | None:
        """Highest key that is down; None if none is."""
        return max((note.pitch for note in self._notes.values() if note.key_down), default=None)

    def struck(self, now_s: float, within_s: float) -> list[tuple[int, float]]:
        """Pitches struck in the last moment, with their loudness 0–1."""
        return [
            (note.pitch, note.loudness)
            for note in self._notes.values()
            if now_s - note.on_s < within_s
        ]

    def forget(self, now_s: float) -> None:
        """Drop what is no longer remembered."""
        gone = [
            key
            for key, note in self._notes.items()
            if note.released_s is not None
            and _weight(note, now_s, FADE_S, _LONGEST_MEMORY_S) < _FORGOTTEN
        ]
        for key in gone:
            del self._notes[key]

    def _press(self, event: Pedal) -> None:
        if event.down:
            self._pedals.add(event.channel)
            return
        self._pedals.discard(event.channel)
        for (channel, _), note in self._notes.items():
            if channel == event.channel and not note.key_down and note.released_s is None:
                note.released_s = event.time_s


def _weight(note: _Sounding, now_s: float, fade_s: float, memory_s: float) -> float:
    decay = max(now_s - note.on_s, 0.0) / fade_s
    if note.released_s is not None:
        decay += max(now_s - note.released_s, 0.0) / memory_s
    return note.loudness * math.exp(-decay)
