"""What makes a machine busy.

``python -m accompanist.app.bench.pressure spin`` keeps a core busy until it is ended; ``crowd
LEVEL`` runs networks, JSON and more in one interpreter; ``flood PORT`` sends ten thousand datagrams
a second to a port of surfaces: turns, and as many that are malformed or too long.
"""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count

from accompanist.app.bench.networks import bare_network
from accompanist.dsp.osc_message import bundle, message
from accompanist.music.parameter import ROOT

CALM, LOADED, HEAVY = range(3)
"""How full an interpreter is: with nobody else; with three networks and JSON work; with a thread
besides that never rests."""

DATAGRAMS_A_SECOND = 10_000
_BURST = 10

_NETWORKS = ("drums", "bass", "evidence")
_PAUSE_S = 0.001
_DOCUMENT = {"lines": [{"beat": beat, "chord": "G:min7", "at_s": beat / 3} for beat in range(400)]}

Work = Callable[[], object]


class Crowd:
    """Threads that want the interpreter, as many as the level asks for."""

    def __init__(self) -> None:
        self._level = CALM
        self._closing = False
        self._threads: list[threading.Thread] = []

    def be(self, level: int) -> None:
        """Work as hard as that from now on."""
        self._level = level
        if level and not self._threads:
            tasks = [(LOADED, _rested(bare_network(name))) for name in _NETWORKS]
            tasks += [(LOADED, _rested(_encode)), (HEAVY, _count)]
            self._threads = [
                threading.Thread(target=self._run, args=task, daemon=True) for task in tasks
            ]
            for thread in self._threads:
                thread.start()

    def close(self) -> None:
        """Go home."""
        self._closing = True
        for thread in self._threads:
            thread.join()

    def _run(self, level: int, work: Work) -> None:
        while not self._closing:
            if self._level >= level:
                work()
            else:
                time.sleep(0.02)


def be_ordinary() -> None:
    """Give up the priority inherited from whoever started this process."""
    if hasattr(os, "sched_setscheduler"):
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


@contextmanager
def pressed(*words: str) -> Iterator[None]:
    """Run this module's command while the block lasts."""
    command = [sys.executable, "-m", __name__, *words]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def _rested(work: Work) -> Work:
    def work_and_rest() -> None:
        work()
        time.sleep(_PAUSE_S)

    return work_and_rest


def _encode() -> None:
    json.loads(json.dumps(_DOCUMENT))


def _count() -> None:
    sum(range(20_000))


def _flood(port: int) -> None:
    turns = [message(f"{ROOT}/complexity", share / 100) for share in range(100)]
    nonsense = [b"", b"noise", bytes(5000), message(f"{ROOT}/style", "x" * 5000)]
    nonsense += [bundle(1, bundle(1, turns[0])), message(f"{ROOT}/panic", 1, 2, 3)]
    datagrams = [each for number, turn in enumerate(turns) for each in (turn, nonsense[number % 6])]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as surface:
        due_s = time.perf_counter()
        for number in count():
            if number % _BURST == 0:
                due_s += _BURST / DATAGRAMS_A_SECOND
                time.sleep(max(due_s - time.perf_counter(), 0.0))
            with suppress(OSError):
                surface.sendto(datagrams[number % len(datagrams)], ("127.0.0.1", port))


def main() -> None:
    """Be a nuisance until ended."""
    be_ordinary()
    if sys.argv[1] == "flood":
        _flood(int(sys.argv[2]))
    if sys.argv[1] == "crowd":
        Crowd().be(int(sys.argv[2]))
        threading.Event().wait()
    while True:
        _count()


if __name__ == "__main__":
    main()
