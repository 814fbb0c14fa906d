"""Music on its beats, to be performed anew at any tempo and rendered to sound.

A `Score` is notes, chords and keys counted in beats from 0, and when its beats fall where it was
found.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from accompanist.music.chord import parse_chord
from accompanist.music.key import Key, parse_key
from accompanist.training.arrangements import Arrangement, ScoreNote
from accompanist.training.evidence_examples import BeatPiece
from accompanist.training.performances import MELODY, PIANO
from accompanist.training.performing import Floats, Ints

BASS, GUITAR, DRUMS = 3, 4, 9
"""Roles of a score beside those of songs: melody, bridge and piano."""

UNKNOWN = -1
_LEGATO, _LONGEST_BEATS = 0.9, 4.0


@dataclass(frozen=True, slots=True)
class BeatSpan:
    """A label that holds from one beat to another."""

    start_beats: float
    end_beats: float
    label: str


@dataclass(frozen=True, slots=True)
class Score:
    """Notes in order of onset, by beat; `beats_s` is when each beat falls.

    `downbeats` is 1 or 0, or `UNKNOWN` throughout; chords and keys are unknown between their spans.
    `human` is music in the time of somebody who played it.
    """

    name: str
    on: Floats
    off: Floats
    pitch: Ints
    velocity: Ints
    role: Ints
    beats_s: Floats
    downbeats: NDArray[np.int8]
    chords: tuple[BeatSpan, ...] = ()
    keys: tuple[BeatSpan, ...] = ()
    human: bool = False

    @property
    def per_bar(self) -> int:
        """Beats to a bar, as most bars have; 4 where nobody knows."""
        bars = np.diff(np.flatnonzero(self.downbeats == 1))
        return int(np.median(bars)) if len(bars) else 4

    def only(self, keep: NDArray[np.bool_] | Ints) -> "Score":
        """The notes for which `keep` is true, or those it numbers."""
        return replace(
            self,
            on=self.on[keep],
            off=self.off[keep],
            pitch=self.pitch[keep],
            velocity=self.velocity[keep],
            role=self.role[keep],
        )

    def roles(self, *roles: int) -> "Score":
        """The notes of these roles."""
        return self.only(np.isin(self.role, roles))

    def sounding(self, rows: Sequence[tuple[float, float, int, float, int]]) -> "Score":
        """These notes, as (on, off, pitch, velocity, role), beside the score's own."""
        if not rows:
            return self
        on, off, pitch, velocity, role = (np.array(column) for column in zip(*rows, strict=True))
        joined = replace(
            self,
            on=np.concatenate([self.on, on.astype(np.float64)]),
            off=np.concatenate([self.off, off.astype(np.float64)]),
            pitch=np.concatenate([self.pitch, pitch.astype(np.int64)]),
            velocity=np.concatenate(
                [self.velocity, np.clip(np.rint(velocity), 8, 127).astype(np.int64)]
            ),
            role=np.concatenate([self.role, role.astype(np.int64)]),
        )
        return joined.only(np.lexsort((joined.pitch, joined.on)))

    def transposed(self, semitones: int) -> "Score":
        """Everything but the drums so many semitones higher, chords and keys too."""
        return replace(
            self,
            pitch=np.where(self.role == DRUMS, self.pitch, self.pitch + semitones),
            chords=tuple(
                replace(span, label=parse_chord(span.label).transposed(semitones).label)
                for span in self.chords
            ),
            keys=tuple(
                replace(span, label=_moved(parse_key(span.label), semitones).name)
                for span in self.keys
            ),
        )


def _moved(key: Key, semitones: int) -> Key:
    return key if key.tonic is None else Key((key.tonic + semitones) % 12, key.mode)


def arranged_score(song: Arrangement) -> Score:
    """A song on the beats of its truth, from its first downbeat on, at its own tempo throughout."""
    last = max((span.end_beats for span in song.truth.chords), default=0.0)
    count = int(max([last, *(note.onset_beats for note in (*song.melody, *song.piano))])) + 2
    nothing = np.zeros(0, np.int64)
    empty = Score(
        song.piece,
        nothing.astype(np.float64),
        nothing.astype(np.float64),
        nothing,
        nothing,
        nothing,
        np.arange(count, dtype=np.float64) * (60.0 / song.tempo_bpm),
        (np.arange(count) % song.truth.beats_per_bar == 0).astype(np.int8),
        tuple(
            BeatSpan(span.start_beats, span.end_beats, span.chord.label)
            for span in song.truth.chords
            if span.chord.root is not None
        ),
        _keys(song, float(count)),
    )
    rows = [_row(note, MELODY) for note in song.melody if note.onset_beats >= 0.0]
    rows += [_row(note, PIANO) for note in song.piano if note.onset_beats >= 0.0]
    return empty.sounding(rows)


def _keys(song: Arrangement, end_beats: float) -> tuple[BeatSpan, ...]:
    starts = [start for start, _ in song.truth.keys]
    return tuple(
        BeatSpan(start, end, key.name)
        for (start, key), end in zip(song.truth.keys, [*starts[1:], end_beats], strict=False)
    )


def _row(note: ScoreNote, role: int) -> tuple[float, float, int, int, int]:
    return (
        note.onset_beats,
        note.onset_beats + note.length_beats,
        note.pitch,
        note.velocity,
        role,
    )


def piece_score(name: str, piece: BeatPiece) -> Score:
    """A piece made by rule; its notes last until the next of the same role, or nearly."""
    off = np.empty(len(piece.beats))
    for role in np.unique(piece.role):
        mine = np.flatnonzero(piece.role == role)
        moments = np.unique(piece.beats[mine])
        place = np.searchsorted(moments, piece.beats[mine], side="right")
        following = np.append(moments, moments[-1] + 1.0)[place]
        length = np.minimum(_LEGATO * (following - piece.beats[mine]), _LONGEST_BEATS)
        off[mine] = piece.beats[mine] + length
    role = piece.role if piece.has_tones else np.full_like(piece.role, DRUMS)
    return Score(
        name,
        piece.beats,
        off,
        piece.pitch,
        piece.velocity,
        role,
        piece.beats_s,
        piece.downbeats.astype(np.int8),
        human=piece.human,
    )


def pedalled(score: Score, random: np.random.Generator) -> Score:
    """The piano's notes held by the pedal, which is changed with the chord and with the bar."""
    lines = np.flatnonzero(score.downbeats == 1).astype(np.float64)
    changes = np.unique(np.concatenate([lines, [span.start_beats for span in score.chords]]))
    if not len(changes):
        return score
    late = random.uniform(0.0, 0.1)
    following = np.append(changes, np.inf)[np.searchsorted(changes, score.on + 1e-6, side="right")]
    held = np.maximum(score.off, np.minimum(following + late, score.on + 2 * _LONGEST_BEATS))
    return replace(score, off=np.where(score.role == PIANO, held, score.off))
