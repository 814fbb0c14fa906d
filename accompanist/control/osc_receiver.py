"""Whoever reads the port of surfaces: a thread that stays in machine code until it is ended."""

import threading

from accompanist.control.osc_port import OscPort
from accompanist.dsp import osc_receiver
from accompanist.dsp.osc_receiver import COUNTED, ENDING, Words, new_receiver


class OscReceiver:
    """Reads a port and obeys what needs no thought; see `accompanist.dsp.osc_receiver`.

    The thread has the rank of the one that starts it.

    Parameters
    ----------
    port
        What is read, and where it goes on to.
    controls, guests
        Words of the immediate controls, and of the guest list.
    rings
        What takes the cues; nobody else puts anything there.
    """

    def __init__(self, port: OscPort, controls: Words, guests: Words, rings: list[Words]) -> None:
        # The port and the rings are used by their numbers, and must stay.
        self._kept = port, rings
        self._receiver = new_receiver(
            port.outer.fileno(), port.inner_address, controls, guests, rings
        )
        self._thread = threading.Thread(
            target=osc_receiver.serve, args=(self._receiver,), name="surfaces", daemon=True
        )
        self._thread.start()

    def counts(self) -> dict[str, int]:
        """What was counted: see `accompanist.dsp.osc_receiver.COUNTED`."""
        return {name: int(self._receiver.counts[place]) for place, name in enumerate(COUNTED)}

    def close(self) -> None:
        """End the thread; the port stays."""
        self._receiver.setting[ENDING] = 1
        self._thread.join()
