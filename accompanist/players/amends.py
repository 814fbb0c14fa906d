"""Amends: what notes become that the performer's chord has made wrong.

The bass goes to the bass of the new chord, as near as it can; any other note to the nearest tone of
the chord that its part does not sound already. No learned player is asked: this is for the moment
in which the chord is heard, until the players, told of it, play on.
"""

from collections.abc import Collection, Sequence
from typing import Protocol

from accompanist.music.band import BandNote, PlannedNote
from accompanist.music.chord import Chord
from accompanist.players.bass import HIGHEST, LOWEST

SHORTEST_S = 0.08
"""What is left of a wrong note must last this long for a right one to take over."""

_FURTHEST = 6


class BeatCount(Protocol):
    """Counts beats."""

    def beats_at(self, time_s: float) -> float:
        """Beats counted at `time_s`."""


def amends(
    wrong: Sequence[BandNote],
    sounding: Sequence[BandNote],
    chord: Chord,
    now_s: float,
    count: BeatCount,
) -> list[PlannedNote]:
    """Notes that take over from the `wrong` ones for the rest of them.

    `sounding` are the notes that go on sounding beside them.
    """
    taken = {(note.part, note.pitch) for note in sounding}
    now_beats = count.beats_at(now_s)
    planned = []
    for note in wrong:
        others = [pitch for part, pitch in taken if part == note.part]
        pitch = amended(note.part, note.pitch, chord, others)
        if pitch is None or note.off_s - max(note.on_s, now_s) < SHORTEST_S:
            continue
        taken.add((note.part, pitch))
        onset_beats = max(note.on_beats, now_beats)
        length_beats = count.beats_at(note.off_s) - onset_beats
        planned.append(
            PlannedNote(note.part, onset_beats, length_beats, pitch, note.velocity, note.source)
        )
    return planned


def amended(part: str, pitch: int, chord: Chord, taken: Collection[int] = ()) -> int | None:
    """Pitch that replaces one that clashes with `chord`; None if there is none to be had.

    `taken` are the pitches that the part sounds besides.
    """
    if part == "bass":
        lowest, highest, tones = LOWEST, HIGHEST, {chord.bass_pitch_class}
    else:
        lowest, highest, tones = 0, 127, set(chord.pitch_classes)
    near = range(max(pitch - _FURTHEST, lowest), min(pitch + _FURTHEST, highest) + 1)
    free = [other for other in near if other % 12 in tones and other not in taken]
    return min(free, key=lambda other: (abs(other - pitch), other), default=None)
