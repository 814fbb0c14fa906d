"""Bass lines with their chords and constructed drummer, as the network learns from them."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from accompanist.music.chord import NO_CHORD, Chord
from accompanist.players.bass import bass_context, bass_row
from accompanist.players.encoding import bar_frames, context
from accompanist.players.notes import duration_class
from accompanist.training.arrangements import Arrangement
from accompanist.training.bass_line import STEPS, BassNote, Drummer, bass_line, drummer_for
from accompanist.training.controls import Amounts, Ranks, amounts
from accompanist.training.groove import Drumming
from accompanist.training.pop909cl import Truth


@dataclass(frozen=True, slots=True)
class BassPart:
    """A line with all that was played along with it; one chord for every frame."""

    style: str
    beats_per_bar: int
    tempo_bpm: float
    chords: tuple[Chord, ...]
    line: tuple[BassNote, ...]
    drummer: Drummer


def chords_by_frame(truth: Truth, frames: int) -> tuple[Chord, ...]:
    """The chord that sounds in each frame."""
    chords = [NO_CHORD] * frames
    for span in truth.chords:
        first, last = round(span.start_beats * STEPS), round(span.end_beats * STEPS)
        for frame in range(max(first, 0), min(last, frames)):
            chords[frame] = span.chord
    return tuple(chords)


def bass_parts(songs: list[Arrangement], grooves: list[Drumming], seed: int) -> list[BassPart]:
    """Lines of all songs that have one, each with a drummer."""
    chance = np.random.default_rng(seed)
    parts = []
    for song in songs:
        line = bass_line(song.piano)
        if not line:
            continue
        bar = song.truth.beats_per_bar * STEPS
        frames = -(-(line[-1].frame + 1) // bar) * bar
        drummer = drummer_for(
            line, frames, song.truth.beats_per_bar, song.tempo_bpm, grooves, chance
        )
        chords = chords_by_frame(song.truth, frames)
        parts.append(
            BassPart(
                drummer.style,
                song.truth.beats_per_bar,
                song.tempo_bpm,
                chords,
                tuple(note for note in line if chords[note.frame].root is not None),
                drummer,
            )
        )
    return parts


def bass_amounts(part: BassPart, ahead: bool) -> Amounts:
    """How much and how hard the bass plays around (or before) each frame."""
    onsets, velocity = np.zeros(len(part.chords)), np.zeros(len(part.chords))
    for note in part.line:
        onsets[note.frame] = 1.0
        velocity[note.frame] = note.velocity
    return amounts(part.style, part.beats_per_bar, onsets, velocity, ahead)


def bass_example(part: BassPart, ranks: Ranks, ahead: bool) -> dict[str, Tensor]:
    """All frames of a part, with what a crop needs and what is to be learned."""
    frames, bar = len(part.chords), bar_frames(part.beats_per_bar)
    controls = ranks.of(bass_amounts(part, ahead))
    struck = {note.frame: note for note in part.line}
    told, played = [], []
    action, duration = np.zeros(frames, np.int64), np.zeros(frames, np.int64)
    height, velocity = np.zeros(frames, np.float32), np.zeros(frames, np.float32)
    last_pitch: int | None = None
    since, ends = 0, 0
    before = NO_CHORD
    for frame, chord in enumerate(part.chords):
        following = part.chords[min(frame + STEPS, frames - 1)]
        moved = chord.pitch_classes != before.pitch_classes
        since, before = (0 if moved else since + 1), chord
        ends = frame if moved else ends
        common = context(
            frame % bar,
            part.beats_per_bar,
            part.tempo_bpm,
            0.5,
            part.style,
            controls.density[frame],
            controls.intensity[frame],
            controls.complexity[frame],
            False,
        )
        drummed = tuple(part.drummer.heard[frame])
        remaining = max(0, ends - frame)
        told.append(bass_context(common, chord, following, since, drummed, last_pitch, remaining))
        note = struck.get(frame)
        if note is None:
            played.append(bass_row(0, 0, 0.0, 0))
            continue
        last_pitch = note.pitch
        lasting = max(1, round(note.frames))
        ends = frame + lasting
        action[frame] = 1 + (note.pitch - (chord.root or 0)) % 12
        duration[frame] = duration_class(note.frames)
        played.append(bass_row(int(action[frame]), note.pitch, note.velocity, lasting))
        height[frame], velocity[frame] = played[-1][13], note.velocity
    return {
        "context": torch.from_numpy(np.array(told, np.float32)),
        "played": torch.from_numpy(np.stack(played)),
        "bar": torch.full((frames,), bar),
        "action": torch.from_numpy(action),
        "duration": torch.from_numpy(duration),
        "height": torch.from_numpy(height),
        "velocity": torch.from_numpy(velocity),
    }
