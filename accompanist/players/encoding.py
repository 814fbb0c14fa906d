"""How a sixteenth is told to a network: where in the bar, how fast, in which style, how much.

Every player's input begins with the same context row. Phases are sines and cosines of the place
in the beat and in the bar, so that no index needs to be learned; tempo is octaves from 120 BPM.
Training reads whole pieces with the same functions that playing calls once a frame.
"""

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from accompanist.music.band import FRAMES_PER_BEAT
from accompanist.players.player import Frame

Row = NDArray[np.float32]

LEARNED_STYLES = ("pop", "rock", "funk", "jazz", "latin", "ballad", "waltz")
"""Styles that the networks are told by name, in the order in which they have learned them."""

PHASE_WIDTH = 11
STYLE_COLUMNS = slice(PHASE_WIDTH + 2, PHASE_WIDTH + 2 + len(LEARNED_STYLES))
CONTROL_COLUMNS = slice(STYLE_COLUMNS.stop, STYLE_COLUMNS.stop + 3)
CONTEXT_WIDTH = CONTROL_COLUMNS.stop + 1
"""The row ends with style, controls (density, intensity, complexity) and whether it is a fill."""

USUAL_BARS = 4
"""Bars whose mean is what is usually played at a place."""

_REFERENCE_TEMPO_BPM = 120.0


@lru_cache(maxsize=256)
def phase(step_in_bar: int, beats_per_bar: int) -> tuple[float, ...]:
    """Place of a sixteenth in its beat and bar, and the metre: triple, quadruple or other."""
    beat = 2 * math.pi * (step_in_bar % FRAMES_PER_BEAT) / FRAMES_PER_BEAT
    bar = 2 * math.pi * step_in_bar / (FRAMES_PER_BEAT * beats_per_bar)
    return (
        math.sin(beat),
        math.cos(beat),
        math.cos(2 * beat),
        math.sin(bar),
        math.cos(bar),
        math.sin(2 * bar),
        math.cos(2 * bar),
        float(step_in_bar == 0),
        float(beats_per_bar == 3),
        float(beats_per_bar == 4),
        float(beats_per_bar not in (3, 4)),
    )


@lru_cache(maxsize=16)
def style_row(style: str) -> tuple[float, ...]:
    """One-hot row of a style; all zero for one that the networks have never met."""
    return tuple(float(style == known) for known in LEARNED_STYLES)


def context(
    step_in_bar: int,
    beats_per_bar: int,
    tempo_bpm: float,
    swing: float,
    style: str,
    density: float,
    intensity: float,
    complexity: float,
    fill: bool,
) -> tuple[float, ...]:
    """The row that begins every player's input, `CONTEXT_WIDTH` numbers."""
    return (
        *phase(step_in_bar, beats_per_bar),
        math.log2(tempo_bpm / _REFERENCE_TEMPO_BPM),
        (swing - 0.5) * 4,
        *style_row(style),
        density,
        intensity,
        complexity,
        float(fill),
    )


def frame_context(frame: Frame) -> tuple[float, ...]:
    """Context row of a frame."""
    return context(
        frame.beat_in_bar * FRAMES_PER_BEAT + frame.step,
        frame.beats_per_bar,
        frame.tempo_bpm,
        frame.swing,
        frame.style,
        frame.density,
        frame.intensity,
        frame.complexity,
        frame.section != "groove",
    )


def bar_frames(beats_per_bar: int) -> int:
    """Sixteenths in a bar."""
    return beats_per_bar * FRAMES_PER_BEAT


class History:
    """A player's own last frames, as rows; a value that appending leaves unchanged.

    Holds `LENGTH` rows, the newest last; what was never played is silence (zeros).
    """

    LENGTH = 64
    __slots__ = ("known", "rows")

    def __init__(self, rows: Row, known: int) -> None:
        self.rows = rows
        self.known = known

    @classmethod
    def silent(cls, width: int) -> "History":
        """Nothing played yet."""
        return cls(np.zeros((cls.LENGTH, width), np.float32), 0)

    def followed_by(self, row: Row) -> "History":
        """The history one frame later."""
        rows = np.empty_like(self.rows)
        rows[:-1] = self.rows[1:]
        rows[-1] = row
        return History(rows, min(self.known + 1, self.LENGTH))

    def recalled(self, beats_per_bar: int) -> tuple[Row, ...]:
        """What the coming frame is told of the past.

        Rows one step, one bar and two bars before it, the mean of what was played at its place in
        up to four bars, and which bars exist.
        """
        bar = bar_frames(beats_per_bar)
        bars = min(self.known // bar, USUAL_BARS)
        usual = _silence(self.rows.shape[1])
        if bars:
            usual = self.rows[self.LENGTH - bars * bar :: bar].sum(axis=0) / np.float32(bars)
        return (
            self.rows[-1],
            self._back(bar),
            self._back(2 * bar),
            usual,
            _bars_known(min(self.known // bar, 2)),
        )

    def _back(self, frames: int) -> Row:
        if frames > self.LENGTH:
            return _silence(self.rows.shape[1])
        row: Row = self.rows[-frames]
        return row


@lru_cache(maxsize=8)
def _silence(width: int) -> Row:
    return np.zeros(width, np.float32)


@lru_cache(maxsize=3)
def _bars_known(bars: int) -> Row:
    return np.array([bars >= 1, bars >= 2], np.float32)


def recalled_rows(rows: Row, bar: int) -> Row:
    """`History.recalled` for every frame of a piece at once: (frames, `recalled_width`)."""
    frames, most = len(rows), History.LENGTH
    known = np.minimum(np.arange(frames), most)

    def back(distance: int) -> Row:
        moved = np.zeros_like(rows)
        if distance < frames and distance <= most:
            moved[distance:] = rows[:-distance]
        return moved

    bars = np.minimum(known // bar, USUAL_BARS)
    total = sum((back(number * bar) for number in range(1, USUAL_BARS + 1)), np.zeros_like(rows))
    usual = total / np.maximum(bars, 1)[:, None].astype(np.float32)
    flags = np.stack([known >= bar, known >= 2 * bar], axis=1).astype(np.float32)
    return np.concatenate([back(1), back(bar), back(2 * bar), usual, flags], axis=1)


def recalled_width(played: int) -> int:
    """Numbers that a player who plays rows of `played` numbers is told of the past."""
    return 4 * played + 2
