"""Jazz solos of the Weimar Jazz Database: one line each, in human time, with annotated beats.

The tables give onsets in seconds; a note lasts its articulation times the interval to the next.
Loudness is not in the tables: every note has the same velocity.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from accompanist.music.errors import Refusal
from accompanist.training.performances import Performance, notes_from

_VELOCITY = 80
_LONGEST_S = 4.0


def _table(path: Path) -> dict[str, list[dict[str, str]]]:
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    try:
        with path.open(newline="", encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                rows[row["id"]].append(row)
    except OSError as error:
        raise Refusal(f"{path} is missing; unpack wjd.tar.xz there") from error
    return rows


def beat_rows(data: Path) -> dict[str, list[dict[str, str]]]:
    """Rows of the annotated beats by solo: time, place in the bar, chord, estimated bass pitch.

    Raises
    ------
    Refusal
        If the table is missing.
    """
    return _table(data / "wjd" / "wjd_annotated_beat_tracks.csv")


def read_wjd(data: Path, pieces: list[str]) -> Iterator[Performance]:
    """Solos with their beats; beats before the first note are left out."""
    played = _table(data / "wjd" / "wjd_transforms.csv")
    counted = beat_rows(data)
    for piece in pieces:
        if piece not in played or piece not in counted:
            continue
        onsets = [float(row["onset"]) for row in played[piece]]
        following = [*onsets[1:], onsets[-1] + 1.0]
        rows = []
        for row, on_s, next_s in zip(played[piece], onsets, following, strict=True):
            length_s = float(row["articulation_raw"] or 1.0) * (next_s - on_s)
            length_s = min(max(length_s, 0.03), _LONGEST_S)
            rows.append((on_s, on_s + length_s, int(float(row["pitch_raw"])), _VELOCITY, 0))
        beats = [
            (float(row["onset"]), int(row["beat"]) == 1)
            for row in counted[piece]
            if onsets[0] - 1.0 <= float(row["onset"]) <= onsets[-1] + 1.0
        ]
        if len(beats) > 8:
            yield Performance(
                piece,
                notes_from(rows),
                np.array([time_s for time_s, _ in beats]),
                np.array([downbeat for _, downbeat in beats]),
            )
