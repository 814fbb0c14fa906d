"""The ear for a single line: a voice, a wind instrument, a bass; what it plays becomes tones.

A tone is told as soon as its pitch is known, some 50 ms after it began (70 ms for a bass), and says
when that was. Whether one voice plays alone is judged all the while, and told with each tone; where
the judgement changes while a tone sounds, the tone ends, or begins anew.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from accompanist.devices.single_line import SingleLine
from accompanist.devices.tones import Begun, Ended, Tones
from accompanist.dsp.pitch import FIRST, FRAME_WORDS, POWER, SHARE, find_pitches, new_pitch_ear
from accompanist.music.events import ToneOff, ToneOn

_MOST_FRAMES = 64


class LineEar:
    """Hears one line in one channel of sound.

    Parameters
    ----------
    rate_hz
        Of the samples, 8000 to 192000.
    """

    def __init__(self, rate_hz: float) -> None:
        self._ear = new_pitch_ear(rate_hz)
        frame_s = self._ear.hop / self._ear.rate_hz
        self._frame_samples = round(frame_s * rate_hz)
        self._frames = np.zeros((_MOST_FRAMES, FRAME_WORDS))
        self._tones = Tones(frame_s)
        self._line = SingleLine(frame_s)
        self._ended = 0

    def feed(
        self, samples: NDArray[np.float32], seconds: Callable[[int], float]
    ) -> list[ToneOn | ToneOff]:
        """Take the next samples; return the tones that begin and end with them, in order.

        Parameters
        ----------
        samples
            Shape (frames,).
        seconds
            Time at which the sample of this number came in, counted from the first ever.
        """
        heard: list[ToneOn | ToneOff] = []
        place = 0
        while place < len(samples):
            place, written = find_pitches(self._ear, samples, place, self._frames)
            for frame in self._frames[:written].tolist():
                self._ended += self._frame_samples
                heard += self._hear(frame, seconds)
        return heard

    def _hear(self, frame: list[float], seconds: Callable[[int], float]) -> list[ToneOn | ToneOff]:
        """Hear a frame; told again is a tone over which the judgement has changed."""
        pitch, clarity = frame[FIRST], frame[FIRST + 1]
        was_line = self._line.heard
        said = self._tones.hear(frame[POWER], pitch, clarity)
        if self._tones.dynamics.sounds:
            self._line.hear(pitch, clarity, frame[SHARE])
        if self._line.heard != was_line and not said:
            said = self._tones.again()
        return [self._event(each, seconds) for each in said]

    def _event(self, said: Begun | Ended, seconds: Callable[[int], float]) -> ToneOn | ToneOff:
        time_s = seconds(self._ended)
        if isinstance(said, Ended):
            return ToneOff(time_s, said.pitch)
        began = max(self._ended - said.ago_frames * self._frame_samples, 0)
        return ToneOn(time_s, said.pitch, said.velocity, seconds(began), self._line.heard)
