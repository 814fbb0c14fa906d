"""Walking lines: the bass under the solos of the Weimar Jazz Database, and ours to their chords.

The database estimates one bass pitch a beat from the recording, right in pitch class for about 78
of a hundred: what it tells of approach notes is blurred by that. Ours hears the true chords, at
the solo's mean tempo and a swing of `SWING`, with no soloist.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from accompanist.music.chord import NO_CHORD, Chord
from accompanist.players.player import Player
from accompanist.training.bass_line import STEPS
from accompanist.training.bass_scores import Line, frames_of
from accompanist.training.wjd import beat_rows
from accompanist.training.wjd_chords import wjd_chord

STYLE = "jazz"
SWING = 0.62


@dataclass(frozen=True, slots=True)
class Walk:
    """A solo's chords, one a sixteenth, and the bass under it."""

    piece: str
    beats_per_bar: int
    tempo_bpm: float
    chords: tuple[Chord, ...]
    line: Line


def walks(data: Path, pieces: list[str], most_beats: int) -> Iterator[Walk]:
    """Solos in four, so many beats of each from their first downbeat with a chord.

    Raises
    ------
    Refusal
        If a table is missing.
    """
    rows = beat_rows(data)
    for piece in pieces:
        found = _walk(piece, rows.get(piece, []), most_beats)
        if found is not None:
            yield found


def _walk(piece: str, rows: list[dict[str, str]], most_beats: int) -> Walk | None:
    chords: list[Chord] = []
    times_s, line, held = list[float](), Line(), NO_CHORD
    for row in rows:
        held = wjd_chord(row["chord"]) if row["chord"] else held
        if not chords and (held.root is None or int(row["beat"]) != 1):
            continue
        if len(times_s) == most_beats:
            break
        pitch = int(float(row["bass"] or 0))
        if pitch > 0:
            line.append((len(chords), pitch))
        times_s.append(float(row["onset"]))
        chords += [held] * STEPS
    per_bar = max((int(row["beat"]) for row in rows), default=0)
    if per_bar != 4 or len(times_s) < 8 * per_bar or len(line) < 4 * per_bar:
        return None
    period_s = float(np.median([b - a for a, b in pairwise(times_s)]))
    return Walk(piece, per_bar, 60.0 / period_s, tuple(chords), line)


def walked(player: Player, walk: Walk) -> Line:
    """What a bass plays to the chords of a solo."""
    player.reset()
    told = frames_of(walk.chords, walk.beats_per_bar, walk.tempo_bpm, STYLE)
    return [
        (frame.index, note.pitch)
        for frame in told
        for note in player.play(replace(frame, swing=SWING))
    ]
