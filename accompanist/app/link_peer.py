"""A peer in an Ableton Link session, in a process of its own; the band talks to it over loopback.

Link's library is under the GPL and runs threads of its own, so it is loaded here alone: the band
neither contains it nor waits for it, and plays on if it fails. ``python -m
accompanist.app.link_peer lead PORT`` (or ``follow``) says hello to the band at that UDP port, and
ends when its input is closed.

Leading, every beat of the band sets the session's tempo, bent a little so that the session comes to
the beat within the next one: other peers hear no jump. Only where the session is more than a
quarter beat off, as when the band enters, is its beat forced on the others, bar line and all.
Following, it says twenty-five times a second where the session is.

Times are nanoseconds of the machine's steady clock; Link's own clock may go by another name.
"""

import json
import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

EVERY_S = 0.04
USUAL_BPM = 120.0
MISSING, READY = "missing", "ready"
LARGEST = 4096

_FAR_BEATS = 0.25
_NEAR_BEATS = 0.004
_MOST_BENT = 0.1
_LOOKS = 5


class LinkClock(Protocol):
    """Link's own clock."""

    def micros(self) -> int:
        """The present in microseconds."""


class Timeline(Protocol):
    """A session's state, as it was captured."""

    def tempo(self) -> float:
        """Beats a minute."""

    def setTempo(self, bpm: float, micros: int, /) -> None:  # noqa: N802 - Link's own name
        """Go at a tempo from a time on."""

    def beatAtTime(self, micros: int, quantum: float, /) -> float:  # noqa: N802
        """Beat at a time; its place in a bar of `quantum` is every peer's."""

    def forceBeatAtTime(self, beat: float, micros: int, quantum: float, /) -> None:  # noqa: N802
        """Have the beat there, for all peers."""

    def isPlaying(self) -> bool:  # noqa: N802
        """Whether the session plays."""

    def timeForIsPlaying(self) -> int:  # noqa: N802
        """When it began to, or stopped."""

    def setIsPlaying(self, playing: bool, micros: int, /) -> None:  # noqa: N802
        """Have it play or stop."""


def lead_beat(state: Timeline, now: int, at: int, beat_us: float, place: int, per_bar: int) -> None:
    """Bring a session to a beat.

    Parameters
    ----------
    state
        The session's.
    now, at
        The present, and when the beat falls (µs of Link's clock).
    beat_us
        How long it lasts.
    place, per_bar
        Its place in a bar of so many beats.
    """
    bpm = 60e6 / beat_us
    behind = (place - state.beatAtTime(at, per_bar) + per_bar / 2) % per_bar - per_bar / 2
    if abs(behind) > _FAR_BEATS:
        state.setTempo(bpm, now)
        state.forceBeatAtTime(place, at, per_bar)
        return
    ahead = max(at - now, 0) / beat_us + 1.0
    bent = behind / ahead if abs(behind) > _NEAR_BEATS else 0.0
    state.setTempo(bpm * (1.0 + min(max(bent, -_MOST_BENT), _MOST_BENT)), now)


class Peer:
    """Our peer in the session.

    Parameters
    ----------
    link
        What Link made.
    """

    def __init__(self, link: Any) -> None:  # noqa: ANN401 - a library without types
        self._link = link
        self._clock: LinkClock = link.clock()
        self._per_bar = 4
        link.startStopSyncEnabled = True
        link.enabled = True

    def take(self, said: dict[str, Any]) -> None:
        """Do what the band says: a ``beat``, or that it ``plays`` from a time on or not."""
        state, now, ahead_us = self._link.captureAppSessionState(), self._clock.micros(), self._ns()
        at = round(said["at_ns"] / 1000 - ahead_us)
        if "beat_ns" in said:
            self._per_bar = said["per_bar"]
            lead_beat(state, now, at, said["beat_ns"] / 1000, said["place"], self._per_bar)
        else:
            state.setIsPlaying(bool(said["plays"]), max(at, now))
        self._link.commitAppSessionState(state)

    def count(self, said: dict[str, Any]) -> None:
        """Know how many beats a bar has for the band."""
        self._per_bar = said.get("per_bar", self._per_bar)

    def where(self) -> dict[str, Any]:
        """Return where the session is."""
        state, now, ahead_us = self._link.captureAppSessionState(), self._clock.micros(), self._ns()
        return {
            "at_ns": round(1000 * (now + ahead_us)),
            "beat": state.beatAtTime(now, self._per_bar),
            "beat_ns": 60e9 / state.tempo(),
            "peers": self._link.numPeers(),
            "plays": state.isPlaying(),
            "since_ns": round(1000 * (state.timeForIsPlaying() + ahead_us)),
        }

    def _ns(self) -> float:
        """How far the steady clock is ahead of Link's (µs), by the look that took least time."""
        looks = []
        for _ in range(_LOOKS):
            before_ns = time.perf_counter_ns()
            micros = self._clock.micros()
            after_ns = time.perf_counter_ns()
            looks.append((after_ns - before_ns, (before_ns + after_ns) / 2000 - micros))
        return min(looks)[1]


def _until_closed(then: Callable[[], None]) -> None:
    """Do something when whoever started this is gone."""

    def watch() -> None:
        sys.stdin.read()
        then()

    threading.Thread(target=watch, daemon=True).start()


def main() -> None:
    """Be a peer until the band is gone."""
    mode, port = sys.argv[1], int(sys.argv[2])
    band = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    band.connect(("127.0.0.1", port))
    try:
        from link import Link
    except ImportError:
        band.send(json.dumps({"state": MISSING}).encode())
        return
    peer = Peer(Link(USUAL_BPM))
    # Link's threads would be waited for.
    _until_closed(lambda: os._exit(0))
    band.send(json.dumps({"state": READY}).encode())
    band.settimeout(None if mode == "lead" else EVERY_S)
    while True:
        try:
            said = json.loads(band.recv(LARGEST))
        except TimeoutError:
            band.send(json.dumps(peer.where()).encode())
            continue
        except (ConnectionError, ValueError):
            continue
        if mode == "lead":
            peer.take(said)
        else:
            peer.count(said)


if __name__ == "__main__":
    main()
