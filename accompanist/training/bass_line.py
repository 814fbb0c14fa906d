"""The bass line of a piano arrangement, and a drummer constructed to go with it.

The line is made of the lowest notes struck, as long as they lie low and near the lowest of the
last two beats, moved as a whole to the register of a bass. Songs have no drums: each gets the
human groove (of its metre, nearly its tempo) whose kicks best meet its bass notes, two bars at a
time. That meeting is constructed, not heard.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accompanist.players.bass import HIGHEST, LOWEST, MIDDLE
from accompanist.players.drums import VOICES
from accompanist.training.arrangements import ScoreNote
from accompanist.training.groove import Drumming

STEPS = 4

_HIGHEST_ON_PIANO = 52
_NEAR_LOWEST = 7
_MEMORY_FRAMES = 8
_LONGEST_FRAMES = 16
_TEMPO_RATIO = 1.25
_BEST_OF = 3

_KICK, _SNARE = VOICES.index("kick"), VOICES.index("snare")
_CYMBALS = [VOICES.index(name) for name in ("closed hat", "open hat", "crash", "ride")]


@dataclass(frozen=True, slots=True)
class BassNote:
    """A note of the line, in frames; velocity 0–1."""

    frame: int
    frames: float
    pitch: int
    velocity: float


def bass_line(piano: tuple[ScoreNote, ...]) -> list[BassNote]:
    """The line, one note at a time, within the range of a bass."""
    lowest: dict[int, ScoreNote] = {}
    for note in piano:
        frame = round(note.onset_beats * STEPS)
        if frame not in lowest or note.pitch < lowest[frame].pitch:
            lowest[frame] = note
    struck: list[tuple[int, ScoreNote]] = []
    for frame in sorted(lowest):
        recent = [note.pitch for at, note in struck[-8:] if at > frame - _MEMORY_FRAMES]
        reach = min(recent, default=_HIGHEST_ON_PIANO) + _NEAR_LOWEST
        if frame >= 0 and lowest[frame].pitch <= min(reach, _HIGHEST_ON_PIANO):
            struck.append((frame, lowest[frame]))
    if not struck:
        return []
    middle = float(np.median([note.pitch for _, note in struck]))
    moved = 12 * round((MIDDLE - middle) / 12)
    ends = [frame for frame, _ in struck[1:]] + [struck[-1][0] + _LONGEST_FRAMES]
    return [
        BassNote(
            frame,
            min(note.length_beats * STEPS, end - frame, _LONGEST_FRAMES),
            _folded(note.pitch + moved),
            note.velocity / 127,
        )
        for (frame, note), end in zip(struck, ends, strict=True)
    ]


def _folded(pitch: int) -> int:
    while pitch < LOWEST:
        pitch += 12
    while pitch > HIGHEST:
        pitch -= 12
    return pitch


@dataclass(frozen=True, slots=True)
class Drummer:
    """Kick, snare, cymbal (0 or 1) and kick velocity for each frame, shape (frames, 4)."""

    style: str
    heard: NDArray[np.float32]


def drummer_for(
    line: list[BassNote],
    frames: int,
    beats_per_bar: int,
    tempo_bpm: float,
    grooves: list[Drumming],
    chance: np.random.Generator,
) -> Drummer:
    """Put together a drummer for a line from one human performance, two bars at a time."""
    window = 2 * beats_per_bar * STEPS
    struck = np.zeros(-(-frames // window) * window, np.float32)
    for note in line:
        if note.frame < frames:
            struck[note.frame] = 1.0
    asked = struck.reshape(-1, window)
    ranked = sorted(
        (_matches(groove, asked) for groove in _near(grooves, beats_per_bar, tempo_bpm)),
        key=lambda match: -match[0],
    )
    _, groove, picks = ranked[int(chance.integers(min(_BEST_OF, len(ranked))))]
    heard = np.concatenate([_heard(groove, int(pick) * window // 2, window) for pick in picks])
    return Drummer(groove.style, heard[:frames])


def _near(grooves: list[Drumming], beats_per_bar: int, tempo_bpm: float) -> list[Drumming]:
    def distance(groove: Drumming) -> float:
        octaves = abs(np.log2(groove.tempo_bpm / tempo_bpm))
        return float(min(octaves, abs(octaves - 1) + 0.1))

    bars = 4 * beats_per_bar * STEPS
    fit = [
        groove
        for groove in grooves
        if groove.beats_per_bar == beats_per_bar
        and len(groove.hits) >= bars
        and not groove.fill.any()
    ]
    near = [groove for groove in fit if distance(groove) < np.log2(_TEMPO_RATIO)]
    return near or sorted(fit, key=distance)[:_BEST_OF]


def _matches(
    groove: Drumming, asked: NDArray[np.float32]
) -> tuple[float, Drumming, NDArray[np.intp]]:
    """How well the kicks of a performance meet the line, and by which of its bars."""
    window = asked.shape[1]
    starts = range(0, len(groove.hits) - window + 1, window // 2)
    kicks = np.stack([groove.hits[start : start + window, _KICK] for start in starts]).astype(
        np.float32
    )
    both = asked @ kicks.T
    total = asked.sum(axis=1, keepdims=True) + kicks.sum(axis=1)
    meeting = 2 * both / np.maximum(total, 1)
    return float(meeting.max(axis=1).mean()), groove, meeting.argmax(axis=1)


def _heard(groove: Drumming, start: int, window: int) -> NDArray[np.float32]:
    part = slice(start, start + window)
    hits = groove.hits[part]
    return np.stack(
        [
            hits[:, _KICK],
            hits[:, _SNARE],
            hits[:, _CYMBALS].any(axis=1),
            groove.velocity[part, _KICK],
        ],
        axis=1,
    ).astype(np.float32)
