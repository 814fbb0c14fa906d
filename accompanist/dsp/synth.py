"""The built-in synth: sampled instruments for the band and for the performer's own piano.

Events carry the frame at which they happen and may come in any order, ahead of time; late ones
happen at once, but for notes that are too late to be worth hearing. Sound is stereo float32.
Whoever renders sends too; live, the audio callback is both (see `accompanist.dsp.stream`).
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from accompanist.dsp import due, mixer
from accompanist.dsp.cue import (
    CUT,
    LANES,
    LEVEL,
    NOTE,
    PERFORM,
    REFLEX_LANE,
    SEAT,
    SILENCE,
    packed,
)
from accompanist.dsp.decoded import band_bank
from accompanist.dsp.due import ANY_GENERATION, AT_ONCE, END
from accompanist.dsp.instruments import PERFORMER, line_up
from accompanist.dsp.keys import new_keys
from accompanist.dsp.master import new_bus
from accompanist.dsp.mixer import MILLION, USUAL_LEVEL, Rig
from accompanist.dsp.zones import SoundBank

SAMPLE_RATE_HZ = 48000

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
        self._bank = bank or band_bank()
        self.rig = Rig(
            frames=self._bank.frames,
            zones=self._bank.zones,
            seats=np.zeros(len(LANES), mixer.SEAT_STATE),
            voices=mixer.new_voices(),
            queue=due.new_queue(),
            event=due.new_event(),
            keys=new_keys(),
            generations=np.zeros(len(LANES), np.int64),
            counters=np.zeros(mixer.COUNTERS, np.int64),
            bus=new_bus(),
        )
        self._sent = due.new_event()
        self.rig.seats["level"] = USUAL_LEVEL
        self.set_style("")

    @property
    def frame(self) -> int:
        """Frames rendered so far: the frame that is rendered next."""
        return int(self.rig.counters[mixer.NOW])

    @property
    def voices_sounding(self) -> int:
        """Voices that sound at this moment, tails included."""
        return int(mixer.sounding(self.rig.voices))

    def seating(self, style: str) -> Mapping[str, tuple[int, int, int]]:
        """First zone, number of zones and balance (millionths) for each lane of a style.

        The reflex sounds as the harmony does.
        """
        instruments = dict(line_up(style))
        instruments[LANES[REFLEX_LANE]] = instruments["harmony"]
        return {lane: self._seat(instrument) for lane, instrument in instruments.items()}

    def note_on(self, seat: str, pitch: int, velocity: int, frame: int, note_id: int) -> bool:
        """Begin a note at a frame; false when too many events wait already."""
        return self._send(frame, NOTE, seat, pitch, velocity, note_id)

    def note_off(self, note_id: int, frame: int) -> bool:
        """Release a note at a frame."""
        return self._send(frame, END, number=note_id)

    def key(self, message: tuple[int, int, int], frame: int) -> bool:
        """Take a message of the performer's keyboard at a frame."""
        return self._send(frame, PERFORM, PERFORMER, packed(message))

    def cut(self, note_id: int, frame: int) -> bool:
        """Release a note at a frame, or take it back if it would begin there or later."""
        return self._send(frame, CUT, number=note_id)

    def hold(self, note_id: int, frame: int) -> bool:
        """Let a note last until a frame."""
        return self._send(frame, CUT, a=1, number=note_id)

    def all_off(self, frame: int = AT_ONCE) -> bool:
        """Fade out everything at a frame, and take back what would begin there or later."""
        return self._send(frame, SILENCE)

    def set_level(self, seat: str, level: float, frame: int = AT_ONCE) -> bool:
        """Loudness of a seat, 0–1; 0.8 is natural, 0 silent."""
        return self._send(frame, LEVEL, seat, round(level * MILLION))

    def set_instrument(self, seat: str, instrument: str, frame: int = AT_ONCE) -> bool:
        """Give a seat an instrument for the notes that begin from then on."""
        return self._send(frame, SEAT, seat, *self._seat(instrument))

    def set_style(self, style: str, frame: int = AT_ONCE) -> bool:
        """Seat the instruments that a style is played with."""
        return all(
            self._send(frame, SEAT, seat, *place) for seat, place in self.seating(style).items()
        )

    def render(self, frames: int) -> NDArray[np.float32]:
        """Render the next frames, shape (frames, 2)."""
        out = np.empty((frames, 2), np.float32)
        self.render_into(out)
        return out

    def render_into(self, out: NDArray[np.float32]) -> None:
        """Overwrite `out`, shape (frames, 2), with the next frames."""
        mixer.render(self.rig, self.sample_rate_hz, out)

    def _seat(self, instrument: str) -> tuple[int, int, int]:
        return *self._bank.spans[instrument], round(BALANCE[instrument] * MILLION)

    def _send(
        self, frame: int, kind: int, lane: str = PERFORMER, a: int = 0, b: int = 0, number: int = 0
    ) -> bool:
        columns = (kind, LANES.index(lane), a, b, number, frame, 0, ANY_GENERATION)
        self._sent[:] = columns
        return bool(mixer.take(self.rig, self._sent))
