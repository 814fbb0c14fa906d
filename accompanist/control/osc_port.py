"""The UDP port that surfaces send to, and the way from whoever reads it to the band.

The port is opened once for a whole gig by the process that never falls, and handed down to those
that may: the stage reads it, the band answers from it. So surfaces find it open whatever falls, and
what they send meanwhile waits in the system. What the stage has read goes on to the band through a
second port, which hears this machine's first port alone, and waits there while there is no band.
"""

import os
import socket
import struct
import sys
from typing import Any, Self

from accompanist.control.errors import ControlError

PORT = 8000

LONGEST_WAIT_MS = 50
"""So long whoever reads the port waits before it looks up."""

ROOM_BYTES = 1 << 20
"""What may wait while stage or band is started again; the system may grant less."""

_LOOPBACK, _EVERYWHERE = "127.0.0.1", "0.0.0.0"


class OscPort:
    """Both sockets, opened or handed down.

    Attributes
    ----------
    outer
        What surfaces send to, and are answered from. It waits `LONGEST_WAIT_MS` to receive.
    inner
        Where the band hears what the stage has read.
    """

    def __init__(self, outer: socket.socket, inner: socket.socket) -> None:
        self.outer = outer
        self.inner = inner

    @classmethod
    def opened(cls, port: int, lan: bool = False) -> "OscPort":
        """Open a port; 0 for any free one. Other machines reach it only with `lan`.

        Raises
        ------
        ControlError
            If it is taken.
        """
        outer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        inner = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            outer.bind((_EVERYWHERE if lan else _LOOPBACK, port))
        except (OSError, OverflowError) as error:
            outer.close()
            inner.close()
            raise ControlError(
                f"OSC port {port} cannot be opened, another program may hold it; "
                "choose another with --osc-in PORT"
            ) from error
        outer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _milliseconds(LONGEST_WAIT_MS))
        for end in (outer, inner):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, ROOM_BYTES)
        inner.bind((_LOOPBACK, 0))
        inner.connect((_LOOPBACK, outer.getsockname()[1]))
        return cls(outer, inner)

    @classmethod
    def inherited(cls, descriptors: tuple[int, int]) -> "OscPort":
        """Take up what another process handed down."""
        outer, inner = descriptors
        return cls(socket.socket(fileno=outer), socket.socket(fileno=inner))

    @property
    def descriptors(self) -> tuple[int, int]:
        """What to hand down to a process."""
        return self.outer.fileno(), self.inner.fileno()

    @property
    def number(self) -> int:
        """The port in use."""
        return int(self.outer.getsockname()[1])

    @property
    def inner_address(self) -> bytes:
        """The band's address in the system's form, as machine code gives it to the system."""
        port = self.inner.getsockname()[1]
        family = struct.pack("=H", socket.AF_INET)
        if sys.platform == "darwin":
            family = bytes((16, socket.AF_INET))
        return family + struct.pack(">H", port) + socket.inet_aton(_LOOPBACK)

    def hand_down(self) -> dict[str, Any]:
        """Words for `subprocess.Popen` that let a process inherit both."""
        for end in (self.outer, self.inner):
            end.set_inheritable(True)
        # Windows has no list of what is inherited: all that may be, is.
        return {"pass_fds": self.descriptors} if os.name == "posix" else {"close_fds": False}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give both back."""
        self.outer.close()
        self.inner.close()


def _milliseconds(wait_ms: int) -> bytes:
    """A time to wait, in the system's form."""
    if sys.platform == "win32":
        return struct.pack("I", wait_ms)
    return struct.pack("ll", wait_ms // 1000, wait_ms % 1000 * 1000)
