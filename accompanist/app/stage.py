"""The stage process: owns ports and sound, never thinks, and goes on when the band falters.

What sounds is compiled code in the drivers' own threads, or between naps of this one. The loop here
does chores: it watches the band's heart, carries the groove on, drives OSC, turns levels and
instruments, and rejoins ports. It is one thread, so nothing waits for a lock; another, in machine
code, reads the port of surfaces and obeys what needs no thought. When a server dies under a device
the process ends, and the guard starts another, which finds the server again.
"""

import os
import sys
import time

import numpy as np

from accompanist.app.clock_out import ClockOut
from accompanist.app.conductor import Conductor
from accompanist.app.gig import SERVER_GONE, Gig, Names
from accompanist.app.opening import open_audio, open_midi
from accompanist.app.settling import Settling
from accompanist.app.signals import on_ending
from accompanist.app.terminal import say
from accompanist.control.osc_port import OscPort
from accompanist.control.osc_receiver import OscReceiver
from accompanist.devices.audio import AudioDevice
from accompanist.devices.clock import SystemClock
from accompanist.devices.door_sink import label_of
from accompanist.devices.jack_midi import JackMidi
from accompanist.devices.midi_device import MidiDevice
from accompanist.devices.osc_out import OscOut
from accompanist.devices.priority import STAGE_PRIORITY, claim
from accompanist.devices.stage_door import (
    ABSENT,
    CLOSING,
    HAS_AUDIO,
    HAS_CONTROLLER,
    HAS_MIDI,
    PRESENT,
    STAGE_BEAT_NS,
    STAGE_STATE,
    STYLE_SET,
    TO_STAGE,
    StageDoor,
)
from accompanist.dsp import cue, ring
from accompanist.dsp.immediate import LOUDNESS, MILLION, SOLO
from accompanist.dsp.native import sleep_until
from accompanist.dsp.ring import Row
from accompanist.music.band import BandNote, NoteCut, NoteHeld, Panic
from accompanist.music.errors import Refusal
from accompanist.music.parameters import STYLES

NAP_NS = 2_000_000
LOOK_EVERY_NS = 250_000_000
RETRY_S = 0.05

_LOSSES = {
    "dropped": "of the band's cues found no room",
    "unheard": "of the performer's messages found no room",
    "unsent": "messages were refused by the MIDI port",
    "underflows": "times the sound ran dry; a longer period helps",
    "malformed": "datagrams from surfaces made no sense",
    "flooded": "datagrams from surfaces came too fast",
    "undelivered": "messages of surfaces found no band",
}
"""Counts that are told at the end, and what they mean."""


class Stage:
    """Everything that sounds, and the chores around it.

    Parameters
    ----------
    gig
        What was asked for.
    door
        The memory shared with the band.
    former
        What a fallen stage had open, which this one stands in for.

    Raises
    ------
    Refusal
        If a port or an address was named that cannot be opened.
    """

    def __init__(self, gig: Gig, door: StageDoor, former: Names) -> None:
        self._door = door
        self._origin_ns = gig.origin_ns
        self._conductor = Conductor(door, gig.origin_ns)
        self._clock_out = ClockOut(door)
        self._row = np.zeros(ring.WIDTH, np.int64)
        self._looked_ns = 0
        self._names = former
        self._osc: OscOut | None = None
        if gig.osc_out:
            clock = SystemClock(gig.origin_ns)
            self._osc = OscOut(gig.osc_out, clock, immediate=gig.osc_immediate)
        monitor = ring.new_ring()
        self._audio = open_audio(door, monitor) if gig.synth == "builtin" else None
        if self._audio and (style := door.told(STYLE_SET)):
            self._audio.set_style(STYLES[style - 1])
        self._midi = open_midi(gig, door, monitor if self._audio else None, former)
        self._settling = Settling(door.controls)
        for place in (LOUDNESS, SOLO):
            self._tell_devices(self._settling.rows(place, 0))
        self._at_once = ring.new_ring()
        rings = [*(device.at_once for device in self._devices), self._at_once]
        port = OscPort.inherited(gig.osc_port)
        self._receiver = OscReceiver(port, door.controls, door.guests, rings)
        self._tell_what_there_is()

    @property
    def is_sound(self) -> bool:
        """Whether every server that devices depend on is alive."""
        return all(device.is_alive() for device in (self._midi, self._audio) if device)

    @property
    def _devices(self) -> list[MidiDevice | AudioDevice]:
        return [device for device in (self._midi, self._audio) if device]

    def serve(self, until_ns: int) -> None:
        """Let the devices work until then, undisturbed."""
        if self._midi:
            self._midi.serve(until_ns)
        else:
            sleep_until(until_ns)

    def step(self, now_ns: int) -> None:
        """Do what has come up: cues for the stage, the groove, OSC, ports that come and go."""
        self._door.tell(STAGE_BEAT_NS, now_ns)
        words = self._door.rings[TO_STAGE]
        for _ in range(ring.waiting(words)):
            ring.pop_into(words, self._row)
            self._take(self._cue(), now_ns)
        for _ in range(ring.waiting(self._at_once)):
            ring.pop_into(self._at_once, self._row)
            self._heed(self._cue())
        self._tell_devices(self._settling.step(now_ns))
        self._tell_devices(self._conductor.step(now_ns))
        self._lead(self._clock_out.step(now_ns, is_led=self._conductor.leader != "nobody"))
        if self._osc:
            self._osc.flush()
        if now_ns - self._looked_ns > LOOK_EVERY_NS:
            self._looked_ns = now_ns
            for sentence in self._midi.look() if self._midi else ():
                say(sentence)
            self._tell_what_there_is()

    def close(self) -> None:
        """Release every note, then every device; say what was lost on the way."""
        self._receiver.close()
        self._lead(self._clock_out.step(time.perf_counter_ns(), is_led=False))
        for device in self._devices:
            device.close()
        for served in (self._receiver, *self._devices):
            for name, count in served.counts().items():
                if count and name in _LOSSES:
                    say(f"{count} {_LOSSES[name]}")
        if self._osc:
            self._osc.close()
            if self._osc.dropped:
                say(f"{self._osc.dropped} OSC messages found no room")

    def _tell_what_there_is(self) -> None:
        midi, audio = self._midi, self._audio
        heard, played = midi.joined() if midi else ((), ())
        names = Names(
            midi_in=midi.input_name if midi else None,
            midi_out=midi.output_name if midi else None,
            audio=audio.name if audio else None,
            is_jack=isinstance(midi, JackMidi),
            heard=heard,
            played=played,
        )
        if names != self._names:
            self._names = names
            self._names.write(self._door)
        self._door.tell(HAS_CONTROLLER, int(names.midi_in is not None))
        self._door.tell(HAS_MIDI, int(midi is not None))
        self._door.tell(HAS_AUDIO, int(audio is not None))

    def _cue(self) -> Row:
        kind, lane, a, b, number, on_ns, off_ns, generation = self._row.tolist()
        return kind, lane, a, b, number, on_ns, off_ns, generation

    def _take(self, row: Row, now_ns: int) -> None:
        kind = row[cue.KIND]
        if kind == cue.SETTLE:
            self._settling.hear(row[cue.A], row[cue.B])
        elif kind == cue.STYLE:
            if self._audio:
                self._audio.set_style(STYLES[row[cue.A]], row[cue.ON_NS])
        else:
            self._conductor.take(row)
            self._lead(self._clock_out.take(row, now_ns))
            if kind != cue.NOTE or self._conductor.lets_through(row):
                self._say(row)

    def _lead(self, rows: list[Row]) -> None:
        """Tell those who follow the band's MIDI clock."""
        for row in rows:
            if self._midi:
                ring.push(self._midi.own, row)

    def _tell_devices(self, rows: list[Row]) -> None:
        """Tell everyone who sounds."""
        for row in rows:
            for device in self._devices:
                ring.push(device.own, row)
            self._say(row)

    def _heed(self, row: Row) -> None:
        """Follow what a hand on a surface brought about at every device."""
        if row[cue.KIND] in (cue.SILENCE, cue.RELEASE):
            self._conductor.fall_silent()
        self._say(row)

    def _say(self, row: Row) -> None:
        """Say over OSC what a cue means."""
        if self._osc is None:
            return
        on_s, off_s = self._s(row[cue.ON_NS]), self._s(row[cue.OFF_NS])
        part, number = cue.LANES[row[cue.LANE] % len(cue.LANES)], row[cue.NOTE_ID]
        match row[cue.KIND]:
            case cue.NOTE:
                pitch, velocity = row[cue.A], row[cue.B]
                note = BandNote(on_s, number, part, on_s, off_s, 0.0, pitch, velocity, "model")
                self._osc.send(note)
            case cue.CUT:
                change = NoteHeld if row[cue.A] else NoteCut
                self._osc.send(change(off_s, number, part, off_s))
            case cue.SILENCE | cue.RELEASE:
                self._osc.send(Panic(on_s))
            case cue.LEVEL:
                self._osc.set_level(part, row[cue.A] / MILLION)
            case cue.BEAT:
                self._osc.beat(number, on_s, 60e9 / row[cue.OFF_NS])
            case cue.CHORD:
                self._osc.chord(label_of(row[1:]))

    def _s(self, time_ns: int) -> float:
        return (time_ns - self._origin_ns) / 1e9


def perform(stage: Stage, door: StageDoor, gig: Gig) -> int:
    """Serve until the gig is over or a server dies; return the exit code."""
    while not door.told(CLOSING):
        now_ns = time.perf_counter_ns()
        stage.step(now_ns)
        stage.serve(now_ns + NAP_NS)
        if not stage.is_sound:
            return SERVER_GONE
        if gig.is_abandoned:
            door.remove()
            return 0
    return 0


def main() -> int:
    """Run the stage of the gig that the command line describes."""
    gig = Gig.from_text(sys.argv[1])
    door = StageDoor(gig.door_path)
    on_ending(lambda: door.tell(CLOSING, 1))
    # Threads that drivers begin take their rank from this one, so it is claimed before they do.
    claim(STAGE_PRIORITY)
    try:
        stage = _open(gig, door)
    except Refusal as refusal:
        say(f"accompanist: {refusal}")
        return 2
    if stage is None:
        return 0
    # And once more for the memory that has come since.
    claim(STAGE_PRIORITY)
    door.tell(STAGE_STATE, PRESENT)
    code = perform(stage, door, gig)
    door.tell(STAGE_STATE, ABSENT)
    if code == SERVER_GONE:
        # What a dead server holds on to must not be waited for.
        os._exit(code)
    stage.close()
    return code


def _open(gig: Gig, door: StageDoor) -> Stage | None:
    """Open everything, as it was before if this stage stands in for a fallen one.

    Then a server or a port that is not back yet is waited for; none is returned if the gig ends
    meanwhile.
    """
    former = Names.read(door)
    while not (door.told(CLOSING) or gig.is_abandoned):
        if not former.is_jack or JackMidi.answers():
            try:
                return Stage(gig, door, former)
            except Refusal:
                if former == Names():
                    raise
        time.sleep(RETRY_S)
    return None


if __name__ == "__main__":
    sys.exit(main())
