"""A binding at work: it remembers where its knob was, and whether its switch is down."""

from collections.abc import Callable

from accompanist.control.controller_map import Binding, clicked, stepped
from accompanist.control.message import Message
from accompanist.control.switch import LONG, PRESSED, Switch
from accompanist.control.takeover import Knob, clicks
from accompanist.music.parameter import Parameter, Value

Turn = tuple[Parameter, Value]
"""A parameter and what it is set to."""

Present = Callable[[Parameter], Value]
"""How a parameter is set at present."""


class Bound:
    """A binding and what it remembers.

    Parameters
    ----------
    binding
        The binding.
    place
        Place of its map among those in use.
    takeover
        How the map's knobs take over.

    Attributes
    ----------
    takeover
        How its knob takes over.
    """

    def __init__(self, binding: Binding, place: int, takeover: str) -> None:
        self.binding = binding
        self.place = place
        self.takeover = binding.takeover or takeover
        self._knob = Knob(binding.parameter, self.takeover)
        self._switch = Switch(binding.switch == "latching", binding.long is not None)

    @property
    def due_s(self) -> float | None:
        """When something happens by itself."""
        return self._switch.due_s

    def hear(self, message: Message, said: int, time_s: float, present: Present) -> list[Turn]:
        """Take what a message says, 0–127, and return what it turns."""
        if self.binding.is_knob:
            return self._turned(said, present(self.binding.parameter))
        if message.kind == "program":
            return self._pressed([PRESSED], present, message.number or 0)
        return self._pressed(self._switch.hear(time_s, said), present)

    def pass_time(self, now_s: float, present: Present) -> list[Turn]:
        """Let time pass, and return what is turned by it."""
        return self._pressed(self._switch.pass_time(now_s), present)

    def _turned(self, said: int, present: Value) -> list[Turn]:
        binding = self.binding
        after: Value | None
        if binding.encoder:
            by = clicks(said, binding.encoder)
            after = clicked(binding.parameter, present, by, binding.step)
        else:
            after = self._knob.turn(said, present)
        return [] if after is None or after == present else [(binding.parameter, after)]

    def _pressed(self, done: list[str], present: Present, program: int = 0) -> list[Turn]:
        binding = self.binding
        turns: list[Turn] = []
        for what in done:
            if what == LONG and binding.long is not None:
                turns.append((binding.long, stepped(binding.long, present(binding.long), None)))
            elif binding.hold:
                turns.append((binding.parameter, int(what == PRESSED)))
            elif what == PRESSED:
                value = binding.pressed(present(binding.parameter), program)
                turns += [] if value is None else [(binding.parameter, value)]
        return turns
