"""What the machine does at best: a bare thread that is woken, a bare receiver, and a thru in C.

Both run in the same minute as what they are the floor of: a figure from another day says little on
a machine that others use too.
"""

import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from accompanist.control.osc_port import OscPort
from accompanist.devices.errors import DeviceError
from accompanist.devices.jack_probe import NativeClient
from accompanist.devices.jack_server import PRIORITY

THRU = "bench-thru"
CLIENT_PRIORITY = PRIORITY - 5
"""What JACK gives its clients when it runs at `PRIORITY` itself."""

WAKE_EVERY_S = 0.002
_MOST_WAKES = 1 << 19
_COMPILED_WITHIN_S = 30.0


class Waker:
    """A bare thread that wants to be woken at even moments."""

    def __init__(self) -> None:
        self._wakes_ns = np.zeros((_MOST_WAKES, 2), np.int64)
        self._ending = np.zeros(1, np.int64)
        self._count = 0
        self._thread = threading.Thread(target=self._wake, name="bench-wake", daemon=True)
        self._thread.start()

    def stop(self) -> NDArray[np.float64]:
        """End it; return how much too late it was woken each time (µs)."""
        self._ending[0] = 1
        self._thread.join()
        return self._wakes_ns[: max(self._count, 1), 1] / 1000.0

    def _wake(self) -> None:
        from accompanist.dsp.jack_kernels import late_wakes_ns

        become_urgent()
        interval_ns = int(WAKE_EVERY_S * 1e9)
        self._count = late_wakes_ns(self._wakes_ns, interval_ns, 0, self._ending)


class BareReceiver:
    """Plays the three bytes of each datagram that it is sent, and does nothing else.

    Its thread and its JACK client are machine code; nobody can bring MIDI about sooner over UDP.

    Attributes
    ----------
    output
        Name of the port that it plays on.
    """

    def __init__(self, name: str = "bench-relay") -> None:
        self.output = f"{name}:out"
        self._client = NativeClient(name, "recite", (), ("out",))
        self._port = OscPort.opened(0)
        self._ending = np.zeros(1, np.int64)
        self._thread = threading.Thread(target=self._relay, name=name, daemon=True)
        self._thread.start()

    def send(self, message: tuple[int, int, int]) -> int:
        """Send it a message; return when (ns)."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            now_ns = time.perf_counter_ns()
            sender.sendto(bytes(message), ("127.0.0.1", self._port.number))
        return now_ns

    def close(self) -> None:
        """End it."""
        self._ending[0] = 1
        self._thread.join()
        self._client.close()
        self._port.close()

    def _relay(self) -> None:
        from accompanist.dsp.jack_kernels import relay

        become_urgent()
        relay(self._port.outer.fileno(), self._client.messages, self._ending)


def become_urgent(priority: int = CLIENT_PRIORITY) -> bool:
    """Take the rank of a JACK client for the calling thread; false where that is refused."""
    if hasattr(os, "sched_setscheduler"):
        # Affects this thread alone; where it is refused the floor is the ordinary one.
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(priority))
            return True
    return False


@contextmanager
def thru() -> Iterator[str]:
    """Run a thru named `THRU` while the block lasts, and give it a name for the table.

    It is written in C where there is a compiler with JACK's headers, else compiled by numba.
    """
    with tempfile.TemporaryDirectory() as folder:
        program = _compiled(Path(folder))
        if program is None:
            client = NativeClient(THRU, "answer", ("in",), ("out",))
            try:
                yield "a thru compiled by numba"
            finally:
                client.close()
            return
        process = subprocess.Popen([program, THRU], stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None
            if process.stdout.readline() != "ready\n":
                raise DeviceError("the thru in C does not join JACK; start a JACK server first")
            yield "a thru in C"
        finally:
            process.terminate()
            process.communicate()


def _compiled(folder: Path) -> Path | None:
    """Compile the thru; none where that is not possible."""
    compiler = shutil.which("cc")
    if compiler is None:
        return None
    source, program = Path(__file__).with_name("thru.c"), folder / "thru"
    command = [compiler, "-O2", str(source), "-o", str(program), "-ljack"]
    with suppress(subprocess.TimeoutExpired):
        made = subprocess.run(command, capture_output=True, timeout=_COMPILED_WITHIN_S)
        return program if made.returncode == 0 else None
    return None
