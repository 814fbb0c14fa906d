"""Who turns the controls: every surface heard from, where it listens, and what it holds.

A surface is a place that messages come from: a host and a port. It is answered at its host on
`REPLY_PORT` until it subscribes to another port. Two surfaces answered at the same place are one.
No more than `MOST_SURFACES` are remembered; the one not heard from for longest is forgotten. One
that was silent for `LONG_SILENCE_S` may have been away, and is met like a new one.
"""

import json
from collections import OrderedDict
from collections.abc import Iterator

REPLY_PORT = 9000
MOST_SURFACES = 16
LONG_SILENCE_S = 10.0

Place = tuple[str, int]
"""A host and a port."""


class Surface:
    """A known surface: where it is answered, who spoke first, which controls a finger lies on."""

    def __init__(self, place: Place, first_sender: Place, heard_s: float) -> None:
        self.place = place
        self.first_sender = first_sender
        self.heard_s = heard_s
        self.held: set[str] = set()


class Surfaces:
    """The known surfaces, by the place at which each is answered."""

    def __init__(self) -> None:
        self._surfaces: OrderedDict[Place, Surface] = OrderedDict()
        self._subscribed: OrderedDict[Place, int] = OrderedDict()

    def __iter__(self) -> Iterator[Surface]:
        return iter(list(self._surfaces.values()))

    def __len__(self) -> int:
        return len(self._surfaces)

    def met(self, sender: Place, now_s: float) -> tuple[Surface, bool]:
        """Surface of a sender, and whether it is new or was silent for long."""
        host, _ = sender
        place = (host, self._subscribed.get(sender, REPLY_PORT))
        known = self._surfaces.get(place)
        if known is not None:
            self._surfaces.move_to_end(place)
            was_away = now_s - known.heard_s >= LONG_SILENCE_S
            known.heard_s = now_s
            if was_away:
                known.held.clear()
            return known, was_away
        self._surfaces[place] = Surface(place, sender, now_s)
        if len(self._surfaces) > MOST_SURFACES:
            self._surfaces.popitem(last=False)
        return self._surfaces[place], True

    def subscribe(self, sender: Place, port: int, now_s: float) -> Surface:
        """Answer `sender` at `port` of its host from now on, and no longer where it was before.

        Raises
        ------
        ValueError
            If there is no such port.
        """
        if not 1 <= port <= 65535:
            raise ValueError(f"{port} is not a port; use 1 to 65535")
        for surface in self:
            if surface.first_sender == sender:
                del self._surfaces[surface.place]
        self._subscribed[sender] = port
        self._subscribed.move_to_end(sender)
        if len(self._subscribed) > MOST_SURFACES:
            self._subscribed.popitem(last=False)
        surface, _ = self.met(sender, now_s)
        return surface

    def to_text(self) -> str:
        """Who is known, for a successor to `remember`."""
        known = [[*surface.place, *surface.first_sender] for surface in self]
        subscribed = [[*sender, port] for sender, port in self._subscribed.items()]
        return json.dumps({"known": known, "subscribed": subscribed})

    def remember(self, text: str, now_s: float) -> None:
        """Know whom a predecessor knew; a text that says nothing is passed over."""
        try:
            facts = json.loads(text)
            for host, port, sender_host, sender_port in facts["known"]:
                place = (str(host), int(port))
                sender = (str(sender_host), int(sender_port))
                self._surfaces[place] = Surface(place, sender, now_s)
            for host, sender_port, port in facts["subscribed"]:
                self._subscribed[(str(host), int(sender_port))] = int(port)
        except (ValueError, TypeError, KeyError):
            return
