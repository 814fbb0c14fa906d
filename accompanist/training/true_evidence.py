"""Evidence that tells the truth: what the beat filter makes of it is the filter's own doing.

An experiment, not a listener: every onset is weighed by where it truly falls in its beat, by the
tempo of the last true interval that is over, and by whether its beat is a downbeat. What a
listener with this evidence still gets wrong, no better network could get right.
"""

import numpy as np

from accompanist.listening.evidence import (
    PERIODS_S,
    PHASES,
    TEMPI,
    TEMPI_PER_OCTAVE,
    OnsetEvidence,
)
from accompanist.listening.listener import Listener
from accompanist.listening.onset import Onset
from accompanist.training.performances import Performance
from accompanist.training.songs import beats_of


class TrueEvidence:
    """Weighs the onsets of one performance, whose beats are known; it has at least two."""

    fault: str | None = None

    _PHASE_BEATS, _TEMPO_ROWS = 0.02, 1.5
    _FLOOR = 0.02
    _SURE = 3.0
    _DRIFT, _MISSED, _RESTART = 1.0, 0.8, 0.01

    def __init__(self, performance: Performance) -> None:
        self._beats_s = performance.beats_s
        self._downbeats = performance.downbeats

    def reset(self) -> None:
        """Forget everything heard: the truth stays."""

    def weigh(self, onset: Onset) -> OnsetEvidence:
        """Evidence of an onset, in any order."""
        position = float(beats_of(np.array([onset.time_s]), self._beats_s)[0])
        begun = int(np.clip(np.floor(position), 1, len(self._beats_s) - 1))
        period_s = float(self._beats_s[begun] - self._beats_s[begun - 1])
        row = TEMPI_PER_OCTAVE * float(np.log2(period_s / PERIODS_S[0]))
        columns = (np.arange(PHASES) / PHASES - position + 0.5) % 1.0 - 0.5
        phase = np.exp(-0.5 * (columns / self._PHASE_BEATS) ** 2)
        tempo = np.exp(-0.5 * ((np.arange(TEMPI) - row) / self._TEMPO_ROWS) ** 2)
        likelihood = self._FLOOR + np.outer(tempo, phase)
        nearest = int(np.clip(np.rint(position), 0, len(self._beats_s) - 1))
        downbeat = self._SURE if self._downbeats[nearest] else -self._SURE
        return OnsetEvidence(
            likelihood / likelihood.mean(), downbeat, self._DRIFT, self._MISSED, self._RESTART
        )


def true_listener(performance: Performance) -> Listener:
    """A listener to this performance whose beat evidence is true; the rest is by rule."""
    return Listener(TrueEvidence(performance))
