"""A band of understudies led through made-up pieces, for tests."""

from collections.abc import Callable, Sequence

import numpy as np

from accompanist.music.band import PARTS, PlannedNote
from accompanist.music.chord import Chord, parse_chord
from accompanist.music.heard import NO_ACCENTS
from accompanist.music.key import Key
from accompanist.players.band import Band
from accompanist.players.chair import Chair
from accompanist.players.player import Frame
from accompanist.players.understudy import (
    UnderstudyBass,
    UnderstudyDrums,
    UnderstudyHarmony,
    load_styles,
)

STYLES = load_styles()
LOOP = tuple(parse_chord(label) for label in ("C:maj", "G:maj", "A:min", "F:maj"))
FILL_EVERY_BARS = 8
_POSTERIOR = np.full(25, 1 / 25, np.float32)


def frames(
    bars: int, chords: Sequence[Chord] = LOOP, beats_per_bar: int = 4, **given: object
) -> Callable[[int], Frame]:
    """Frames of a piece with one chord a bar, whose every eighth bar ends with a fill."""

    def frame_at(index: int) -> Frame:
        beat, step = divmod(index, 4)
        bar, beat_in_bar = divmod(beat, beats_per_bar)
        late = 2 * beat_in_bar >= beats_per_bar
        values: dict[str, object] = {
            "index": index,
            "beat_in_bar": beat_in_bar,
            "step": step,
            "beats_per_bar": beats_per_bar,
            "tempo_bpm": 104.0,
            "swing": 0.5,
            "sixteenth_swing": 0.5,
            "level": "normal",
            "accents": NO_ACCENTS,
            "bar": bar,
            "chord": chords[bar % len(chords)],
            "next_chord": chords[(beat + 1) // beats_per_bar % len(chords)],
            "chord_probability": 0.9,
            "key": Key(0),
            "chord_posterior": _POSTERIOR,
            "key_posterior": _POSTERIOR,
            "recent": (),
            "ensemble": (),
            "section": "fill"
            if bar % FILL_EVERY_BARS == FILL_EVERY_BARS - 1 and late
            else "groove",
            "section_bar": 0,
            "style": "pop",
            "variation": "B",
            "intensity": 0.5,
            "density": 0.5,
            "complexity": 0.5,
            "outside": 0.0,
            "dynamics": 0.0,
            "learned": PARTS,
            "seed": 1,
        }
        return Frame(**{**values, **given})  # type: ignore[arg-type]

    return frame_at


def perform(
    bars: int, chords: Sequence[Chord] = LOOP, beats_per_bar: int = 4, **given: object
) -> dict[str, list[PlannedNote]]:
    """What the three understudies play together, by part, planned beat by beat."""
    players = (UnderstudyDrums(STYLES), UnderstudyBass(STYLES), UnderstudyHarmony(STYLES))
    band = Band([Chair(None, player) for player in players])
    frame_at = frames(bars, chords, beats_per_bar, **given)
    played: dict[str, list[PlannedNote]] = {part: [] for part in PARTS}
    for beat in range(bars * beats_per_bar):
        for note in band.plan(4 * beat, 4 * beat + 3, frame_at):
            played[note.part].append(note)
    return played
