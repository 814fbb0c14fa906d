"""The chords that can be heard: every quality on every root, those of a player's own table too.

States are counted by quality, twelve roots each: the built-in qualities in their order first, which
evidence is weighed for, then the player's own. A family holds the qualities that share a third (or
have none) and are confused without harm: C and C7 are one family, C and C minor are not.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from accompanist.music.chord import BUILT_IN, QUALITIES, Chord

WEIGHED = 12 * len(BUILT_IN)
"""States that evidence is weighed for."""

_FAMILIES = (
    ("maj", "7", "maj7", "maj6", "maj(9)"),
    ("min", "min7", "min6", "minmaj7"),
    ("dim", "hdim7", "dim7"),
    ("aug",),
    ("sus2", "sus4"),
)
_COLOURS = ((2, 9, 10, 11), (9, 10), (9, 10), (10, 11), (2, 10))
"""Intervals that leave a struck chord of each family what it is."""

_SOUNDS = 0.2


def family_of(quality: str) -> int:
    """Number of the family of a built-in quality."""
    return next(number for number, names in enumerate(_FAMILIES) if quality in names)


def state_of(chord: Chord) -> int:
    """Place of a chord of a built-in quality among the states; it must have a root."""
    assert chord.root is not None
    return 12 * BUILT_IN.index(chord.quality) + chord.root


def masks(intervals: Sequence[tuple[int, ...]]) -> NDArray[np.int64]:
    """Chords of such intervals on all roots (12 * chords,), one bit a pitch class."""
    found = [
        sum(1 << (root + step) % 12 for step in set(steps))
        for steps in intervals
        for root in range(12)
    ]
    return np.array(found, np.int64)


_BITS = 1 << np.arange(12)


def mask_of(shown: NDArray[np.bool_]) -> int:
    """Pitch classes (12,) as bits."""
    return int(_BITS @ shown)


_TONES = masks([QUALITIES[quality] for quality in BUILT_IN])
_ALLOWED = _TONES | masks([_COLOURS[family_of(quality)] for quality in BUILT_IN])

_SHAPES: dict[str, tuple[tuple[int, ...], ...]] = {
    "7": ((2, 4, 9, 10), (2, 4, 7, 10)),
    "min7": ((2, 3, 7, 10),),
    "maj7": ((2, 4, 7, 11),),
    "min6": ((2, 3, 7, 9),),
    "maj6": ((2, 4, 7, 9),),
}
"""Voicings without their root: with the ninth, and of a dominant also with the thirteenth."""

_NEVER = tuple(range(12))
_ROOTLESS = [
    masks([(*_SHAPES.get(quality, ()), _NEVER, _NEVER)[place] for quality in BUILT_IN])
    for place in range(2)
]


def struck_whole(view: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which weighed states had all their tones just struck, with their colours at most.

    Several may be: C, E, G and A are C major with a sixth and A minor with a seventh.
    """
    struck = mask_of(view[2] > 0.0)
    return np.asarray((_TONES & struck == _TONES) & (struck & ~_ALLOWED == 0))


def struck_exactly(view: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which weighed states had all their tones just struck, and nothing else.

    So it is for the shapes in which pianists leave the root to the bass, such as E, A, B flat and D
    for C seven.
    """
    struck = mask_of(view[2] > 0.0)
    return np.asarray((struck == _TONES) | (_ROOTLESS[0] == struck) | (_ROOTLESS[1] == struck))


class ChordStates:
    """All states, as the chord table stands when this is made.

    Attributes
    ----------
    chords
        The chord of every state.
    groups
        Number of every state's family on its root; the player's own qualities are families.
    minor
        Whether the third of every state is minor.
    """

    def __init__(self) -> None:
        names = tuple(QUALITIES)
        own = [name for name in names if name not in BUILT_IN]
        families = [family_of(name) for name in BUILT_IN]
        families += [len(_FAMILIES) + place for place in range(len(own))]
        self.chords = tuple(Chord(root, name) for name in names for root in range(12))
        self.groups = np.array([12 * family + root for family in families for root in range(12)])
        self.minor = np.array([chord.is_minor for chord in self.chords])
        self._roots = np.tile(np.arange(12), len(names))
        self._places = {chord: place for place, chord in enumerate(self.chords)}
        self._own_tones = masks([QUALITIES[name] for name in own])

    def __len__(self) -> int:
        return len(self.chords)

    def place(self, chord: Chord) -> int:
        """State of a chord, whatever its bass; it must have a root."""
        return self._places[Chord(chord.root, chord.quality)]

    def same_root(self, state: int) -> NDArray[np.bool_]:
        """Which states stand on the root of one."""
        return np.asarray(self._roots == self._roots[state])

    def own_played(self, view: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Which of the player's own chords are played: just these tones are struck, or sound."""
        struck, sounding = mask_of(view[2] > 0.0), mask_of(view[0] > _SOUNDS)
        return np.asarray((self._own_tones == struck) | (self._own_tones == sounding))
