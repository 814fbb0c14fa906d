"""How well beats were heard: F-measure, continuity, bars.

A beat counts at the moment a click could sound: the later of its time and its announcement.
Nothing is trimmed. Beats are right within ±70 ms; F and continuity are those of mir_eval (Raffel
et al., ISMIR 2014), continuity (Klapuri, Eronen and Astola, 2006) with its defaults:

CMLt : share of beats in right order at the annotated level.
OML : the same at the best of the annotated, double, half and third tempo, on the beat only.
AMLt : mir_eval's, which forgives the off-beat too; never to be read without OML.
"""

from collections.abc import Iterable

import mir_eval
import numpy as np
from numpy.typing import NDArray

from accompanist.music.heard import BeatHeard
from accompanist.training.performances import Performance

Times = NDArray[np.float64]

_LEVELS = ((1, 0), (2, 0), (2, 1), (3, 0), (3, 1), (3, 2))
"""Every how many beats, from which: the annotated level, halves and thirds."""


def heard_beats(heard: Iterable[object]) -> list[BeatHeard]:
    """The beats among what was announced."""
    return [value for value in heard if isinstance(value, BeatHeard)]


def sounded(beats: Iterable[BeatHeard]) -> Times:
    """Moments at which clicks could sound, in order."""
    return np.array(sorted(max(beat.at_s, beat.announced_s) for beat in beats))


def beat_scores(performance: Performance, beats: list[BeatHeard]) -> dict[str, float]:
    """F_sound, CMLt, OML, AMLt and downbeat F; nothing for a performance without true beats."""
    truth_s, clicks_s = performance.beats_s, sounded(beats)
    if len(truth_s) < 2:
        return {}
    scores = {"F_sound": 0.0, "CMLt": 0.0, "OML": 0.0, "AMLt": 0.0}
    if len(clicks_s) > 1:
        scores["F_sound"] = float(mir_eval.beat.f_measure(truth_s, clicks_s))
        scores["CMLt"], scores["AMLt"] = _continuity(truth_s, clicks_s)
        levels = [truth_s[first::every] for every, first in _LEVELS]
        levels.append(_doubled(truth_s))
        scores["OML"] = max(_continuity(level_s, clicks_s)[0] for level_s in levels)
    if performance.downbeats.sum() > 1:
        bars_s = truth_s[performance.downbeats]
        downs_s = sounded(beat for beat in beats if beat.downbeat)
        right = mir_eval.beat.f_measure(bars_s, downs_s) if len(downs_s) else 0.0
        scores["downbeat F"] = float(right)
    return scores


def _continuity(truth_s: Times, clicks_s: Times) -> tuple[float, float]:
    if len(truth_s) < 2:
        return 0.0, 0.0
    _, cmlt, _, amlt = mir_eval.beat.continuity(truth_s, clicks_s)
    return float(cmlt), float(amlt)


def _doubled(truth_s: Times) -> Times:
    places = np.arange(0.0, len(truth_s) - 0.75, 0.5)
    return np.asarray(np.interp(places, np.arange(len(truth_s)), truth_s))
