"""The drummer's sticks: how a count-in sounds, one click a beat, the first of a bar louder."""

from accompanist.music.band import PlannedNote
from accompanist.players.style import DRUM_PITCHES

_LENGTH_BEATS = 0.2
_FIRST, _OTHERS = 112, 88


def click(beat: int, beat_in_bar: int) -> PlannedNote:
    """The click on a beat of a count-in: a side stick, which every drum kit has."""
    velocity = _OTHERS if beat_in_bar else _FIRST
    return PlannedNote(
        "drums", float(beat), _LENGTH_BEATS, DRUM_PITCHES["rim"], velocity, "understudy"
    )
