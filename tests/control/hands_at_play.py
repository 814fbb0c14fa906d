"""Hands at play in tests: events go in, what the engine would hear comes out, values follow."""

from collections.abc import Iterable

from accompanist.control.controller_map import Binding, ControllerMap
from accompanist.control.hands import Hands
from accompanist.control.message import message_written
from accompanist.music.events import (
    Controller,
    ControlTouch,
    ControlTurn,
    InputEvent,
    NoteOff,
    NoteOn,
    SourceEvent,
)
from accompanist.music.parameter import ROOT
from accompanist.music.parameter_values import ParameterValues
from accompanist.music.parameters import PARAMETERS

NAMED = {parameter.name: parameter for parameter in PARAMETERS}


def bound(name: str, written: str, channel: int | None = None, **more) -> Binding:
    """A binding, by names."""
    if "long" in more:
        more["long"] = NAMED[more["long"]]
    return Binding(NAMED[name], message_written(written, channel), **more)


class Player:
    """A performer with a controller whose map holds `bindings`."""

    def __init__(self, *bindings: Binding, takeover: str = "jump") -> None:
        self.values = ParameterValues()
        self.hands = Hands(self.values)
        self.hands.use([ControllerMap("Keys", takeover, bindings)])
        self.now_s = 0.0

    def play(self, *events: SourceEvent, until_s: float | None = None) -> list[InputEvent]:
        """Play events, and let time pass to the last of them, or further."""
        last_s = max((event.time_s for event in events), default=self.now_s)
        until_s = last_s if until_s is None else until_s
        heard = self.hands.steer(events, until_s, self.now_s)
        self.now_s = until_s
        for event in heard:
            if isinstance(event, ControlTurn):
                self.values.take(event.address, event.value)
        return heard

    def turns(
        self, *events: SourceEvent, until_s: float | None = None
    ) -> list[tuple[float, str, object]]:
        """What is turned by events: when, which parameter, and to what."""
        return turned(self.play(*events, until_s=until_s))

    def said(self) -> list[str]:
        """What learning said since the last time."""
        return [said.what for said in self.hands.take_said()]

    def learn(self) -> None:
        """Begin to teach."""
        self.play(surface(self.now_s, "learn", 1))
        self.said()


def turned(events: Iterable[InputEvent]) -> list[tuple[float, str, object]]:
    """Turns that MIDI made."""
    return [
        (event.time_s, event.address.removeprefix(f"{ROOT}/"), event.value)
        for event in events
        if isinstance(event, ControlTurn) and event.source == "midi"
    ]


def surface(time_s: float, name: str, value: float | int | str) -> ControlTurn:
    """A control turned on a surface."""
    return ControlTurn(time_s, f"{ROOT}/{name}", value, "osc")


def touch(time_s: float, name: str) -> ControlTouch:
    """A finger laid on a control."""
    return ControlTouch(time_s, f"{ROOT}/{name}")


def key(time_s: float, pitch: int, length_s: float = 0.1, channel: int = 0) -> list[SourceEvent]:
    """A key struck and let go."""
    return [NoteOn(time_s, pitch, 90, channel), NoteOff(time_s + length_s, pitch, channel)]


def press(time_s: float, number: int, length_s: float = 0.1) -> list[SourceEvent]:
    """A momentary switch pressed and let go."""
    return [Controller(time_s, number, 127), Controller(time_s + length_s, number, 0)]
