"""The tempo map: which beat sounds at which second.

Straight lines between anchors; before the first and after the last the tempo of the nearest line
goes on. Beats may be fractions and negative.
"""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter


@dataclass(frozen=True, slots=True)
class TempoMap:
    """Beats ↔ seconds through ``(beat, second)`` anchors, both rising.

    Raises
    ------
    ValueError
        If there are fewer than two anchors, or one does not come after the one before it.
    """

    anchors: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        if len(self.anchors) < 2:
            raise ValueError("a tempo map needs two anchors to know a tempo")
        for (beat, time_s), (later_beat, later_s) in pairwise(self.anchors):
            if not (beat < later_beat and time_s < later_s):
                raise ValueError(f"beat {later_beat} at {later_s} s does not come after {beat}")

    def seconds_at(self, beat: float) -> float:
        """Second at which a beat sounds."""
        (beat_0, s_0), (beat_1, s_1) = self._line(beat, 0)
        return s_0 + (beat - beat_0) * (s_1 - s_0) / (beat_1 - beat_0)

    def beats_at(self, time_s: float) -> float:
        """Beat that sounds at a second."""
        (beat_0, s_0), (beat_1, s_1) = self._line(time_s, 1)
        return beat_0 + (time_s - s_0) * (beat_1 - beat_0) / (s_1 - s_0)

    def tempo_bpm_at(self, beat: float) -> float:
        """Beats a minute at a beat; at an anchor, of what follows."""
        (beat_0, s_0), (beat_1, s_1) = self._line(beat, 0)
        return 60.0 * (beat_1 - beat_0) / (s_1 - s_0)

    def _line(self, place: float, axis: int) -> tuple[tuple[float, float], tuple[float, float]]:
        """The two anchors whose line holds a beat (axis 0) or a second (axis 1)."""
        after = bisect_right(self.anchors, place, key=itemgetter(axis))
        after = min(max(after, 1), len(self.anchors) - 1)
        return self.anchors[after - 1], self.anchors[after]
