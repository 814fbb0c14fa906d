"""What a controller's knobs, keys and pedals turn: a value that can be kept and edited.

What a message does follows from what it is and what it turns. A key, a switch or a program presses:
a trigger is pulled, a toggle turned over, anything else takes a step and begins again at the end; a
binding may name a value or a step of its own. A CC turns what has a range or choices as a knob
does, unless it has a step or a value. A program of any number chooses by its number.
"""

from dataclasses import dataclass, field, replace

from accompanist.control.message import Message
from accompanist.music.parameter import Parameter, Value

TAKEOVERS = ("pickup", "jump", "scale")
ENCODERS = ("auto", "twos complement", "binary offset", "signed bit")
SWITCHES = ("momentary", "latching")

SHARE_STEP, CLICK_SHARE = 0.25, 0.01
"""Of a share: what a press adds, and what an encoder's click does."""

_PRESSED = ("trigger", "toggle")


@dataclass(frozen=True, slots=True)
class Binding:
    """One message and what it turns.

    Attributes
    ----------
    parameter
        What it turns.
    message
        What turns it.
    value
        What a press sets, if it is always the same.
    step
        What a press adds, or an encoder's click.
    hold
        Whether a toggle is on only as long as the key is down.
    switch
        ``momentary``, down while the foot is; or ``latching``, which says every other press only
        that it is up.
    long
        What pressing for long does instead.
    encoder
        How a knob without ends says how far it was turned, of `ENCODERS`; none has ends.
    takeover
        Of `TAKEOVERS`, where it is not the map's.
    """

    parameter: Parameter
    message: Message
    value: Value | None = None
    step: float | None = None
    hold: bool = False
    switch: str = "momentary"
    long: Parameter | None = None
    encoder: str | None = None
    takeover: str | None = None

    def __post_init__(self) -> None:
        """Refuse what does not go together."""
        if self.encoder and (self.parameter.kind in _PRESSED or self.message.kind != "CC"):
            raise ValueError("an encoder is a CC, and turns what has a range or choices")
        if self.hold and self.parameter.kind != "toggle":
            raise ValueError("hold is for what can be on or off")
        if (self.hold or self.long) and (self.switch == "latching" or self.is_knob):
            raise ValueError("only a key or a momentary switch can be held")
        if (self.hold or self.long) and self.message.kind == "program":
            raise ValueError("a program cannot be held")
        if self.hold and self.long:
            raise ValueError("hold and long do not go together")
        if self.value is not None:
            self.parameter.checked(self.value)

    @property
    def is_knob(self) -> bool:
        """Whether it is turned rather than pressed."""
        if self.message.kind != "CC" or self.parameter.kind in _PRESSED or self.value is not None:
            return False
        return self.encoder is not None or self.step is None

    def pressed(self, present: Value, program: int) -> Value | None:
        """Value that a press sets; `program` is the number of the program, from 0."""
        if self.value is not None:
            return self.parameter.checked(self.value)
        if self.message.kind == "program" and self.message.number is None:
            return _numbered(self.parameter, program)
        return stepped(self.parameter, present, self.step)


@dataclass(frozen=True, slots=True)
class ControllerMap:
    """Everything that a device turns; of two bindings of a message the first counts."""

    device: str
    takeover: str = "pickup"
    bindings: tuple[Binding, ...] = field(default=())

    def bound(self, binding: Binding) -> "ControllerMap":
        """Itself with a binding, in the place of any that its message had, on whatever channel."""
        message = binding.message
        same = (message, Message(message.kind, message.number))
        others = tuple(b for b in self.bindings if b.message not in same)
        return replace(self, bindings=(*others, binding))

    def without(self, parameter: Parameter) -> "ControllerMap":
        """Itself with nothing that turns a parameter; a switch that also did keeps its first."""
        kept = (b for b in self.bindings if b.parameter != parameter)
        freed = (replace(b, long=None) if b.long == parameter else b for b in kept)
        return replace(self, bindings=tuple(freed))


def stepped(parameter: Parameter, present: Value, step: float | None) -> Value:
    """Value after a press; what is at its end begins at the other."""
    if parameter.kind == "trigger":
        return 1
    if parameter.kind == "toggle":
        return int(not present)
    if parameter.kind == "choice":
        count, at = len(parameter.choices), parameter.choices.index(str(present))
        return parameter.choices[(at + round(step or 1)) % count]
    by = step or (SHARE_STEP if parameter.kind == "share" else 1.0)
    first, last = parameter.minimum, parameter.maximum
    if by < 0:
        first, last = last, first
    if abs(float(present) - last) < 1e-6:
        return parameter.checked(first)
    return parameter.checked(round(float(present) + by, 6))


def clicked(parameter: Parameter, present: Value, clicks: int, step: float | None) -> Value:
    """Value after an encoder's clicks; it stops at the ends, and choices go by one."""
    if parameter.kind == "choice":
        at = parameter.choices.index(str(present)) + (clicks > 0) - (clicks < 0)
        return parameter.choices[min(max(at, 0), len(parameter.choices) - 1)]
    by = step or (CLICK_SHARE if parameter.kind == "share" else 1.0)
    return parameter.checked(round(float(present) + clicks * by, 6))


def _numbered(parameter: Parameter, program: int) -> Value | None:
    if parameter.kind == "choice":
        return parameter.choices[program] if program < len(parameter.choices) else None
    if parameter.kind == "integer":
        number = parameter.minimum + program
        return parameter.checked(number) if number <= parameter.maximum else None
    return None
