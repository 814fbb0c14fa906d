"""What surfaces say, as the receiver of their port hands it on, and the way to answer them.

Only plain messages come here, one at a time, each with its sender (see
`accompanist.dsp.osc_receiver`); what is not understood all the same is counted.
"""

import selectors
import socket
from collections.abc import Callable

from accompanist.control.osc_codec import Codec
from accompanist.control.osc_port import OscPort
from accompanist.control.surfaces import Place
from accompanist.dsp.osc_message import Argument
from accompanist.dsp.osc_receiver import HEADER_BYTES, LARGEST_BYTES

READ_AT_ONCE = 64
"""Messages read before anything else gets a turn."""

Hear = Callable[[str, list[Argument], Place, bool], None]
"""Takes an address, its arguments, the sender, and whether that is a stranger."""


class OscSocket:
    """The band's end of a port.

    Parameters
    ----------
    port
        The port, which is left open.
    codec
        Who reads and says messages.

    Attributes
    ----------
    ignored
        Messages that were not understood.
    unsent
        Messages that could not be sent.
    """

    def __init__(self, port: OscPort, codec: Codec) -> None:
        self.ignored = 0
        self.unsent = 0
        self._inner = port.inner
        self._inner.setblocking(False)
        self._codec = codec
        self._bell, self._ear = socket.socketpair()
        for end in (self._bell, self._ear):
            end.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._inner, selectors.EVENT_READ)
        self._selector.register(self._ear, selectors.EVENT_READ)

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

    def receive(self, hear: Hear, begun: Callable[[], None]) -> None:
        """Hand over what has come in, up to `READ_AT_ONCE` messages.

        `begun` is called when the receiver says that it has begun: what came before may be lost.
        """
        for _ in range(READ_AT_ONCE):
            try:
                datagram = self._inner.recv(HEADER_BYTES + LARGEST_BYTES)
            except OSError:
                return
            header, content = datagram[:HEADER_BYTES], datagram[HEADER_BYTES:]
            if not content:
                begun()
                continue
            message = self._codec.read(content)
            if message is None:
                self.ignored += 1
                continue
            sender = socket.inet_ntoa(header[:4]), int.from_bytes(header[4:6], "big")
            hear(*message, sender, bool(header[6]))

    def send(self, place: Place, address: str, arguments: list[tuple[str, Argument]]) -> None:
        """Send a message of (type tag, value) arguments; what cannot be sent is counted."""
        self.unsent += not self._codec.say(place, address, arguments)

    def close(self) -> None:
        """Give back all but the port."""
        self._selector.close()
        self._codec.close()
        for end in (self._bell, self._ear):
            end.close()
