"""Chords under the solos of the Weimar Jazz Database, beat by beat, with their keys.

Jazz names such as ``-7911#`` are read by their beginnings. The line that was played is left out:
its notes don't stand on a beat's grid.
"""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from accompanist.music.chord import NO_CHORD, Chord
from accompanist.music.errors import Refusal
from accompanist.music.key import NO_KEY, Key
from accompanist.music.pitch import parse_pitch_class
from accompanist.training.chart import Chart, slashed

_NAMES = (
    ("-j7", "minmaj7"),
    ("-7b5", "hdim7"),
    ("-7", "min7"),
    ("-6", "min6"),
    ("-", "min"),
    ("m7b5", "hdim7"),
    ("j7", "maj7"),
    ("6", "maj6"),
    ("sus", "sus4"),
    ("+j7", "maj7"),
    ("+7", "7"),
    ("+", "aug"),
    ("o7", "dim7"),
    ("o", "dim"),
    ("7", "7"),
    ("", "maj"),
)
_CHORD = re.compile(r"([A-G][b#]?)([^/]*)(?:/([A-G][b#]?))?$")
_MODES = {"maj": "major", "min": "minor"}


def read_wjd_chords(data: Path, pieces: list[str]) -> Iterator[Chart]:
    """Solos in bars of three or four beats, from their first downbeat with a chord.

    Raises
    ------
    Refusal
        If a table is missing.
    """
    keys = {row["filename_sv"]: row["key"] for row in _rows(data, "wjd_meta")}
    solos: dict[str, list[dict[str, str]]] = {}
    for row in _rows(data, "wjd_annotated_beat_tracks"):
        solos.setdefault(row["id"], []).append(row)
    for piece in pieces:
        chart = _chart(piece, solos.get(piece, []), keys.get(piece, ""))
        if chart is not None:
            yield chart


def wjd_key(name: str) -> Key:
    """Key of a name such as ``Bb-maj``; no key for modes other than major and minor."""
    tonic, _, mode = name.partition("-")
    return Key(parse_pitch_class(tonic), _MODES[mode]) if tonic and mode in _MODES else NO_KEY


def _rows(data: Path, table: str) -> list[dict[str, str]]:
    path = data / "wjd" / f"{table}.csv"
    try:
        with path.open(newline="", encoding="utf-8") as lines:
            return list(csv.DictReader(lines))
    except OSError as error:
        raise Refusal(f"{path} is missing; unpack wjd.tar.xz there") from error


def _chart(piece: str, rows: list[dict[str, str]], key: str) -> Chart | None:
    chords: list[Chord] = []
    held = NO_CHORD
    per_bar = max((int(row["beat"]) for row in rows), default=0)
    for row in rows:
        held = wjd_chord(row["chord"]) if row["chord"] else held
        if chords or (held.root is not None and int(row["beat"]) == 1):
            chords.append(held)
    if per_bar not in (3, 4) or len(chords) < 8 * per_bar:
        return None
    return Chart(piece, per_bar, tuple(chords), key=wjd_key(key))


def wjd_chord(name: str) -> Chord:
    """Chord of a name such as ``-7911#``; none for ``NC`` and what cannot be read."""
    found = _CHORD.match(name)
    if found is None:
        return NO_CHORD
    root, colour, low = found.groups()
    quality = next(quality for start, quality in _NAMES if colour.startswith(start))
    return slashed(parse_pitch_class(root), quality, parse_pitch_class(low) if low else None)
