"""The built-in synth through the sound card: PortAudio calls machine code, Python only opens it.

The callback takes cues straight from the band's ring, from the performer's port and from the
stage's own ring, and renders them at their frames (see `accompanist.dsp.stream`). The output's
latency, as its driver states it, is taken off, so that a note is heard at its time if it is sent
early enough. What is played is kept on the door's tape for a few seconds.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accompanist.devices.portaudio import chosen_output, let_go_if_refused, library
from accompanist.devices.quiet import hushed
from accompanist.devices.sound_stream import SoundStream, wait
from accompanist.devices.stage_door import GATE_NS, TO_AUDIO, StageDoor
from accompanist.dsp import mixer, stream, tape
from accompanist.dsp.clock_map import new_clock_map
from accompanist.dsp.cue import LANES, LEVEL, RELEASE, SEAT
from accompanist.dsp.decoded import band_bank
from accompanist.dsp.mixer import MILLION
from accompanist.dsp.ring import WIDTH, new_ring, push
from accompanist.dsp.synth import BandSynth
from accompanist.dsp.zones import SoundBank

_LONGEST_FADE_S = 0.5


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

    Raises
    ------
    AudioUnavailable
        If there is no PortAudio library, no such output, or it cannot be opened.
    SoundfontError
        If the shipped soundfont is missing or damaged.
    """

    def __init__(
        self, door: StageDoor, monitor: NDArray[np.int64] | None, device: str | None = None
    ) -> None:
        with ThreadPoolExecutor(1) as reader:
            # Decoding the samples takes longest, and other threads can work meanwhile.
            bank = reader.submit(band_bank)
            callback = stream.callback()
            with hushed():
                sounddevice = library()
                with let_go_if_refused(sounddevice):
                    output = chosen_output(sounddevice, device)
            self.name = str(output["name"])
            rate_hz = float(output["default_samplerate"])
            self._lay_out(door, monitor, rate_hz, bank.result())
        code = callback.address, self._table.ctypes.data
        self._stream = SoundStream(sounddevice, "output", output, 2, code, self._calls)
        self._stream.keep(self)
        self.report[stream.LATENCY_NS] = self._stream.latency_ns(self.report[stream.TOLD_NS])
        door.played.words[tape.LATENCY_NS] = self.report[stream.LATENCY_NS]

    @property
    def latency_s(self) -> float:
        """What the driver says that output takes; it is taken off already."""
        return float(self.report[stream.LATENCY_NS] / 1e9)

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

        Blocks, and of these overruns (they took longer than they sound); underflows of the device;
        notes begun, and of these late ones; notes stale (too late to begin), gated, and cancelled
        by a newer generation; events dropped for want of room; voices stolen.
        """
        counters, report = self._synth.rig.counters, self.report
        counted = {
            "blocks": report[stream.CALLS],
            "overruns": report[stream.OVERRUNS],
            "underflows": report[stream.UNDERFLOWS],
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
        return self._stream.is_alive()

    def close(self) -> None:
        """Fade everything out, then give the device back; leave one whose server has died."""
        if self._stream.is_active:
            push(self.own, (RELEASE, 0, 0, 0, 0, 0, 0, 0))
            calls = self._calls()
            wait(
                lambda: self._calls() > calls + 1 and not self.report[stream.SOUNDING],
                _LONGEST_FADE_S,
            )
        self._stream.close()

    def _calls(self) -> int:
        return int(self.report[stream.CALLS])

    def _lay_out(
        self,
        door: StageDoor,
        monitor: NDArray[np.int64] | None,
        rate_hz: float,
        bank: SoundBank,
    ) -> None:
        """Give the callback everything that it works on."""
        self._synth = BandSynth(rate_hz, bank)
        self.own, self.at_once = new_ring(), new_ring()
        self.clock = new_clock_map(rate_hz)
        self.report = np.zeros(stream.REPORT_WORDS, np.int64)
        self.report[stream.RATE_HZ] = round(rate_hz)
        self.report[stream.GATE_WORD] = GATE_NS
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
            "tape": door.played.words,
            "sound": door.played.samples,
        }
        tape.rewind(door.played, rate_hz, 0)
        for fresh in (self._log, self.own, self.at_once, self._synth.rig.queue):
            # Memory is given when it is first written to; the callback must not wait for it.
            fresh += 0
        self._table = stream.workplace(self._arrays)
