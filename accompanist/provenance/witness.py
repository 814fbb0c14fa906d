"""The seam where provenance listens: whoever wants to know what the band committed, and when.

A witness is told of every committed note, cut and panic in the order in which the scheduler
announced them, whatever device they go to. It must return at once and may change nothing.
"""

from typing import Protocol

from accompanist.music.band import Played


class Witness(Protocol):
    """Keeps account of what was played."""

    def witness(self, event: Played) -> None:
        """Take note of a committed event."""
