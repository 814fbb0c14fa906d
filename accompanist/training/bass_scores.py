"""How a bass fits its song: human lines, the learned bass and a simple one, by the same code.

Root on change: of the first notes within a beat of a chord change, those that are its root. Chord
tones: of the notes on the first and third beat. Steps are moves of one or two semitones, leaps of
more than seven. Kick lock: share of notes within a sixteenth of a kick, less the same share with
the kicks a beat and a half late. The simple bass plays the root on every beat.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accompanist.inference.model import StreamingModel
from accompanist.music.band import PARTS, PlannedNote
from accompanist.music.chord import Chord
from accompanist.music.heard import NO_ACCENTS
from accompanist.music.key import NO_KEY
from accompanist.players.bass import ModelBass, nearest_pitch
from accompanist.players.encoding import bar_frames
from accompanist.players.player import Frame
from accompanist.training.bass_examples import BassPart
from accompanist.training.bass_line import STEPS

Line = list[tuple[int, int]]

_DRUMS = ((36, 0), (38, 1), (42, 2))
_LATE_FRAMES = 6


def bass_scores(model: StreamingModel, parts: list[BassPart]) -> dict[str, dict[str, float]]:
    """Every figure, by who achieved it."""
    lines: dict[str, list[Line]] = {
        "model": [played_line(model, part) for part in parts],
        "human": [[(note.frame, note.pitch) for note in part.line] for part in parts],
        "root on every beat": [rooted(part) for part in parts],
    }
    scores: dict[str, dict[str, float]] = {}
    for who, all_lines in lines.items():
        for figure, value in fit(all_lines, parts).items():
            scores.setdefault(figure, {})[who] = value
    return scores


def played_line(model: StreamingModel, part: BassPart) -> Line:
    """What the learned bass plays to a song's chords and drummer, controls in the middle."""
    player, line = ModelBass(model), []
    for frame in frames_of(part.chords, part.beats_per_bar, part.tempo_bpm, part.style):
        heard = tuple(
            PlannedNote("drums", frame.index / STEPS, 0.25, pitch, 90, "model")
            for pitch, column in _DRUMS
            if part.drummer.heard[frame.index, column]
        )
        for note in player.play(replace(frame, ensemble=heard)):
            line.append((frame.index, note.pitch))
    return line


def frames_of(
    chords: tuple[Chord, ...], beats_per_bar: int, tempo_bpm: float, style: str
) -> list[Frame]:
    """Frames of a song whose chords are known and expected rightly."""
    bar = bar_frames(beats_per_bar)
    unknown = np.full(25, 1 / 25, np.float32)
    return [
        Frame(
            index=index,
            beat_in_bar=index % bar // STEPS,
            step=index % STEPS,
            beats_per_bar=beats_per_bar,
            tempo_bpm=tempo_bpm,
            swing=0.5,
            sixteenth_swing=0.5,
            level="normal",
            accents=NO_ACCENTS,
            bar=index // bar,
            chord=chord,
            next_chord=chords[min(index + STEPS, len(chords) - 1)],
            chord_probability=1.0,
            key=NO_KEY,
            chord_posterior=unknown,
            key_posterior=unknown,
            recent=(),
            ensemble=(),
            section="groove",
            section_bar=0,
            style=style,
            variation="B",
            intensity=0.5,
            density=0.5,
            complexity=0.5,
            outside=0.0,
            dynamics=0.0,
            learned=PARTS,
            seed=0,
        )
        for index, chord in enumerate(chords)
    ]


def rooted(part: BassPart) -> Line:
    """The root of every beat's chord, in the middle of the instrument."""
    return [
        (frame, nearest_pitch(chord.root, 0.0))
        for frame, chord in enumerate(part.chords)
        if frame % STEPS == 0 and chord.root is not None
    ]


def fit(lines: list[Line], parts: list[BassPart]) -> dict[str, float]:
    """How lines fit their songs; nan for what too few notes tell nothing of."""
    roots, strong, moves, locks, late = [], [], [], [], []
    notes = frames = 0
    for line, part in zip(lines, parts, strict=True):
        notes += len(line)
        frames += len(part.chords)
        roots += _roots_on_change(line, part)
        bar = bar_frames(part.beats_per_bar)
        strong += [
            pitch % 12 in part.chords[frame].pitch_classes
            for frame, pitch in line
            if frame % bar in (0, 8)
        ]
        pitches = np.array([pitch for _, pitch in line])
        moves += list(np.abs(np.diff(pitches)))
        kicks = part.drummer.heard[:, 0] > 0
        near = kicks | np.roll(kicks, 1) | np.roll(kicks, -1)
        places = np.array([frame for frame, _ in line], np.int64)
        locks += list(near[places])
        late += list(np.roll(near, _LATE_FRAMES)[places])
    size = np.array(moves)
    return {
        "root on chord change": _mean(roots),
        "chord tone on strong beats": _mean(strong),
        "steps": _mean((size == 1) | (size == 2)),
        "leaps": _mean(size > 7),
        "kick lock": _mean(locks) - _mean(late),
        "notes per beat": STEPS * notes / frames,
    }


def _mean(values: Sequence[Any] | NDArray[Any]) -> float:
    return float(np.mean(values)) if len(values) else math.nan


def _roots_on_change(line: Line, part: BassPart) -> list[bool]:
    struck = dict(line)
    found = []
    for frame in range(1, len(part.chords)):
        chord = part.chords[frame]
        if chord.root is None or chord.pitch_classes == part.chords[frame - 1].pitch_classes:
            continue
        first = [struck[f] for f in range(frame, frame + STEPS) if f in struck]
        found += [first[0] % 12 == chord.root] if first else []
    return found
