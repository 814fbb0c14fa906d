"""One MIDI port of the machine, chosen by name and found again when it comes back.

Ports renumber and vanish without a word when a plug is pulled, so their names are looked at once a
second. On Linux the ALSA sequencer is used where there is one, else a running JACK server; on other
systems whatever the system has.

What comes in waits in rtmidi's own queue: a Python callback would run in JACK's real-time thread,
make it late, and be cut off with the interpreter's lock in hand when the port is closed.
"""

import re
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

from accompanist.devices.errors import DeviceError
from accompanist.devices.quiet import hushed

ALSA_SEQUENCER = Path("/dev/snd/seq")
LOOK_EVERY_S = 1.0
MOST_WAITING = 8192
"""Messages that may wait to be heard; rtmidi drops further ones."""

_NUMBERS = re.compile(r" \d+:\d+$")


def load_rtmidi() -> ModuleType:
    """Load python-rtmidi.

    Raises
    ------
    DeviceError
        If it is not installed here.
    """
    try:
        import rtmidi
    except ImportError as error:
        raise DeviceError(
            "MIDI ports need python-rtmidi, which is not installed here; "
            "run: pip install python-rtmidi"
        ) from error
    module: ModuleType = rtmidi
    return module


def open_device(direction: str, name: str, jack: bool = False) -> Any:  # noqa: ANN401 - untyped
    """Join the MIDI system as `name`, to hear (``input``) or to play (``output``).

    With `jack` it is JACK's, whatever else there is.

    Raises
    ------
    DeviceError
        If python-rtmidi is missing, or this machine has no MIDI system running.
    """
    rtmidi = load_rtmidi()
    api = rtmidi.API_UNSPECIFIED
    if jack:
        api = rtmidi.API_UNIX_JACK
    elif sys.platform == "linux":
        api = rtmidi.API_LINUX_ALSA if ALSA_SEQUENCER.exists() else rtmidi.API_UNIX_JACK
    try:
        with hushed():
            if direction == "input":
                return rtmidi.MidiIn(api, name=name, queue_size_limit=MOST_WAITING)
            return rtmidi.MidiOut(api, name=name)
    except rtmidi.RtMidiError as error:
        raise DeviceError(
            "this machine has no ALSA sequencer and no JACK server runs, so there are no MIDI "
            "ports; start one, for instance with: jackd -d dummy"
        ) from error


def stable_name(port: str) -> str:
    """Name of a port without the numbers that change when it is plugged in again."""
    return _NUMBERS.sub("", port)


def choose(wanted: str, ports: list[str], direction: str) -> str:
    """Port meant by a name or a part of one, capitals aside.

    Raises
    ------
    DeviceError
        If no port has that name, or several could be meant.
    """
    like = [port for port in ports if wanted.lower() in port.lower()]
    exact = [port for port in like if wanted.lower() in _spellings(port.lower())]
    found = exact if len(set(exact)) == 1 else like
    if len(set(found)) == 1:
        return found[0]
    if found:
        raise DeviceError(f"{wanted!r} could be {' or '.join(found)}; give more of the name")
    there_are = f"there are {', '.join(ports)}" if ports else "none is connected"
    raise DeviceError(f"there is no MIDI {direction} named {wanted!r}; {there_are}")


def _spellings(port: str) -> tuple[str, str, str]:
    """Return a port's whole name, the same without numbers, and its device alone."""
    return port, stable_name(port), port.partition(":")[0]


class Connection:
    """A port of ours, joined to another program's or device's port, or open for any to join.

    Parameters
    ----------
    direction
        ``input`` or ``output``.
    client, own_port
        Names that others see.
    name
        Name of the port to join, or a part of it; none opens a port that others may join.
    jack
        Whether it must be JACK's.

    Raises
    ------
    DeviceError
        If there are no MIDI ports here, or `name` means none or several of them.
    """

    def __init__(
        self, direction: str, client: str, own_port: str, name: str | None, jack: bool = False
    ) -> None:
        self._errors: type[Exception] = load_rtmidi().RtMidiError
        self.device = open_device(direction, client, jack)
        self._own_port = own_port
        self._changing = threading.Lock()
        self.name: str | None = None
        try:
            if name is None:
                self.device.open_virtual_port(own_port)
            else:
                port = choose(name, self.device.get_ports(), direction)
                self.name = stable_name(port)
                self.device.open_port(self.device.get_ports().index(port), own_port)
        except (self._errors, ValueError) as error:
            self.device.delete()
            raise DeviceError(
                f"MIDI {direction} {name or own_port!r} cannot be opened ({error}); "
                "another program may hold it"
            ) from error
        except DeviceError:
            self.device.delete()
            raise
        self.is_joined = True

    def look(self) -> bool:
        """See whether the port is still there, and join it when it is back; true on a change."""
        if self.name is None:
            return False
        try:
            ports = [stable_name(port) for port in self.device.get_ports()]
            if (self.name in ports) == self.is_joined:
                return False
            with self._changing:
                if self.is_joined:
                    self.device.close_port()
                else:
                    self.device.open_port(ports.index(self.name), self._own_port)
        except self._errors:
            return False
        self.is_joined = not self.is_joined
        return True

    def send(self, message: tuple[int, ...]) -> bool:
        """Play a message; false if the port did not take it."""
        try:
            with self._changing:
                self.device.send_message(message)
        except (self._errors, ValueError):
            return False
        return True

    def close(self) -> None:
        """Play what is on its way, then leave the MIDI system."""
        with suppress(self._errors):
            self.device.close_port()
        self.device.delete()


class Lookout:
    """Calls something once a second, until it is dismissed."""

    def __init__(self, look: Callable[[], object], every_s: float = LOOK_EVERY_S) -> None:
        self._look = look
        self._every_s = every_s
        self._dismissed = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="midi-lookout", daemon=True)
        self._thread.start()

    def dismiss(self) -> None:
        """Stop, and return once it has."""
        self._dismissed.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._dismissed.wait(self._every_s):
            self._look()
