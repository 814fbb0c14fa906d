"""The built-in synth through the sound card: PortAudio calls machine code, Python only opens it.

The callback takes cues straight from the band's ring, from the performer's port and from the
stage's own ring, and renders them at their frames (see `accompanist.dsp.stream`). The output's
latency, as its driver states it, is taken off, so that a note is heard at its time if it is sent
early enough. Where an input is asked for, its attacks are told as cues and its sound is kept for a
few seconds.
"""

import atexit
import ctypes
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accompanist.devices.errors import AudioUnavailable
from accompanist.devices.portaudio import REMEDY_DEVICE, chosen_input, chosen_output, library
from accompanist.devices.quiet import hushed
from accompanist.devices.stage_door import FROM_AUDIO, GATE_NS, TO_AUDIO, StageDoor
from accompanist.dsp import mixer, stream
from accompanist.dsp.attack import new_ear
from accompanist.dsp.capture import KEPT_FRAMES
from accompanist.dsp.clock_map import new_clock_map
from accompanist.dsp.cue import LANES, LEVEL, RELEASE, SEAT
from accompanist.dsp.decoded import band_bank
from accompanist.dsp.mixer import MILLION
from accompanist.dsp.ring import WIDTH, new_ring, push
from accompanist.dsp.synth import BandSynth
from accompanist.dsp.zones import SoundBank

_LONGEST_FADE_S = 0.5
_STARTED_WITHIN_S = 3.0
_LEAVES_WITHIN_S = 1.0
_FIRST_CALLS = 3
"""After so many the driver's latencies can be trusted."""
_LONGEST_LATENCY_NS = 2_000_000_000

_SILENT_S = 1.0
_LONGEST_LOOK_S = 0.3
"""A program that was stopped didn't look: time between looks counts at most so much."""

_CHANNELS_IN = 2


class AudioDevice:
    """The performer and the band through an audio output.

    Parameters
    ----------
    door
        The memory shared with the band.
    monitor
        Ring of what the performer plays, straight from their port; none if nobody plays here.
    device
        Name of the output or part of it; the system's default unless given.
    capture
        Whether to listen to the device's input too.

    Attributes
    ----------
    own
        Ring of cues for the stage itself, which no gate holds back.
    at_once
        Ring of cues that hands on surfaces bring about at once.
    name
        Of the output.
    report, clock
        Words of the callback (see `accompanist.dsp.stream`) and its clock map.
    heard
        Ring of the input's last samples; empty unless captured.

    Raises
    ------
    AudioUnavailable
        If there is no PortAudio library, no such output, or it cannot be opened.
    SoundfontError
        If the shipped soundfont is missing or damaged.
    """

    def __init__(
        self,
        door: StageDoor,
        monitor: NDArray[np.int64] | None,
        device: str | None = None,
        capture: bool = False,
    ) -> None:
        with ThreadPoolExecutor(1) as reader:
            # Decoding the samples takes longest, and other threads can work meanwhile.
            bank = reader.submit(band_bank)
            self._callback = stream.callback()
            with hushed():
                self._sounddevice = library()
                output = chosen_output(self._sounddevice, device)
                source = chosen_input(self._sounddevice, output) if capture else None
            self.name = str(output["name"])
            rate_hz = float(output["default_samplerate"])
            inputs = min(source["max_input_channels"], _CHANNELS_IN) if source else 0
            self._lay_out(door, monitor, rate_hz, inputs, bank.result())
        with hushed():
            self._stream = self._opened(output, source)
        self._has_left = False
        self._calls, self._looked_s, self._silent_s = 0, time.perf_counter(), 0.0

    @property
    def latency_s(self) -> float:
        """What the driver says that output takes; it is taken off already."""
        return float(self.report[stream.OUT_LATENCY_NS] / 1e9)

    @property
    def underflows(self) -> int:
        """How often the sound ran dry."""
        return int(self.report[stream.UNDERFLOWS])

    def set_style(self, style: str, at_ns: int = 0) -> None:
        """Take up the instruments of a style for notes from `at_ns` on, or at once if it is 0."""
        for lane, (first, count, balance) in self._synth.seating(style).items():
            push(self.own, (SEAT, LANES.index(lane), first, count, balance, at_ns, 0, 0))

    def set_level(self, lane: str, level: float) -> None:
        """Loudness of a lane, 0–1."""
        push(self.own, (LEVEL, LANES.index(lane), round(level * MILLION), 0, 0, 0, 0, 0))

    def counts(self) -> dict[str, int]:
        """What was counted so far.

        Blocks, and of these overruns (they took longer than they sound); underflows and overflows
        of the device; notes begun, and of these late ones; notes stale (too late to begin), gated,
        and cancelled by a newer generation; events dropped and attacks lost for want of room;
        voices stolen.
        """
        counters, report = self._synth.rig.counters, self.report
        counted = {
            "blocks": report[stream.CALLS],
            "overruns": report[stream.OVERRUNS],
            "underflows": report[stream.UNDERFLOWS],
            "overflows": report[stream.OVERFLOWS],
            "attacks_lost": report[stream.ATTACKS_LOST],
            "begun": counters[mixer.SERIAL],
            "late": counters[mixer.LATE],
            "stale": counters[mixer.STALE],
            "gated": report[stream.GATED],
            "cancelled": counters[mixer.CANCELLED],
            "dropped": counters[mixer.DROPPED],
            "stolen": counters[mixer.STOLEN],
        }
        return {name: int(count) for name, count in counted.items()}

    def durations_ns(self) -> NDArray[np.int64]:
        """What the last calls of the callback took, oldest first."""
        calls = int(self.report[stream.CALLS])
        numbers = np.arange(max(calls - stream.LOG_ROWS, 0), calls)
        return self._log[numbers % stream.LOG_ROWS]

    def is_alive(self) -> bool:
        """Whether sound still goes out; ask a few times a second."""
        now_s, calls = time.perf_counter(), int(self.report[stream.CALLS])
        looked_s, self._looked_s = self._looked_s, now_s
        self._silent_s += min(now_s - looked_s, _LONGEST_LOOK_S)
        if calls != self._calls:
            self._calls, self._silent_s = calls, 0.0
        return bool(self._stream.active) and self._silent_s < _SILENT_S

    def close(self) -> None:
        """Fade everything out, then give the device back; leave one whose server has died."""
        if not self._stream.active:
            self._abandon()
            return
        push(self.own, (RELEASE, 0, 0, 0, 0, 0, 0, 0))
        calls = self.report[stream.CALLS]
        _wait(
            lambda: self.report[stream.CALLS] > calls + 1 and not self.report[stream.SOUNDING],
            _LONGEST_FADE_S,
        )
        leaver = threading.Thread(target=self._leave, daemon=True)
        if self.report[stream.CALLS] != calls:
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
        """Leave a stream whose sound server is gone: PortAudio would wait for it, or abort.

        The driver's thread may go on to the very end, so its code and its memory must too.
        """
        atexit.unregister(self._sounddevice._exit_handler)
        kept = (self, self._sounddevice._lib)
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(kept))

    def _lay_out(
        self,
        door: StageDoor,
        monitor: NDArray[np.int64] | None,
        rate_hz: float,
        inputs: int,
        bank: SoundBank,
    ) -> None:
        """Give the callback everything that it works on."""
        self._synth = BandSynth(rate_hz, bank)
        self.own, self.at_once = new_ring(), new_ring()
        self.clock = new_clock_map(rate_hz)
        self.report = np.zeros(stream.REPORT_WORDS, np.int64)
        self.report[stream.RATE_HZ] = round(rate_hz)
        self.report[stream.INPUTS] = inputs
        self.report[stream.GATE_WORD] = GATE_NS
        self.heard = np.zeros(KEPT_FRAMES if inputs else 0, np.float32)
        self._log = np.zeros(stream.LOG_ROWS, np.int64)
        self._arrays: dict[str, NDArray[Any]] = {
            **self._synth.rig._asdict(),
            "generations": door.generations,
            "band": door.rings[TO_AUDIO],
            "monitor": new_ring() if monitor is None else monitor,
            "own": self.own,
            "at_once": self.at_once,
            "status": door.status,
            "clock": self.clock,
            "report": self.report,
            "row": np.zeros(WIDTH, np.int64),
            "log": self._log,
            "heard": self.heard,
            "ear": new_ear(rate_hz),
            "attacks": door.rings[FROM_AUDIO],
        }
        for fresh in (self._log, self.heard, self.own, self.at_once, self._synth.rig.queue):
            # Memory is given when it is first written to; the callback must not wait for it.
            fresh += 0
        self._table = stream.workplace(self._arrays)

    def _opened(self, output: Any, source: Any) -> Any:  # noqa: ANN401
        """Open and start a stream whose callback is machine code, and see it run."""
        sounddevice = self._sounddevice
        foreign: Any = sounddevice._ffi
        both = source is not None
        inputs = int(self.report[stream.INPUTS])
        try:
            opened = sounddevice._StreamBase(
                kind="duplex" if both else "output",
                samplerate=output["default_samplerate"],
                device=(source["index"], output["index"]) if both else output["index"],
                channels=(inputs, 2) if both else 2,
                dtype="float32",
                latency="low",
                callback=foreign.cast("PaStreamCallback*", self._callback.address),
                userdata=foreign.cast("void*", self._table.ctypes.data),
                wrap_callback=None,
            )
            stated_s = opened.latency if both else (0.0, opened.latency)
            self.report[stream.IN_LATENCY_NS] = round(stated_s[0] * 1e9)
            self.report[stream.OUT_LATENCY_NS] = round(stated_s[1] * 1e9)
            opened.start()
        except (sounddevice.PortAudioError, ValueError) as error:
            raise AudioUnavailable(
                f"audio output {self.name} cannot be opened; {REMEDY_DEVICE}"
            ) from error
        if not _wait(lambda: self.report[stream.CALLS] >= _FIRST_CALLS, _STARTED_WITHIN_S):
            opened.abort()
            opened.close()
            raise AudioUnavailable(f"audio output {self.name} does not run; {REMEDY_DEVICE}")
        for told, used in (
            (stream.TOLD_IN_NS, stream.IN_LATENCY_NS),
            (stream.TOLD_OUT_NS, stream.OUT_LATENCY_NS),
        ):
            # While it runs a driver knows better, but not every driver says.
            if 0 < self.report[told] < _LONGEST_LATENCY_NS:
                self.report[used] = self.report[told]
        return opened


def _wait(condition: Callable[[], object], within_s: float) -> bool:
    """Wait until a condition holds; false if it doesn't in time."""
    deadline_s = time.perf_counter() + within_s
    while not condition():
        if time.perf_counter() > deadline_s:
            return False
        time.sleep(0.003)
    return True
