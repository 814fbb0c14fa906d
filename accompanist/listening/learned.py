"""Learned beat evidence: the network shipped as ``models/evidence.onnx``, stepped once an onset."""

from collections import deque
from pathlib import Path

import numpy as np

from accompanist.dsp.onset_features import FEATURES, LOOKBACK, describe
from accompanist.inference.model import ModelError, StreamingModel
from accompanist.listening.evidence import (
    BeatEvidenceSource,
    OnsetEvidence,
    RuleEvidence,
)
from accompanist.listening.onset import Onset
from accompanist.listening.registers import registers, tone_bits


class LearnedEvidence:
    """Evidence of the network; bare rules take over for good once it fails.

    Parameters
    ----------
    model
        The network, stepped with ``onset`` (1, FEATURES).
    """

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
            said["likelihood"].astype(np.float64),
            *(float(said[name][0]) for name in ("downbeat", "drift", "missed", "restart")),
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
            np.array([float(min(registers(onset))) for onset in past]),
            np.array([float(max(registers(onset))) for onset in past]),
            np.array([tone_bits(onset) for onset in past], np.int64),
            self._started_s,
            onset.has_tones,
            self._features[0],
        )


def learned_evidence(directory: Path | None = None) -> tuple[BeatEvidenceSource, str | None]:
    """The shipped network, or rules and the reason why."""
    try:
        return LearnedEvidence(StreamingModel("evidence", directory)), None
    except ModelError as error:
        return RuleEvidence(), str(error)
