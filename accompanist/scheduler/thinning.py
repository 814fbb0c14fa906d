"""Thinning: the band sinks back, or keeps time lightly, without falling silent.

Works on what is committed, so that it is heard at once and is gone at once, whoever plays. Of every
part, and of every drum, a note is let through when the last is long enough ago; notes on the beat
sooner than others, so that what is left keeps time. What is let through is softer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from accompanist.music.band import PlannedNote

TIMEKEEPERS = (42, 44, 46, 51, 53, 54, 70)
"""General MIDI drums that keep time: hats, ride and bell, tambourine, shaker."""

_NEAR_BEAT = 0.13
_SAME_STROKE_BEATS = 0.1
_LENIENCE_BEATS = 0.5
"""How much sooner a note on the beat is let through than one off the beat is later."""


@dataclass(frozen=True, slots=True)
class Thinness:
    """How much softer notes are, and how many beats apart, by part and for timekeeping drums."""

    softness: float
    apart_beats: Mapping[str, float]


DIP = Thinness(0.55, {"timekeepers": 1.0, "drums": 2.0, "bass": 1.0, "harmony": 2.0})
"""The whole band sinks back."""

LIGHT = Thinness(0.7, {"timekeepers": 1.0, "drums": 4.0, "bass": 2.0, "harmony": 4.0})
"""The band keeps time for somebody who plays alone."""

LIGHT_FILL = Thinness(0.7, {"timekeepers": 0.0, "drums": 0.0, "bass": 2.0, "harmony": 4.0})
"""The drums lead somebody who plays alone into what follows."""


class Thinning:
    """Thins notes in the order in which they are committed.

    Attributes
    ----------
    thinness
        How thin it is at present; None lets everything through as it is.
    """

    def __init__(self) -> None:
        self.thinness: Thinness | None = None
        self._last: dict[tuple[str, int], float] = {}

    def thinned(self, note: PlannedNote) -> PlannedNote | None:
        """The note as it is to sound, or None."""
        if self.thinness is None:
            self._last.clear()
            return note
        if not self._let_through(note, self.thinness):
            return None
        return replace(note, velocity=max(round(note.velocity * self.thinness.softness), 1))

    def _let_through(self, note: PlannedNote, thinness: Thinness) -> bool:
        keeps_time = note.part == "drums" and note.pitch in TIMEKEEPERS
        apart_beats = thinness.apart_beats["timekeepers" if keeps_time else note.part]
        if not apart_beats:
            return True
        voice = (note.part, note.pitch if note.part == "drums" else 0)
        on_beat = abs(note.onset_beats - round(note.onset_beats)) < _NEAR_BEAT
        apart_beats += -_LENIENCE_BEATS if on_beat else _LENIENCE_BEATS
        since_beats = note.onset_beats - self._last.get(voice, -apart_beats - 1.0)
        if abs(since_beats) < _SAME_STROKE_BEATS and note.part == "harmony":
            return True
        if -_SAME_STROKE_BEATS < since_beats < apart_beats:
            return False
        self._last[voice] = note.onset_beats
        return True
