"""MIDI through JACK: a client of our own whose work is done by machine code in JACK's thread.

Its ports stand open for anyone to join; one that was named is joined at the start and, whenever it
went away, again when that very name is back. When an input goes, what it held is let up. Python
only looks after the ports now and then: it neither sends nor hears.
"""

import time
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from accompanist.devices.errors import DeviceError
from accompanist.devices.jack_port import JackPort, load_jack_ports
from accompanist.devices.jack_server import open_client
from accompanist.devices.midi_device import introduce
from accompanist.devices.stage_door import FROM_MIDI, GATE_NS, PROGRAMS_OF, TO_MIDI, StageDoor
from accompanist.dsp import cue, midi_desk, midi_ear, ring
from accompanist.dsp.clock_map import new_clock_map
from accompanist.dsp.native import sleep_until

CLIENT_NAME, INPUT_PORT, OUTPUT_PORT = "accompanist", "performer", "band"

_LEAVING_CYCLES, _LEAVING_S = 2, 0.25


class JackMidi:
    """Plays the band and hears the performer in JACK's own time; a `MidiDevice`.

    Parameters
    ----------
    door
        Where the band's cues come from and what is heard goes.
    monitor
        Ring on which the performer's messages go straight to the sound; none without.
    midi_in, midi_out
        Names of the ports to join, or parts of them; none only leaves ours open for others.
    wants_input
        Whether to hear anything.
    is_patient
        Whether ports that are not there may come later, if their whole names are given.
    most_logged
        For how many messages sent, and cycles, `log` is to have room.

    Raises
    ------
    DeviceError
        If JACK is missing, no server runs, or a name means no port or several.

    Attributes
    ----------
    own
        Ring of the stage's own cues.
    at_once
        Ring of cues that hands on surfaces bring about at once.
    log
        What the callback did; see `dsp.jack_midi.Log`.
    """

    def __init__(
        self,
        door: StageDoor,
        monitor: NDArray[np.int64] | None,
        midi_in: str | None = None,
        midi_out: str | None = None,
        wants_input: bool = True,
        is_patient: bool = False,
        most_logged: tuple[int, int] = (0, 0),
    ) -> None:
        self._jack = load_jack_ports()
        # This needs the library.
        from accompanist.dsp import jack_midi as kernels

        self._kernels = kernels
        self._callbacks = kernels.callbacks()
        client = open_client(self._jack, CLIENT_NAME)
        if client is None:
            raise DeviceError("no JACK server runs; start one, for instance with: jackd -d alsa")
        self._client = client
        self.own, self.at_once = ring.new_ring(), ring.new_ring()
        self.log = kernels.new_log(*most_logged)
        rate_hz = int(self._jack.jack_get_sample_rate(client))
        self._desk = midi_desk.new_desk(rate_hz)
        self._ear = midi_ear.new_ear(door.reflex, door.rings[FROM_MIDI], monitor, door.silent)
        self._clock = new_clock_map(rate_hz)
        self._door = door
        self._output = JackPort(self._jack, client, "output", OUTPUT_PORT)
        self._input: JackPort | None = None
        if wants_input:
            self._input = JackPort(self._jack, client, "input", INPUT_PORT)
        self._words = np.zeros(kernels.WORDS, np.int64)
        self._lay_out()
        self._begin()
        try:
            if midi_in and self._input:
                self._input.join(midi_in, is_patient)
            if midi_out:
                self._output.join(midi_out, is_patient)
        except DeviceError:
            self.close()
            raise
        self.look()

    @staticmethod
    def answers() -> bool:
        """Whether a JACK server runs here."""
        try:
            jack = load_jack_ports()
        except DeviceError:
            return False
        client = open_client(jack, f"{CLIENT_NAME}-look")
        if client is not None:
            jack.jack_client_close(client)
        return client is not None

    @property
    def input_name(self) -> str | None:
        """The port heard; none for one that others may join."""
        return self._input.name if self._input else None

    @property
    def output_name(self) -> str | None:
        """The port played; none for one that others may join."""
        return self._output.name

    def joined(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Names of the ports joined to ours, whoever joined them: those heard, those played."""
        return self._input.joined() if self._input else (), self._output.joined()

    def join(self, heard: Iterable[str], played: Iterable[str]) -> None:
        """Join ports beside the named ones, if they are there."""
        if self._input:
            self._input.join_also(heard)
        self._output.join_also(played)
        self.look()

    def serve(self, until_ns: int) -> None:
        """Wait without the interpreter while JACK's thread does the work."""
        sleep_until(until_ns)

    def look(self) -> list[str]:
        """Join named ports that are back, and say so; see to whoever came and went."""
        if not self.is_alive():
            return []
        departures = int(self._words[self._kernels.UNREGISTERED])
        sentences = [self._output.look(departures)]
        if self._output.has_gained:
            style = self._door.told(PROGRAMS_OF)
            introduce(self._desk, self.own, style, in_silence=self._output.was_alone)
        if self._input:
            sentences.append(self._input.look(departures))
            if self._input.has_lost:
                let_up = self._kernels.LET_UP
                self._words[let_up] += 1
        return [sentence for sentence in sentences if sentence]

    def is_alive(self) -> bool:
        """Whether JACK's server is there; when it has died this client is done for."""
        return not self._words[self._kernels.SHUT_DOWN]

    def counts(self) -> dict[str, int]:
        """What was sent, heard, lost and late, and how often JACK missed a cycle."""
        unheard = int(self._ear.numbers[midi_ear.UNHEARD])
        xruns = int(self._words[self._kernels.XRUNS])
        return midi_desk.counts(self._desk) | {"unheard": unheard, "xruns": xruns}

    def close(self) -> None:
        """Release every note and leave; a server that has died is not waited for."""
        for _ in range(2):
            # JACK loses what is sent in a cycle that it misses: this must arrive.
            ring.push(self.own, (cue.SILENCE, 0, 0, 0, 0, 0, 0, 0))
            self._let_cycles_pass()
        if self.is_alive():
            self._jack.jack_deactivate(self._client)
        self._jack.jack_client_close(self._client)

    def _lay_out(self) -> None:
        """Tell the callbacks where everything is."""
        kernels, words, door = self._kernels, self._words, self._door
        words[kernels.CLIENT] = self._client
        words[kernels.INPUT] = self._input.handle if self._input else 0
        words[kernels.OUTPUT] = self._output.handle
        arrays = {
            kernels.FROM_BAND: door.rings[TO_MIDI],
            kernels.OWN: self.own,
            kernels.AT_ONCE: self.at_once,
            kernels.GATE: door.status[GATE_NS:],
            kernels.GENERATIONS: door.generations,
            kernels.CLOCK: self._clock,
            kernels.LOG: self.log.numbers,
            kernels.LOGGED_EVENTS: self.log.events,
            kernels.LOGGED_CYCLES: self.log.cycles,
        }
        for place, array in arrays.items():
            words[place] = array.ctypes.data
        words[kernels.MOST_EVENTS] = len(self.log.events)
        words[kernels.MOST_CYCLES] = len(self.log.cycles)
        words[kernels.DESK : kernels.EAR] = midi_desk.desk_addresses(self._desk)
        ear = midi_ear.ear_addresses(self._ear)
        words[kernels.EAR : kernels.EAR + len(ear)] = ear

    def _begin(self) -> None:
        jack, client, place = self._jack, self._client, self._words.ctypes.data
        calls = self._callbacks
        jack.jack_set_process_callback(client, calls.process.address, place)
        jack.jack_set_xrun_callback(client, calls.xrun.address, place)
        jack.jack_on_shutdown(client, calls.shutdown.address, place)
        jack.jack_set_port_registration_callback(client, calls.registration.address, place)
        jack.jack_activate(client)

    def _let_cycles_pass(self) -> None:
        """Wait until JACK has come round for all that was said."""
        cycles = self._kernels.CYCLES
        target = int(self._words[cycles]) + _LEAVING_CYCLES
        deadline_s = time.monotonic() + _LEAVING_S
        while self.is_alive() and time.monotonic() < deadline_s:
            if int(self._words[cycles]) >= target:
                return
            time.sleep(0.001)
