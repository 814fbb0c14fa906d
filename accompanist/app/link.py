"""Ableton Link: the band leads a session by the performer's playing, or follows one.

The peer in the session is a process of its own (see `accompanist.app.link_peer`), started when
`sync/link` is turned on and ended when it is turned off. It is told of beats, and tells where the
session is, in datagrams over loopback; nothing here waits for it, and what is lost comes anew with
the next beat.
"""

import json
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from accompanist.app.called import installing
from accompanist.app.link_peer import LARGEST, MISSING
from accompanist.app.link_ticks import LinkTicks, Where
from accompanist.engine import Announcement
from accompanist.music.band import ControlTaken
from accompanist.music.events import SourceEvent
from accompanist.music.heard import BeatHeard, MetreHeard
from accompanist.music.parameter import ROOT
from accompanist.music.section import SectionBegun
from accompanist.music.whereabouts import SILENT_STATES

NOT_INSTALLED = (
    f"Ableton Link is not installed here; run: {installing('LinkPython-extern')}, "
    "then turn sync/link off and on"
)
FELL = "Ableton Link fell silent; turn sync/link off and on"

_MOST_AT_ONCE = 64


class LinkSession:
    """A Link session as the band sees it: an observer that leads it, a source that follows it.

    Parameters
    ----------
    origin_ns
        The steady clock's time at which engine time is 0.
    tell
        Told one sentence when the session can't be joined, or is left.
    """

    def __init__(self, origin_ns: int, tell: Callable[[str], None]) -> None:
        self._origin_ns = origin_ns
        self._tell = tell
        self._mode = "off"
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._peer: tuple[str, int] | None = None
        self._ticks = LinkTicks()
        self._place, self._per_bar, self._plays = -1, 4, False

    def show(self, announcement: Announcement) -> None:
        """Take beats, bars, and where the band enters and falls silent."""
        match announcement:
            case ControlTaken(address=address, value=value) if address == f"{ROOT}/sync/link":
                self._turn(str(value))
            case MetreHeard(metre=metre):
                self._per_bar = metre.beats_per_bar
            case BeatHeard():
                self._beat(announcement)
            case SectionBegun(section=section, at_s=at_s):
                self._play(section not in (*SILENT_STATES, "counting"), at_s)

    def take(self, until_s: float) -> tuple[SourceEvent, ...]:
        """Return what the session did up to a time, if it is followed; never blocks."""
        if self._process is None:
            return ()
        has_ended = self._process.poll() is not None
        for said in self._received():
            self._hear(said)
        if has_ended and self._process is not None:
            self._leave(FELL)
        return tuple(self._ticks.until(until_s)) if self._mode == "follow" else ()

    def close(self) -> None:
        """Leave the session."""
        self._leave(None)

    def _turn(self, mode: str) -> None:
        if mode == self._mode:
            return
        self._leave(None)
        self._mode = mode
        if mode != "off":
            self._join(mode)

    def _join(self, mode: str) -> None:
        """Start the peer; it says hello when it is there."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.setblocking(False)
        port = str(self._socket.getsockname()[1])
        command = [sys.executable, "-m", "accompanist.app.link_peer", mode, port]
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet)

    def _leave(self, sentence: str | None) -> None:
        """End the peer, and say why if it was not asked for."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            assert process.stdin is not None
            process.stdin.close()
        if self._socket is not None:
            self._socket.close()
        self._socket = self._peer = None
        self._ticks = LinkTicks()
        if sentence:
            self._tell(sentence)

    def _received(self) -> list[dict[str, Any]]:
        """What the peer said meanwhile."""
        said: list[dict[str, Any]] = []
        if self._socket is None:
            return said
        with suppress(OSError):
            for _ in range(_MOST_AT_ONCE):
                datagram, sender = self._socket.recvfrom(LARGEST)
                if self._peer in (None, sender):
                    self._peer = sender
                    with suppress(ValueError):
                        said.append(dict(json.loads(datagram)))
        return said

    def _hear(self, said: dict[str, Any]) -> None:
        if said.get("state") == MISSING:
            self._leave(NOT_INSTALLED)
        elif "state" not in said:
            with suppress(ValueError):
                self._ticks.learn(Where.of(said, self._origin_ns))

    def _beat(self, beat: BeatHeard) -> None:
        self._place = 0 if beat.downbeat else (self._place + 1) % self._per_bar
        at_ns = self._origin_ns + round(beat.at_s * 1e9)
        beat_ns = round(60e9 / beat.tempo_bpm)
        self._say(at_ns=at_ns, beat_ns=beat_ns, place=self._place, per_bar=self._per_bar)

    def _play(self, plays: bool, at_s: float) -> None:
        if plays != self._plays:
            self._plays = plays
            self._say(at_ns=self._origin_ns + round(at_s * 1e9), plays=plays)

    def _say(self, **said: int) -> None:
        if self._socket is not None and self._peer is not None:
            with suppress(OSError):
                self._socket.sendto(json.dumps(said).encode(), self._peer)
