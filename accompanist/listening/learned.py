"""Learned beat evidence: the network shipped as ``models/evidence.onnx``, stepped once an onset."""

from collections import deque
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from accompanist.dsp.onset_features import FEATURES, LOOKBACK, describe
from accompanist.inference.model import ModelError, StreamingModel
from accompanist.listening.evidence import (
    PHASES,
    BeatEvidenceSource,
    OnsetEvidence,
    RuleEvidence,
)
from accompanist.listening.onset import Onset

_TRUST_PHASE = 0.6
_TRUST_TEMPO = 0.2
_TRUST_RULES = 0.6
_FLOOR = 0.5


class LearnedEvidence:
    """Evidence of the network; bare rules take over for good once it fails.

    Parameters
    ----------
    model
        The network, stepped with ``onset`` (1, FEATURES).
    """

    missed_beat = 0.95

    def __init__(self, model: StreamingModel) -> None:
        self._model = model
        self._features = np.empty((1, FEATURES), np.float32)
        self.fault: str | None = None
        self.reset()

    def reset(self) -> None:
        """Forget everything heard."""
        self._state = self._model.initial_state()
        self._past: deque[Onset] = deque(maxlen=LOOKBACK)
        self._started_s: float | None = None
        self._rules = RuleEvidence()

    def weigh(self, onset: Onset) -> OnsetEvidence:
        """Evidence of the next onset; onsets come in order of time."""
        by_rule = self._rules.weigh(onset)
        if self.fault is not None:
            return by_rule
        self._describe(onset)
        try:
            said, self._state = self._model.step(self._state, onset=self._features)
        except ModelError as error:
            self.fault = str(error)
            return by_rule
        return OnsetEvidence(
            _phase_likelihood(said["phase"][0].astype(np.float64), by_rule.phase),
            _tempo_likelihood(said["tempo"][0].astype(np.float64)),
            float(said["downbeat"][0]),
        )

    def _describe(self, onset: Onset) -> None:
        if self._started_s is None:
            self._started_s = onset.time_s
        self._past.append(onset)
        past = self._past
        describe(
            np.array([onset.time_s for onset in past]),
            np.array([onset.loudness for onset in past]),
            np.array([float(len(onset.pitches)) for onset in past]),
            np.array([float(onset.lowest) for onset in past]),
            np.array([float(max(onset.pitches)) for onset in past]),
            np.array([sum(1 << tone for tone in onset.pitch_classes) for onset in past], np.int64),
            self._started_s,
            self._features[0],
        )


def _phase_likelihood(
    probability: NDArray[np.float64], by_rule: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Likelihood over the tracker's phases: what the network says, tempered by what rules say.

    The floor keeps one onset from deciding alone.
    """
    bins = len(probability)
    places = np.arange(PHASES) * bins / PHASES
    fine = np.interp(places, np.arange(bins + 1), np.append(probability, probability[0])) * bins
    weighed = (fine + _FLOOR) ** _TRUST_PHASE * by_rule**_TRUST_RULES
    return np.asarray(weighed / weighed.mean(), dtype=np.float64)


def _tempo_likelihood(probability: NDArray[np.float64]) -> NDArray[np.float64]:
    weighed = (probability * len(probability) + _FLOOR) ** _TRUST_TEMPO
    return np.asarray(weighed / weighed.mean(), dtype=np.float64)


def learned_evidence(directory: Path | None = None) -> tuple[BeatEvidenceSource, str | None]:
    """The shipped network, or rules and the reason why."""
    try:
        return LearnedEvidence(StreamingModel("evidence", directory)), None
    except ModelError as error:
        return RuleEvidence(), str(error)
