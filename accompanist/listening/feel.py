"""Feel: swing, accents, and whether the pulse is felt in halves or doubles.

Accents are the mean loudness of strong beats, weak beats and off-beats, over that of all.

Limits: without announced beats there is no feel.
"""

from collections.abc import Callable

from accompanist.listening.feel_level import LevelTracker
from accompanist.listening.feel_swing import SwingTracker
from accompanist.listening.onset import Onset
from accompanist.music.heard import NO_ACCENTS, Accents, FeelHeard

_SWING_STEP, _ACCENT_STEP = 0.03, 0.1
_ON_BEAT = 0.15
_ACCENT_MEMORY = 1 / 24
_DOUBT = 6.0


class FeelTracker:
    """Hears swing, accents and the level of the pulse."""

    def __init__(self) -> None:
        self._swing = SwingTracker()
        self._accents = AccentTracker()
        self._level = LevelTracker()
        self._said: FeelHeard | None = None

    @property
    def swing(self) -> float:
        """Share of a beat before the off-beat eighth; 0.5 unless it is a shuffle."""
        return self._swing.swing

    @property
    def sixteenth_swing(self) -> float:
        """Share of half a beat before its off-beat sixteenth; 0.5 unless they swing."""
        return self._swing.sixteenth_swing

    @property
    def shuffled(self) -> bool:
        """Whether off-beats swing."""
        return self._swing.shuffled

    @property
    def accents(self) -> Accents:
        """Loudness of strong beats, weak beats and off-beats."""
        return self._accents.accents

    @property
    def level(self) -> str:
        """How the announced pulse is felt: ``half``, ``normal`` or ``double``."""
        return self._level.level

    def news(self, now_s: float) -> FeelHeard | None:
        """All of it, if it was never said or has changed audibly since."""
        felt = FeelHeard(
            now_s, self.swing, self.level, self.shuffled, self.accents, self.sixteenth_swing
        )
        if self._said is not None and not _differs(felt, self._said):
            return None
        self._said = felt
        return felt

    def resume(self, swing: float, tempo_bpm: float) -> None:
        """Take up a swing as if it had just been heard often enough."""
        self._swing.resume(swing, tempo_bpm)

    def hear(
        self,
        onset: Onset,
        position: float,
        tempo_bpm: float,
        per_bar: int,
        beat_in_bar: Callable[[int], int],
    ) -> None:
        """Take in an onset at a position in beats, and what bar that is in."""
        beat = round(position)
        in_bar = beat_in_bar(beat)
        self._swing.hear(position, tempo_bpm)
        self._accents.hear(position - beat, in_bar, per_bar, onset.loudness)
        self._level.hear(onset, beat - in_bar, in_bar + position - beat, per_bar)


class AccentTracker:
    """How loud strong beats, weak beats and off-beats are played."""

    def __init__(self) -> None:
        self._means = [0.0, 0.0, 0.0]
        self._weights = [0.0, 0.0, 0.0]

    @property
    def accents(self) -> Accents:
        """Loudness of each over the mean; nearer 1 the less was heard of it."""
        weights = sum(self._weights)
        if weights == 0.0:
            return NO_ACCENTS
        mean = sum(m * w for m, w in zip(self._means, self._weights, strict=True)) / weights
        strong, weak, off = (
            (m * w + mean * _DOUBT) / (w + _DOUBT) / mean
            for m, w in zip(self._means, self._weights, strict=True)
        )
        return strong, weak, off

    def hear(self, offset: float, in_bar: int, per_bar: int, loudness: float) -> None:
        """Take in an onset at an offset from a beat, which has a place in its bar."""
        is_strong = in_bar == 0 or (per_bar == 4 and in_bar == 2)
        place = 2 if abs(offset) > _ON_BEAT else 0 if is_strong else 1
        self._weights = [(1.0 - _ACCENT_MEMORY) * weight for weight in self._weights]
        self._weights[place] += 1.0
        self._means[place] += (loudness - self._means[place]) / self._weights[place]


def _differs(now: FeelHeard, said: FeelHeard) -> bool:
    """Whether a feel has changed audibly."""
    accents = zip(now.accents, said.accents, strict=True)
    return (
        (now.level, now.shuffled) != (said.level, said.shuffled)
        or abs(now.swing - said.swing) > _SWING_STEP
        or abs(now.sixteenth_swing - said.sixteenth_swing) > _SWING_STEP
        or any(abs(new - old) > _ACCENT_STEP for new, old in accents)
    )
