"""A PortAudio stream whose callback is machine code: opened, watched, given back.

A driver's thread may go on to the very end, so what the callback works on must be kept with the
stream. PortAudio cannot leave a sound server that has died: such a stream is abandoned.
"""

import atexit
import ctypes
import threading
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

from accompanist.devices.errors import AudioUnavailable
from accompanist.devices.portaudio import REMEDY_DEVICE, let_go_if_refused
from accompanist.devices.quiet import hushed

_STARTED_WITHIN_S = 3.0
_LEAVES_WITHIN_S = 1.0
_FIRST_CALLS = 3
"""After so many the driver's latencies can be trusted."""
_LONGEST_LATENCY_NS = 2_000_000_000

_SILENT_S = 1.0
_LONGEST_LOOK_S = 0.3
"""A program that was stopped didn't look: time between looks counts at most so much."""


class SoundStream:
    """A stream that runs.

    Parameters
    ----------
    sounddevice
        The library.
    kind
        ``input`` or ``output``.
    device
        What the library says of the device.
    channels
        How many to open.
    code
        Addresses of the callback and of what it works on.
    calls
        Says how often the callback was called.

    Raises
    ------
    AudioUnavailable
        If the device is busy, gone, or calls nobody.
    """

    def __init__(
        self,
        sounddevice: ModuleType,
        kind: str,
        device: Any,  # noqa: ANN401
        channels: int,
        code: tuple[int, int],
        calls: Callable[[], int],
    ) -> None:
        self._sounddevice: Any = sounddevice
        self._calls = calls
        self._kept: list[object] = []
        self._has_left = False
        with hushed(), let_go_if_refused(sounddevice):
            self._stream = self._opened(kind, device, channels, code)
        self._called, self._looked_s, self._silent_s = 0, time.perf_counter(), 0.0

    @property
    def is_active(self) -> bool:
        """Whether the library believes that it runs."""
        return bool(self._stream.active)

    def keep(self, owner: object) -> None:
        """Keep what the callback works on for as long as a driver may call."""
        self._kept.append(owner)

    def latency_ns(self, told_ns: int) -> int:
        """Latency of the device: what it told the callback, or else what it stated beforehand.

        While it runs a driver knows better, but not every driver says.
        """
        if 0 < told_ns < _LONGEST_LATENCY_NS:
            return int(told_ns)
        stated_s: float = self._stream.latency
        return round(stated_s * 1e9)

    def is_alive(self) -> bool:
        """Whether the callback is still called; ask a few times a second."""
        now_s, calls = time.perf_counter(), self._calls()
        looked_s, self._looked_s = self._looked_s, now_s
        self._silent_s += min(now_s - looked_s, _LONGEST_LOOK_S)
        if calls != self._called:
            self._called, self._silent_s = calls, 0.0
        return self.is_active and self._silent_s < _SILENT_S

    def close(self) -> None:
        """Give the device back, or leave it where its server has died."""
        calls = self._calls()
        if self.is_active and wait(lambda: self._calls() != calls, _SILENT_S):
            leaver = threading.Thread(target=self._leave, daemon=True)
            with hushed():
                leaver.start()
                leaver.join(_LEAVES_WITHIN_S)
        if not self._has_left:
            self._abandon()

    def _leave(self) -> None:
        """Give the device back, which takes forever if its server lost touch with this program."""
        self._stream.stop()
        self._stream.close()
        # A sound server that stops later must find nobody attached.
        self._sounddevice._terminate()
        self._has_left = True

    def _abandon(self) -> None:
        """Leave a stream whose sound server is gone: PortAudio would wait for it, or abort."""
        atexit.unregister(self._sounddevice._exit_handler)
        kept = (self, self._kept, self._sounddevice._lib)
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(kept))

    def _opened(self, kind: str, device: Any, channels: int, code: tuple[int, int]) -> Any:  # noqa: ANN401
        sounddevice, name = self._sounddevice, device["name"]
        callback, place = code
        try:
            opened = sounddevice._StreamBase(
                kind=kind,
                samplerate=device["default_samplerate"],
                device=device["index"],
                channels=channels,
                dtype="float32",
                latency="low",
                callback=sounddevice._ffi.cast("PaStreamCallback*", callback),
                userdata=sounddevice._ffi.cast("void*", place),
                wrap_callback=None,
            )
            opened.start()
        except (sounddevice.PortAudioError, ValueError) as error:
            raise AudioUnavailable(
                f"audio {kind} {name} cannot be opened; "
                "close whatever else uses it, or start a JACK server"
            ) from error
        if not wait(lambda: self._calls() >= _FIRST_CALLS, _STARTED_WITHIN_S):
            opened.abort()
            opened.close()
            raise AudioUnavailable(f"audio {kind} {name} does not run; {REMEDY_DEVICE}")
        return opened


def wait(condition: Callable[[], object], within_s: float) -> bool:
    """Wait until a condition holds; false if it doesn't in time."""
    deadline_s = time.perf_counter() + within_s
    while not condition():
        if time.perf_counter() > deadline_s:
            return False
        time.sleep(0.003)
    return True
