"""The built-in synth through the sound card: PortAudio calls machine code, Python only plans.

Engine seconds become frames of the stream: the callback reports when frame 0 would have been in the
stream's clock, which is compared with the engine's clock once a second. Output latency, as the
driver states it, is subtracted, so that a note is heard at its time if it is sent early enough; a
note sent late sounds at once.
"""

import atexit
import time
from types import ModuleType
from typing import Any

import numpy as np

from accompanist.devices.clock import Clock
from accompanist.devices.errors import AudioUnavailable
from accompanist.devices.quiet import hushed
from accompanist.devices.stage import Stage
from accompanist.dsp.stream import CALLS, REPORT_FIELDS, STARTED_S, UNDERFLOWS, callback
from accompanist.dsp.synth import BandSynth
from accompanist.music.band import Played
from accompanist.music.events import PerformerEvent

_REMEDY_LIBRARY = "install it with: sudo apt-get install libportaudio2"
_REMEDY_DEVICE = "attach one or start a JACK server"

_COMPARE_CLOCKS_EVERY_S = 1.0
_LONGEST_FADE_S = 0.5
_STARTED_WITHIN_S = 3.0

_abandoned: list["AudioSink"] = []
"""Sinks whose driver may still hold on to their memory."""


class AudioSink:
    """The performer and the band through the default audio output.

    Parameters
    ----------
    clock
        The engine's clock, steady as the machine's.

    Raises
    ------
    AudioUnavailable
        If there is no PortAudio library, no output, or it cannot be opened.
    SoundfontError
        If the shipped soundfont is missing or damaged.
    """

    def __init__(self, clock: Clock) -> None:
        with hushed():
            self._sounddevice = _library()
            device = _output_device(self._sounddevice)
        self._clock = clock
        self._callback = callback()
        self._synth = BandSynth(float(device["default_samplerate"]))
        self._report = np.zeros(REPORT_FIELDS)
        here = (self._report.ctypes.data, REPORT_FIELDS)
        self._workplace = np.vstack([self._synth.workplace(), np.array([here], np.int64)])
        with hushed():
            self._stream = self._opened(device)
        self._latency_s = float(self._stream.latency)
        self._ahead_s = 0.0
        self._compared_s = -_COMPARE_CLOCKS_EVERY_S
        self._stage = Stage(self._synth, self._frame_at)
        self.name = str(device["name"])

    @property
    def underflows(self) -> int:
        """How often the sound ran dry."""
        return int(self._report[UNDERFLOWS])

    def send(self, event: Played) -> None:
        """Take a committed event of the band."""
        self._stage.send(event)

    def perform(self, event: PerformerEvent) -> None:
        """Take an event of the performer: it sounds at once."""
        self._stage.perform(event)

    def set_level(self, part: str, level: float) -> None:
        """Loudness of a part, 0–1."""
        self._synth.set_level(part, level)

    def set_style(self, style: str) -> None:
        """Take up the instruments of a style."""
        self._synth.set_style(style)

    def close(self) -> None:
        """Fade everything out, then give the device back."""
        self._synth.all_off()
        deadline_s = time.monotonic() + _LONGEST_FADE_S
        calls = self._report[CALLS]
        while time.monotonic() < deadline_s:
            if self._report[CALLS] > calls + 1 and not self._synth.voices_sounding:
                break
            time.sleep(0.005)
        if self._report[CALLS] == calls:
            self._abandon()
            return
        with hushed():
            self._stream.stop()
            self._stream.close()
            # A sound server that stops later must find nobody attached.
            self._sounddevice._terminate()

    def _abandon(self) -> None:
        """Leave a stream whose sound server has died: PortAudio would wait for it, or abort."""
        atexit.unregister(self._sounddevice._exit_handler)
        _abandoned.append(self)

    def _opened(self, device: Any) -> Any:  # noqa: ANN401
        """Open and start a stream whose callback is machine code, and see it run."""
        sounddevice = self._sounddevice
        foreign: Any = sounddevice._ffi
        try:
            stream = sounddevice._StreamBase(
                kind="output",
                samplerate=device["default_samplerate"],
                device=device["index"],
                channels=2,
                dtype="float32",
                latency="low",
                callback=foreign.cast("PaStreamCallback*", self._callback.address),
                userdata=foreign.cast("void*", self._workplace.ctypes.data),
                wrap_callback=None,
            )
            stream.start()
        except (sounddevice.PortAudioError, ValueError) as error:
            raise AudioUnavailable(
                f"audio output {device['name']} cannot be opened; {_REMEDY_DEVICE}"
            ) from error
        deadline_s = time.monotonic() + _STARTED_WITHIN_S
        while not self._report[CALLS]:
            if time.monotonic() > deadline_s:
                stream.abort()
                stream.close()
                raise AudioUnavailable(
                    f"audio output {device['name']} does not run; {_REMEDY_DEVICE}"
                )
            time.sleep(0.005)
        return stream

    def _frame_at(self, time_s: float) -> int:
        """Frame to be rendered so that it is heard at an engine time."""
        now_s = self._clock.now_s()
        if now_s - self._compared_s >= _COMPARE_CLOCKS_EVERY_S:
            self._compared_s = now_s
            self._ahead_s = self._stream.time - now_s
        stream_s = time_s + self._ahead_s - self._latency_s
        return round((stream_s - float(self._report[STARTED_S])) * self._synth.sample_rate_hz)


def _library() -> ModuleType:
    """PortAudio, with devices listed as they are now."""
    try:
        import sounddevice
    except OSError as error:
        raise AudioUnavailable(
            f"the audio library PortAudio is missing; {_REMEDY_LIBRARY}"
        ) from error
    if sounddevice._initialized:
        sounddevice._terminate()
    sounddevice._initialize()
    return sounddevice  # type: ignore[no-any-return]


def _output_device(sounddevice: ModuleType) -> Any:  # noqa: ANN401
    """The default output, or that of the first driver which has one."""
    candidates = [sounddevice.default.device[1]]
    candidates += [driver["default_output_device"] for driver in sounddevice.query_hostapis()]
    for number in candidates:
        if number is not None and number >= 0:
            return sounddevice.query_devices(number)
    raise AudioUnavailable(f"there is no audio output; {_REMEDY_DEVICE}")
