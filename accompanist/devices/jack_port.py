"""A MIDI port of ours in JACK: open for anyone to join, and joined by name to one that was named.

JACK gives a name to one port at a time, so that a port that is back is known by its whole name. One
that somebody took off by hand stays off until it goes and comes back.
"""

import ctypes
from collections.abc import Iterable
from ctypes import POINTER, c_char_p, c_int, c_void_p
from typing import Any

from accompanist.devices.errors import DeviceError
from accompanist.devices.jack_server import load_jack
from accompanist.devices.midi_connection import choose

MIDI = b"8 bit raw midi"
_IS_INPUT, _IS_OUTPUT = 1, 2
_JOINED, _TAKEN_OFF, _GONE = "joined", "taken off", "gone"

_SIGNATURES = {
    "jack_on_shutdown": (None, [c_void_p, c_void_p, c_void_p]),
    "jack_set_port_registration_callback": (c_int, [c_void_p, c_void_p, c_void_p]),
    "jack_get_client_name": (c_char_p, [c_void_p]),
    "jack_port_connected": (c_int, [c_void_p]),
    "jack_port_connected_to": (c_int, [c_void_p, c_char_p]),
    "jack_port_get_all_connections": (POINTER(c_char_p), [c_void_p, c_void_p]),
}


def load_jack_ports() -> ctypes.CDLL:
    """Load JACK's client library with all that ports need.

    Raises
    ------
    DeviceError
        If it is not installed.
    """
    library = load_jack()
    for function, (returns, takes) in _SIGNATURES.items():
        getattr(library, function).restype = returns
        getattr(library, function).argtypes = takes
    return library


def port_names(jack: ctypes.CDLL, client: int, direction: str) -> list[str]:
    """Names of the ports of others to hear (``input``) or to play (``output``)."""
    flags = _IS_OUTPUT if direction == "input" else _IS_INPUT
    ours = jack.jack_get_client_name(client).decode() + ":"
    names = _taken(jack, jack.jack_get_ports(client, None, MIDI, flags))
    return [name for name in names if not name.startswith(ours)]


def _taken(jack: ctypes.CDLL, found: Any) -> list[str]:  # noqa: ANN401
    """Names of a list that JACK made, which is given back."""
    if not found:
        return []
    names: list[str] = []
    while (name := found[len(names)]) is not None:
        names.append(name.decode(errors="replace"))
    jack.jack_free(found)
    return names


class JackPort:
    """A port of ours.

    Parameters
    ----------
    jack, client
        JACK, and our client, not active yet.
    direction
        ``input`` or ``output``.
    own_name
        The port's name within the client.

    Attributes
    ----------
    handle
        JACK's address of the port.
    name
        Whole name of the port that it is to be joined to; none if anyone may join.
    has_lost, has_gained
        Whether, by the last look, one that was joined is not any more, or one is that was not.
    was_alone
        Whether, by the last look, nobody was joined meanwhile.
    """

    def __init__(self, jack: ctypes.CDLL, client: int, direction: str, own_name: str) -> None:
        self._jack, self._client, self._direction = jack, client, direction
        flag = _IS_INPUT if direction == "input" else _IS_OUTPUT
        self.handle: int = jack.jack_port_register(client, own_name.encode(), MIDI, flag, 0) or 0
        self._whole_name = f"{jack.jack_get_client_name(client).decode()}:{own_name}".encode()
        self.name: str | None = None
        self.has_lost = self.has_gained = self.was_alone = False
        self._state = _GONE
        self._joints = self._departures = 0

    def join(self, wanted: str, is_patient: bool) -> None:
        """Join the port that a name or a part of one means.

        Parameters
        ----------
        wanted
            The name.
        is_patient
            Whether a port that is not there may come later, if `wanted` is its whole name.

        Raises
        ------
        DeviceError
            If the name means no port, or several, or one that cannot be joined.
        """
        names = port_names(self._jack, self._client, self._direction)
        if is_patient and wanted not in names:
            self.name = wanted
            return
        self.name = choose(wanted, names, self._direction)
        if not self._connect(self.name):
            raise DeviceError(
                f"MIDI {self._direction} {self.name!r} cannot be joined; another program may "
                "have taken it"
            )

    def joined(self) -> tuple[str, ...]:
        """Names of the ports joined to this one, whoever joined them."""
        found = self._jack.jack_port_get_all_connections(self._client, self.handle)
        return tuple(sorted(_taken(self._jack, found)))

    def join_also(self, names: Iterable[str]) -> None:
        """Join ports beside the named one, if they are there."""
        for name in names:
            if name != self.name:
                self._jack.jack_connect(self._client, *self._ends(name))

    def look(self, departures: int) -> str:
        """See who is joined, and join the named port when it is back.

        Parameters
        ----------
        departures
            How many ports of anyone have gone away so far.

        Returns
        -------
        str
            What became of the named port, in a sentence; empty if nothing changed.
        """
        before, found = self._joints, int(self._jack.jack_port_connected(self.handle))
        sentence = "" if self.name is None else self._follow(self.name, departures)
        self._departures = departures
        self._joints = int(self._jack.jack_port_connected(self.handle))
        self.has_lost = found < before
        self.has_gained = self._joints > min(before, found)
        self.was_alone = min(before, found) == 0
        return sentence

    def _follow(self, name: str, departures: int) -> str:
        is_there = self._jack.jack_port_by_name(self._client, name.encode()) is not None
        was = self._state
        if not is_there:
            self._state = _GONE
            return f"MIDI {self._direction} {name!r} is gone" if was != _GONE else ""
        if self._jack.jack_port_connected_to(self.handle, name.encode()):
            self._state = _JOINED
        elif was == _GONE or (was == _JOINED and departures != self._departures):
            return f"MIDI {self._direction} {name!r} is back" if self._connect(name) else ""
        else:
            self._state = _TAKEN_OFF
        return ""

    def _connect(self, name: str) -> bool:
        is_done: bool = self._jack.jack_connect(self._client, *self._ends(name)) == 0
        self._state = _JOINED if is_done else _GONE
        return is_done

    def _ends(self, name: str) -> tuple[bytes, bytes]:
        """Return where a joint begins and ends."""
        if self._direction == "input":
            return name.encode(), self._whole_name
        return self._whole_name, name.encode()
