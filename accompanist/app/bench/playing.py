"""The whole program as the player starts it, and a hand that plays and steers it from outside.

`play` runs in processes of its own, joined through JACK's ports and its OSC port like any other
program: what is measured here is what the player gets.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from accompanist.devices.jack_probe import MOST_RECORDS, NativeClient
from accompanist.dsp.cue import packed
from accompanist.dsp.osc_message import message
from accompanist.music.errors import Refusal
from accompanist.music.parameter import ROOT

HAND = "bench-hand"
PERFORMER, BAND = "accompanist:performer", "accompanist:band"
READY_WITHIN_S = 120.0

_ASK_EVERY_S = 0.02
_ENDS_WITHIN_S = 15.0
_MOST_TURNS = 40
_SIGN = f"{ROOT}/intensity"
_LIKE = message(_SIGN, 0.625)[len(message(_SIGN, 0.0)) - 4 :]


class Playing:
    """`accompanist play`, from its start until the block ends.

    Parameters
    ----------
    words
        Further words of its command line.
    environment
        Variables of its environment beside ours.

    Attributes
    ----------
    ready_s
        Seconds from the start of the process until the band took its first turn.
    """

    def __init__(self, *words: str, environment: Mapping[str, str] | None = None) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="accompanist-bench-")
        self.port = free_port()
        self._osc = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._osc.bind(("127.0.0.1", 0))
        self._osc.settimeout(_ASK_EVERY_S)
        command = [sys.executable, "-m", "accompanist", "play", "--osc-in", str(self.port), *words]
        self._words = Path(self._folder.name) / "words"
        started_s = time.perf_counter()
        with self._words.open("wb") as said:
            self.process = subprocess.Popen(
                command,
                cwd=self._folder.name,
                env={**os.environ, **(environment or {}), "PYTHONPATH": os.pathsep.join(sys.path)},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self._wait_until_ready(started_s + READY_WITHIN_S)
        except BaseException:
            self.close()
            raise
        self.ready_s = time.perf_counter() - started_s

    def __enter__(self) -> "Playing":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def said(self) -> str:
        """What it has told the player."""
        return self._words.read_text(encoding="utf-8", errors="replace")

    def turn(self, parameter: str, value: float | str) -> int:
        """Turn a control over OSC; return when it was sent (ns)."""
        datagram = message(f"{ROOT}/{parameter}", value)
        now_ns = time.perf_counter_ns()
        self._osc.sendto(datagram, ("127.0.0.1", self.port))
        return now_ns

    def settle(self, parameter: str, value: float | str) -> None:
        """Turn a control until the band's word comes that it stands there.

        What was asked while it compiled may fill its mailbox; then a turn is lost.

        Raises
        ------
        Refusal
            If no such word comes.
        """
        for _ in range(_MOST_TURNS):
            self.turn(parameter, value)
            if self.hear(parameter, value):
                return
        raise Refusal(f"play doesn't turn {parameter} to {value}; see accompanist doctor")

    def hear(self, parameter: str, value: float | str, within_s: float = 0.25) -> int:
        """Wait for the band's word that a control stands there; return when it came (ns), or 0."""
        wanted = message(f"{ROOT}/{parameter}", value)
        deadline_s = time.perf_counter() + within_s
        while time.perf_counter() < deadline_s:
            try:
                if self._osc.recv(65536) == wanted:
                    return time.perf_counter_ns()
            except (TimeoutError, ConnectionRefusedError):
                continue
        return 0

    def close(self) -> None:
        """End it as the player does, and see it end."""
        self._osc.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(_ENDS_WITHIN_S)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        self._folder.cleanup()

    def _wait_until_ready(self, deadline_s: float) -> None:
        """Turn a control until its echo comes: it does only when the band takes its turns."""
        host, port = self._osc.getsockname()
        asking = (message(f"{ROOT}/subscribe", int(port)), message(_SIGN, 0.625))
        while time.perf_counter() < deadline_s:
            if self.process.poll() is not None:
                raise Refusal(f"play does not start here: {self.said.strip().splitlines()[-1:]}")
            try:
                for datagram in asking:
                    self._osc.sendto(datagram, (host, self.port))
                while True:
                    heard = self._osc.recv(65536)
                    if _SIGN.encode() in heard and heard.endswith(_LIKE):
                        return
            except (TimeoutError, ConnectionRefusedError):
                continue
        raise Refusal(f"play is not ready after {READY_WITHIN_S:.0f} s; see accompanist doctor")


class Hand:
    """Plays keys on a JACK port of its own, at once."""

    def __init__(self, records: int = MOST_RECORDS) -> None:
        self.client = NativeClient(HAND, "recite", (), ("keys",), records=records)
        self._held: list[int] = []

    def strike(self, pitches: list[int], velocity: int = 80) -> int:
        """Let go of what is held and strike keys together; return when (ns)."""
        now_ns = time.perf_counter_ns()
        self.release()
        for pitch in pitches:
            self.client.recite(packed((0x90, pitch, velocity)))
        self._held = list(pitches)
        return now_ns

    def release(self) -> None:
        """Let go of every key."""
        for pitch in self._held:
            self.client.recite(packed((0x80, pitch, 0)))
        self._held = []


def free_port() -> int:
    """Return a UDP port that nobody uses."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
