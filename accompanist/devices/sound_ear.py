"""What sound says to the engine: attacks as they fall, what it consists of, and tones.

Live and from a file the same ear hears the same samples, in blocks of any size.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from accompanist.devices.line_ear import LineEar
from accompanist.dsp.attack import HOP_FRAMES, hear_all, new_ear
from accompanist.dsp.spectrum import Spectrograph
from accompanist.music.events import Attack, SoundEvent, SoundFrame

SLOWEST_HZ, FASTEST_HZ = 8_000, 192_000

_THOUSAND = 1000.0


class SoundEar:
    """Hears one channel of sound.

    Parameters
    ----------
    rate_hz
        Of the samples, from `SLOWEST_HZ` to `FASTEST_HZ`.
    """

    def __init__(self, rate_hz: int) -> None:
        self.spectrograph = Spectrograph(rate_hz)
        self._attacks = new_ear(rate_hz)
        self._line = LineEar(rate_hz)
        self._count = 0

    @property
    def not_numbers(self) -> int:
        """Samples so far that weren't numbers, and counted as silence."""
        return self.spectrograph.not_numbers

    def feed(
        self, samples: NDArray[np.float32], seconds: Callable[[int], float]
    ) -> list[Attack | SoundEvent]:
        """Take the next samples; return what they say, in order of time.

        Parameters
        ----------
        samples
            Shape (frames,).
        seconds
            Engine time at which the sample of this number came in, counted from the first ever.
        """
        room = len(samples) // HOP_FRAMES + 1
        ats, strengths = np.empty(room, np.int64), np.empty(room, np.int64)
        found = hear_all(self._attacks, samples, self._count, ats, strengths)
        frames = self.spectrograph.feed(samples)
        self._count += len(samples)
        heard: list[Attack | SoundEvent] = [
            Attack(seconds(int(at)), int(strength) / _THOUSAND)
            for at, strength in zip(ats[:found], strengths[:found], strict=True)
        ]
        heard += [
            SoundFrame(seconds(int(end)), float(level), bands.tobytes(), tones.tobytes())
            for bands, tones, level, end in zip(*frames, strict=True)
        ]
        heard += self._line.feed(samples, seconds)
        return sorted(heard, key=lambda event: event.time_s)
