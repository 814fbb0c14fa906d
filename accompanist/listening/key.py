"""Key by decayed pitch-class profile, with hysteresis.

The profiles are those of Albrecht & Shanahan (Music Perception 31/1, 2013); the posterior is a
softmax over their correlations with what was heard in the last half minute. A key is left only for
one that stays clearly likelier for a while. Relative keys are easily confused, as by people.
"""

import numpy as np
from numpy.typing import NDArray

from accompanist.music.key import NO_KEY, Key, key_at

_MAJOR = (0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081)
_MINOR = (0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052)
_MEMORY_S = 25.0
_SHARPNESS = 14.0
_LEAST_WEIGHT = 1.5
_LEAVE = 0.25


def _centred(profile: tuple[float, ...]) -> NDArray[np.float64]:
    values = np.array(profile)
    values = values - values.mean()
    return np.asarray(values / np.linalg.norm(values), dtype=np.float64)


_PROFILES = np.array(
    [np.roll(_centred(profile), tonic) for profile in (_MAJOR, _MINOR) for tonic in range(12)]
)


class KeyTracker:
    """Follows the key through sounding notes."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget everything heard."""
        self._profile = np.zeros(12)
        self._weight = 0.0
        self._posterior = np.zeros(25)
        self._posterior[24] = 1.0
        self.key: Key = NO_KEY

    @property
    def posterior(self) -> NDArray[np.float32]:
        """Probabilities (25,): major keys, minor keys, none."""
        return self._posterior.astype(np.float32)

    @property
    def confidence(self) -> float:
        """Probability of the key held."""
        return float(self._posterior[24 if self.key.tonic is None else self.key.index])

    def hear(self, sounding: NDArray[np.float64], dt_s: float) -> bool:
        """Take in `dt_s` seconds of sounding weights by pitch class (12,).

        Returns whether another key is held now.
        """
        fade = float(np.exp(-dt_s / _MEMORY_S))
        self._profile = self._profile * fade + sounding * dt_s
        self._weight = self._weight * fade + float(sounding.sum() > 0.0) * dt_s
        if self._profile.sum() <= 0.0:
            return False
        profile = self._profile - self._profile.mean()
        norm = float(np.linalg.norm(profile))
        match = _PROFILES @ profile / norm if norm > 0.0 else np.zeros(24)
        odds = np.exp(_SHARPNESS * (match - match.max()))
        none = float(np.exp(-self._weight / _LEAST_WEIGHT))
        self._posterior[:24] = (1.0 - none) * odds / odds.sum()
        self._posterior[24] = none
        best = int(np.argmax(self._posterior[:24]))
        held = 0.0 if self.key.tonic is None else float(self._posterior[self.key.index])
        if none < 0.5 and self._posterior[best] > held + _LEAVE * (self.key.tonic is not None):
            changed = self.key.tonic is None or self.key.index != best
            self.key = key_at(best)
            return changed
        return False
