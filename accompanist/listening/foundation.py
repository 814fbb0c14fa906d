"""Whether the onsets bear the beat out: how well each was expected, added up.

To somebody who has the beat, an onset comes where and when it was likely; among keys struck at
random none does, however firmly a tempo offers itself for a moment. The evidence is the log of how
much better the onset was expected than by chance, and its sum never falls below nothing (cumulative
sum, Page, Biometrika 1954).

Limits: keys struck at random now and then fall evenly for a second or two. Where they are taken
for a beat, it is given up once chance has had its way. A soloist whose every onset says little is
believed after some twenty.
"""

import math

_LEAST_ONSETS = 4
_ENOUGH = 1.5
_MOST = 6.0
_LEAST_EXPECTED = 1e-3

_BY_CHANCE, _ONCE_FOUND = 0.05, 0.02
"""What a moment of sound gains that holds no beat, before and after one was found."""

_HARDLY_MUSIC, _SURELY_MUSIC = 0.5, 0.9
"""What is so likely to be music is not believed at all, and altogether."""

_ENOUGH_IN_SOUND, _MOST_IN_SOUND = 3.0, 12.0


class Foundation:
    """Adds up how well onsets were expected.

    Attributes
    ----------
    firm
        Whether there is enough for a beat to stand on; once there is, until nothing is left.
    """

    def __init__(self) -> None:
        self._onsets = 0
        self._sum = 0.0
        self.firm = False

    def hear(self, expected: float) -> None:
        """Take an onset that was `expected` so many times better than by chance."""
        self._onsets += 1
        gained = math.log(max(expected, _LEAST_EXPECTED))
        self._sum = min(max(self._sum + gained, 0.0), _MOST)
        if self._sum <= 0.0:
            self.firm = False
        elif self._sum >= _ENOUGH and self._onsets >= _LEAST_ONSETS:
            self.firm = True

    def hear_sound(self, expected: float, music: float) -> None:
        """Take a moment of sound that was `expected` so many times better than by chance.

        Believed is what is likely to be `music`, 0–1; a beat is found in what surely is.
        """
        by_chance = _ONCE_FOUND if self.firm else _BY_CHANCE
        believed = min(max((music - _HARDLY_MUSIC) / (_SURELY_MUSIC - _HARDLY_MUSIC), 0.0), 1.0)
        if self.firm:
            believed = float(music > _HARDLY_MUSIC)
        gained = believed * math.log(max(expected, _LEAST_EXPECTED)) - by_chance
        self._sum = min(max(self._sum + gained, 0.0), _MOST_IN_SOUND)
        if self._sum <= 0.0:
            self.firm = False
        elif self._sum >= _ENOUGH_IN_SOUND:
            self.firm = True

    def give(self) -> None:
        """Know that the beat was given, not heard."""
        self._sum, self.firm = _MOST, True
