"""A server of surfaces in a test's hands: its port, who reads it and who serves it, at once."""

from collections.abc import Callable
from functools import cache

import numpy as np

from accompanist.control.guests import Guests
from accompanist.control.osc_codec import Codec
from accompanist.control.osc_port import OscPort
from accompanist.control.osc_receiver import OscReceiver
from accompanist.control.osc_server import OscServer as BandsServer
from accompanist.dsp.guest_list import GUEST_LIST_WORDS
from accompanist.dsp.immediate import new_words
from accompanist.dsp.ring import new_ring


@cache
def compiled() -> None:
    """Wait, once, until what reads a port is compiled."""
    port = OscPort.opened(0)
    OscReceiver(port, new_words(), np.zeros(GUEST_LIST_WORDS, np.int64), [new_ring()]).close()
    port.close()


class OscServer(BandsServer):
    """Serves a port of its own, until it is closed.

    Attributes
    ----------
    cues
        Ring of the cues that the receiver made.
    controls, guest_words
        Words of the immediate controls, and of the guest list.
    """

    def __init__(
        self,
        port: int = 0,
        lan: bool = False,
        *,
        now_s: Callable[[], float],
        codec: Callable[[object], Codec] | None = None,
        **more: object,
    ) -> None:
        self.osc_port = OscPort.opened(port, lan)
        self.controls, self.guest_words = new_words(), np.zeros(GUEST_LIST_WORDS, np.int64)
        self.cues = new_ring()
        chosen = codec(self.osc_port.outer) if codec else None
        guests = Guests(self.guest_words)
        super().__init__(self.osc_port, now_s=now_s, guests=guests, codec=chosen, **more)
        compiled()
        self.receiver = OscReceiver(self.osc_port, self.controls, self.guest_words, [self.cues])

    @property
    def port(self) -> int:
        """The port in use."""
        return self.osc_port.number

    @property
    def counts(self) -> dict[str, int]:
        """What the receiver counted that is not nothing."""
        return {name: count for name, count in self.receiver.counts().items() if count}

    def close(self) -> None:
        """End everything, and give the port back."""
        self.receiver.close()
        super().close()
        self.osc_port.close()
