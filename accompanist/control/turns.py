"""Turns of controls that came in and wait for the band, oldest first, and no more than so many."""

from collections import deque

from accompanist.music.events import ControlTouch, ControlTurn

MOST_WAITING = 1024
"""Turns that may wait for the band; further ones are dropped and counted."""


Turn = ControlTurn | ControlTouch


class Turns:
    """One thread adds, another takes; neither ever waits.

    Attributes
    ----------
    dropped
        Turns lost because nobody took those before them.
    """

    def __init__(self) -> None:
        self.dropped = 0
        self._waiting: deque[Turn] = deque()

    def __len__(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def add(self, turn: Turn) -> None:
        """Let a turn wait for the band."""
        if len(self._waiting) >= MOST_WAITING:
            self.dropped += 1
            return
        self._waiting.append(turn)

    def take(self, until_s: float) -> tuple[Turn, ...]:
        """Turns not given yet that came in at or before `until_s`."""
        taken = []
        while self._waiting and self._waiting[0].time_s <= until_s:
            taken.append(self._waiting.popleft())
        return tuple(taken)
