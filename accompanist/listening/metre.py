"""Metre and downbeat: which of the counted beats begin a bar.

Every beat is weighed once it is over, by the strongest downbeat evidence among the onsets on it. A
forward filter runs over bars of two, three and four beats and the place in each; bars of four are
expected, bars of two are held to be halves of four unless they insist.
"""

import numpy as np

from accompanist.music.metre import Metre

_LENGTHS = (2, 3, 4)
_PRIOR = {2: 0.04, 3: 0.16, 4: 0.8}
_CHANGE = 0.003
_OVERTHROW = 1.6
_TRUST = 1.0
_RESUMED = 0.9


class MetreTracker:
    """Follows the bar through beats."""

    def __init__(self) -> None:
        self._places = [(n, place) for n in _LENGTHS for place in range(n)]
        self._fresh = np.array([_PRIOR[n] / n for n, _ in self._places])
        self._successor = [self._places.index((n, (place + 1) % n)) for n, place in self._places]
        self._downbeat = np.array([place == 0 for _, place in self._places])
        self._lengths = np.array([float(n) for n, _ in self._places])
        self._others = self._lengths / (self._lengths - 1.0)
        self.reset()

    def reset(self) -> None:
        """Expect any beat to be the first of a bar."""
        self._weights = self._fresh.copy()
        self._beat = 0
        self._held: tuple[int, int] | None = None

    def resume(self, beat: int, beat_in_bar: int, beats_per_bar: int) -> None:
        """Hold the metre and the place in it that `beat` had before it was forgotten."""
        place = self._places.index((beats_per_bar, beat_in_bar))
        self._weights = (1.0 - _RESUMED) * self._fresh
        self._weights[place] += _RESUMED
        self._beat = beat
        self._held = (beats_per_bar, (beat - beat_in_bar) % beats_per_bar)

    @property
    def metre(self) -> Metre:
        """The metre held; four beats until heard otherwise."""
        return Metre(4 if self._held is None else self._held[0])

    def beat_in_bar(self, beat: int) -> int:
        """Place of a beat in its bar, under the metre held now; 0 is the downbeat."""
        if self._held is None:
            return beat % 4
        length, origin = self._held
        return (beat - origin) % length

    def weigh(self, beat: int, downbeat: float) -> None:
        """Take in a beat that is over, with its log odds of being a downbeat.

        Beats are weighed in order; each is weighed once.
        """
        following = np.empty_like(self._weights)
        following[self._successor] = self._weights
        self._weights = (1.0 - _CHANGE) * following + _CHANGE * self._fresh
        share = 1.0 / (1.0 + np.exp(-_TRUST * downbeat))
        # A bar of n beats has one downbeat, so chance is 1/n.
        self._weights *= np.where(
            self._downbeat, share * self._lengths, (1.0 - share) * self._others
        )
        self._weights /= self._weights.sum()
        self._beat = beat
        self._decide(beat)

    def pass_over(self, beat: int) -> None:
        """Take in a beat that nothing was played on."""
        following = np.empty_like(self._weights)
        following[self._successor] = self._weights
        self._weights = following
        self._beat = beat

    def _decide(self, beat: int) -> None:
        best = int(np.argmax(self._weights))
        if self._held is not None:
            length, origin = self._held
            held = self._places.index((length, (beat - origin) % length))
            if self._weights[best] < _OVERTHROW * self._weights[held]:
                return
        length, place = self._places[best]
        self._held = (length, (beat - place) % length)

    @property
    def confidence(self) -> float:
        """Weight of the metre and place held, 0–1."""
        if self._held is None:
            return 0.0
        length, origin = self._held
        return float(self._weights[self._places.index((length, (self._beat - origin) % length))])
