"""Where the beat is and how fast it goes: the pointer's best hypothesis, held until a better one.

The pointer (see `accompanist.dsp.bar_pointer`) keeps every tempo and phase alive; this module
follows one of them, so that the band does not flutter between readings of about equal weight.
"""

from dataclasses import dataclass

import numpy as np

from accompanist.dsp.bar_pointer import neighbourhood, run_on, strongest, weigh
from accompanist.listening.evidence import (
    PERIODS_S,
    PHASES,
    TEMPI,
    TEMPI_PER_OCTAVE,
    BeatEvidenceSource,
    OnsetEvidence,
)
from accompanist.listening.onset import Onset

_ROWS, _COLUMNS = 2, 6
_DRIFT = 1.0
_RESTART = 0.01
_OVERTHROW = 1.3
_PATIENCE_ONSETS = 2
_LEVEL_PATIENCE_ONSETS = 8
_SAME_LEVEL_OCTAVES = 0.15
_LEAST_ONSETS = 4
_GIVEN = 0.8
_GIVEN_COLUMNS = 1.0
_FAVOURITE_BPM = 85.0
_SPREAD_OCTAVES = 0.45


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


def _tempo_prior() -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    octaves = np.log2(60.0 / PERIODS_S / _FAVOURITE_BPM)
    prior = np.exp(-0.5 * (octaves / _SPREAD_OCTAVES) ** 2)
    return np.asarray(prior / prior.sum(), dtype=np.float64)


class BeatTracker:
    """Follows the beat through onsets."""

    def __init__(self, source: BeatEvidenceSource) -> None:
        self._source = source
        self._prior = _tempo_prior()
        self._scratch = np.empty((TEMPI, PHASES))
        self.reset()

    def reset(self) -> None:
        """Forget everything heard."""
        self._source.reset()
        self._weights = np.repeat(self._prior[:, None] / PHASES, PHASES, axis=1)
        self._last_s: float | None = None
        self._onsets = 0
        self._given = False
        self._challenged = 0
        self.pulse: Pulse | None = None

    @property
    def founded(self) -> bool:
        """Whether the pulse rests on enough onsets, or was given."""
        return self._given or self._onsets >= _LEAST_ONSETS

    def hear(self, onset: Onset) -> OnsetEvidence:
        """Take the next onset in and return what it was evidence of."""
        evidence = self._source.weigh(onset)
        if onset.trust < 1.0:
            evidence = evidence.tempered(onset.trust)
        if self._last_s is not None:
            dt_s = max(onset.time_s - self._last_s, 0.0)
            run_on(self._weights, self._scratch, PERIODS_S, dt_s, _DRIFT, self._source.missed_beat)
        weigh(self._weights, evidence.phase, evidence.tempo, self._prior, _RESTART)
        self._last_s = onset.time_s
        self._onsets += 1
        self._follow(onset.time_s)
        return evidence

    def impose(self, beat_s: float, period_s: float) -> None:
        """Take a beat and a tempo as given, as from a foot or a finger that taps them."""
        given = TEMPI_PER_OCTAVE * float(np.log2(period_s / PERIODS_S[0]))
        rows = np.arange(TEMPI) - min(max(given, 0.0), TEMPI - 1.0)
        columns = (np.arange(PHASES) + PHASES / 2) % PHASES - PHASES / 2
        near = np.exp(-0.5 * (rows[:, None] ** 2 + (columns[None, :] / _GIVEN_COLUMNS) ** 2))
        self._weights = near + 1e-6
        self._weights /= self._weights.sum()
        self._last_s = beat_s
        self._given = True
        self.pulse = Pulse(beat_s, period_s, _GIVEN)

    def _follow(self, now_s: float) -> None:
        """Choose which hypothesis is followed: the one held, unless another insists."""
        best = self._pulse_at(now_s, *strongest(self._weights, _ROWS, _COLUMNS))
        if self.pulse is None:
            self.pulse = best
            return
        held = self._pulse_at(now_s, *self._held(now_s))
        if best.confidence < _OVERTHROW * held.confidence:
            self._challenged = 0
            self.pulse = held
            return
        self._challenged += 1
        octaves = float(np.log2(best.period_s / self.pulse.period_s))
        if abs(abs(octaves) - 1.0) < _SAME_LEVEL_OCTAVES:
            if self._challenged < _LEVEL_PATIENCE_ONSETS:
                self.pulse = _at_level(best, self.pulse, octaves > 0.0)
                return
        elif self._challenged < _PATIENCE_ONSETS:
            self.pulse = held
            return
        self._challenged = 0
        self.pulse = best

    def _pulse_at(self, now_s: float, row: int, column: int) -> Pulse:
        """The pulse around a cell of the grid."""
        mass, row_off, column_off = neighbourhood(self._weights, row, column, _ROWS, _COLUMNS)
        period_s = float(PERIODS_S[0] * 2.0 ** ((row + row_off) / TEMPI_PER_OCTAVE))
        phase = (column + column_off) / PHASES
        return Pulse(now_s - phase * period_s, period_s, min(mass, 1.0))

    def _held(self, now_s: float) -> tuple[int, int]:
        """Cell where the hypothesis followed so far stands now."""
        assert self.pulse is not None
        period_s = self.pulse.period_s
        row = round(float(np.log2(period_s / PERIODS_S[0])) * TEMPI_PER_OCTAVE)
        phase = (now_s - self.pulse.beat_s) / period_s % 1.0
        return min(max(row, 0), TEMPI - 1), round(phase * PHASES) % PHASES


def _at_level(best: Pulse, held: Pulse, slower: bool) -> Pulse:
    """The best hypothesis, counted twice as fast or half as fast as itself, as before."""
    if slower:
        return Pulse(best.beat_s, best.period_s / 2.0, best.confidence)
    beats = (best.beat_s - held.beat_s) / best.period_s
    odd = round(beats) % 2
    return Pulse(best.beat_s - odd * best.period_s, best.period_s * 2.0, best.confidence)
