"""Onsets: keys struck together, as one hand or two mean them, are one onset.

Notes within `SPREAD_S` of the first belong together; the onset is known once that time is over.
Before that it can be glimpsed, whenever no key has followed the last for `GLIMPSE_S`. Drum pads and
attacks heard in a sound make onsets without tones; an attack is trusted less, and one beside or
just after a key is taken for the sound of that key.
"""

import math
from dataclasses import dataclass

from accompanist.music.events import ATTACK_PITCH, PERCUSSION_CHANNEL, Attack, NoteOn

SPREAD_S = 0.035

GLIMPSE_S = 0.005
"""Longer than the fingers of most chords are apart, and too short to be felt."""


ECHO_S = 0.08
"""So soon after a key an attack is the sound of that key."""

_ATTACK_TRUST = 0.5


@dataclass(frozen=True, slots=True)
class Onset:
    """Notes struck together at `time_s` (their mean); pitches and velocities run in parallel.

    `has_tones` is false for drums and attacks, and `trust` says how far the onset counts, 0–1.
    """

    time_s: float
    pitches: tuple[int, ...]
    velocities: tuple[int, ...]
    has_tones: bool = True
    trust: float = 1.0

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
        self._notes: list[NoteOn | Attack] = []
        self._glimpsed = 0
        self._last_key_s = -math.inf

    def hear(self, note: NoteOn | Attack) -> Onset | None:
        """Take a note; return the onset it closes, if it comes too late to belong to it."""
        closed = self.close(note.time_s)
        if isinstance(note, NoteOn):
            self._last_key_s = note.time_s
            self._notes.append(note)
        elif note.time_s >= self._last_key_s + ECHO_S:
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
        keys = [note for note in self._notes if isinstance(note, NoteOn)]
        if not keys:
            attacks = [note for note in self._notes if isinstance(note, Attack)]
            velocity = max(attack.velocity for attack in attacks)
            time_s = attacks[0].time_s
            return Onset(time_s, (ATTACK_PITCH,), (velocity,), has_tones=False, trust=_ATTACK_TRUST)
        return Onset(
            sum(key.time_s for key in keys) / len(keys),
            tuple(key.pitch for key in keys),
            tuple(key.velocity for key in keys),
            has_tones=any(key.channel != PERCUSSION_CHANNEL for key in keys),
        )
