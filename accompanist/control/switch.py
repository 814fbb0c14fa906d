"""A foot switch, a key or a button: pressed, let go, or pressed for long, without its bouncing.

A contact bounces for some milliseconds when it closes or opens: what it says so soon after a change
is settled when that time is over. Where pressing for long has a job of its own, a short press is
known only when the switch is let go.
"""

BOUNCE_S = 0.03
LONG_S = 0.6

PRESSED, RELEASED, LONG = "pressed", "released", "long"

_DOWN, _UP = 64, 48
"""A pedal that sweeps is down from the one and up below the other."""


class Switch:
    """A switch.

    Parameters
    ----------
    latching
        Whether every word of it is a press, since it only says up every other time.
    has_long
        Whether a long press is something else.
    """

    def __init__(self, latching: bool = False, has_long: bool = False) -> None:
        self._latching = latching
        self._has_long = has_long
        self._is_down = False
        self._said = 0
        self._settles: tuple[float, bool] | None = None
        self._changed_s = -1.0
        self._long_s: float | None = None

    @property
    def due_s(self) -> float | None:
        """When something happens by itself."""
        times = [time_s for time_s in (self._long_s, self._settle_s) if time_s is not None]
        return min(times, default=None)

    def hear(self, time_s: float, said: int) -> list[str]:
        """Take what it says, 0–127, and return what was done."""
        again, self._said = said == self._said, said
        bounces = time_s - self._changed_s < BOUNCE_S
        if self._latching:
            if not bounces:
                self._changed_s = time_s
            return [] if bounces else [PRESSED]
        is_down = said >= _DOWN or (self._is_down and said >= _UP)
        if bounces:
            self._settles = (self._changed_s + BOUNCE_S, is_down)
            return []
        if is_down == self._is_down and not (is_down and again):
            return []
        return self._change(time_s, is_down)

    def pass_time(self, now_s: float) -> list[str]:
        """Let time pass, and return what was done by it."""
        if self._settles is not None and self._settles[0] <= now_s:
            time_s, is_down = self._settles
            self._settles = None
            if is_down != self._is_down:
                return self._change(time_s, is_down)
        if self._long_s is not None and self._long_s <= now_s:
            self._long_s = None
            return [LONG]
        return []

    @property
    def _settle_s(self) -> float | None:
        return None if self._settles is None else self._settles[0]

    def _change(self, time_s: float, is_down: bool) -> list[str]:
        self._is_down, self._changed_s, self._settles = is_down, time_s, None
        if not self._has_long:
            return [PRESSED if is_down else RELEASED]
        was_short, self._long_s = self._long_s is not None, time_s + LONG_S if is_down else None
        return [PRESSED] if was_short and not is_down else []
