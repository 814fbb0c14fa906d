"""Chord symbols as they stand in charts: ``Cm7``, ``F#7b9``, ``Bbmaj7/D``, ``G-``, ``Eø``.

Each is read as the nearest chord that the band can voice: tensions above the seventh are left to
the players, and what is suspended stays so. Harte labels such as ``C:min7`` are read too.
"""

import re
from functools import lru_cache

from accompanist.music.chord import NO_CHORD, QUALITIES, Chord, parse_chord
from accompanist.music.pitch import parse_pitch_class

_SYMBOL = re.compile(r"([A-G][#b♯♭]?)([^/]*)(?:/([A-G][#b♯♭]?))?")
_NONE = ("N", "NC", "N.C.", "X")

_FAMILIES: tuple[tuple[str, str], ...] = (
    (r"m(in)?\(?([Mm]aj|M|Δ|\^)7?\)?|-(Δ|\^)7?", "minmaj7"),
    (r"(m|min|-)7?(b5|\(b5\))|ø7?|hdim7?", "hdim7"),
    (r"(dim|o|°)7", "dim7"),
    (r"dim|o|°", "dim"),
    (r".*sus2.*", "sus2"),
    (r".*sus.*", "sus4"),
    (r"(aug|\+)(7|9)|7(#5|\+).*", "7"),
    (r"aug|\+|\(?#5\)?", "aug"),
    (r"(m|min|-)(6|69|6/9)", "min6"),
    (r"(m|min|-)(7|9|11|13).*", "min7"),
    (r"(m|min|-)(add9|\(add9\))?", "min"),
    (r"(maj|ma|M|Δ|\^)(7|9|11|13)?.+|(maj|ma|M)(7|9|11|13)|Δ|\^", "maj7"),
    (r"6|69|6/9|maj6|M6", "maj6"),
    (r"add9|\(add9\)|2", "maj(9)"),
    (r"(7|9|11|13).*|alt", "7"),
    (r"(maj|ma|M)?", "maj"),
)
"""What follows the root, and the quality it is played as; the first that fits."""


@lru_cache(maxsize=1024)
def parse_symbol(symbol: str) -> Chord:
    """Chord of a symbol.

    Raises
    ------
    ValueError
        If it is no chord symbol known here.
    """
    if symbol in _NONE:
        return NO_CHORD
    if ":" in symbol:
        return parse_chord(symbol)
    read = _SYMBOL.fullmatch(symbol.replace("6/9", "69"))
    if read is None:
        raise ValueError(f"{symbol!r} is no chord symbol such as Cm7 or F#7/C#")
    root, rest, bass = read.groups()
    return Chord(_tone(root), _quality(symbol, rest), _tone(bass) if bass else None)


def _tone(name: str) -> int:
    return parse_pitch_class(name.replace("♯", "#").replace("♭", "b"))


def _quality(symbol: str, rest: str) -> str:
    if rest in QUALITIES:
        return rest
    plain = rest.replace("♯", "#").replace("♭", "b")
    for pattern, quality in _FAMILIES:
        if re.fullmatch(pattern, plain):
            return quality
    raise ValueError(f"{rest!r} in {symbol!r} is no chord known here; write such as m7, maj7, 7b9")
