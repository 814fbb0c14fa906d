"""A control surface for tests: a real UDP socket that speaks OSC through liblo."""

import socket
import struct
from collections.abc import Callable

import pyliblo3

from tests.conftest import poll


class TestSurface:
    """Sends to a server from one port and remembers what comes back to it."""

    __test__ = False

    def __init__(self, server_port: int) -> None:
        self.said: list[tuple] = []
        self._server = pyliblo3.Server(reg_methods=False)
        self._server.add_method(None, None, self._remember)
        self._target = pyliblo3.Address("127.0.0.1", server_port)

    def _remember(self, path: str, arguments: list) -> None:
        self.said.append((path, *arguments))

    @property
    def port(self) -> int:
        return self._server.port

    def send(self, address: str, *arguments: object) -> None:
        self._server.send(self._target, address, *arguments)

    def subscribe(self) -> None:
        self.send("/accompanist/subscribe", self.port)
        self.wait_for(lambda: self.value("/accompanist/outside") is not None, "the whole state")

    def wait_for(self, condition: Callable[[], object], what: str) -> None:
        poll(lambda: self.listen() or condition(), what=what)

    def listen(self) -> None:
        while self._server.recv(1):
            pass

    def value(self, address: str) -> object:
        """What the surface last saw at an address: one value or several; none if never."""
        seen = [message[1:] for message in self.said if message[0] == address]
        return (seen[-1][0] if len(seen[-1]) == 1 else seen[-1]) if seen else None

    def times(self, address: str) -> int:
        self.listen()
        return sum(message[0] == address for message in self.said)


def raw(server_port: int, *datagrams: bytes) -> None:
    """Send bytes as they are."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for datagram in datagrams:
            sender.sendto(datagram, ("127.0.0.1", server_port))


def message(address: bytes, tags: bytes = b",i", payload: bytes = b"\0\0\0\1") -> bytes:
    """An OSC message, byte by byte."""
    return b"".join(text + b"\0" * (4 - len(text) % 4) for text in (address, tags)) + payload


def bundle(*elements: bytes, time_tag: int = 1) -> bytes:
    """An OSC bundle, byte by byte."""
    return (
        b"#bundle\0"
        + time_tag.to_bytes(8, "big")
        + b"".join(struct.pack(">i", len(element)) + element for element in elements)
    )
