"""Seats everyone at the built-in synth: the band's committed notes and the performer's own keys.

Engine seconds become frames through a map that the owner gives. The performer sounds as a piano
with its sustain pedal; drum pads (channel 10) sound as the band's kit.
"""

from collections.abc import Callable

from accompanist.devices.midi_messages import message_of
from accompanist.dsp.keys import SHORTEST_S
from accompanist.dsp.synth import BandSynth
from accompanist.music.band import BandNote, NoteCut, NoteHeld, Panic, Played
from accompanist.music.events import PerformerEvent


class Seats:
    """The band and the performer on one synth.

    Parameters
    ----------
    synth
        What sounds.
    frame_at
        Frame of an engine time in seconds.

    Attributes
    ----------
    dropped
        Events that found no room.
    """

    def __init__(self, synth: BandSynth, frame_at: Callable[[float], int]) -> None:
        self._synth = synth
        self._frame_at = frame_at
        self._shortest = round(SHORTEST_S * synth.sample_rate_hz)
        self.dropped = 0

    def send(self, event: Played) -> None:
        """Take a committed event of the band."""
        match event:
            case BandNote():
                on, off = self._frame_at(event.on_s), self._frame_at(event.off_s)
                note_id = event.note_id
                sent = self._synth.note_on(event.part, event.pitch, event.velocity, on, note_id)
                self._count(sent and self._synth.note_off(note_id, max(off, on + self._shortest)))
            case NoteCut():
                self._count(self._synth.cut(event.note_id, self._frame_at(event.off_s)))
            case NoteHeld():
                self._count(self._synth.hold(event.note_id, self._frame_at(event.off_s)))
            case Panic():
                self._count(self._synth.all_off(self._frame_at(event.announced_s)))

    def perform(self, event: PerformerEvent) -> None:
        """Take an event of the performer."""
        self._count(self._synth.key(message_of(event), self._frame_at(event.time_s)))

    def _count(self, sent: bool) -> None:
        self.dropped += not sent
