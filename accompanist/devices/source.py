"""The seam to everything that is played or turned: events come out, in order of time."""

from typing import Protocol

from accompanist.music.events import SourceEvent


class Source(Protocol):
    """A controller, a surface or a recorded performance."""

    def take(self, until_s: float) -> tuple[SourceEvent, ...]:
        """Events not given yet that happened at or before `until_s`; never blocks."""


class Recording(Source, Protocol):
    """A source of what happened before."""

    @property
    def last_s(self) -> float:
        """When the last of it happens; infinite while that isn't known."""
