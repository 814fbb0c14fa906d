"""Key by rule: what sounded in the last minute, matched with the profiles of all keys.

Two profiles count, of all that sounds and of the bass. They are matched with profiles of major
and minor keys as a logistic regression finds them in reviewed pop songs (the train split of
POP909-CL), where Albrecht & Shanahan's profiles mistake more relative keys.
"""

import numpy as np
from numpy.typing import NDArray

from accompanist.listening.sounding import SoundingNotes
from accompanist.music.key import Key

SOUNDING, BASS, TOP, STRUCK = range(4)
HEARD = 4
"""Rows of what is heard: all that sounds, the bass, the highest key, the keys just struck."""

_JUST_S = 0.1

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
_LEAST_WEIGHT_S = 1.5
_LEAST_TONE = 0.5

RESUMED_S = 10.0
"""How long a key that is resumed counts as heard."""


def heard_of(sounding: SoundingNotes, now_s: float) -> NDArray[np.float64] | None:
    """What is heard now by pitch class, (`HEARD`, 12); None in silence."""
    bass, top = sounding.bass(now_s), sounding.top()
    if bass is None:
        return None
    heard = np.zeros((HEARD, 12))
    heard[SOUNDING] = sounding.chroma(now_s)
    heard[BASS, bass % 12] = 1.0
    if top is not None:
        heard[TOP, top % 12] = 1.0
    for pitch, loudness in sounding.struck(now_s, _JUST_S):
        heard[STRUCK, pitch % 12] += loudness
    return heard


def plainest(key: Key) -> NDArray[np.float64]:
    """What is heard of the plainest music of a key, (`HEARD`, 12); it must have a tonic."""
    assert key.tonic is not None
    tones, basses = np.zeros(12), np.zeros(12)
    minor = key.mode == "minor"
    for pitch_class in key.pitch_classes:
        degree = (pitch_class - key.tonic) % 12
        tones[pitch_class] = max(_TONES[minor][degree], _LEAST_TONE)
        basses[pitch_class] = max(_BASSES[minor][degree], 0.0)
    heard = np.tile(tones / tones.sum(), (HEARD, 1))
    heard[BASS] = basses / basses.sum()
    return heard


def _transposed(profiles: tuple[tuple[float, ...], ...]) -> NDArray[np.float64]:
    rows = [np.roll(profile, tonic) for profile in profiles for tonic in range(12)]
    return np.array(rows)


_TONE_WEIGHTS, _BASS_WEIGHTS = _transposed(_TONES), _transposed(_BASSES)
_BIAS = np.repeat([-_MAJOR_BEFORE_MINOR / 2, _MAJOR_BEFORE_MINOR / 2], 12)


def _shares(profile: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.sqrt(profile / max(profile.sum(), 1e-9)), dtype=np.float64)


class RuleKeyEvidence:
    """Weighs keys by profiles."""

    fault: str | None = None

    def __init__(self) -> None:
        self._kept = np.zeros((HEARD, 12))
        self._weight_s = 0.0

    def resume(self, key: Key) -> None:
        """Go on as if a moment of a key's plainest music had been heard."""
        self._kept = RESUMED_S * plainest(key)
        self._weight_s = RESUMED_S

    def hear(self, heard: NDArray[np.float64], dt_s: float) -> NDArray[np.float64] | None:
        """Take in what was heard (`HEARD`, 12) for `dt_s` seconds; return chances (25,)."""
        self.take(heard, dt_s)
        return self.chances

    def take(self, heard: NDArray[np.float64], dt_s: float) -> None:
        """Take in what was heard, and judge nothing."""
        self._kept = self._kept * float(np.exp(-dt_s / _MEMORY_S)) + heard * dt_s
        self._weight_s += dt_s

    @property
    def chances(self) -> NDArray[np.float64]:
        """Chances (25,) of all keys, and of none."""
        odds = _TONE_WEIGHTS @ _shares(self._kept[SOUNDING])
        odds += _BASS_WEIGHTS @ _shares(self._kept[BASS]) + _BIAS
        return with_none(odds, none_so_early(self._weight_s))


def none_so_early(weight_s: float) -> float:
    """How likely so many seconds of music are too few to have a key."""
    return float(np.exp(-weight_s / _LEAST_WEIGHT_S))


def with_none(odds: NDArray[np.float64], none: float) -> NDArray[np.float64]:
    """Chances (25,) from the log odds of keys (24,), and the chance that there is none."""
    likelihood = np.exp(odds - odds.max())
    return np.append((1.0 - none) * likelihood / likelihood.sum(), none)
