"""JACK clients that play, answer and write down notes without the interpreter.

They are the measure, and the floor, of everything else that goes through JACK.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accompanist.devices.errors import DeviceError
from accompanist.devices.jack_server import load_jack, open_client

_MIDI = b"8 bit raw midi"
_IS_INPUT, _IS_OUTPUT = 1, 2


class NativeClient:
    """A JACK client that runs in machine code from now until it is closed.

    Parameters
    ----------
    name
        Name that others see.
    task
        ``play`` notes at random moments (once enabled), ``answer`` on port ``out`` what comes in on
        port ``in``, or ``listen``.
    inputs, outputs
        Names of its ports.
    interval_frames
        Frames between two notes played, on average.

    Raises
    ------
    DeviceError
        If JACK is not installed, or no server runs.
    """

    def __init__(
        self,
        name: str,
        task: str,
        inputs: Sequence[str] = (),
        outputs: Sequence[str] = (),
        interval_frames: int = 0,
    ) -> None:
        self._jack = load_jack()
        from accompanist.dsp import jack_kernels

        client = open_client(self._jack, name)
        if client is None:
            raise DeviceError("no JACK server runs; start one, for instance with: jackd -d dummy")
        self._client = client
        self._kernels: Any = jack_kernels
        # JACK calls this and writes there for as long as the client is open.
        self._process = getattr(jack_kernels, task)
        self._words = jack_kernels.new_words(interval_frames)
        ports = [*((port, _IS_INPUT) for port in inputs), *((port, _IS_OUTPUT) for port in outputs)]
        for index, (port, flags) in enumerate(ports):
            registered = self._jack.jack_port_register(client, port.encode(), _MIDI, flags, 0)
            self._words[jack_kernels.FIRST_PORT + index] = registered
        self._words[jack_kernels.PORTS] = len(ports)
        self._jack.jack_set_process_callback(client, self._process.address, self._words.ctypes.data)
        self._jack.jack_activate(client)

    @property
    def sample_rate(self) -> int:
        """Frames a second."""
        return int(self._jack.jack_get_sample_rate(self._client))

    @property
    def period_frames(self) -> int:
        """Frames that JACK handles at once."""
        return int(self._jack.jack_get_buffer_size(self._client))

    def enable(self, is_enabled: bool) -> None:
        """Let it play, or not."""
        self._words[self._kernels.ENABLED] = int(is_enabled)

    def sees(self, port: str) -> bool:
        """Whether there is a port of that name."""
        return self._jack.jack_port_by_name(self._client, port.encode()) is not None

    def connect(self, source: str, destination: str) -> None:
        """Join two ports of anyone.

        Raises
        ------
        DeviceError
            If one of them is not there.
        """
        if self._jack.jack_connect(self._client, source.encode(), destination.encode()) != 0:
            raise DeviceError(f"JACK does not connect {source} to {destination}")

    def records(self) -> NDArray[np.int64]:
        """Times (ns) and messages so far, shape (n, 2)."""
        first = self._kernels.FIRST_RECORD
        records = self._words[first : first + 2 * int(self._words[self._kernels.RECORDS])]
        return records.reshape(-1, 2).copy()

    def close(self) -> None:
        """Leave JACK; what was written down stays."""
        self._jack.jack_deactivate(self._client)
        self._jack.jack_client_close(self._client)


def sleep_latenesses_ns(count: int, sleep_us: int) -> NDArray[np.int64]:
    """How much too late the system wakes a bare thread, so many times (ns).

    Raises
    ------
    DeviceError
        If JACK is not installed.
    """
    load_jack()
    from accompanist.dsp import jack_kernels

    return np.asarray(
        jack_kernels.sleep_latenesses_ns(jack_kernels.new_words(), count, sleep_us), np.int64
    )
