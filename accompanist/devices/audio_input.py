"""An instrument or a microphone through the sound card: machine code hears, Python only opens.

The callback keeps the sound on the door's tape and tells its attacks to the band as cues (see
`accompanist.dsp.input_stream`); what the built-in synth plays is read off the other tape, so that
it is not mistaken for the player. The input's latency, as its driver states it, is taken off.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from accompanist.devices.portaudio import chosen_input, let_go_if_refused, library
from accompanist.devices.quiet import hushed
from accompanist.devices.sound_stream import SoundStream
from accompanist.devices.stage_door import FROM_AUDIO, StageDoor
from accompanist.dsp import input_stream, tape
from accompanist.dsp.attack import new_ear
from accompanist.dsp.clock_map import new_clock_map

CLIENT = b"accompanist-ear"
"""What JACK calls it."""


class AudioInput:
    """What comes in through an audio input.

    Parameters
    ----------
    door
        The memory shared with the band.
    wanted
        Name of the input or part of it, and a channel (see `portaudio.chosen_input`); the system's
        default if empty.

    Attributes
    ----------
    name
        Of the input.
    report, clock
        Words of the callback (see `accompanist.dsp.input_stream`) and its clock map.

    Raises
    ------
    AudioUnavailable
        If there is no PortAudio library, no such input or channel, or it cannot be opened.
    """

    def __init__(self, door: StageDoor, wanted: str = "") -> None:
        callback = input_stream.callback()
        with hushed():
            sounddevice = library(CLIENT)
            with let_go_if_refused(sounddevice):
                device, channel, channels = chosen_input(sounddevice, wanted)
        self.name = str(device["name"])
        self._door = door
        self._lay_out(float(device["default_samplerate"]), channel, channels)
        code = callback.address, self._table.ctypes.data
        inputs = int(self.report[input_stream.INPUTS])
        self._stream = SoundStream(sounddevice, "input", device, inputs, code, self._calls)
        self._stream.keep(self)
        latency_ns = self._stream.latency_ns(self.report[input_stream.TOLD_NS])
        door.heard.words[tape.LATENCY_NS] = latency_ns

    @property
    def latency_s(self) -> float:
        """What the driver says that input takes; it is taken off already."""
        return float(self._door.heard.words[tape.LATENCY_NS] / 1e9)

    def counts(self) -> dict[str, int]:
        """What was counted so far.

        Blocks, and of these overruns (they took longer than they sound); overflows of the device;
        attacks lost for want of room; frames of full scale, and those that were no numbers.
        """
        words = self._door.heard.words
        counted = {
            "blocks": self.report[input_stream.CALLS],
            "overruns": self.report[input_stream.OVERRUNS],
            "overflows": words[tape.LOST],
            "attacks_lost": self.report[input_stream.ATTACKS_LOST],
            "clipped": words[tape.CLIPPED],
            "not_numbers": words[tape.NOT_NUMBERS],
        }
        return {name: int(count) for name, count in counted.items()}

    def is_alive(self) -> bool:
        """Whether sound still comes in; ask a few times a second."""
        return self._stream.is_alive()

    def close(self) -> None:
        """Give the device back; leave one whose server has died."""
        self._stream.close()

    def _calls(self) -> int:
        return int(self.report[input_stream.CALLS])

    def _lay_out(self, rate_hz: float, channel: int, channels: int) -> None:
        """Give the callback everything that it works on."""
        heard, played = self._door.heard, self._door.played
        self.clock = new_clock_map(rate_hz)
        self.report = np.zeros(input_stream.REPORT_WORDS, np.int64)
        self.report[input_stream.RATE_HZ] = round(rate_hz)
        self.report[input_stream.INPUTS] = channel + channels
        self.report[input_stream.CHANNEL] = channel
        self.report[input_stream.CHANNELS] = channels
        self._arrays: dict[str, NDArray[Any]] = {
            "heard": heard.words,
            "sound_heard": heard.samples,
            "played": played.words,
            "sound_played": played.samples,
            "ear": new_ear(rate_hz),
            "attacks": self._door.rings[FROM_AUDIO],
            "clock": self.clock,
            "shift": np.zeros(1),
            "report": self.report,
        }
        tape.rewind(heard, rate_hz, 0)
        self._table = input_stream.workplace(self._arrays)
