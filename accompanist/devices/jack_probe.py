"""JACK clients that play, answer, click, listen and doze without the interpreter.

They are the measure, and the floor, of everything else that goes through JACK.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accompanist.devices.errors import DeviceError
from accompanist.devices.jack_server import load_jack, open_client

MOST_RECORDS = 1 << 16
"""Messages that a client can write down, unless told otherwise."""

_MIDI, _AUDIO = b"8 bit raw midi", b"32 bit float mono audio"
_IS_INPUT, _IS_OUTPUT = 1, 2
_SOUNDS = ("click",)


class NativeClient:
    """A JACK client that runs in machine code from now until it is closed.

    Parameters
    ----------
    name
        Name that others see.
    task
        ``play`` notes at random moments (once enabled), ``recite`` messages as they are told,
        ``answer`` on port ``out`` what comes in on port ``in``, ``listen``, ``click`` (audio, once
        enabled), or ``doze``.
    inputs, outputs
        Names of its ports.
    interval_frames
        Frames between two notes or clicks, on average.
    records, cycles
        Messages and cycles that can be written down; further ones are not.

    Attributes
    ----------
    messages
        Ring of what it is to recite.

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
        records: int = MOST_RECORDS,
        cycles: int = MOST_RECORDS,
    ) -> None:
        self._jack = load_jack()
        from accompanist.dsp import jack_kernels, ring

        client = open_client(self._jack, name)
        if client is None:
            raise DeviceError("no JACK server runs; start one, for instance with: jackd -d alsa")
        self.name = name
        self._client = client
        self._kernels: Any = jack_kernels
        self._push = ring.push
        # JACK calls this and writes there for as long as the client is open.
        self._process = getattr(jack_kernels, task)
        self._log = np.zeros((records, jack_kernels.RECORD), np.int64)
        self._cycle_log = np.zeros((cycles, jack_kernels.RECORD), np.int64)
        self.messages = ring.new_ring()
        self._words = self._new_words(interval_frames)
        sort = _AUDIO if task in _SOUNDS else _MIDI
        ports = [*((port, _IS_INPUT) for port in inputs), *((port, _IS_OUTPUT) for port in outputs)]
        for index, (port, flags) in enumerate(ports):
            registered = self._jack.jack_port_register(client, port.encode(), sort, flags, 0)
            self._words[jack_kernels.FIRST_PORT + index] = registered
        self._words[jack_kernels.PORTS] = len(ports)
        here = self._words.ctypes.data
        self._jack.jack_set_process_callback(client, self._process.address, here)
        self._jack.jack_set_xrun_callback(client, jack_kernels.count_xrun.address, here)
        self._jack.jack_activate(client)

    @property
    def sample_rate(self) -> int:
        """Frames a second."""
        return int(self._jack.jack_get_sample_rate(self._client))

    @property
    def period_frames(self) -> int:
        """Frames that JACK handles at once."""
        return int(self._jack.jack_get_buffer_size(self._client))

    @property
    def is_realtime(self) -> bool:
        """Whether the server runs its clients with real-time priority."""
        return bool(self._jack.jack_is_realtime(self._client))

    @property
    def xruns(self) -> int:
        """Cycles that the server says were missed, by whomever."""
        return int(self._words[self._kernels.XRUNS])

    def enable(self, is_enabled: bool, port: int = 0) -> None:
        """Let it play on one of its ports, or not."""
        self._words[self._kernels.PORT] = port
        self._words[self._kernels.ENABLED] = int(is_enabled)

    def recite(self, message: int, port: int = 0) -> None:
        """Play a packed message (see `accompanist.dsp.cue.packed`) in the next cycle."""
        self._push(self.messages, (0, 0, message, port, 0, 0, 0, 0))

    def stall(self, seconds: float) -> None:
        """Keep everyone waiting who listens to it, from the next cycle on."""
        self._words[self._kernels.STALL_NS] = int(seconds * 1e9)

    def audio_inputs(self) -> list[str]:
        """Names of all ports of anyone that take sound."""
        found = self._jack.jack_get_ports(self._client, None, _AUDIO, _IS_INPUT)
        names: list[str] = []
        while found and (name := found[len(names)]) is not None:
            names.append(name.decode(errors="replace"))
        if found:
            self._jack.jack_free(found)
        return names

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

    def disconnect(self, source: str, destination: str) -> None:
        """Part two ports; nothing happens if they are not joined."""
        self._jack.jack_disconnect(self._client, source.encode(), destination.encode())

    def records(self) -> NDArray[np.int64]:
        """Times (ns), messages and frames so far, shape (n, 3)."""
        return self._log[: int(self._words[self._kernels.RECORDS])].copy()

    def cycles(self) -> NDArray[np.int64]:
        """First frames, times (ns) and xruns of the cycles so far, shape (n, 3)."""
        return self._cycle_log[: int(self._words[self._kernels.CYCLES])].copy()

    def close(self) -> None:
        """Leave JACK; what was written down stays."""
        self._jack.jack_deactivate(self._client)
        self._jack.jack_client_close(self._client)

    def _new_words(self, interval_frames: int) -> NDArray[np.int64]:
        kernels = self._kernels
        words = np.zeros(kernels.WORDS, np.int64)
        words[kernels.CLIENT] = self._client
        words[kernels.LOG] = self._log.ctypes.data
        words[kernels.MOST_RECORDS] = len(self._log)
        words[kernels.CYCLE_LOG] = self._cycle_log.ctypes.data
        words[kernels.MOST_CYCLES] = len(self._cycle_log)
        words[kernels.INTERVAL] = interval_frames
        words[kernels.RANDOM] = 1
        words[kernels.RING] = self.messages.ctypes.data
        return words
