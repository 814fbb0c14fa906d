"""One MIDI port of the machine, chosen by name and found again when it comes back.

Ports renumber and vanish without a word when a plug is pulled, so their names must be looked at
now and then. On Linux the ALSA sequencer is used where there is one, else a running JACK server;
on other systems whatever the system has.

What comes in waits in rtmidi's own queue: a Python callback would run in JACK's real-time thread,
make it late, and be cut off with the interpreter's lock in hand when the port is closed.
"""

import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

from accompanist.devices.errors import DeviceError
from accompanist.devices.quiet import hushed

ALSA_SEQUENCER = Path("/dev/snd/seq")
OURS = "accompanist"
"""How the names of our own ports begin."""
MOST_WAITING = 8192
"""Messages that may wait to be heard; rtmidi drops further ones."""

_NUMBERS = re.compile(r" \d+$" if sys.platform == "win32" else r" \d+:\d+$")
"""What rtmidi adds: ALSA's client and port, on Windows the place in the list."""


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
    api = _system(rtmidi, jack)
    try:
        with hushed():
            if direction == "input":
                return rtmidi.MidiIn(api, name=name, queue_size_limit=MOST_WAITING)
            return rtmidi.MidiOut(api, name=name)
    except rtmidi.RtMidiError as error:
        raise DeviceError(
            "this machine has no ALSA sequencer and no JACK server runs, so there are no MIDI "
            "ports; start one, for instance with: jackd -d alsa"
        ) from error


def _system(rtmidi: ModuleType, jack: bool) -> int:
    """Which MIDI system is meant, by rtmidi's number."""
    system = rtmidi.API_UNSPECIFIED
    if jack or (sys.platform == "linux" and not ALSA_SEQUENCER.exists()):
        system = rtmidi.API_UNIX_JACK
    elif sys.platform == "linux":
        system = rtmidi.API_LINUX_ALSA
    # rtmidi would take another one instead of a system that it was not built for.
    if system not in (rtmidi.API_UNSPECIFIED, *rtmidi.get_compiled_api()):
        raise DeviceError(
            "python-rtmidi was built here without what this needs; "
            "run: pip install --force-reinstall python-rtmidi"
        )
    number: int = system
    return number


def stable_name(port: str) -> str:
    """Name of a port without the numbers that change when it is plugged in again."""
    return _NUMBERS.sub("", port)


def choose(wanted: str, ports: Sequence[str], direction: str) -> str:
    """Port meant by a name or a part of one, capitals aside.

    Raises
    ------
    DeviceError
        If no port has that name, or several could be meant.
    """
    name = wanted.lower()
    whole = [port for port in ports if name == port.lower()]
    device = [port for port in ports if name in _spellings(port.lower())]
    like = [port for port in ports if name in port.lower()]
    found = whole or device or like
    if len(found) == 1:
        return found[0]
    if found and len(set(found)) == 1:
        raise DeviceError(
            f"there are {len(found)} MIDI {direction}s named {found[0]!r}, which nothing tells "
            "apart; unplug or rename all but one"
        )
    if found:
        raise DeviceError(
            f"{wanted!r} could be {' or '.join(found)}; give one of these names whole"
        )
    there_are = f"there are {', '.join(ports)}" if ports else "none is connected"
    raise DeviceError(f"there is no MIDI {direction} named {wanted!r}; {there_are}")


def _spellings(port: str) -> tuple[str, str]:
    """Return a port's name without numbers, and its device alone."""
    return stable_name(port), port.partition(":")[0]


class Connection:
    """A port of ours, joined to another program's or device's port, or open for any to join.

    A port that vanished is joined again when it is back, under whatever numbers. Where others of
    its name are or were about, it is known by elimination or not joined: it is never guessed.

    Parameters
    ----------
    direction
        ``input`` or ``output``.
    client, own_port
        Names that others see.
    name
        Name of the port to join, or a part of it; none opens a port that others may join, where
        the system has such ports.
    jack
        Whether it must be JACK's.
    is_patient
        Whether a port that is not there may come later, if `name` is its whole name.

    Raises
    ------
    DeviceError
        If there are no MIDI ports here, or `name` means none or several of them.

    Attributes
    ----------
    device
        What rtmidi made.
    is_joined
        Whether the port is there.
    """

    def __init__(
        self,
        direction: str,
        client: str,
        own_port: str,
        name: str | None,
        jack: bool = False,
        is_patient: bool = False,
    ) -> None:
        rtmidi = load_rtmidi()
        self._errors: type[Exception] = rtmidi.RtMidiError
        self.device = open_device(direction, client, jack)
        self.is_joined = False
        self._direction, self._own_port = direction, own_port
        self._port: str | None = None
        self._others: list[str] = []
        self._most_others = 0
        self._has_asked = False
        try:
            if name is None:
                self._open_for_any(rtmidi)
            else:
                self._begin(name, self._ports(), is_patient)
        except (self._errors, ValueError) as error:
            self.device.delete()
            raise DeviceError(
                f"MIDI {direction} {name or own_port!r} cannot be opened ({error}); "
                "another program may hold it"
            ) from error
        except DeviceError:
            self.device.delete()
            raise

    @property
    def name(self) -> str | None:
        """Name of the port joined, without its numbers; none for one that others may join."""
        return None if self._port is None else stable_name(self._port)

    def look(self) -> str:
        """See whether the port is still there, and join it when it is back.

        Returns
        -------
        str
            What changed, in a sentence; empty if nothing did.
        """
        if self._port is None:
            return ""
        try:
            ports = self._ports()
            return self._watch(self._port, ports) if self.is_joined else self._seek(ports)
        except (self._errors, ValueError):
            return ""

    def send(self, message: Sequence[int]) -> bool:
        """Play a message; false if the port did not take it."""
        try:
            self.device.send_message(message)
        except (self._errors, ValueError):
            return False
        return True

    def close(self) -> None:
        """Play what is on its way, then leave the MIDI system."""
        with suppress(self._errors):
            self.device.close_port()
        self.device.delete()

    def _ports(self) -> list[str]:
        ports: list[str] = self.device.get_ports()
        return ports

    def _open_for_any(self, rtmidi: ModuleType) -> None:
        with suppress(NotImplementedError, rtmidi.UnsupportedOperationError):
            self.device.open_virtual_port(self._own_port)
            self.is_joined = True

    def _begin(self, name: str, ports: list[str], is_patient: bool) -> None:
        others = [port for port in ports if not port.startswith(OURS)]
        if is_patient and not any(name.lower() in port.lower() for port in others):
            self._port = name
        else:
            self._join(choose(name, others, self._direction), ports)

    def _join(self, port: str, ports: list[str]) -> None:
        self.device.open_port(ports.index(port), self._own_port)
        self._port = port
        self._watch(port, ports)
        self.is_joined, self._has_asked = True, False

    def _watch(self, port: str, ports: list[str]) -> str:
        """Note who else has the name, while the port is there."""
        if port in ports:
            self._others = [each for each in ports if stable_name(each) == self.name]
            self._others.remove(port)
            self._most_others = max(self._most_others, len(self._others))
            return ""
        self.device.close_port()
        self.is_joined = False
        return f"MIDI {self._direction} {self.name!r} is gone"

    def _seek(self, ports: list[str]) -> str:
        """Join the port if it is the only one that can be meant."""
        namesakes = [each for each in ports if stable_name(each) == self.name]
        self._others = [each for each in self._others if each in namesakes]
        newcomers = [each for each in namesakes if each not in self._others]
        if len(newcomers) == 1 and len(self._others) == self._most_others:
            self._join(newcomers[0], ports)
            return f"MIDI {self._direction} {self.name!r} is back"
        if not newcomers or self._has_asked:
            return ""
        self._has_asked = True
        return (
            f"MIDI {self._direction} {self.name!r} is not joined again, since several have or had "
            "that name; start again with the full name of the one you mean"
        )
