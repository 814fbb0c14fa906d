"""The key: held by who weighs keys, and left only for one that is clearly likelier.

Relative keys are easily confused, as by people, while little was heard; so a key is left the more
reluctantly the longer it was held, up to a limit. Where there is hardly a key at all, none is held.
"""

import numpy as np
from numpy.typing import NDArray

from accompanist.listening.key_evidence import KeyEvidenceSource
from accompanist.listening.key_profile import RuleKeyEvidence
from accompanist.music.key import NO_KEY, Key, key_at

_LEAVE = 0.1
_SETTLED_S = 60.0
_ATONAL = 0.9
"""How unlikely any key must be to give up the one held."""

_SURE_IN_SOUND = 0.3
"""How likely the first key has to be that sound is heard in."""


class KeyTracker:
    """Follows the key through sounding notes.

    Parameters
    ----------
    source
        Weighs keys; profiles unless given.

    Attributes
    ----------
    key
        The key held.
    """

    def __init__(self, source: KeyEvidenceSource | None = None) -> None:
        self._source: KeyEvidenceSource = source or RuleKeyEvidence()
        self._posterior = np.zeros(25)
        self._posterior[24] = 1.0
        self._heard_s = 0.0
        self.key: Key = NO_KEY

    def resume(self, key: Key) -> None:
        """Hold a key as if a moment of its plainest music had been heard."""
        if key.tonic is None:
            return
        self._source.resume(key)
        self._posterior = self._source.chances
        self.key = key

    @property
    def posterior(self) -> NDArray[np.float32]:
        """Probabilities (25,): major keys, minor keys, none."""
        return self._posterior.astype(np.float32)

    @property
    def confidence(self) -> float:
        """Probability of the key held."""
        return float(self._posterior[24 if self.key.tonic is None else self.key.index])

    def hear(self, heard: NDArray[np.float64] | None, dt_s: float) -> bool:
        """Take in what was heard for `dt_s` seconds (see `heard_of`), None in silence.

        Returns whether another key is held now.
        """
        if heard is None:
            return False
        self._heard_s += dt_s
        chances = self._source.hear(heard, dt_s)
        if chances is None:
            return False
        return self._take(chances)

    def hear_sound(self, chances: NDArray[np.float64], dt_s: float) -> bool:
        """Take in chances (25,) of keys that sound makes likely, for `dt_s` seconds.

        Returns whether another key is held now.
        """
        self._heard_s += dt_s
        if self.key.tonic is None and chances[:24].max() < _SURE_IN_SOUND:
            self._posterior = chances
            return False
        return self._take(chances)

    def _take(self, chances: NDArray[np.float64]) -> bool:
        self._posterior = chances
        key = self._likeliest()
        moved, self.key = key != self.key, key
        return moved

    def _likeliest(self) -> Key:
        """The key to hold now."""
        chances, none = self._posterior[:24], self._posterior[24]
        held = self.key
        if none > 0.5:
            return NO_KEY if none > _ATONAL else held
        best = int(np.argmax(chances))
        lead = _LEAVE * min(1.0, self._heard_s / _SETTLED_S)
        if held.tonic is not None and chances[best] < chances[held.index] + lead:
            return held
        return key_at(best)
