"""Pop songs of POP909 with the reviewed keys and chords of POP909-CL, joined on POP909's time.

Beats and bars are those of POP909 (`beat_midi.txt`). POP909-CL counts beats of its own: the number
of beats between the two is found by matching notes; a song whose notes don't match has no keys and
chords.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from accompanist.training.performances import (
    BRIDGE,
    MELODY,
    PIANO,
    Notes,
    Performance,
    Span,
    read_midi,
)
from accompanist.training.pop909cl import truth_of

_ROLES = {"MELODY": MELODY, "BRIDGE": BRIDGE, "PIANO": PIANO}
_STEPS = 4
_FURTHEST_STEPS = 64
_LEAST_MATCH = 0.6


def read_pop909(data: Path, pieces: list[str]) -> Iterator[Performance]:
    """Songs with all three tracks; a note's role is `MELODY`, `BRIDGE` or `PIANO`."""
    for piece in pieces:
        folder = data / "pop909" / "POP909" / piece
        midi = read_midi(folder / f"{piece}.mid")
        roles = np.array([_ROLES.get(name, -1) for name in midi.track_names])
        role = roles[midi.notes.role]
        notes = Notes(
            midi.notes.on_s, midi.notes.off_s, midi.notes.pitch, midi.notes.velocity, role
        ).only(role >= 0)
        pedals = tuple(
            type(pedal)(pedal.time_s, pedal.down, int(roles[pedal.channel]))
            for pedal in midi.pedals
            if roles[pedal.channel] >= 0
        )
        table = np.loadtxt(folder / "beat_midi.txt", ndmin=2)
        keys, chords = _reviewed(data, piece, notes, table[:, 0])
        yield Performance(piece, notes, table[:, 0], table[:, 2] > 0.5, pedals, keys, chords)


def with_roles(performance: Performance, roles: tuple[int, ...]) -> Performance:
    """The performance of these tracks alone."""
    keep = np.isin(performance.notes.role, roles)
    return Performance(
        performance.name,
        performance.notes.only(keep),
        performance.beats_s,
        performance.downbeats,
        tuple(pedal for pedal in performance.pedals if pedal.channel in roles),
        performance.keys,
        performance.chords,
    )


def beats_of(times_s: NDArray[np.float64], beats_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Beat count of times, continued evenly beyond the first and the last beat."""
    count = np.arange(len(beats_s), dtype=np.float64)
    found = np.interp(times_s, beats_s, count)
    first_s, last_s = beats_s[1] - beats_s[0], beats_s[-1] - beats_s[-2]
    found = np.where(times_s < beats_s[0], (times_s - beats_s[0]) / first_s, found)
    after = count[-1] + (times_s - beats_s[-1]) / last_s
    return np.where(times_s > beats_s[-1], after, found)


def seconds_of(beats: NDArray[np.float64], beats_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Inverse of `beats_of`."""
    count = np.arange(len(beats_s), dtype=np.float64)
    found = np.interp(beats, count, beats_s)
    found = np.where(beats < 0, beats_s[0] + beats * (beats_s[1] - beats_s[0]), found)
    after = beats_s[-1] + (beats - count[-1]) * (beats_s[-1] - beats_s[-2])
    return np.where(beats > count[-1], after, found)


def _grid(pitch: NDArray[np.int64], beats: NDArray[np.float64], steps: int) -> NDArray[np.bool_]:
    grid = np.zeros((128, steps), np.bool_)
    step = np.rint(beats * _STEPS).astype(np.int64) + _FURTHEST_STEPS
    keep = (step >= 0) & (step < steps)
    grid[pitch[keep], step[keep]] = True
    return grid


def _shift(
    ours: tuple[NDArray[np.int64], NDArray[np.float64]],
    theirs: tuple[NDArray[np.int64], NDArray[np.float64]],
) -> tuple[float, float]:
    """Beats by which their count is ahead of ours, and the share of notes that agree."""
    longest = max(ours[1].max(initial=0.0), theirs[1].max(initial=0.0))
    steps = int(longest * _STEPS) + 2 * _FURTHEST_STEPS + 2
    a, b = _grid(*ours, steps), _grid(*theirs, steps)
    matches = {
        shift: int((a & np.roll(b, -shift, axis=1)).sum())
        for shift in range(-_FURTHEST_STEPS, _FURTHEST_STEPS + 1)
    }
    best = max(matches, key=lambda shift: (matches[shift], -abs(shift)))
    return best / _STEPS, matches[best] / max(int(b.sum()), 1)


def _reviewed(
    data: Path, piece: str, notes: Notes, beats_s: NDArray[np.float64]
) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Keys and chords on POP909's time; none where the two don't match."""
    truth = truth_of(data, piece)
    if truth is None or not truth.score or not len(notes):
        return (), ()
    score = np.array(truth.score)
    shift, match = _shift(
        (notes.pitch, beats_of(notes.on_s, beats_s)), (score[:, 1].astype(np.int64), score[:, 0])
    )
    if match < _LEAST_MATCH:
        return (), ()

    def ours_s(theirs_beats: float) -> float:
        return float(seconds_of(np.array([theirs_beats - shift]), beats_s)[0])

    starts = [ours_s(start) for start, _ in truth.keys]
    ends = [*starts[1:], float(notes.off_s.max())]
    keys = tuple(
        Span(start_s, end_s, key.name)
        for start_s, end_s, (_, key) in zip(starts, ends, truth.keys, strict=True)
    )
    chords = tuple(
        Span(ours_s(span.start_beats), ours_s(span.end_beats), span.chord.label)
        for span in truth.chords
    )
    return keys, chords
