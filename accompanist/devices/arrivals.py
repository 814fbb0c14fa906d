"""When messages came in, by the engine clock, from the gaps between them.

The MIDI system measures the gap between one message and the next where it receives them; the
program learns of a message only when it takes it, sometimes late, never early. The least lateness
seen so far ties the one clock to the other.
"""

DRIFT = 1e-3
"""Seconds a second by which the two clocks are allowed to part."""

LATEST_S = 1.0
"""A message later than this means that gaps were lost: the clocks are tied anew."""


class Arrivals:
    """Turns gaps into engine times that never run backwards and never lie ahead."""

    def __init__(self) -> None:
        self._elapsed_s = 0.0
        self._began_s: float | None = None

    def time_s(self, since_last_s: float, now_s: float) -> float:
        """Engine time of a message that followed the last one by a gap and is taken now."""
        self._elapsed_s += since_last_s
        began_s = now_s - self._elapsed_s
        if self._began_s is not None:
            expected_s = self._began_s + DRIFT * since_last_s
            if began_s - expected_s <= LATEST_S:
                began_s = min(began_s, expected_s)
        self._began_s = began_s
        return began_s + self._elapsed_s
