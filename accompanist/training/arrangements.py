"""Pop songs arranged for piano (POP909, Wang et al., ISMIR 2020; MIT) on the beats of their truth.

The tracks of POP909 are told in seconds with a list of beats; POP909-CL knows the true bars and
chords. Both are joined by counting beats and finding the whole number of beats by which their
notes agree best. Songs that agree in fewer than `ENOUGH_AGREEMENT` of their notes are left out.
The arrangements were played on a grid: they hold no human timing.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import mido
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from accompanist.music.errors import Refusal
from accompanist.training.pop909cl import Truth, truth_of
from accompanist.training.splits import pieces

ENOUGH_AGREEMENT = 0.6

_STEPS = 4


@dataclass(frozen=True, slots=True)
class ScoreNote:
    """A note on truth's beats, length in beats, velocity 1–127."""

    onset_beats: float
    length_beats: float
    pitch: int
    velocity: int


@dataclass(frozen=True, slots=True)
class Arrangement:
    """One song: melody (MELODY), accompaniment (PIANO), tempo and truth."""

    piece: str
    melody: tuple[ScoreNote, ...]
    piano: tuple[ScoreNote, ...]
    tempo_bpm: float
    truth: Truth


def arrangements(data: Path, split: str) -> list[Arrangement]:
    """All songs of a split that can be joined with their truth.

    Raises
    ------
    Refusal
        If files are missing.
    """
    listed = tqdm(
        pieces(data, "pop909", split), desc=f"reading {split} songs", unit="song", disable=None
    )
    return [found for piece in listed if (found := arrangement_of(data, piece)) is not None]


def arrangement_of(data: Path, piece: str) -> Arrangement | None:
    """One song, or None when it cannot be joined with its truth."""
    truth = truth_of(data, piece)
    if truth is None:
        return None
    folder = data / "pop909" / "POP909" / piece
    try:
        midi = mido.MidiFile(folder / f"{piece}.mid")
        beat_times_s = np.loadtxt(folder / "beat_midi.txt")[:, 0]
    except (OSError, ValueError, EOFError) as error:
        raise Refusal(f"{folder} cannot be read; unpack pop909 into {data}") from error
    tracks = _tracks(midi, beat_times_s)
    shift, agreement = _shift([note for notes in tracks.values() for note in notes], truth.score)
    if agreement < ENOUGH_AGREEMENT:
        return None
    tempo_bpm = 60.0 / float(np.median(np.diff(beat_times_s)))
    melody, piano = (_moved(tracks.get(name, []), shift) for name in ("MELODY", "PIANO"))
    return Arrangement(piece, melody, piano, tempo_bpm, truth)


def _tracks(midi: mido.MidiFile, beat_times_s: NDArray[np.float64]) -> dict[str, list[ScoreNote]]:
    found: dict[str, list[ScoreNote]] = {}
    for track in midi.tracks:
        notes = list(_spans(track))
        if not notes:
            continue
        onsets = _beats(_seconds(midi, [note[0] for note in notes]), beat_times_s)
        ends = _beats(_seconds(midi, [note[1] for note in notes]), beat_times_s)
        found[track.name] = [
            ScoreNote(float(onset), max(float(end - onset), 0.02), pitch, velocity)
            for onset, end, (_, _, pitch, velocity) in zip(onsets, ends, notes, strict=True)
        ]
    return found


def _beats(at_s: NDArray[np.float64], beat_times_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Beat count at times, the first and last tempo going on beyond the list."""
    period_s = float(np.median(np.diff(beat_times_s)))
    inside = np.interp(at_s, beat_times_s, np.arange(len(beat_times_s)))
    before = np.minimum(at_s - beat_times_s[0], 0.0)
    after = np.maximum(at_s - beat_times_s[-1], 0.0)
    return np.asarray(inside + (before + after) / period_s)


def _spans(track: Iterable[mido.Message]) -> Iterable[tuple[int, int, int, int]]:
    """Notes of a track as (start, end, pitch, velocity) in ticks."""
    ticks, down = 0, dict[int, tuple[int, int]]()
    for message in track:
        ticks += message.time
        if message.type not in ("note_on", "note_off"):
            continue
        if message.note in down:
            began, velocity = down.pop(message.note)
            yield began, ticks, message.note, velocity
        if message.type == "note_on" and message.velocity:
            down[message.note] = (ticks, message.velocity)


def _seconds(midi: mido.MidiFile, ticks: list[int]) -> NDArray[np.float64]:
    changes, now = [(0, 500000)], 0
    for message in midi.tracks[0]:
        now += message.time
        if message.type == "set_tempo":
            changes.append((now, message.tempo))
    at = np.array([tick for tick, _ in changes], np.float64)
    tick_s = np.array([tempo for _, tempo in changes]) / 1e6 / midi.ticks_per_beat
    began_s = np.concatenate([[0.0], np.cumsum(np.diff(at) * tick_s[:-1])])
    place = np.searchsorted(at, ticks, side="right") - 1
    return np.asarray(began_s[place] + (np.asarray(ticks) - at[place]) * tick_s[place])


def _shift(notes: list[ScoreNote], score: tuple[tuple[float, int], ...]) -> tuple[int, float]:
    """Whole beats to add to `notes` so that most of them stand in `score`, and what share does."""
    there: dict[int, list[int]] = {}
    for onset, pitch in score:
        there.setdefault(pitch, []).append(round(onset * _STEPS))
    votes: Counter[int] = Counter()
    for note in notes:
        here = round(note.onset_beats * _STEPS)
        votes.update({place - here for place in there.get(note.pitch, ())})
    whole = {shift: count for shift, count in votes.items() if shift % _STEPS == 0}
    if not whole:
        return 0, 0.0
    best = max(whole, key=lambda shift: (whole[shift], -abs(shift)))
    return best // _STEPS, whole[best] / max(len(notes), 1)


def _moved(notes: list[ScoreNote], beats: int) -> tuple[ScoreNote, ...]:
    moved = [
        ScoreNote(note.onset_beats + beats, note.length_beats, note.pitch, note.velocity)
        for note in notes
    ]
    return tuple(sorted(moved, key=lambda note: (note.onset_beats, note.pitch)))
