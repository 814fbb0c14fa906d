"""Doubles of the live devices: a performance that is known beforehand, a sink that remembers."""

from collections.abc import Iterable

from accompanist.devices.settled import settled
from accompanist.music.band import PARTS, BandNote, Played
from accompanist.music.events import SourceEvent


class RecordedInput:
    """Gives back recorded events as their time comes, as a controller would.

    Parameters
    ----------
    events
        In any order; events of the same time keep theirs.
    """

    def __init__(self, events: Iterable[SourceEvent]) -> None:
        self._events = sorted(events, key=lambda event: event.time_s)
        self._given = 0

    def take(self, until_s: float) -> tuple[SourceEvent, ...]:
        """Events not given yet whose time is at or before `until_s`."""
        first = self._given
        while self._given < len(self._events) and self._events[self._given].time_s <= until_s:
            self._given += 1
        return tuple(self._events[first : self._given])

    @property
    def last_s(self) -> float:
        """Time of the last event; 0 if there is none."""
        return self._events[-1].time_s if self._events else 0.0

    @property
    def finished(self) -> bool:
        """Whether every event has been given."""
        return self._given == len(self._events)


class RecordingSink:
    """A sink that remembers everything it was sent."""

    def __init__(self) -> None:
        self.events: list[Played] = []
        self.levels: dict[str, float] = dict.fromkeys(PARTS, 1.0)
        self.closed = False

    def send(self, event: Played) -> None:
        """Remember an event."""
        self.events.append(event)

    def set_level(self, part: str, level: float) -> None:
        """Remember a part's loudness."""
        self.levels[part] = level

    def close(self) -> None:
        """Remember that the band has gone."""
        self.closed = True

    @property
    def notes(self) -> tuple[BandNote, ...]:
        """The notes as they sounded: cut where they were cut."""
        return settled(self.events)
