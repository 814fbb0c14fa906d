"""OSC messages to and from surfaces: by liblo, or, where that cannot be had, by our own code.

Both do the same: they read one plain message at a time, which was judged before
(`accompanist.dsp.osc_plain`), and say messages from the port that surfaces know.
"""

import os
import socket
from types import ModuleType
from typing import Any, Protocol

from accompanist.control.surfaces import Place
from accompanist.dsp.osc_message import Argument, read_message, typed_message

Message = tuple[str, list[Argument]]

_MOST_PLACES = 64
_NO_WAITING = getattr(socket, "MSG_DONTWAIT", 0)


class Codec(Protocol):
    """Whoever reads and says messages."""

    def read(self, content: bytes) -> Message | None:
        """Address and arguments of a message; none if it is not understood."""

    def say(self, place: Place, address: str, arguments: list[tuple[str, Any]]) -> bool:
        """Send a message of (type tag, value) arguments; false if it cannot be sent."""

    def close(self) -> None:
        """Give back what it holds, but not the port."""


class OwnCodec:
    """A `Codec` of our own.

    Parameters
    ----------
    outer
        The socket to say messages from.
    """

    def __init__(self, outer: socket.socket) -> None:
        self._outer = outer

    def read(self, content: bytes) -> Message | None:
        """Address and arguments of a message; none if it is not understood."""
        try:
            return read_message(content)
        except ValueError:
            return None

    def say(self, place: Place, address: str, arguments: list[tuple[str, Any]]) -> bool:
        """Send a message of (type tag, value) arguments; false if it cannot be sent."""
        try:
            self._outer.sendto(typed_message(address, arguments), _NO_WAITING, place)
        except (OSError, OverflowError):
            return False
        return True

    def close(self) -> None:
        """Give back nothing."""


class LibloCodec:
    """A `Codec` that is liblo's.

    liblo listens on every network interface, so it is given sockets that are bound already: one end
    of a pair, through which it is handed what it is to read, and the port to say messages from.

    Parameters
    ----------
    outer
        The socket to say messages from.
    liblo
        The library.
    """

    def __init__(self, outer: socket.socket, liblo: ModuleType) -> None:
        self._liblo = liblo
        self._reader: Any = liblo.Server(reg_methods=False)
        self._speaker: Any = liblo.Server(reg_methods=False)
        self._slot, end = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._slot.setblocking(False)
        os.dup2(end.fileno(), self._reader.fileno())
        end.close()
        os.dup2(outer.fileno(), self._speaker.fileno())
        self._reader.add_method(None, None, self._take)
        self._read: Message | None = None
        self._addresses: dict[Place, Any] = {}

    def read(self, content: bytes) -> Message | None:
        """Address and arguments of a message; none if it is not understood."""
        self._read = None
        try:
            self._slot.send(content)
        except OSError:
            return None
        self._reader.recv(0)
        return self._read

    def say(self, place: Place, address: str, arguments: list[tuple[str, Any]]) -> bool:
        """Send a message of (type tag, value) arguments; false if it cannot be sent."""
        try:
            if place not in self._addresses:
                if len(self._addresses) >= _MOST_PLACES:
                    self._addresses.clear()
                self._addresses[place] = self._liblo.Address(*place)
            self._speaker.send(self._addresses[place], address, *arguments)
        except (OSError, OverflowError, self._liblo.AddressError):
            return False
        return True

    def close(self) -> None:
        """Give back what liblo holds; the port is not its own."""
        self._reader.free()
        self._speaker.free()
        self._slot.close()

    def _take(self, address: str, arguments: list[Argument]) -> None:
        self._read = address, arguments


def codec_for(outer: socket.socket) -> Codec:
    """Liblo's codec where it is installed and can be given a socket, else our own."""
    if os.name == "posix":
        try:
            import pyliblo3
        except ImportError:
            return OwnCodec(outer)
        return LibloCodec(outer, pyliblo3)
    return OwnCodec(outer)
