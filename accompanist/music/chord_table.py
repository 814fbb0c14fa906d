"""A player's own chords: a TOML or JSON file that gives names to intervals above a root.

    "7#9" = [0, 4, 7, 10, 15]
    "fourths" = [0, 5, 10]

Intervals are semitones from the root up, 0 among them; those beyond the octave count as within it.
A chord of the table is heard when just its tones are played, whatever else they might be called.
"""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from accompanist.music.chord import BUILT_IN, QUALITIES
from accompanist.music.errors import Refusal

MOST_CHORDS = 64
_LARGEST_BYTES = 65536
_LONGEST_NAME = 24
_HIGHEST = 24
_FEWEST_TONES = 2
_FORBIDDEN = set(" :/|")


def read_chord_table(path: Path) -> dict[str, tuple[int, ...]]:
    """Names and intervals (within the octave, in order) of a chord table.

    Raises
    ------
    Refusal
        If the file cannot be read, or names or intervals make no sense.
    """
    try:
        with path.open("rb") as file:
            payload = file.read(_LARGEST_BYTES + 1)
    except OSError as error:
        raise Refusal(f"{path} cannot be read; name a chord table in TOML or JSON") from error
    if len(payload) > _LARGEST_BYTES:
        raise Refusal(f"{path} is larger than {_LARGEST_BYTES} bytes; a chord table is small")
    try:
        text = payload.decode("utf-8")
        entries = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        reason = "no text" if isinstance(error, UnicodeDecodeError) else error
        raise Refusal(f"{path} is neither TOML nor JSON ({reason}); mend it") from error
    if not isinstance(entries, dict) or not 0 < len(entries) <= MOST_CHORDS:
        raise Refusal(f"{path} must name 1 to {MOST_CHORDS} chords, such as: fourths = [0, 5, 10]")
    return {_name(path, name): _intervals(path, name, steps) for name, steps in entries.items()}


def know(table: Mapping[str, tuple[int, ...]]) -> None:
    """Let chords of a table be spoken of; call it before a listener is made."""
    QUALITIES.update(table)


def _name(path: Path, name: str) -> str:
    plain = name.isascii() and name.isprintable() and not _FORBIDDEN & set(name)
    if not plain or not 0 < len(name) <= _LONGEST_NAME:
        raise Refusal(
            f"{path} calls a chord {name!r}; use 1 to {_LONGEST_NAME} plain characters without "
            "spaces, colons or slashes"
        )
    if name in BUILT_IN:
        raise Refusal(f"{path} calls a chord {name!r}, which is built in; choose another name")
    return name


def _intervals(path: Path, name: str, steps: Any) -> tuple[int, ...]:  # noqa: ANN401
    whole = isinstance(steps, list) and all(type(step) is int for step in steps)
    if not whole or not all(0 <= step <= _HIGHEST for step in steps):
        raise Refusal(
            f"{path} gives {name!r} no list of semitones from 0 to {_HIGHEST}, such as [0, 5, 10]"
        )
    tones = tuple(sorted({step % 12 for step in steps}))
    if 0 not in tones or len(tones) < _FEWEST_TONES:
        raise Refusal(f"{path} gives {name!r} no root and another tone; begin its list with 0")
    return tones
