"""Key by decayed pitch-class profile, with hysteresis.

Two profiles are kept, of all that sounds and of the bass, over about the last minute. They are
matched with profiles of major and minor keys as a logistic regression finds them in reviewed pop
songs (the train split of POP909-CL), where Albrecht & Shanahan's profiles mistake more relative
keys. A key is left only for one that is likelier, the more clearly the longer
was heard. Relative keys are easily confused, as by people, while little was heard.
"""

import numpy as np
from numpy.typing import NDArray

from accompanist.music.key import NO_KEY, Key, key_at

_TONES = (
    (3.03, -2.03, 0.15, -2.61, 3.01, 1.51, -3.62, 3.01, -1.05, -0.05, -3.28, 1.25),
    (1.80, -3.09, 1.46, 3.75, -2.50, 0.48, -1.35, 2.24, 0.89, -3.08, -0.06, 0.15),
)
_BASSES = (
    (3.16, -1.22, -0.92, -0.77, 0.22, 1.69, -0.41, 1.07, 0.33, 1.23, -1.23, 0.00),
    (3.14, -2.76, -2.24, -0.02, -0.51, 0.15, -0.55, 0.55, 0.30, -0.85, 0.45, -0.81),
)
_MAJOR_BEFORE_MINOR = 1.1
"""Weights of the square roots of both profiles (shares of time), from the tonic up."""

_MEMORY_S = 60.0
_LEAST_WEIGHT = 1.5
_LEAVE = 0.2
_SETTLED_S = 60.0
_RESUMED_S = 10.0
_LEAST_TONE = 0.5


def _transposed(profiles: tuple[tuple[float, ...], ...]) -> NDArray[np.float64]:
    rows = [np.roll(profile, tonic) for profile in profiles for tonic in range(12)]
    return np.array(rows)


_TONE_WEIGHTS, _BASS_WEIGHTS = _transposed(_TONES), _transposed(_BASSES)
_BIAS = np.repeat([-_MAJOR_BEFORE_MINOR / 2, _MAJOR_BEFORE_MINOR / 2], 12)


def _shares(profile: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.sqrt(profile / max(profile.sum(), 1e-9)), dtype=np.float64)


class KeyTracker:
    """Follows the key through sounding notes."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget everything heard."""
        self._tones = np.zeros(12)
        self._basses = np.zeros(12)
        self._weight = 0.0
        self._posterior = np.zeros(25)
        self._posterior[24] = 1.0
        self.key: Key = NO_KEY

    def resume(self, key: Key) -> None:
        """Hold a key as if a moment of its plainest profile had been heard."""
        if key.tonic is None:
            return
        degrees = [(pitch_class - key.tonic) % 12 for pitch_class in key.pitch_classes]
        minor = key.mode == "minor"
        for degree in degrees:
            self._tones[(key.tonic + degree) % 12] = max(_TONES[minor][degree], _LEAST_TONE)
            self._basses[(key.tonic + degree) % 12] = max(_BASSES[minor][degree], 0.0)
        self._tones *= _RESUMED_S / self._tones.sum()
        self._basses *= _RESUMED_S / self._basses.sum()
        self._weight = _RESUMED_S
        self.key = key
        self._weigh()

    @property
    def posterior(self) -> NDArray[np.float32]:
        """Probabilities (25,): major keys, minor keys, none."""
        return self._posterior.astype(np.float32)

    @property
    def confidence(self) -> float:
        """Probability of the key held."""
        return float(self._posterior[24 if self.key.tonic is None else self.key.index])

    def hear(self, sounding: NDArray[np.float64], bass: int | None, dt_s: float) -> bool:
        """Take in `dt_s` seconds of sounding weights by pitch class (12,), and their bass.

        Returns whether another key is held now.
        """
        if bass is None:
            return False
        fade = float(np.exp(-dt_s / _MEMORY_S))
        self._tones = self._tones * fade + sounding * dt_s
        self._basses *= fade
        self._basses[bass % 12] += dt_s
        self._weight += dt_s
        return self._decide(self._weigh())

    def _weigh(self) -> float:
        """Weigh all keys by the profiles kept; return how likely there is none."""
        odds = _TONE_WEIGHTS @ _shares(self._tones) + _BASS_WEIGHTS @ _shares(self._basses) + _BIAS
        likelihood = np.exp(odds - odds.max())
        none = float(np.exp(-self._weight / _LEAST_WEIGHT))
        self._posterior[:24] = (1.0 - none) * likelihood / likelihood.sum()
        self._posterior[24] = none
        return none

    def _decide(self, none: float) -> bool:
        best = int(np.argmax(self._posterior[:24]))
        if none > 0.5:
            return False
        if self.key.tonic is not None:
            if self.key.index == best:
                return False
            lead = _LEAVE * min(1.0, self._weight / _SETTLED_S)
            if self._posterior[best] < self._posterior[self.key.index] + lead:
                return False
        self.key = key_at(best)
        return True
