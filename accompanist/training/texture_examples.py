"""Comping as pianists arranged it: strokes of the piano above its bass line, beside the melody."""

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from accompanist.music.chord import NO_CHORD, Chord
from accompanist.players.encoding import bar_frames, context
from accompanist.players.harmony import (
    ACTIONS,
    MIDDLE,
    harmony_context,
    harmony_row,
    performer_row,
)
from accompanist.players.notes import duration_class
from accompanist.players.player import PerformerOnset
from accompanist.training.arrangements import Arrangement, ScoreNote
from accompanist.training.bass_examples import chords_by_frame
from accompanist.training.bass_line import STEPS, bass_line
from accompanist.training.controls import Amounts, Ranks, amounts

_LONGEST_FRAMES = 16.0
_BALLAD_BELOW_BPM = 80.0
_STYLES_ALIKE = ("pop", "rock", "funk", "latin", "jazz")


@dataclass(frozen=True, slots=True)
class Stroke:
    """Keys struck together, without the bass; velocity 0–1, height in octaves from middle C."""

    voices: int
    velocity: float
    height: float
    frames: float


@dataclass(frozen=True, slots=True)
class Texture:
    """A song's comping, with the chord of every frame and what the performer played."""

    style: str
    beats_per_bar: int
    tempo_bpm: float
    chords: tuple[Chord, ...]
    strokes: dict[int, Stroke]
    melody: tuple[PerformerOnset, ...]


def textures(songs: list[Arrangement], seed: int) -> list[Texture]:
    """Comping of all songs.

    The songs are pop and ballads; other styles have no human comping here, so a third of the songs
    are called by their names at random, and the network treats those styles as pop.
    """
    chance = np.random.default_rng(seed)
    return [_texture(song, chance) for song in songs if song.piano]


def _texture(song: Arrangement, chance: np.random.Generator) -> Texture:
    bass = _bass_keys(song)
    together: dict[int, list[ScoreNote]] = {}
    for note in song.piano:
        frame = round(note.onset_beats * STEPS)
        if frame >= 0 and (frame, note.pitch) not in bass:
            together.setdefault(frame, []).append(note)
    bar = song.truth.beats_per_bar * STEPS
    frames = -(-(max(together, default=0) + 1) // bar) * bar
    style = "ballad" if song.tempo_bpm < _BALLAD_BELOW_BPM else "pop"
    if song.truth.beats_per_bar == 3:
        style = "waltz"
    elif chance.random() < 1 / 3:
        style = _STYLES_ALIKE[int(chance.integers(len(_STYLES_ALIKE)))]
    return Texture(
        style,
        song.truth.beats_per_bar,
        song.tempo_bpm,
        chords_by_frame(song.truth, frames),
        {frame: _stroke(notes) for frame, notes in together.items()},
        tuple(PerformerOnset(n.onset_beats, n.pitch, n.velocity) for n in song.melody),
    )


def _bass_keys(song: Arrangement) -> set[tuple[int, int]]:
    """Frame and key of every note that the bass takes over."""
    lowest: dict[int, int] = {}
    for note in song.piano:
        frame = round(note.onset_beats * STEPS)
        lowest[frame] = min(lowest.get(frame, 128), note.pitch)
    return {(note.frame, lowest[note.frame]) for note in bass_line(song.piano)}


def _stroke(notes: list[ScoreNote]) -> Stroke:
    return Stroke(
        min(len(notes), ACTIONS - 1),
        float(np.mean([note.velocity for note in notes])) / 127,
        (float(np.mean([note.pitch for note in notes])) - MIDDLE) / 12,
        min(float(np.median([note.length_beats for note in notes])) * STEPS, _LONGEST_FRAMES),
    )


def texture_amounts(texture: Texture, ahead: bool) -> Amounts:
    """How much and how hard is comped around (or before) each frame."""
    onsets, velocity = np.zeros(len(texture.chords)), np.zeros(len(texture.chords))
    for frame, stroke in texture.strokes.items():
        onsets[frame] = stroke.voices
        velocity[frame] = stroke.velocity * stroke.voices
    return amounts(texture.style, texture.beats_per_bar, onsets, velocity, ahead)


def imagined_rows(taken: Tensor, height: Tensor, velocity: Tensor, lasts: Tensor) -> Tensor:
    """What a network imagined (see `NoteNetwork.imagined`) as `harmony_row` has it."""
    struck = 1.0 - taken[..., :1]
    voices = taken.argmax(dim=-1) / 5
    return torch.cat(
        [struck, struck * torch.stack([voices, velocity, height, lasts / 16], dim=-1)], dim=-1
    )


def texture_example(texture: Texture, ranks: Ranks, ahead: bool) -> dict[str, Tensor]:
    """All frames of a song, with what a crop needs and what is to be learned."""
    frames, bar = len(texture.chords), bar_frames(texture.beats_per_bar)
    controls = ranks.of(texture_amounts(texture, ahead))
    told, played = [], []
    action, duration = np.zeros(frames, np.int64), np.zeros(frames, np.int64)
    height, velocity = np.zeros(frames, np.float32), np.zeros(frames, np.float32)
    since, ends, last_height, struck_bar = 0, 0, 0.0, -1
    before = NO_CHORD
    heard = performer_row((), 0.0)
    for frame, chord in enumerate(texture.chords):
        following = texture.chords[min(frame + STEPS, frames - 1)]
        moved = chord.pitch_classes != before.pitch_classes
        since, before = (0 if moved else since + 1), chord
        ends = frame if moved else ends
        if frame % STEPS == 0:
            heard = performer_row(performer_before(texture.melody, frame / STEPS), frame / STEPS)
        common = context(
            frame % bar,
            texture.beats_per_bar,
            texture.tempo_bpm,
            0.5,
            texture.style,
            controls.density[frame],
            controls.intensity[frame],
            controls.complexity[frame],
            False,
        )
        told.append(
            harmony_context(
                common,
                chord.root is not None,
                following.pitch_classes != chord.pitch_classes,
                since,
                heard,
                max(0, ends - frame),
                last_height,
                struck_bar == frame // bar,
            )
        )
        stroke = texture.strokes.get(frame)
        if stroke is None:
            played.append(harmony_row(0, 0.0, 0.0, 0))
            continue
        action[frame], duration[frame] = stroke.voices, duration_class(stroke.frames)
        height[frame], velocity[frame] = stroke.height, stroke.velocity
        lasting = max(1, round(stroke.frames))
        ends, last_height, struck_bar = frame + lasting, stroke.height, frame // bar
        played.append(harmony_row(stroke.voices, stroke.velocity, stroke.height, lasting))
    return {
        "context": torch.from_numpy(np.array(told, np.float32)),
        "played": torch.from_numpy(np.stack(played)),
        "bar": torch.full((frames,), bar),
        "action": torch.from_numpy(action),
        "duration": torch.from_numpy(duration),
        "height": torch.from_numpy(height),
        "velocity": torch.from_numpy(velocity),
    }


def performer_before(melody: tuple[PerformerOnset, ...], beat: float) -> tuple[PerformerOnset, ...]:
    """What was played in the four beats before a beat."""
    first = bisect_left(melody, beat - 4.0, key=lambda onset: onset.onset_beats)
    last = bisect_left(melody, beat, key=lambda onset: onset.onset_beats)
    return melody[first:last]
