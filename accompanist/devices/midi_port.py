"""MIDI ports: what the performer plays comes in, what the band plays goes out.

Events carry the engine time at which they came in, however late they are taken. The band plays
bass on channel 2, harmony on channel 3 and drums on channel 10, with General MIDI programs; a
part's level is its channel's volume (controller 7). What is sent ahead waits in one thread until it
is due. Whatever happens (a port that vanishes, a panic, the end), no note stays on.
"""

import threading
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from accompanist.devices.agenda import Agenda
from accompanist.devices.arrivals import Arrivals
from accompanist.devices.band_file import PROGRAMS
from accompanist.devices.clock import Clock
from accompanist.devices.errors import DeviceError
from accompanist.devices.held import Held
from accompanist.devices.midi_connection import Connection, Lookout, load_rtmidi, open_device
from accompanist.devices.midi_messages import (
    CONTROLLER,
    LEVEL,
    PROGRAM,
    Message,
    event_of,
    quieten,
)
from accompanist.music.band import Played
from accompanist.music.events import PerformerEvent

CHANNELS = {"bass": 1, "harmony": 2, "drums": 9}
"""Channels from 0."""

INPUT_CLIENT, INPUT_PORT = "accompanist-in", "performer"
OUTPUT_CLIENT, OUTPUT_PORT = "accompanist-out", "band"

_OURS = "accompanist-"
_LONGEST_WAIT_S = 60.0
_GLANCE_EVERY_S = 0.0005
_AGAIN_AFTER_S = 0.03
_LOOPS = ("midi through",)


@dataclass(frozen=True, slots=True)
class MidiPorts:
    """Names of the ports that can be heard and played, ours left out."""

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


def list_ports() -> MidiPorts:
    """Return the ports there are now; none where no MIDI system runs.

    Raises
    ------
    DeviceError
        If python-rtmidi is not installed.
    """
    load_rtmidi()
    return MidiPorts(_port_names("input"), _port_names("output"))


def first_controller() -> str | None:
    """Name of the first input that is not a loop back from the outputs; none if there is none."""
    inputs = list_ports().inputs
    return next((name for name in inputs if not name.lower().startswith(_LOOPS)), None)


def panic(names: Iterable[str]) -> list[str]:
    """Silence every channel of the outputs named, and return their names.

    Raises
    ------
    DeviceError
        If a name means no output, or several.
    """
    silenced = []
    for name in names:
        connection = Connection("output", f"{_OURS}panic", "panic", name)
        for channel in range(16):
            for message in quieten(channel):
                connection.send(message)
        silenced.append(connection.name or name)
        connection.close()
    return silenced


class MidiInput:
    """Hears a controller; a port that vanishes lets its keys and pedals up, and may come back.

    Parameters
    ----------
    name
        Name of the port to hear, or a part of it; none opens a port that others may join.
    clock
        Engine clock.
    jack
        Whether the port must be JACK's, even where the system has MIDI ports of its own.

    Raises
    ------
    DeviceError
        If there are no MIDI ports here, or `name` means none or several of them.
    """

    def __init__(self, name: str | None, clock: Clock, jack: bool = False) -> None:
        self._clock = clock
        self._arrivals = Arrivals()
        self._events: deque[PerformerEvent] = deque()
        self._held = Held()
        self._lock = threading.Lock()
        self._connection = Connection("input", INPUT_CLIENT, INPUT_PORT, name, jack)
        self._connection.device.ignore_types(sysex=True, timing=False, active_sense=True)
        self._lookout = Lookout(self.look)

    @property
    def name(self) -> str | None:
        """The port heard; none for a port that others may join."""
        return self._connection.name

    @property
    def is_joined(self) -> bool:
        """Whether the port is there."""
        return self._connection.is_joined

    def poll(self) -> list[PerformerEvent]:
        """Events since the last call, oldest first; never blocks."""
        self._collect()
        return [self._events.popleft() for _ in range(len(self._events))]

    def take(self, until_s: float) -> tuple[PerformerEvent, ...]:
        """Events not given yet that came in at or before `until_s`; never blocks."""
        self._collect()
        taken = []
        while self._events and self._events[0].time_s <= until_s:
            taken.append(self._events.popleft())
        return tuple(taken)

    def wait(self, timeout_s: float) -> bool:
        """Wait until something has come in, but no longer than `timeout_s`; whether it has."""
        deadline_s = time.monotonic() + timeout_s
        while not self._events and time.monotonic() < deadline_s:
            self._collect()
            if not self._events:
                time.sleep(_GLANCE_EVERY_S)
        return bool(self._events)

    def look(self) -> None:
        """See whether the port is still there; called once a second."""
        if self._connection.look() and not self._connection.is_joined:
            self._let_everything_up()

    def close(self) -> None:
        """Stop hearing."""
        self._lookout.dismiss()
        self._connection.close()

    def _collect(self) -> None:
        with self._lock:
            while (received := self._connection.device.get_message()) is not None:
                message, since_last_s = received
                time_s = self._arrivals.time_s(since_last_s, self._clock.now_s())
                event = event_of(message, time_s)
                if event is not None:
                    self._held.follow(event)
                    self._events.append(event)

    def _let_everything_up(self) -> None:
        self._collect()
        with self._lock:
            self._events.extend(self._held.let_up(self._clock.now_s()))


class MidiOutput:
    """Plays the band on a synth; a `Sink`.

    Parameters
    ----------
    name
        Name of the port to play, or a part of it; none opens a port that others may join.
    clock
        Engine clock.
    jack
        Whether the port must be JACK's, even where the system has MIDI ports of its own.

    Raises
    ------
    DeviceError
        If there are no MIDI ports here, or `name` means none or several of them.

    Attributes
    ----------
    faults
        Messages that the port did not take.
    """

    def __init__(self, name: str | None, clock: Clock, jack: bool = False) -> None:
        self.faults = 0
        self._clock = clock
        self._agenda = Agenda(CHANNELS)
        self._levels: dict[str, int] = {}
        self._changed = threading.Condition()
        self._is_closing = False
        self._connection = Connection("output", OUTPUT_CLIENT, OUTPUT_PORT, name, jack)
        self._introduce()
        self._thread = threading.Thread(target=self._play, name="midi-out", daemon=True)
        self._thread.start()
        self._lookout = Lookout(self.look)

    @property
    def name(self) -> str | None:
        """The port played; none for a port that others may join."""
        return self._connection.name

    @property
    def dropped(self) -> int:
        """Notes not played because too many waited."""
        return self._agenda.dropped

    def send(self, event: Played) -> None:
        """Take an event whose time is on the engine clock, now or ahead; never block."""
        with self._changed:
            self._agenda.add(event)
            self._changed.notify()

    def set_level(self, part: str, level: float) -> None:
        """Loudness of a part, 0–1."""
        volume = round(127 * min(max(level, 0.0), 1.0))
        with self._changed:
            if self._levels.get(part) != volume:
                self._levels[part] = volume
                self._agenda.add_message((CONTROLLER | CHANNELS[part], LEVEL, volume))
                self._changed.notify()

    def look(self) -> None:
        """See whether the port is still there; called once a second."""
        if self._connection.look() and self._connection.is_joined:
            self._introduce()

    def close(self) -> None:
        """Release every note, then the port."""
        self._lookout.dismiss()
        with self._changed:
            self._is_closing = True
            self._changed.notify()
        self._thread.join()
        self._connection.close()

    def _introduce(self) -> None:
        """Tell the synth what each channel is."""
        with self._changed:
            for part, channel in CHANNELS.items():
                self._agenda.add_message((PROGRAM | channel, PROGRAMS[part]))
                if part in self._levels:
                    self._agenda.add_message((CONTROLLER | channel, LEVEL, self._levels[part]))
            self._changed.notify()

    def _play(self) -> None:
        while not self._is_closing:
            self._write(self._await())
        release = self._agenda.release()
        self._write(release)
        # JACK loses what is sent in a cycle that it misses: this must arrive.
        time.sleep(_AGAIN_AFTER_S)
        self._write(release)

    def _await(self) -> list[Message]:
        with self._changed:
            while not self._is_closing:
                next_s, now_s = self._agenda.next_s, self._clock.now_s()
                if next_s is not None and next_s <= now_s:
                    return self._agenda.due(now_s)
                wait_s = _LONGEST_WAIT_S if next_s is None else next_s - now_s
                self._changed.wait(min(wait_s, _LONGEST_WAIT_S))
        return []

    def _write(self, messages: list[Message]) -> None:
        for message in messages:
            self.faults += not self._connection.send(message)


def _port_names(direction: str) -> tuple[str, ...]:
    try:
        device = open_device(direction, f"{_OURS}look")
    except DeviceError:
        return ()
    names = [name for name in device.get_ports() if not name.startswith(_OURS)]
    device.delete()
    return tuple(names)
