"""Onsets: keys struck together, as one hand or two mean them, are one onset.

Notes within `SPREAD_S` of the first belong together; the onset is known once that time is over.
"""

from dataclasses import dataclass

from accompanist.music.events import NoteOn

SPREAD_S = 0.035


@dataclass(frozen=True, slots=True)
class Onset:
    """Notes struck together at `time_s` (their mean); pitches and velocities run in parallel."""

    time_s: float
    pitches: tuple[int, ...]
    velocities: tuple[int, ...]

    @property
    def loudness(self) -> float:
        """The loudest key, 0–1."""
        return max(self.velocities) / 127

    @property
    def lowest(self) -> int:
        """Lowest pitch."""
        return min(self.pitches)

    @property
    def pitch_classes(self) -> frozenset[int]:
        """Pitch classes struck."""
        return frozenset(pitch % 12 for pitch in self.pitches)


class OnsetGrouper:
    """Collects notes into onsets."""

    def __init__(self) -> None:
        self._notes: list[NoteOn] = []

    def hear(self, note: NoteOn) -> Onset | None:
        """Take a note; return the onset it closes, if it comes too late to belong to it."""
        closed = self.close(note.time_s)
        self._notes.append(note)
        return closed

    def close(self, now_s: float) -> Onset | None:
        """Return the onset whose time is over at `now_s`, once."""
        if not self._notes or now_s < self._notes[0].time_s + SPREAD_S:
            return None
        notes, self._notes = self._notes, []
        return Onset(
            sum(note.time_s for note in notes) / len(notes),
            tuple(note.pitch for note in notes),
            tuple(note.velocity for note in notes),
        )
