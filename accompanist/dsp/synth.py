"""The built-in synth: sampled instruments for the band and for the performer's own piano.

Events carry the frame at which they happen and may come in any order, ahead of time; late ones
happen at once. Sound is stereo float32. One thread sends, one renders; neither waits.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from accompanist.dsp import mixer
from accompanist.dsp.instruments import SEATS, line_up
from accompanist.dsp.ring import new_ring, push
from accompanist.dsp.zones import SoundBank, load_bank

SAMPLE_RATE_HZ = 48000

USUAL_LEVEL = 0.8
"""Where a level control stands by default; there a part has its natural loudness."""

BALANCE: Mapping[str, float] = {
    "piano": 1.0,
    "electric piano": 0.37,
    "nylon guitar": 0.71,
    "clean guitar": 0.69,
    "strings": 0.29,
    "warm pad": 0.58,
    "upright bass": 0.73,
    "fingered bass": 0.67,
    "standard kit": 1.05,
    "room kit": 0.9,
    "jazz kit": 0.9,
    "brush kit": 0.98,
}
"""Factors of amplitude that bring typical parts to about -22 LUFS each, comping 2 dB below."""


class BandSynth:
    """Voices for everyone in the band.

    Parameters
    ----------
    sample_rate_hz
        Of the sound rendered.
    bank
        Instruments; the shipped ones unless given.

    Raises
    ------
    SoundfontError
        If the shipped soundfont is missing or damaged.
    """

    def __init__(
        self, sample_rate_hz: float = SAMPLE_RATE_HZ, bank: SoundBank | None = None
    ) -> None:
        self.sample_rate_hz = float(sample_rate_hz)
        self._bank = bank or load_bank()
        self._ring = new_ring()
        self._queue = mixer.new_queue()
        self._voices = mixer.new_voices()
        self._counters = np.zeros(mixer.COUNTERS, np.int64)
        self._bus = mixer.new_bus()
        self._seats = np.zeros(len(SEATS), mixer.SEAT_STATE)
        self._levels = dict.fromkeys(SEATS, USUAL_LEVEL)
        self._instruments = dict(line_up(""))
        for seat in SEATS:
            self._sit(seat)

    @property
    def frame(self) -> int:
        """Frames rendered so far: the frame that is rendered next."""
        return int(self._counters[mixer.NOW])

    @property
    def voices_sounding(self) -> int:
        """Voices that sound at this moment, tails included."""
        return int(np.count_nonzero(self._voices["stage"]))

    def note_on(self, seat: str, pitch: int, velocity: int, frame: int, note_id: int) -> bool:
        """Begin a note at a frame; false when too many events wait already."""
        return self._send(frame, mixer.NOTE_ON, SEATS.index(seat), pitch, velocity, note_id)

    def note_off(self, note_id: int, frame: int) -> bool:
        """Release a note at a frame."""
        return self._send(frame, mixer.NOTE_OFF, 0, 0, 0, note_id)

    def cut(self, note_id: int, frame: int) -> bool:
        """Release a note at a frame, or take it back if it would begin there or later."""
        return self._send(frame, mixer.CUT, 0, 0, 0, note_id)

    def all_off(self, frame: int = 0) -> bool:
        """Fade out everything at a frame, and take back what would begin there or later."""
        return self._send(frame, mixer.SILENCE, 0, 0, 0, 0)

    def set_level(self, seat: str, level: float, frame: int = 0) -> bool:
        """Loudness of a seat, 0–1; 0.8 is natural, 0 silent."""
        self._levels[seat] = level
        gain = self._gain(seat)
        return self._send(frame, mixer.LEVEL, SEATS.index(seat), round(gain * mixer.MILLION), 0, 0)

    def set_instrument(self, seat: str, instrument: str, frame: int = 0) -> bool:
        """Give a seat an instrument for the notes that begin from then on."""
        self._instruments[seat] = instrument
        first, count = self._bank.spans[instrument]
        sent = self._send(frame, mixer.INSTRUMENT, SEATS.index(seat), first, count, 0)
        return sent and self.set_level(seat, self._levels[seat], frame)

    def set_style(self, style: str, frame: int = 0) -> bool:
        """Seat the instruments that a style is played with."""
        return all(
            self.set_instrument(seat, instrument, frame)
            for seat, instrument in line_up(style).items()
            if instrument != self._instruments[seat]
        )

    def render(self, frames: int) -> NDArray[np.float32]:
        """Render the next frames, shape (frames, 2)."""
        out = np.empty((frames, 2), np.float32)
        self.render_into(out)
        return out

    def render_into(self, out: NDArray[np.float32]) -> None:
        """Overwrite `out`, shape (frames, 2), with the next frames."""
        mixer.render(
            self._bank.frames,
            self._bank.zones,
            self._seats,
            self._voices,
            self._queue,
            self._ring,
            self._counters,
            self._bus,
            self.sample_rate_hz,
            out,
        )

    def workplace(self) -> NDArray[np.int64]:
        """Where `stream.callback` finds everything it works on; keep it, and the synth, alive."""
        arrays = (
            self._bank.frames,
            self._bank.zones,
            self._seats,
            self._voices,
            self._queue,
            self._ring,
            self._counters,
            self._bus,
        )
        rows = [(array.ctypes.data, len(array)) for array in arrays]
        return np.array([*rows, (round(self.sample_rate_hz), 0)], np.int64)

    def _sit(self, seat: str) -> None:
        state = self._seats[SEATS.index(seat)]
        state["first"], state["count"] = self._bank.spans[self._instruments[seat]]
        state["level"] = self._gain(seat)

    def _gain(self, seat: str) -> float:
        return (self._levels[seat] / USUAL_LEVEL) ** 2 * BALANCE[self._instruments[seat]]

    def _send(self, frame: int, kind: int, seat: int, a: int, b: int, c: int) -> bool:
        return bool(push(self._ring, (frame, kind, seat, a, b, c, 0, 0)))
