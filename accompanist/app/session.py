"""One session: sources into the engine, what it announces out to everyone concerned.

The same steps run live and offline; only the clock that drives them and the devices differ.
"""

from collections.abc import Sequence
from typing import Protocol

from accompanist.control.hands import Hands
from accompanist.devices.sink import Sink
from accompanist.devices.source import Source
from accompanist.engine import TICK_S, Announcement, Engine
from accompanist.listening.channels import Channels
from accompanist.music.band import (
    LEANING_BEATS,
    PARTS,
    BandNote,
    ControlTaken,
    Fault,
    InputLevel,
    NoteCut,
    NoteHeld,
    Panic,
)
from accompanist.music.events import (
    Controller,
    InputEvent,
    MidiEvent,
    NoteOff,
    NoteOn,
    Pedal,
    PerformerEvent,
)
from accompanist.music.heard import BeatHeard
from accompanist.music.parameter import ROOT, Value
from accompanist.music.section import SectionBegun
from accompanist.provenance.witness import Witness

USUAL_BAND_LEVEL = 0.8
"""Where the band's level leaves every part at its own."""


class Observer(Protocol):
    """A log, a surface or a score that wants every announcement."""

    def show(self, announcement: Announcement) -> None:
        """Take an announcement; never block."""


class Clerk(Protocol):
    """Whoever writes down what the engine hears, so that it can be heard again."""

    def hear(self, event: InputEvent, heard_s: float) -> None:
        """Take an input, and the engine time at which it was heard; never block."""


class Monitor(Protocol):
    """Whoever sounds or writes down what the performer plays."""

    def perform(self, event: PerformerEvent) -> None:
        """Take an event of the performer; never block."""


class Synth(Sink, Monitor, Protocol):
    """A sink that sounds the performer too, and changes instruments with the style."""

    def set_style(self, style: str, at_s: float) -> None:
        """Take up the instruments of a style, for the notes that begin from then on."""


class Session:
    """Engine, sources and sinks joined.

    Parameters
    ----------
    engine
        The causal core.
    sources
        Controllers, surfaces, recorded performances.
    synths, sinks
        What sounds, with the performer or without.
    observers, monitors, witnesses, clerks
        Who sees every announcement, the performer's events, every committed note, and every input.
    hands
        What the performer's controllers turn; nothing until it is learned, unless given.
    """

    def __init__(
        self,
        engine: Engine,
        sources: Sequence[Source],
        synths: Sequence[Synth] = (),
        sinks: Sequence[Sink] = (),
        observers: Sequence[Observer] = (),
        monitors: Sequence[Monitor] = (),
        witnesses: Sequence[Witness] = (),
        clerks: Sequence[Clerk] = (),
        hands: Hands | None = None,
    ) -> None:
        self.engine = engine
        self._hands = hands or Hands(engine.parameters)
        self._sources = sources
        self._synths = synths
        self._sinks = (*synths, *sinks)
        self._observers = observers
        self._monitors = (*synths, *monitors)
        self._witnesses = witnesses
        self._clerks = clerks
        self._channels = Channels()
        self._leaning_s = 0.0
        for parameter, value in engine.parameters:
            self._set_sound(parameter.address, value)
        self._seat(str(engine.parameters["style"]), engine.now_s)

    def step(self, now_s: float) -> None:
        """Hear what happened until now, and let the band go on until now."""
        events = [event for source in self._sources for event in source.take(now_s)]
        events.sort(key=lambda event: event.time_s)
        for event in self._hands.steer(events, now_s, self.engine.now_s):
            self.hear(event)
        self._spread(self._hands.take_said())
        self.advance(now_s)

    def hear(self, event: InputEvent) -> None:
        """Hear one input, as if it had just come in."""
        for clerk in self._clerks:
            clerk.hear(event, self.engine.now_s)
        self.engine.hear(event)
        if isinstance(event, NoteOn | NoteOff | Pedal | Controller):
            self._perform(event)

    def advance(self, now_s: float) -> None:
        """Let the band go on until now."""
        self._spread(self.engine.advance(now_s))

    def announce(self, told: Fault | InputLevel) -> None:
        """Let everyone see something that befell the session itself."""
        self._spread([told])

    def run_offline(self, until_s: float) -> None:
        """Step through engine time up to `until_s` as fast as the machine can."""
        while self.engine.now_s + TICK_S <= until_s + 1e-9:
            self.step(self.engine.now_s + TICK_S)

    def close(self) -> None:
        """End every note, then release every sink."""
        self._spread(self.engine.silence())
        for sink in self._sinks:
            sink.close()

    def _perform(self, event: MidiEvent) -> None:
        """Let the performer be heard as one instrument, clear of the band's channels."""
        performed = self._channels.hear(event)
        if performed is not None:
            for monitor in self._monitors:
                monitor.perform(performed)

    def _spread(self, announced: Sequence[Announcement]) -> None:
        for value in announced:
            if isinstance(value, BandNote | NoteCut | NoteHeld | Panic):
                for sink in self._sinks:
                    sink.send(value)
                for witness in self._witnesses:
                    witness.witness(value)
            elif isinstance(value, ControlTaken):
                self._set_sound(value.address, value.value)
            elif isinstance(value, BeatHeard):
                self._leaning_s = LEANING_BEATS * 60.0 / value.tempo_bpm
            elif isinstance(value, SectionBegun):
                self._seat(value.style, value.at_s - self._leaning_s)
            for observer in self._observers:
                observer.show(value)

    def _set_sound(self, address: str, value: Value) -> None:
        part, _, leaf = address.removeprefix(f"{ROOT}/").partition("/")
        if leaf == "level":
            for one in PARTS if part == "band" else (part,):
                self._set_level(one)
        elif (part, leaf) == ("input", "mpe"):
            self._channels.setting = str(value)

    def _set_level(self, part: str) -> None:
        """Give a part its own loudness times the band's, which leaves it as it is by default."""
        values = self.engine.parameters
        louder = values.share("band/level") / USUAL_BAND_LEVEL
        level = min(values.share(f"{part}/level") * louder, 1.0)
        for sink in self._sinks:
            sink.set_level(part, level)

    def _seat(self, style: str, at_s: float) -> None:
        """Give everyone the instruments of a style."""
        for synth in self._synths:
            synth.set_style(style, at_s)
