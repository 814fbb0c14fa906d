"""At which tempo a player is followed, and whether on the beat.

At every true beat the tempo announced is 60 over the median of the last four intervals between
announced beats; the true tempo is taken likewise from the last four true intervals, so that hands
that are not even don't count as changes of tempo. A beat at which none is announced yet is wrong.
A share at another level is that of beats at which the tempo is within 8 % of so many times the
true one; off-beat is the share of beats in rows of four at which the one click lies at the middle.
"""

import numpy as np
from numpy.typing import NDArray

from accompanist.music.heard import BeatHeard
from accompanist.training.beat_scores import Times, sounded
from accompanist.training.performances import Performance

LEVELS = {"×2": 2.0, "×1/2": 0.5, "×3": 3.0, "×1/3": 1 / 3, "×3/2": 1.5, "×2/3": 2 / 3}
_INTERVALS = 4
_CLOSE, _NEAR = 0.04, 0.08
_ROW = 4
_MIDDLE = 1 / 6


def tempo_scores(performance: Performance, beats: list[BeatHeard]) -> dict[str, float]:
    """Shares of beats at the right tempo, at other levels of it, and off the beat."""
    truth_s = performance.beats_s
    if len(truth_s) <= _INTERVALS or performance.played_s is None:
        return {}
    start_s = performance.played_s[0]
    ratios = tempo_ratios(truth_s, beats)[truth_s[_INTERVALS:] >= start_s]
    if not len(ratios):
        return {}
    within = {
        "tempo 4%": float(np.mean(np.abs(ratios - 1.0) <= _CLOSE)),
        "tempo 8%": float(np.mean(np.abs(ratios - 1.0) <= _NEAR)),
    }
    others = {
        f"tempo {name}": float(np.mean(np.abs(ratios / level - 1.0) <= _NEAR))
        for name, level in LEVELS.items()
    }
    off = _off_beat(truth_s, sounded(beats))[truth_s[:-1] >= start_s]
    return within | others | {"off-beat": float(np.mean(off)) if len(off) else 0.0}


def tempo_ratios(truth_s: Times, beats: list[BeatHeard]) -> Times:
    """Announced over true tempo at every true beat from the fifth on; 0 where none is announced."""
    said = sorted(beats, key=lambda beat: beat.announced_s)
    known_s = np.array([max(beat.at_s, beat.announced_s) for beat in said])
    at_s = np.array([beat.at_s for beat in said])
    ratios = np.zeros(len(truth_s) - _INTERVALS)
    for k in range(_INTERVALS, len(truth_s)):
        counted = int(np.searchsorted(known_s, truth_s[k] + 1e-9, side="right"))
        if counted > _INTERVALS:
            recent_s = float(np.median(np.diff(at_s[counted - _INTERVALS - 1 : counted])))
            true_s = float(np.median(np.diff(truth_s[k - _INTERVALS : k + 1])))
            ratios[k - _INTERVALS] = true_s / recent_s if recent_s > 0.0 else 0.0
    return ratios


def _off_beat(truth_s: Times, clicks_s: Times) -> NDArray[np.bool_]:
    """For every interval, whether it is one of four in a row with one click, at the middle."""
    first = np.searchsorted(clicks_s, truth_s[:-1])
    count = np.searchsorted(clicks_s, truth_s[1:]) - first
    alone = np.flatnonzero(count == 1)
    places = (clicks_s[first[alone]] - truth_s[alone]) / np.diff(truth_s)[alone]
    middle = np.zeros(len(truth_s) - 1, dtype=bool)
    middle[alone] = np.abs(places - 0.5) < _MIDDLE
    rows = np.zeros_like(middle)
    for k in range(len(middle) - _ROW + 1):
        if middle[k : k + _ROW].all():
            rows[k : k + _ROW] = True
    return rows
