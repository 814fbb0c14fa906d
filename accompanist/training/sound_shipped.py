"""Parts played by the synth that is shipped here, on the instruments that it has."""

import numpy as np
from numpy.typing import NDArray

from accompanist.dsp.instruments import INSTRUMENTS
from accompanist.dsp.synth import BandSynth
from accompanist.training.performances import Notes
from accompanist.training.sound_instruments import DRUM_BANK, Instrument

_SEAT = "harmony"
_AT_ONCE_S = 0.5
_NAMES = {(preset.bank, preset.program): name for name, preset in INSTRUMENTS.items()}


class Shipped:
    """The band's own synth at one rate."""

    def __init__(self, rate_hz: int) -> None:
        self.rate_hz = rate_hz

    @staticmethod
    def has(instrument: Instrument) -> bool:
        """Whether the synth has this instrument."""
        return (instrument.bank, instrument.program) in _NAMES

    def play(
        self,
        notes: Notes,
        instrument: Instrument,
        frames: int,
        cents: float,
        random: np.random.Generator,
    ) -> NDArray[np.float32]:
        """Sound of so many frames, one channel; this synth keeps to 440 Hz.

        What it doesn't have is played on a piano, or on a standard kit.
        """
        usual = "standard kit" if instrument.bank == DRUM_BANK else "piano"
        name = _NAMES.get((instrument.bank, instrument.program), usual)
        synth = BandSynth(self.rate_hz)
        synth.set_instrument(_SEAT, name)
        synth.set_level(_SEAT, 1.0)
        out = np.zeros((frames, 2), np.float32)
        step = int(_AT_ONCE_S * self.rate_hz)
        on, off = (np.rint(at * self.rate_hz).astype(int) for at in (notes.on_s, notes.off_s))
        for first in range(0, frames, step):
            inside = (on >= first) & (on < first + step)
            for number in np.flatnonzero(inside):
                pitch, velocity = int(notes.pitch[number]), int(notes.velocity[number])
                synth.note_on(_SEAT, pitch, velocity, int(on[number]), int(number) + 1)
            for number in np.flatnonzero((off >= first) & (off < first + step)):
                synth.note_off(int(number) + 1, int(off[number]))
            synth.render_into(out[first : first + step])
        return np.asarray(out.mean(axis=1))
