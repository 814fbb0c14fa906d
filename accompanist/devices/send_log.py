"""What it took to send: how late each message left, and how long the system took to take it."""

from array import array

import numpy as np
from numpy.typing import NDArray

CAPACITY = 1 << 15
"""Messages remembered: the latest."""

_NS_PER_US = 1000


class SendLog:
    """Remembers the latest messages, without growing.

    Attributes
    ----------
    count
        Messages ever sent.
    worst_late_ns, worst_cost_ns
        The worst of all.
    """

    def __init__(self) -> None:
        self.count = self.worst_late_ns = self.worst_cost_ns = 0
        self._late_ns = array("q", bytes(8 * CAPACITY))
        self._cost_ns = array("q", bytes(8 * CAPACITY))

    def add(self, planned_ns: int, begun_ns: int, done_ns: int) -> None:
        """Remember a message planned for a time and handed to the system from then to then."""
        late_ns, cost_ns, place = done_ns - planned_ns, done_ns - begun_ns, self.count % CAPACITY
        self._late_ns[place], self._cost_ns[place] = late_ns, cost_ns
        self.worst_late_ns = max(self.worst_late_ns, late_ns)
        self.worst_cost_ns = max(self.worst_cost_ns, cost_ns)
        self.count += 1

    def late_us(self) -> NDArray[np.float64]:
        """Microseconds from each message's time until the system had it, in no order."""
        return self._us(self._late_ns)

    def cost_us(self) -> NDArray[np.float64]:
        """Microseconds that handing over each message took, in no order."""
        return self._us(self._cost_ns)

    def counts(self) -> dict[str, int]:
        """The worst of all, in whole microseconds."""
        return {
            "worst_late_us": self.worst_late_ns // _NS_PER_US,
            "worst_send_us": self.worst_cost_ns // _NS_PER_US,
        }

    def _us(self, words: "array[int]") -> NDArray[np.float64]:
        return np.array(words[: self.count], np.float64) / _NS_PER_US
