"""MIDI through the system's own ports: ALSA, CoreMIDI, WinMM; JACK's where it is asked for.

One thread does everything: it waits without the interpreter for what is due, hands it to rtmidi,
and takes what rtmidi has received. Nothing is late for Python's sake as long as no other Python
thread runs in the process. Whatever happens (a port that vanishes, a panic, the end), no note stays
on. What is heard carries the time at which it came in, however late it is taken.

Limits: of what is due within a moment the system gets one message after the other, a few
microseconds apart; where ports cannot be opened for others to join (Windows), there must be a name.
"""

import time
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from accompanist.devices.arrivals import Arrivals
from accompanist.devices.errors import DeviceError
from accompanist.devices.midi_bytes import MidiBytes
from accompanist.devices.midi_connection import MOST_WAITING, Connection, open_device
from accompanist.devices.midi_device import introduce
from accompanist.devices.send_log import SendLog
from accompanist.devices.stage_door import FROM_MIDI, GATE_NS, PROGRAMS_OF, TO_MIDI, StageDoor
from accompanist.dsp import cue, midi_desk, midi_ear, ring
from accompanist.dsp.desk_watch import MESSAGE, MOST_AT_ONCE, PLANNED_NS, wait_for_due
from accompanist.dsp.native import now_ns
from accompanist.dsp.waiting import NEVER

INPUT_CLIENT, INPUT_PORT = "accompanist-in", "performer"
OUTPUT_CLIENT, OUTPUT_PORT = "accompanist-out", "band"

GLANCE_NS = 500_000
"""How often this looks for cues and for what the performer plays: waking up so often takes about a
twentieth of a core."""

MOST_HEARD = 32
"""Messages taken between one glance and the next, so that none waits long to be sent."""

LOOK_EVERY_NS, LOOK_WITHIN_NS = 500_000_000, 1_200_000_000
"""Looking at names takes half a millisecond, so it waits for a gap, but not too long."""

SOON_NS, LONGER_NS = 300_000, 2_000_000
"""Whoever asks to have the thread back gets it after what is due so soon, but so much later."""

_AGAIN_AFTER_NS = 30_000_000
_SECOND = 1_000_000_000


class RtMidiPorts:
    """Plays the band and hears the performer; a `MidiDevice`.

    Parameters
    ----------
    door
        Where the band's cues come from and what is heard goes.
    monitor
        Ring on which the performer's messages go straight to the sound; none without.
    midi_in, midi_out
        Names of the ports to join, or parts of them; none opens a port that others may join.
    wants_input
        Whether to hear anything.
    jack
        Whether the ports must be JACK's, even where the system has MIDI ports of its own.
    is_patient
        Whether ports that are not there may come later.

    Raises
    ------
    DeviceError
        If there are no MIDI ports here, or a name means none or several of them.

    Attributes
    ----------
    own
        Ring of the stage's own cues.
    sendings
        How late messages left and what it took to send them.
    """

    def __init__(
        self,
        door: StageDoor,
        monitor: NDArray[np.int64] | None,
        midi_in: str | None = None,
        midi_out: str | None = None,
        wants_input: bool = True,
        jack: bool = False,
        is_patient: bool = False,
    ) -> None:
        self.own, self.at_once = ring.new_ring(), ring.new_ring()
        self.sendings = SendLog()
        self._door = door
        self._gate = door.status[GATE_NS : GATE_NS + 1]
        self._desk = midi_desk.new_desk(_SECOND)
        self._ear = midi_ear.new_ear(door.reflex, door.rings[FROM_MIDI], monitor, door.silent)
        self._bytes, self._arrivals = MidiBytes(), Arrivals()
        self._due = np.zeros((MOST_AT_ONCE + 1, ring.WIDTH), np.int64)
        self._unsent = self._looked_ns = self._look_took_ns = 0
        self._is_to_look = False
        self._said: list[str] = []
        self._output = Connection("output", OUTPUT_CLIENT, OUTPUT_PORT, midi_out, jack, is_patient)
        self._input: Connection | None = None
        if wants_input:
            try:
                self._input = Connection(
                    "input", INPUT_CLIENT, INPUT_PORT, midi_in, jack, is_patient
                )
            except DeviceError:
                self._output.close()
                raise
            # What rtmidi leaves out would be missing from the gaps that it measures.
            self._input.device.ignore_types(sysex=False, timing=False, active_sense=False)
        self._warm_up()
        introduce(self._desk, self.own, door.told(PROGRAMS_OF))

    @staticmethod
    def answers() -> bool:
        """Whether there is a MIDI system here to have ports in."""
        try:
            open_device("output", OUTPUT_CLIENT).delete()
        except DeviceError:
            return False
        return True

    @property
    def input_name(self) -> str | None:
        """The port heard; none for one that others may join."""
        return self._input.name if self._input else None

    @property
    def output_name(self) -> str | None:
        """The port played; none for one that others may join."""
        return self._output.name

    def joined(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Names of the ports joined by name; the system does not tell of others."""
        heard, played = self.input_name, self.output_name
        return (heard,) if heard else (), (played,) if played else ()

    def join(self, heard: Iterable[str], played: Iterable[str]) -> None:
        """Leave it at the named ports: there is one joint a port here."""

    def serve(self, until_ns: int) -> None:
        """Send what is due and take what comes in until then, or a little longer if it is busy."""
        latest_ns = until_ns + LONGER_NS
        while True:
            self._hear()
            count = wait_for_due(
                self._desk,
                self._door.rings[TO_MIDI],
                self.own,
                self.at_once,
                self._gate,
                self._door.generations,
                self._due,
                min(until_ns, now_ns() + GLANCE_NS),
            )
            self._send(count)
            self._look_in_a_gap()
            present_ns = now_ns()
            if present_ns >= until_ns:
                next_ns = midi_desk.next_time(self._desk)
                if next_ns > present_ns + SOON_NS or present_ns >= latest_ns:
                    return
                until_ns = min(next_ns, latest_ns)

    def look(self) -> list[str]:
        """Have it seen whether ports went or came back; say what changed, in sentences."""
        if now_ns() - self._looked_ns >= LOOK_EVERY_NS:
            self._is_to_look = True
            self._look_in_a_gap()
        said, self._said = self._said, []
        return said

    def is_alive(self) -> bool:
        """Whether the MIDI system is there: it is the system's own, and stays."""
        return True

    def counts(self) -> dict[str, int]:
        """What was sent, heard, lost and late; late is what left a millisecond after its time."""
        own = {"unheard": int(self._ear.numbers[midi_ear.UNHEARD]), "unsent": self._unsent}
        return midi_desk.counts(self._desk) | own | self.sendings.counts()

    def close(self) -> None:
        """Release every note, then the ports."""
        self._gate = np.array([NEVER], np.int64)
        for _ in range(2):
            # JACK loses what is sent in a cycle that it misses: this must arrive.
            ring.push(self.own, (cue.SILENCE, 0, 0, 0, 0, 0, 0, 0))
            self.serve(now_ns() + _AGAIN_AFTER_NS)
        self._output.close()
        if self._input:
            self._input.close()

    def _warm_up(self) -> None:
        """Have everything compiled before it matters."""
        midi_ear.hear(self._ear, self._desk, 0, 0, 0)
        self._let_up()
        self.serve(0)

    def _hear(self, most: int = MOST_HEARD) -> None:
        if self._input is None:
            return
        for _ in range(most):
            received = self._input.device.get_message()
            if received is None:
                return
            message, since_last_s = received
            present_ns = now_ns()
            came_ns = round(self._arrivals.time_s(since_last_s, present_ns / _SECOND) * _SECOND)
            for whole in self._bytes.messages(message):
                midi_ear.hear(self._ear, self._desk, whole, present_ns, came_ns)

    def _look_in_a_gap(self) -> None:
        """See about the ports when nothing is due meanwhile, if ever."""
        if not self._is_to_look:
            return
        present_ns = now_ns()
        gap_ns = midi_desk.next_time(self._desk) - present_ns
        if gap_ns > 2 * self._look_took_ns or present_ns - self._looked_ns >= LOOK_WITHIN_NS:
            self._is_to_look, self._looked_ns = False, present_ns
            self._see_ports()
            self._look_took_ns = now_ns() - present_ns

    def _see_ports(self) -> None:
        if self._input and (sentence := self._input.look()):
            self._said.append(sentence)
            if not self._input.is_joined:
                self._hear(MOST_WAITING)
                self._let_up()
        if sentence := self._output.look():
            self._said.append(sentence)
            if self._output.is_joined:
                introduce(self._desk, self.own, self._door.told(PROGRAMS_OF), in_silence=True)

    def _let_up(self) -> None:
        present_ns = now_ns()
        midi_ear.let_up(self._ear, self._desk, present_ns, present_ns)

    def _send(self, count: int) -> None:
        if not self._output.is_joined:
            return
        for row in self._due[:count].tolist():
            begun_ns = time.perf_counter_ns()
            self._unsent += not self._output.send(cue.unpacked(row[MESSAGE]))
            self.sendings.add(row[PLANNED_NS], begun_ns, time.perf_counter_ns())
