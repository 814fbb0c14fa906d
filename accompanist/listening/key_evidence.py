"""Key by a learned ear: every half second all twelve tonics are judged alike.

A network hears what sounds, the bass, the highest key and the keys struck, now and over two
memories, turned to each tonic, and remembers what it heard; so it knows a cadence from a scale,
which profiles do not. It says how likely each major and minor key is, and whether there is any key
at all. Time in which nothing sounds is not heard.
"""

from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from accompanist.inference.model import ModelError, StreamingModel
from accompanist.listening.key_profile import (
    HEARD,
    RESUMED_S,
    RuleKeyEvidence,
    none_so_early,
    plainest,
    with_none,
)
from accompanist.music.key import Key

STEP_S = 0.5
"""Between judgements."""

_MEMORIES_S = (60.0, 8.0)
_ROWS = HEARD * (1 + len(_MEMORIES_S))
_FACTS = 2
INPUT_WIDTH = 12 * _ROWS + _FACTS
"""What a tonic is told: rows of pitch classes turned to it, and how much was heard."""

_TURNED = (np.arange(12)[:, None] + np.arange(12)) % 12
_LOG_SCALE, _EARLY_STEPS = 4.0, 8.0


class KeyEvidenceSource(Protocol):
    """Whoever weighs keys: profiles, or a learned network."""

    fault: str | None
    """Why rules stand in for a network; none while all is well."""

    def resume(self, key: Key) -> None:
        """Go on as if a moment of a key's plainest music had been heard."""

    def hear(self, heard: NDArray[np.float64], dt_s: float) -> NDArray[np.float64] | None:
        """Take in what was heard for `dt_s` seconds (`HEARD`, 12), as `heard_of` tells it.

        Returns chances (25,) of major keys, minor keys and none, whenever they are judged anew.
        """

    @property
    def chances(self) -> NDArray[np.float64]:
        """Chances (25,) as last judged."""


class KeyMemory:
    """What was heard until now, as the network is told it.

    Parameters
    ----------
    shape
        Of many memories kept at once; none for a single one.
    """

    def __init__(self, shape: tuple[int, ...] = ()) -> None:
        self._kept = np.zeros((*shape, len(_MEMORIES_S), HEARD, 12))
        self._fades = np.exp(-STEP_S / np.array(_MEMORIES_S))[:, None, None]
        self._steps = 0

    def step(self, heard: NDArray[np.float64]) -> NDArray[np.float32]:
        """Take in half a second (..., `HEARD`, 12) on average; tell every tonic of it.

        Returns (..., 12, `INPUT_WIDTH`).
        """
        self._kept = self._kept * self._fades + heard[..., None, :, :]
        self._steps += 1
        rows = np.concatenate([heard[..., None, :, :], self._kept], axis=-3)
        rows = rows.reshape(*rows.shape[:-3], _ROWS, 12)
        shares = np.sqrt(rows / (rows.sum(axis=-1, keepdims=True) + 1e-6))
        turned = np.moveaxis(shares[..., _TURNED], -3, -2)
        told = np.empty((*turned.shape[:-2], INPUT_WIDTH), np.float32)
        told[..., : 12 * _ROWS] = turned.reshape(*turned.shape[:-2], 12 * _ROWS)
        told[..., -2] = np.log1p(self._steps * STEP_S) / _LOG_SCALE
        told[..., -1] = np.exp(-self._steps / _EARLY_STEPS)
        return told


class LearnedKeyEvidence:
    """The network ``key.onnx``; profiles take over for good once it fails."""

    def __init__(self, model: StreamingModel) -> None:
        self._model = model
        self._state = model.initial_state()
        self._memory = KeyMemory()
        self._rules = RuleKeyEvidence()
        self._heard = np.zeros((HEARD, 12))
        self._heard_s = self._weight_s = 0.0
        self._chances = self._rules.chances
        self.fault: str | None = None

    @property
    def chances(self) -> NDArray[np.float64]:
        """Chances (25,) as last judged."""
        return self._rules.chances if self.fault else self._chances

    def resume(self, key: Key) -> None:
        """Go on as if a moment of a key's plainest music had been heard."""
        self._rules.resume(key)
        plain = plainest(key)
        for _ in range(round(RESUMED_S / STEP_S)):
            self._weight_s += STEP_S
            self._judge(plain)

    def hear(self, heard: NDArray[np.float64], dt_s: float) -> NDArray[np.float64] | None:
        """Take in what was heard for `dt_s` seconds (`HEARD`, 12); judge each half second.

        Returns chances (25,), whenever they are judged anew.
        """
        if self.fault:
            return self._rules.hear(heard, dt_s)
        self._rules.take(heard, dt_s)
        self._heard += heard * dt_s
        self._heard_s += dt_s
        self._weight_s += dt_s
        if self._heard_s < STEP_S - 1e-9:
            return None
        self._judge(self._heard / self._heard_s)
        self._heard[:] = 0.0
        self._heard_s = 0.0
        return self.chances

    def _judge(self, heard: NDArray[np.float64]) -> None:
        if self.fault:
            return
        try:
            said, self._state = self._model.step(self._state, heard=self._memory.step(heard))
        except ModelError as error:
            self.fault = str(error)
            return
        some = (1.0 - float(said["none"][0])) * (1.0 - none_so_early(self._weight_s))
        self._chances = with_none(said["odds"].T.ravel().astype(np.float64), 1.0 - some)


def learned_key_evidence(directory: Path | None = None) -> tuple[KeyEvidenceSource, str | None]:
    """The shipped network, or rules and the reason why."""
    try:
        return LearnedKeyEvidence(StreamingModel("key", directory)), None
    except ModelError as error:
        return RuleKeyEvidence(), str(error)
