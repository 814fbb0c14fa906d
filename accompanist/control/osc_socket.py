"""OSC over UDP: liblo reads and writes the messages, at a socket this module binds and guards.

liblo listens on every network interface and keeps bundles for later in a list without end, so it
is given a socket that is bound already, and sees a datagram only after a look at it: a plain
message with at most one argument, or a bundle of such. A bundle's time tag must not lie ahead.
Everything else is thrown away and counted.
"""

import os
import selectors
import socket
from collections.abc import Callable
from types import ModuleType
from typing import Any

from accompanist.control.errors import ControlError, SurfacesUnavailableError
from accompanist.control.surfaces import Place

LARGEST_BYTES = 4096
READ_AT_ONCE = 64
"""Datagrams read before anything else gets a turn."""

_BUNDLE = b"#bundle\0"
_IMMEDIATELY = 1
_TAGS = (b",", b",f", b",d", b",i", b",h", b",s", b",T", b",F")

Hear = Callable[[str, list[float | int | str], Place], None]
"""Takes an address, its arguments and the sender."""


def load_liblo() -> ModuleType:
    """Load pyliblo3.

    Raises
    ------
    SurfacesUnavailableError
        If it is not installed here.
    """
    try:
        import pyliblo3
    except ImportError as error:
        raise SurfacesUnavailableError(
            "OSC needs pyliblo3, which is not installed here; run: pip install pyliblo3"
        ) from error
    module: ModuleType = pyliblo3
    return module


def is_plain(datagram: bytes, now_s: float) -> bool:
    """Whether a datagram is a control message, or a bundle of them due at `now_s` (since 1900)."""
    if not datagram.startswith(_BUNDLE):
        return _is_control_message(datagram)
    tag = int.from_bytes(datagram[8:16], "big")
    if len(datagram) < 16 or (tag != _IMMEDIATELY and tag / 2**32 > now_s):
        return False
    at = 16
    while at < len(datagram):
        size = int.from_bytes(datagram[at : at + 4], "big")
        element = datagram[at + 4 : at + 4 + size]
        if len(element) < max(size, 1) or not _is_control_message(element):
            return False
        at += 4 + size
    return at > 16


def _is_control_message(message: bytes) -> bool:
    address, _, _ = message.partition(b"\0")
    at = (len(address) // 4 + 1) * 4
    tags = message[at : at + 4].rstrip(b"\0")
    # pyliblo3 prints a traceback for text that isn't UTF-8; every text of ours is ASCII.
    readable = message if tags == b",s" else address
    return address.startswith(b"/") and tags in _TAGS and readable.isascii()


class OscSocket:
    """A UDP port that control messages come to and answers leave from.

    Parameters
    ----------
    port
        0 for any free one.
    lan
        Whether other machines may reach it.

    Raises
    ------
    ControlError
        If pyliblo3 is missing or the port is taken.

    Attributes
    ----------
    ignored
        Datagrams thrown away because they hold no control message.
    unsent
        Messages that could not be sent.
    """

    def __init__(self, port: int, lan: bool) -> None:
        self._liblo = load_liblo()
        self.ignored = 0
        self.unsent = 0
        self._socket = _bound_socket(port, lan)
        self.port: int = self._socket.getsockname()[1]
        self._server: Any = self._liblo.Server(reg_methods=False)
        os.dup2(self._socket.fileno(), self._server.fileno())
        self._server.add_method(None, None, self._dispatch)
        self._bell, self._ear = socket.socketpair()
        for end in (self._bell, self._ear):
            end.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._socket, selectors.EVENT_READ)
        self._selector.register(self._ear, selectors.EVENT_READ)
        self._addresses: dict[Place, Any] = {}
        self._hear: Hear = _deaf
        self._sender: Place = ("", 0)
        self._understood = 0

    def wait(self) -> None:
        """Return when something has come in, or the bell was rung."""
        self._selector.select()
        try:
            self._ear.recv(4096)
        except BlockingIOError:
            return

    def ring(self) -> None:
        """Wake whoever waits; from any thread."""
        try:
            self._bell.send(b"\0")
        except OSError:  # it has been rung plenty, or the socket is closed
            return

    def receive(self, hear: Hear) -> None:
        """Hand over what has come in, up to `READ_AT_ONCE` datagrams."""
        self._hear = hear
        for _ in range(READ_AT_ONCE):
            try:
                head, self._sender = self._socket.recvfrom(LARGEST_BYTES + 1, socket.MSG_PEEK)
            except OSError:
                return
            if len(head) > LARGEST_BYTES or not is_plain(head, self._liblo.time()):
                self.ignored += 1
                self._discard()
                continue
            before = self._understood
            self._server.recv(0)
            self.ignored += self._understood == before

    def send(self, place: Place, address: str, arguments: list[tuple[str, Any]]) -> None:
        """Send a message of (type tag, value) arguments; what cannot be sent is counted."""
        try:
            if place not in self._addresses:
                if len(self._addresses) >= 64:
                    self._addresses.clear()
                self._addresses[place] = self._liblo.Address(*place)
            self._server.send(self._addresses[place], address, *arguments)
        except (OSError, self._liblo.AddressError):
            self.unsent += 1

    def close(self) -> None:
        """Give the port back."""
        self._selector.close()
        self._server.free()
        for end in (self._socket, self._bell, self._ear):
            end.close()

    def _discard(self) -> None:
        try:
            self._socket.recvfrom(1)
        except OSError:
            return

    def _dispatch(self, path: str, arguments: list[float | int | str]) -> None:
        self._understood += 1
        self._hear(path, arguments, self._sender)


def _bound_socket(port: int, lan: bool) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listening.setblocking(False)
    try:
        listening.bind(("0.0.0.0" if lan else "127.0.0.1", port))
    except (OSError, OverflowError) as error:
        listening.close()
        raise ControlError(
            f"OSC port {port} cannot be opened, another program may hold it; "
            "choose another with --osc-in PORT"
        ) from error
    return listening


def _deaf(address: str, arguments: list[float | int | str], sender: Place) -> None:
    """Hears nothing."""
