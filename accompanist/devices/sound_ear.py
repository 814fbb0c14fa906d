"""What sound says to the engine: attacks as they fall, what it consists of, and tones.

Live and from a file the same ear hears the same samples, in blocks of any size. What is no more
than the noise of the room, and what the band itself plays, as far as it is known, does not count.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from accompanist.devices.line_ear import LineEar
from accompanist.dsp.attack import HOP_FRAMES, hear_all, new_ear
from accompanist.dsp.gate import Gate
from accompanist.dsp.leak import LeakSuppressor
from accompanist.dsp.semitones import SEMITONES
from accompanist.dsp.spectrum import BANDS, FRAMES_PER_S, SPECTRA, Spectrograph
from accompanist.music.events import Attack, SoundEvent, SoundFrame, ToneOff, ToneOn

SLOWEST_HZ, FASTEST_HZ = 8_000, 192_000

Samples = NDArray[np.float32]
Seconds = Callable[[int], float]

_THOUSAND = 1000.0
_NOTHING = np.zeros(0, np.float32)
_SILENT_BANDS, _SILENT_TONES = bytes(SPECTRA * BANDS), bytes(SEMITONES)


class SoundEar:
    """Hears one channel of sound.

    Parameters
    ----------
    rate_hz
        Of the samples, from `SLOWEST_HZ` to `FASTEST_HZ`.
    knows_band
        Whether it is told what the band plays; then all but attacks comes some 11 ms later.
    hears_attacks
        Whether it listens for attacks too, which live somebody quicker does.
    """

    def __init__(
        self, rate_hz: int, *, knows_band: bool = False, hears_attacks: bool = True
    ) -> None:
        self.spectrograph = Spectrograph(rate_hz)
        self._gate = Gate(rate_hz)
        self._leak = LeakSuppressor(rate_hz) if knows_band else None
        self._attacks = new_ear(rate_hz) if hears_attacks else None
        self._line = LineEar(rate_hz)
        self._sounding: int | None = None
        self._rate_hz = rate_hz
        self._count = self._taken = 0

    @property
    def not_numbers(self) -> int:
        """Samples so far that weren't numbers, and counted as silence."""
        return self.spectrograph.not_numbers

    def feed(
        self, samples: Samples, seconds: Seconds, played: Samples = _NOTHING
    ) -> list[Attack | SoundEvent]:
        """Take the next samples; return what they say, in order of time.

        Parameters
        ----------
        samples
            Shape (frames,).
        seconds
            Engine time at which the sample of this number came in, counted from the first ever.
        played
            Shape (frames,): what the band played that may be heard in these samples, up to 85 ms
            before; for an ear that knows the band.
        """
        heard: list[Attack | SoundEvent] = list(self._struck(samples, seconds, played))
        delay = 0
        if self._leak is not None:
            samples = self._leak.feed(samples, played)
            delay = self._leak.delay_frames

        def later(number: int) -> float:
            return seconds(max(number - delay, 0))

        while len(samples):
            # Cut where frames end, so that it is the same for blocks of any size.
            end = self._rate_hz * (FRAMES_PER_S * self._taken // self._rate_hz + 1) // FRAMES_PER_S
            piece, samples = np.split(samples, [max(end - self._taken, 1)])
            self._taken += len(piece)
            self._gate.feed(piece)
            heard += self._frames(piece, later)
            heard += self._tones(piece, later)
        return sorted(heard, key=lambda event: event.time_s)

    def _struck(self, samples: Samples, seconds: Seconds, played: Samples) -> list[Attack]:
        if self._attacks is None:
            return []
        room = len(samples) // HOP_FRAMES + 1
        ats, strengths = np.empty(room, np.int64), np.empty(room, np.int64)
        found = hear_all(self._attacks, samples, played, self._count, ats, strengths)
        self._count += len(samples)
        return [
            Attack(seconds(int(at)), int(strength) / _THOUSAND)
            for at, strength in zip(ats[:found], strengths[:found], strict=True)
        ]

    def _frames(self, samples: Samples, seconds: Seconds) -> list[SoundFrame]:
        """What it consists of; of noise alone, nothing."""
        frames = []
        for bands, tones, level_db, end in zip(*self.spectrograph.feed(samples), strict=True):
            is_heard = self._gate.was_open(int(end))
            said = bands.tobytes(), tones.tobytes()
            if not is_heard:
                said = _SILENT_BANDS, _SILENT_TONES
            frames.append(SoundFrame(seconds(int(end)), float(level_db), *said))
        return frames

    def _tones(self, samples: Samples, seconds: Seconds) -> list[ToneOn | ToneOff]:
        """Tones that begin, and last, while more than noise is heard; hum may have a pitch."""
        tones: list[ToneOn | ToneOff] = []
        for tone in self._line.feed(samples, float):
            number = int(tone.time_s)
            if isinstance(tone, ToneOff):
                tones += self._end(seconds(number))
            elif self._gate.was_open(number):
                self._sounding = tone.pitch
                began_s = seconds(int(tone.began_s))
                on = ToneOn(seconds(number), tone.pitch, tone.velocity, began_s, tone.alone)
                tones.append(on)
        if not self._gate.was_open(self._taken):
            tones += self._end(seconds(self._taken))
        return tones

    def _end(self, time_s: float) -> list[ToneOff]:
        """End the tone that sounds, if one does."""
        pitch, self._sounding = self._sounding, None
        return [] if pitch is None else [ToneOff(time_s, pitch)]
