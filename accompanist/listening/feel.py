"""Swing: where in the beat the off-beat eighth falls, as the player has been placing it.

Only onsets between the sixteenths around it count; without enough of them the feel is straight.
"""

_EARLIEST, _LATEST = 0.42, 0.72
_MEMORY = 1 / 24
_ENOUGH = 8
_STRAIGHT_WITHIN = 0.035


class SwingTracker:
    """A slow mean of where off-beats fall."""

    def __init__(self) -> None:
        self._mean = 0.5
        self._count = 0

    @property
    def swing(self) -> float:
        """Share of a beat before the off-beat eighth; 0.5 is straight."""
        if self._count < _ENOUGH or abs(self._mean - 0.5) < _STRAIGHT_WITHIN:
            return 0.5
        return self._mean

    def resume(self, swing: float) -> None:
        """Take up a feel as if it had just been heard often enough."""
        self._mean, self._count = swing, _ENOUGH

    def hear(self, phase: float) -> None:
        """Take in an onset at `phase` of a beat, 0–1."""
        if _EARLIEST < phase < _LATEST:
            self._count += 1
            self._mean += max(_MEMORY, 1.0 / (self._count + 1)) * (phase - self._mean)
