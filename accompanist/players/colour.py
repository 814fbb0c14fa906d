"""Colour: how far complexity takes a chord beyond its triad, or back to it.

From a little above the middle on, triads are played with the seventh that the key has for them,
major sevenths last; near the bottom, chords lose the colours that lead nowhere. Sevenths of
dominants stay, and so does everything that has no key to say what fits.
"""

from dataclasses import replace

from accompanist.music.chord import Chord
from accompanist.music.key import Key

PLAIN_BELOW = 0.2
RICH_FROM, RICHEST_FROM = 0.6, 0.8

_TRIADS = {
    "maj7": "maj", "maj6": "maj", "maj(9)": "maj", "min7": "min", "min6": "min", "minmaj7": "min",
}  # fmt: skip
_SEVENTHS: dict[str, tuple[str, ...]] = {"maj": ("7",), "min": ("min7",), "dim": ("hdim7",)}
_MAJOR_SEVENTHS = {"maj": ("maj7",)}


def coloured(chord: Chord, key: Key, complexity: float) -> Chord:
    """The chord as it is voiced at a complexity of 0–1."""
    if chord.root is None:
        return chord
    if complexity < PLAIN_BELOW:
        return replace(chord, quality=_TRIADS.get(chord.quality, chord.quality))
    if complexity >= RICH_FROM and key.tonic is not None:
        sevenths = _SEVENTHS.get(chord.quality, ())
        if complexity >= RICHEST_FROM:
            sevenths += _MAJOR_SEVENTHS.get(chord.quality, ())
        for quality in sevenths:
            richer = replace(chord, quality=quality)
            if richer.pitch_classes <= key.pitch_classes:
                return richer
    return chord
