"""A pulse: beats in even time; and how two pulses are related that count the same beat.

The same beat may be counted at another level: twice or three times as slow or as fast.
"""

from dataclasses import dataclass

import numpy as np

SAME_LEVEL_OCTAVES = 0.15
SAME_BEAT = 0.2

_LEVELS = (2.0, 3.0, 0.5, 1 / 3)
_FARTHER_LEVELS = (*_LEVELS, 4.0, 0.25)


@dataclass(frozen=True, slots=True)
class Pulse:
    """A beat at `beat_s` (and every `period_s` around it), held with `confidence` 0–1."""

    beat_s: float
    period_s: float
    confidence: float

    def next_after(self, time_s: float) -> float:
        """First beat later than `time_s`."""
        beats = np.floor((time_s - self.beat_s) / self.period_s) + 1.0
        return float(self.beat_s + beats * self.period_s)


def is_same(best: Pulse, held: Pulse, now_s: float) -> bool:
    """Whether `best` is the beat held, a little moved, or at another tempo by a little."""
    if abs(np.log2(best.period_s / held.period_s)) > SAME_LEVEL_OCTAVES:
        return False
    off = (now_s - best.beat_s) / best.period_s - (now_s - held.beat_s) / held.period_s
    return bool(abs(off - round(off)) < SAME_BEAT)


def level_of(best: Pulse, held: Pulse, *, farther: bool = False) -> float | None:
    """By how much `best` counts the same beat slower (2, 3) or faster (1/2, 1/3), if it does.

    `farther` knows four times as slow or fast too.
    """
    ratio = best.period_s / held.period_s
    near = min(
        _FARTHER_LEVELS if farther else _LEVELS, key=lambda level: abs(np.log2(ratio / level))
    )
    return near if abs(np.log2(ratio / near)) < SAME_LEVEL_OCTAVES else None


def at_level(best: Pulse, held: Pulse, level: float) -> Pulse:
    """The best hypothesis, counted as fast or as slow as the one held."""
    if level > 1.0:
        return Pulse(best.beat_s, best.period_s / level, best.confidence)
    beats = (best.beat_s - held.beat_s) / best.period_s
    behind = round(beats) % round(1.0 / level)
    return Pulse(best.beat_s - behind * best.period_s, best.period_s / level, best.confidence)
