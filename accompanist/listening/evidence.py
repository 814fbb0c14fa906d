"""What an onset says about the beat: at which phase it falls, at what tempo, on a downbeat or not.

A source weighs every onset as it comes, causally. Likelihoods average 1 over the grid declared
here, so that an onset which says nothing weighs 1 everywhere. `RuleEvidence` knows only that
accents, chords and low notes tend to fall on beats, and other notes on simple fractions of one.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from accompanist.listening.onset import Onset

PHASES = 64
TEMPI_PER_OCTAVE = 24
FASTEST_BPM = 340.0
TEMPI = 80
PERIODS_S: NDArray[np.float64] = 60.0 / FASTEST_BPM * 2.0 ** (np.arange(TEMPI) / TEMPI_PER_OCTAVE)
"""Seconds per beat of every tempo considered: 340 down to 35 BPM."""

_FAVOURITE_BPM = 100.0
_SPREAD_OCTAVES = 0.6


def _tempo_prior() -> NDArray[np.float64]:
    octaves = np.log2(60.0 / PERIODS_S / _FAVOURITE_BPM)
    prior = np.exp(-0.5 * (octaves / _SPREAD_OCTAVES) ** 2)
    return np.asarray(prior / prior.sum(), dtype=np.float64)


TEMPO_PRIOR = _tempo_prior()
"""How likely each tempo is before anything is heard."""


@dataclass(frozen=True, slots=True)
class OnsetEvidence:
    """How well each tempo and phase explains an onset, and how the beat may have moved up to it.

    Attributes
    ----------
    likelihood
        Shape (TEMPI, PHASES), averaging about 1.
    downbeat
        Log odds that the onset, if it is on a beat, is on a downbeat.
    drift
        Variance that log tempo gained per beat since the last onset, in squared rows.
    missed
        Weight of a beat that passed without an onset, 0–1.
    restart
        Share of the belief that starts afresh at this onset, 0–1.
    """

    likelihood: NDArray[np.float64]
    downbeat: float
    drift: float
    missed: float
    restart: float

    def tempered(self, trust: float) -> "OnsetEvidence":
        """The same evidence, believed by so much, 0–1."""
        likelihood = self.likelihood**trust
        return OnsetEvidence(
            likelihood / likelihood.mean(),
            self.downbeat * trust,
            self.drift,
            self.missed,
            self.restart,
        )


class BeatEvidenceSource(Protocol):
    """Whoever weighs onsets: rules, or a learned network."""

    fault: str | None
    """Why rules stand in for a network; none while all is well."""

    def reset(self) -> None:
        """Forget everything heard."""

    def weigh(self, onset: Onset) -> OnsetEvidence:
        """Evidence of the next onset; onsets come in order of time."""


def _bump(centre: float, width: float) -> NDArray[np.float64]:
    """Density on the phase circle, averaging 1: a normal curve of `width` beats at `centre`."""
    distance = (np.arange(PHASES) / PHASES - centre + 0.5) % 1.0 - 0.5
    curve = np.exp(-0.5 * (distance / width) ** 2)
    return np.asarray(curve / curve.mean(), dtype=np.float64)


class RuleEvidence:
    """Evidence by rule of thumb, without learning."""

    fault: str | None = None

    _WIDTH_BEATS = 0.035
    _DRIFT, _MISSED, _RESTART = 1.0, 0.8, 0.01

    def __init__(self) -> None:
        width = self._WIDTH_BEATS
        self._on_beat = _bump(0.0, width)
        self._between = (
            0.6 * _bump(0.5, width)
            + 0.12 * (_bump(0.25, width) + _bump(0.75, width))
            + 0.08 * (_bump(1 / 3, width) + _bump(2 / 3, width))
        )
        self.reset()

    def reset(self) -> None:
        """Forget everything heard."""
        self._loudness = 0.6
        self._notes = 1.5
        self._bass: int = 60
        self._harmony: frozenset[int] = frozenset()

    def weigh(self, onset: Onset) -> OnsetEvidence:
        """Evidence of the next onset; onsets come in order of time."""
        louder = (onset.loudness - self._loudness) / 0.15
        fuller = (len(onset.pitches) - self._notes) / 1.5
        lower = float(np.clip((self._bass - onset.lowest) / 12.0, -1.5, 1.5))
        moved = len(onset.pitch_classes - self._harmony) / len(onset.pitch_classes)
        accent = 0.5 * louder + 0.5 * fuller + 0.8 * lower
        share = 0.2 + 0.5 / (1.0 + float(np.exp(-accent)))
        phase = 0.12 + 0.88 * (share * self._on_beat + (1.0 - share) * self._between)
        self._loudness += 0.15 * (onset.loudness - self._loudness)
        self._notes += 0.15 * (len(onset.pitches) - self._notes)
        self._bass += round(0.3 * (onset.lowest - self._bass))
        self._harmony = onset.pitch_classes | (
            self._harmony if len(self._harmony) < 5 else frozenset()
        )
        downbeat = 0.6 * accent + 0.5 * (moved - 0.5) - 1.1
        likelihood = np.repeat(phase[None, :], TEMPI, axis=0)
        return OnsetEvidence(likelihood, downbeat, self._DRIFT, self._MISSED, self._RESTART)
