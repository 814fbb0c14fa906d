"""Metre and downbeat: which of the counted beats begin a bar.

Every beat is weighed once it is over (see `accompanist.listening.bar_evidence`). A forward filter
runs over bars of two to seven beats and the place in each; bars of four are expected, bars of two
are held to be halves of four, and bars of six two of three, unless they insist.
"""

import numpy as np
from numpy.typing import NDArray

from accompanist.listening.bar_evidence import PLACES
from accompanist.music.metre import Metre

CHANGE = 0.01
"""Chance that a bar line or a metre changes at a beat."""

_PRIOR = {2: 0.06, 3: 0.16, 4: 0.7, 5: 0.02, 6: 0.03, 7: 0.03}

FRESH: NDArray[np.float64] = np.array([_PRIOR[length] / length for length, _ in PLACES])
"""How likely each place is before anything is heard."""

SUCCESSOR: NDArray[np.int64] = np.array(
    [PLACES.index((length, (place + 1) % length)) for length, place in PLACES]
)
"""The place of the beat after each place."""

_OVERTHROW = 1.1
_SIX_INSISTS = 20.0
_RESUMED = 0.9


def following(weights: NDArray[np.float64], likelihood: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights of places after another beat, by how well each place (places,) explains it."""
    ahead = np.empty_like(weights)
    ahead[SUCCESSOR] = weights
    weighed = ((1.0 - CHANGE) * ahead + CHANGE * FRESH) * likelihood
    return np.asarray(weighed / weighed.sum(), np.float64)


class MetreTracker:
    """Follows the bar through beats."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Expect any beat to be the first of a bar."""
        self._weights = FRESH.copy()
        self._beat = -1
        self._held: tuple[int, int] | None = None

    def resume(self, beat: int, beat_in_bar: int, beats_per_bar: int) -> None:
        """Hold the metre and the place in it that `beat` had before it was forgotten."""
        place = PLACES.index((beats_per_bar, beat_in_bar))
        self._weights = (1.0 - _RESUMED) * FRESH
        self._weights[place] += _RESUMED
        self._beat = beat
        self._held = (beats_per_bar, (beat - beat_in_bar) % beats_per_bar)

    def doubt(self) -> None:
        """Hold the metre and the place until more is heard, which then is all that counts."""
        self._weights = FRESH.copy()

    @property
    def metre(self) -> Metre:
        """The metre held; four beats until heard otherwise."""
        length = 4 if self._held is None else self._held[0]
        return Metre(length, 8 if length == 7 else 4)

    def beat_in_bar(self, beat: int) -> int:
        """Place of a beat in its bar, under the metre held now; 0 is the downbeat."""
        if self._held is None:
            return beat % 4
        length, origin = self._held
        return (beat - origin) % length

    def weigh(self, beat: int, likelihood: NDArray[np.float64]) -> None:
        """Take in a beat that is over, by how well each place (places,) explains it.

        Beats are weighed in order; each is weighed once.
        """
        self._weights = following(self._weights, likelihood)
        self._beat = beat
        self._decide(beat)

    def _decide(self, beat: int) -> None:
        best = self._best()
        if self._held is not None:
            length, origin = self._held
            held = PLACES.index((length, (beat - origin) % length))
            if self._weights[best] < _OVERTHROW * self._weights[held]:
                return
        length, place = PLACES[best]
        self._held = (length, (beat - place) % length)

    def _best(self) -> int:
        best = int(np.argmax(self._weights))
        length, place = PLACES[best]
        if length != 6:
            return best
        three = PLACES.index((3, place % 3))
        return best if self._weights[best] > _SIX_INSISTS * self._weights[three] else three

    @property
    def confidence(self) -> float:
        """Weight of the metre and place held, 0–1."""
        if self._held is None:
            return 0.0
        length, origin = self._held
        return float(self._weights[PLACES.index((length, (self._beat - origin) % length))])
