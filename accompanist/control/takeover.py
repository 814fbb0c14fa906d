"""How a knob takes over a value that is not where the knob is, and how one without ends counts.

``jump``: the value is where the knob is, at once. ``pickup``: nothing happens until the knob passes
the present value; then the value goes with it, until somebody else turns it. ``scale``: the value
goes with the knob at once, by as much of its way to the end as the knob goes of its own, so that
both arrive together.

Positions run 0–1: a share's from its least to its most, a choice's in equal ranges, with the value
in the middle of its own.
"""

from itertools import pairwise

from accompanist.music.parameter import Parameter, Value

MOST = 127
NEAR = 1.0 / MOST
"""A knob so close to the present value has reached it."""


def position_of(parameter: Parameter, value: Value) -> float:
    """Where a value lies between the ends."""
    if parameter.kind == "choice":
        return (parameter.choices.index(str(value)) + 0.5) / len(parameter.choices)
    return (float(value) - parameter.minimum) / (parameter.maximum - parameter.minimum)


def value_at(parameter: Parameter, position: float) -> Value:
    """Value that lies at a position."""
    if parameter.kind == "choice":
        count = len(parameter.choices)
        return parameter.choices[min(int(position * count), count - 1)]
    span = parameter.maximum - parameter.minimum
    return parameter.checked(parameter.minimum + position * span)


class Knob:
    """A knob with ends, its takeover one of `controller_map.TAKEOVERS`; it remembers where it was.

    Parameters
    ----------
    parameter
        What it turns.
    takeover
        How it takes over.
    """

    def __init__(self, parameter: Parameter, takeover: str) -> None:
        self._parameter = parameter
        self._takeover = takeover
        self._was: float | None = None
        self._position = 0.0
        self._turned: Value | None = None

    def turn(self, said: int, present: Value) -> Value | None:
        """Take where it is, 0–127; return the value that it turns, if it does."""
        at, was = said / MOST, self._was
        self._was = at
        if self._turned is None or present != self._turned:
            # Somebody else turned it, or nobody did yet.
            self._turned = None
            self._position = position_of(self._parameter, present)
        if self._takeover == "pickup" and self._turned is None and not self._reaches(was, at):
            return None
        self._position = at if self._takeover != "scale" else self._nearer(was, at)
        self._turned = value_at(self._parameter, self._position)
        return None if self._turned == present else self._turned

    def _reaches(self, was: float | None, at: float) -> bool:
        if abs(at - self._position) <= NEAR + 1e-9:
            return True
        if value_at(self._parameter, at) == value_at(self._parameter, self._position):
            return True
        return was is not None and (was - self._position) * (at - self._position) < 0

    def _nearer(self, was: float | None, at: float) -> float:
        if was is None or at == was:
            return self._position
        if at > was:
            return self._position + (1.0 - self._position) * (at - was) / (1.0 - was)
        return self._position * at / was


def clicks(said: int, encoder: str) -> int:
    """How far a knob without ends was turned, to the right if positive."""
    if encoder == "binary offset":
        return said - 64
    if encoder == "signed bit" or (encoder == "auto" and said < 96):
        return 64 - said if said > 64 else said % 64
    return said - 128 if said >= 64 else said


def encoder_like(said: list[int]) -> str | None:
    """How a knob counts that said this while it was turned to the right; none if it has ends.

    A knob with ends never says the same twice running; one without says little else.
    """
    if not any(one == other for one, other in pairwise(said)):
        return None
    if all(1 <= one <= 15 or one >= 113 for one in said):
        return "twos complement" if max(said) >= 113 else "auto"
    if all(49 <= one <= 79 and one != 64 for one in said):
        return "binary offset"
    if all(1 <= one <= 15 or 65 <= one <= 79 for one in said):
        return "signed bit"
    return None
