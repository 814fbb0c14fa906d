"""Time for constructed performances: tempo curves, swing, and hands that are nearly on time.

A tempo curve is the tempo of every beat; the beats it gives are the truth, and what is played
strays from them as people do. Positions are counted in beats from 0.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ONSET_JITTER_S = 0.008
DRIFT_STEP_S = 0.004
DRIFT_MEMORY = 0.9
CHORD_SPREAD_S = 0.006


def steady(tempo_bpm: float, beats: int) -> Floats:
    """One tempo throughout."""
    return np.full(beats, tempo_bpm)


def ramp(from_bpm: float, to_bpm: float, beats: int) -> Floats:
    """An even change of tempo over so many beats; the last beat has nearly the tempo aimed at."""
    return from_bpm + (to_bpm - from_bpm) * (np.arange(beats) + 0.5) / beats


def rubato(tempo_bpm: float, beats: int, depth: float, random: np.random.Generator) -> Floats:
    """A tempo that wanders by up to `depth` of itself, in phrases of 8 to 32 beats."""
    at = np.arange(beats)
    waves = [
        random.uniform(0.5, 1.0) * np.sin(2 * np.pi * (at / length + random.random()))
        for length in random.uniform(8.0, 32.0, 3)
    ]
    wandering = np.sum(waves, axis=0)
    return np.asarray(tempo_bpm * (1.0 + depth * wandering / np.abs(wandering).max()))


def beat_times(tempo_bpm: Floats, start_s: float) -> Floats:
    """Time of every beat of a tempo curve, and of the one after the last."""
    return start_s + np.concatenate([[0.0], np.cumsum(60.0 / tempo_bpm)])


def swung(position: float, ratio: float) -> float:
    """A position whose off-beat eighth falls `ratio` of the way through its beat."""
    beat, within = divmod(position, 1.0)
    if within <= 0.5:
        return beat + 2.0 * within * ratio
    return beat + ratio + 2.0 * (within - 0.5) * (1.0 - ratio)


class Hand:
    """One hand's small deviations, onset after onset.

    Every onset strays by N(0, 8 ms), around a drift that is an AR(1) process (steps of 4 ms,
    memory 0.9, so that it wanders by some 9 ms); the notes of a chord come up to 6 ms apart.
    """

    def __init__(self, random: np.random.Generator) -> None:
        self._random = random
        self._drift_s = 0.0

    def strays_s(self, notes: int) -> list[float]:
        """How late each note of the next onset is; negative is early."""
        self._drift_s = DRIFT_MEMORY * self._drift_s + self._random.normal(0.0, DRIFT_STEP_S)
        late_s = self._drift_s + self._random.normal(0.0, ONSET_JITTER_S)
        spread = self._random.uniform(0.0, CHORD_SPREAD_S, notes) if notes > 1 else [0.0]
        return [float(late_s + extra_s) for extra_s in spread]
