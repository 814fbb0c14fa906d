"""A Link session as a clock that the band can follow: numbered ticks, starts and stops.

The session says now and then where it is and how fast it goes; from that, ticks come at their exact
times. Alone in its session the band follows nobody. A session that begins to play lets the band
enter on the beat at which it does.
"""

import math
from dataclasses import dataclass
from typing import Any

from accompanist.music.events import ClockEvent, ClockTick, Transport

TICKS_PER_BEAT = 24

SAID_AHEAD_S = 0.11
"""A beat is said about this long before it falls: by then the band must know that it is to play."""

_JUMP_TICKS = 12
_MOST_TICKS = 240
"""At once: who slept longer than ten beats begins anew."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where a session is: at `at_s` the beat is `beat`, and beats last `beat_s`.

    `peers` are others than the band; `plays` says whether it has played, or not, from `since_s` on.
    """

    at_s: float
    beat: float
    beat_s: float
    peers: int
    plays: bool
    since_s: float

    @classmethod
    def of(cls, said: dict[str, Any], origin_ns: int) -> "Where":
        """Read what the peer said, on the engine's clock.

        Raises
        ------
        ValueError
            If that makes no sense.
        """
        try:
            at_s, since_s = ((said[name] - origin_ns) / 1e9 for name in ("at_ns", "since_ns"))
            beat, beat_s = float(said["beat"]), said["beat_ns"] / 1e9
            where = cls(at_s, beat, beat_s, int(said["peers"]), bool(said["plays"]), since_s)
        except (KeyError, TypeError) as error:
            raise ValueError("a session is not like this") from error
        if not (math.isfinite(beat) and math.isfinite(beat_s) and 0.01 < beat_s < 10.0):
            raise ValueError("no session goes like this")
        return where


class LinkTicks:
    """Turns where a session is into a clock's events."""

    def __init__(self) -> None:
        self._where: Where | None = None
        self._next: int | None = None
        self._last_s = -math.inf
        self._plays = False

    def learn(self, where: Where) -> None:
        """Know where the session is now."""
        self._where = where
        if where.peers == 0:
            self._next = None
            return
        coming = math.ceil(where.beat * TICKS_PER_BEAT)
        if self._next is None or abs(coming - self._next) > _JUMP_TICKS:
            self._next = coming

    def until(self, until_s: float) -> list[ClockEvent]:
        """Events not given yet, up to a time."""
        where = self._where
        if where is None or self._next is None:
            return []
        events: list[ClockEvent] = []
        if where.plays != self._plays and where.since_s - SAID_AHEAD_S * where.plays <= until_s:
            self._plays = where.plays
            events.append(Transport(until_s, "continue" if where.plays else "stop"))
        while (time_s := self._time_s(where, self._next)) <= until_s:
            if len(events) > _MOST_TICKS:
                self._next = None
                return []
            self._last_s = max(time_s, self._last_s)
            events.append(ClockTick(self._last_s, self._next))
            self._next += 1
        return sorted(events, key=lambda event: event.time_s)

    def _time_s(self, where: Where, tick: int) -> float:
        return where.at_s + (tick / TICKS_PER_BEAT - where.beat) * where.beat_s
