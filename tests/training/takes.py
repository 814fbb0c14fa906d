"""Performances and announcements made by hand, whose figures are plain to see."""

import numpy as np

from accompanist.music.heard import BeatHeard
from accompanist.training.performances import Performance, notes_from

PERIOD_S = 0.5
BEATS_S = 10.0 + PERIOD_S * np.arange(40)


def steady(**truth) -> Performance:
    """Forty beats at 120 BPM from 10 s on, a note on every beat, four to a bar."""
    notes = notes_from([(float(at_s), float(at_s) + 0.2, 60, 80, 0) for at_s in BEATS_S])
    return Performance("steady", notes, BEATS_S, np.arange(40) % 4 == 0, **truth)


def announced(times_s, lead_s: float = 0.1) -> list[BeatHeard]:
    """Beats at these times, said so long before they sound, four to a bar."""
    return [
        BeatHeard(float(at_s) - lead_s, float(at_s), k, k // 4, k % 4 == 0, 120.0, 1.0)
        for k, at_s in enumerate(times_s)
    ]
