"""Seats everyone at the built-in synth: the band's committed notes and the performer's own.

Engine seconds become frames through a map that the owner gives. The performer sounds as a piano
with its sustain pedal; drum pads (channel 10) sound as the band's kit.
"""

from collections.abc import Callable

from accompanist.dsp.instruments import PERFORMER
from accompanist.dsp.synth import BandSynth
from accompanist.music.band import BandNote, NoteCut, Panic, Played
from accompanist.music.events import NoteOff, NoteOn, Pedal, PerformerEvent

DRUM_CHANNEL = 9

SHORTEST_S = 0.015
"""A key that is let go at once still speaks for so long."""

_Key = tuple[int, int]


class Stage:
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
        self._keys_down: dict[_Key, int] = {}
        self._held: dict[_Key, int] = {}
        self._struck: dict[_Key, int] = {}
        self._pedals: set[int] = set()
        self._last_id = 0
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
            case Panic():
                self._count(self._synth.all_off(self._frame_at(event.announced_s)))
                self._keys_down.clear()
                self._held.clear()

    def perform(self, event: PerformerEvent) -> None:
        """Take an event of the performer."""
        frame = self._frame_at(event.time_s)
        match event:
            case NoteOn():
                self._strike(event, frame)
            case NoteOff():
                self._lift((event.channel, event.pitch), frame)
            case Pedal(down=True):
                self._pedals.add(event.channel)
            case Pedal():
                self._pedals.discard(event.channel)
                for key in [key for key in self._held if key[0] == event.channel]:
                    self._end(key, self._held.pop(key), frame)

    def _strike(self, event: NoteOn, frame: int) -> None:
        key = event.channel, event.pitch
        for sounding in (self._keys_down, self._held):
            if key in sounding:
                self._end(key, sounding.pop(key), frame)
        self._last_id -= 1
        self._keys_down[key] = self._last_id
        self._struck[key] = frame
        seat = "drums" if event.channel == DRUM_CHANNEL else PERFORMER
        sent = self._synth.note_on(seat, event.pitch, event.velocity, frame, self._keys_down[key])
        self._count(sent)

    def _lift(self, key: _Key, frame: int) -> None:
        note_id = self._keys_down.pop(key, None)
        if note_id is None:
            return
        if key[0] in self._pedals:
            self._held[key] = note_id
        else:
            self._end(key, note_id, frame)

    def _end(self, key: _Key, note_id: int, frame: int) -> None:
        self._count(self._synth.note_off(note_id, max(frame, self._struck[key] + self._shortest)))

    def _count(self, sent: bool) -> None:
        self.dropped += not sent
