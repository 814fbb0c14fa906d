"""The thinking part while the bench measures: the real band, and as many notes more as asked for.

A process of its own, as in `play`: engine and models run to the demonstration, in the very loop of
the band process, and hand their notes through the stage door. Beside them a counted stream of test
notes leaves a little ahead of time, part by part; every one is written down, and so is every attack
that the audio input heard, at the moment at which the band has it in hand.

``python -m accompanist.app.bench.thinker SCORE`` says ``ready``, begins when told so on its input,
and leaves what it wrote down in a file.
"""

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np

from accompanist.app.assembly import assemble
from accompanist.app.band import perform
from accompanist.app.bench.pressure import be_ordinary
from accompanist.app.bench.score import (
    AHEAD_NS,
    CLOCK_AHEAD_NS,
    CLOCK_BPM,
    NOTE_NS,
    SETTLES_NS,
    Score,
    Tests,
    place_of,
)
from accompanist.app.demonstration import demonstration
from accompanist.app.gig import Gig
from accompanist.app.rehearsal import rehearse
from accompanist.app.session import Session
from accompanist.control.osc_port import OscPort
from accompanist.control.osc_server import OscServer
from accompanist.devices.clock import SystemClock
from accompanist.devices.door_sink import DoorSink
from accompanist.devices.door_source import DoorSource
from accompanist.devices.recorded import RecordedInput
from accompanist.devices.source import Source
from accompanist.devices.stage_door import TO_AUDIO, TO_MIDI, StageDoor
from accompanist.dsp import cue, ring
from accompanist.music.events import Attack, PerformerEvent, SourceEvent

_FIRST_AFTER_S = 0.05
_SEATS_OF_THE_BAND = 3
"""The synth has no others, so that test notes sound on these."""


class TestNotes:
    """A source that hears nothing, and sends test notes ahead of their time whenever asked."""

    __test__ = False

    def __init__(self, door: StageDoor, tests: Tests, begins_ns: int) -> None:
        self.sent: list[tuple[int, int, int, int]] = []
        self.dropped = 0
        self._door = door
        self._parts = tests.parts
        self._coming = enumerate(_moments(tests, begins_ns))
        self._next = next(self._coming, None)

    def take(self, _until_s: float) -> tuple[SourceEvent, ...]:
        """Send all that is due soon; nothing comes in."""
        now_ns = time.perf_counter_ns()
        while self._next is not None and self._next[1] - now_ns < AHEAD_NS:
            number, at_ns = self._next
            lane, pitch, velocity = place_of(number, self._parts)
            about = (pitch, velocity, -2 - number, at_ns, at_ns + NOTE_NS)
            generations = self._door.generations
            row = (cue.NOTE, lane, *about, int(generations[lane]))
            self.dropped += not ring.push(self._door.rings[TO_MIDI], row)
            seat = 1 + lane % _SEATS_OF_THE_BAND
            row = (cue.NOTE, seat, *about, int(generations[seat]))
            self.dropped += not ring.push(self._door.rings[TO_AUDIO], row)
            self.sent.append((at_ns, lane, pitch, velocity))
            self._next = next(self._coming, None)
        return ()


def _moments(tests: Tests, begins_ns: int) -> Iterator[int]:
    """Times of all test notes (ns), unevenly spaced."""
    chance = np.random.default_rng(0)
    at_s = _FIRST_AFTER_S
    while at_s < tests.seconds:
        yield begins_ns + int(at_s * 1e9)
        at_s += chance.uniform(0.5, 1.5) / tests.notes_a_second


class TestClock:
    """A source that hears nothing, and tells the MIDI clock of steady beats whenever asked."""

    __test__ = False

    def __init__(self, door: StageDoor, begins_ns: int) -> None:
        self._door = door
        self._begins_ns = begins_ns
        self._beat = 0

    def take(self, _until_s: float) -> tuple[SourceEvent, ...]:
        """Tell of a beat that falls soon; nothing comes in."""
        at_ns, following_ns = (
            self._begins_ns + round(60e9 * beat / CLOCK_BPM)
            for beat in (self._beat, self._beat + 1)
        )
        if at_ns - time.perf_counter_ns() < CLOCK_AHEAD_NS:
            row = (cue.CLOCK, 0, 1, 0, self._beat, at_ns, following_ns, 0)
            ring.push(self._door.rings[TO_MIDI], row)
            self._beat += 1
        return ()


class Hearing:
    """The stage's inputs, with a note of when each attack was in hand."""

    def __init__(self, source: DoorSource, origin_ns: int) -> None:
        self.attacks: list[tuple[int, int]] = []
        self._source = source
        self._origin_ns = origin_ns

    def take(self, until_s: float) -> tuple[SourceEvent, ...]:
        """Pass on what came in."""
        events = self._source.take(until_s)
        for event in events:
            if isinstance(event, Attack):
                at_ns = self._origin_ns + round(event.time_s * 1e9)
                self.attacks.append((time.perf_counter_ns(), at_ns))
        return events


class Again:
    """The demonstration over and over, for as long as it is measured."""

    def __init__(self, events: Sequence[PerformerEvent]) -> None:
        self._events = events
        self._length_s = max(event.time_s for event in events) + 1.0
        self._times = 0
        self._source = RecordedInput(events)

    def take(self, until_s: float) -> tuple[SourceEvent, ...]:
        """Events not given yet whose time is at or before `until_s`."""
        taken = self._source.take(until_s)
        if self._source.finished:
            self._times += 1
            later_s = self._times * self._length_s
            again = [replace(event, time_s=event.time_s + later_s) for event in self._events]
            self._source = RecordedInput(again)
        return taken


def main() -> int:
    """Think, as the score says."""
    score = Score.from_text(sys.argv[1])
    tests = score.tests
    be_ordinary()
    door = StageDoor(Path(score.door))
    rehearse()
    engine = assemble()
    print("ready", flush=True)
    sys.stdin.readline()
    origin_ns = time.perf_counter_ns()
    begins_ns = origin_ns + SETTLES_NS
    notes = TestNotes(door, tests, begins_ns)
    ticks = TestClock(door, begins_ns)
    hearing = Hearing(DoorSource(door, origin_ns), origin_ns)
    clock = SystemClock(origin_ns)
    with ExitStack() as house:
        surfaces: list[OscServer] = []
        if score.osc_port:
            port = OscPort.inherited(score.osc_port)
            house.callback(port.close)
            surfaces = [OscServer(port, now_s=clock.now_s)]
            house.callback(surfaces[0].close)
        sources: list[Source] = [notes, ticks, hearing, *surfaces, Again(demonstration())]
        session = Session(engine, sources, synths=[DoorSink(door, origin_ns)])

        gig = Gig(score.door, origin_ns, os.getppid())
        ends_ns = begins_ns + int(tests.seconds * 1e9)
        perform(session, door, clock, gig, lambda: time.perf_counter_ns() > ends_ns)
        session.close()
    sent = np.array(notes.sent, np.int64).reshape(-1, 4)
    attacks = np.array(hearing.attacks, np.int64).reshape(-1, 2)
    np.savez(score.kept, sent=sent, attacks=attacks, dropped=notes.dropped)
    return 0


if __name__ == "__main__":
    sys.exit(main())
