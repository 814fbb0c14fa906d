"""Onsets: keys struck together, as one hand or two mean them, are one onset.

Notes within `SPREAD_S` of the first belong together; the onset is known once that time is over.
Before that it can be glimpsed, whenever no key has followed the last for `GLIMPSE_S`.
"""

from dataclasses import dataclass

from accompanist.music.events import NoteOn

SPREAD_S = 0.035

GLIMPSE_S = 0.005
"""Longer than the fingers of most chords are apart, and too short to be felt."""


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
        self._glimpsed = 0

    def hear(self, note: NoteOn) -> Onset | None:
        """Take a note; return the onset it closes, if it comes too late to belong to it."""
        closed = self.close(note.time_s)
        self._notes.append(note)
        return closed

    def close(self, now_s: float) -> Onset | None:
        """Return the onset whose time is over at `now_s`, once."""
        if not self._notes or now_s < self._notes[0].time_s + SPREAD_S:
            return None
        onset = self._onset()
        self._notes, self._glimpsed = [], 0
        return onset

    def glimpse(self, now_s: float) -> Onset | None:
        """Return what was struck of the onset so far, if the hand seems to have come down.

        After every pause of the fingers it is returned once.
        """
        if len(self._notes) == self._glimpsed or now_s < self._notes[-1].time_s + GLIMPSE_S:
            return None
        self._glimpsed = len(self._notes)
        return self._onset()

    def _onset(self) -> Onset:
        notes = self._notes
        return Onset(
            sum(note.time_s for note in notes) / len(notes),
            tuple(note.pitch for note in notes),
            tuple(note.velocity for note in notes),
        )
