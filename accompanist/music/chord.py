"""Chords in Harte syntax (Harte et al., ISMIR 2005), as mir_eval reads it.

A chord has a root, a quality and a bass, all pitch classes 0–11; `NO_CHORD` has none.
"""

from dataclasses import dataclass
from functools import lru_cache

from accompanist.music.pitch import parse_pitch_class, pitch_class_name

QUALITIES: dict[str, tuple[int, ...]] = {
    "maj": (0, 4, 7),
    "min": (0, 3, 7),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "min7": (0, 3, 7, 10),
    "dim": (0, 3, 6),
    "hdim7": (0, 3, 6, 10),
    "dim7": (0, 3, 6, 9),
    "aug": (0, 4, 8),
    "sus2": (0, 2, 7),
    "sus4": (0, 5, 7),
    "maj6": (0, 4, 7, 9),
    "min6": (0, 3, 7, 9),
    "minmaj7": (0, 3, 7, 11),
    "maj(9)": (0, 2, 4, 7),
}
"""Intervals above the root, in semitones, of every quality spoken here: those built in, and after
them those of a player's own chord table (see `accompanist.music.chord_table`)."""

BUILT_IN = tuple(QUALITIES)
"""Qualities that networks know."""


@lru_cache(maxsize=4096)
def _tones(root: int, intervals: tuple[int, ...]) -> frozenset[int]:
    return frozenset((root + interval) % 12 for interval in intervals)


_BASS_DEGREES = ("1", "b2", "2", "b3", "3", "4", "b5", "5", "b6", "6", "b7", "7")


@dataclass(frozen=True, slots=True)
class Chord:
    """A chord by root, quality and sounding bass, or no chord when `root` is None."""

    root: int | None
    quality: str = "maj"
    bass: int | None = None

    def __post_init__(self) -> None:
        if self.root is not None and self.quality not in QUALITIES:
            raise ValueError(f"{self.quality!r} is not a chord quality known here")

    @property
    def pitch_classes(self) -> frozenset[int]:
        """The chord's own tones; a foreign bass note is not one of them."""
        if self.root is None:
            return frozenset()
        return _tones(self.root, QUALITIES[self.quality])

    @property
    def is_minor(self) -> bool:
        """Whether the third above the root is minor."""
        return self.root is not None and 3 in QUALITIES[self.quality]

    @property
    def bass_pitch_class(self) -> int | None:
        """The bass, which is the root unless said otherwise."""
        return self.root if self.bass is None else self.bass

    @property
    def label(self) -> str:
        """Harte label such as ``G:min7/b3``; ``N`` for no chord."""
        if self.root is None:
            return "N"
        degree = (0 if self.bass is None else self.bass - self.root) % 12
        slash = f"/{_BASS_DEGREES[degree]}" if degree else ""
        return f"{pitch_class_name(self.root)}:{self.quality}{slash}"

    def transposed(self, semitones: int) -> "Chord":
        """The same chord, so many semitones higher."""
        if self.root is None:
            return self
        bass = None if self.bass is None else (self.bass + semitones) % 12
        return Chord((self.root + semitones) % 12, self.quality, bass)


NO_CHORD = Chord(None)


def parse_chord(label: str) -> Chord:
    """Chord of a Harte label; ``N`` and ``X`` are no chord.

    Raises
    ------
    ValueError
        If the root, the quality or the bass degree is unknown.
    """
    if label in ("N", "X"):
        return NO_CHORD
    head, _, degree = label.partition("/")
    root_name, _, quality = head.partition(":")
    root = parse_pitch_class(root_name)
    if not degree:
        return Chord(root, quality or "maj")
    if degree not in _BASS_DEGREES:
        raise ValueError(f"{degree!r} in {label!r} is not a bass degree such as 3 or b7")
    return Chord(root, quality or "maj", (root + _BASS_DEGREES.index(degree)) % 12)
