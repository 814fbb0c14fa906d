"""Jazz trios of the Jazz Trio Database (Cheston et al., TISMIR 2024; MIT): onsets, no pitches.

Every onset becomes a short note of one pitch and loudness: the piano's and bass's on a key each,
the drums' on a pad, so that a trio is what an ensemble's clock looks like to a listener without
its harmony. Beats are lines of a time and ``BAR.PLACE``.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from accompanist.music.errors import Refusal
from accompanist.training.performances import Performance, notes_from

PIANO, BASS, DRUMS = 0, 1, 9
_PITCHES = {PIANO: 64, BASS: 40, DRUMS: 38}
_FILES = {PIANO: "piano", BASS: "bass", DRUMS: "drums"}
_VELOCITY = 80
_LENGTH_S = 0.06


def read_jtd(data: Path, pieces: list[str]) -> Iterator[Performance]:
    """Trios with their beats; a note's role is `PIANO`, `BASS` or `DRUMS`.

    Raises
    ------
    Refusal
        If a file is missing.
    """
    folder = data / "jtd" / "references" / "manual_annotation"
    for piece in pieces:
        rows = [
            (at_s, at_s + _LENGTH_S, _PITCHES[role], _VELOCITY, role)
            for role, name in _FILES.items()
            for at_s, _ in _lines(folder / f"{piece}_{name}.txt")
        ]
        beats = _lines(folder / f"{piece}_mix.txt")
        yield Performance(
            piece,
            notes_from(rows),
            np.array([at_s for at_s, _ in beats]),
            np.array([place.endswith(".1") for _, place in beats]),
        )


def _lines(path: Path) -> list[tuple[float, str]]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise Refusal(f"{path} is missing; unpack jtd.tar.xz there") from error
    fields = [line.split(maxsplit=1) for line in text.splitlines() if line.strip()]
    return sorted((float(at_s), " ".join(label).strip()) for at_s, *label in fields)
