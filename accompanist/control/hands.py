"""Hands and feet: what a controller sends becomes turns of parameters, all else stays music.

Events of every source pass in order of time, before the engine hears them. A message that is bound
turns its parameter and is not heard as music, and neither is the release of a key whose stroke was
not. The key after ``input/learn_split`` becomes the split, and no note. Programs and controllers
that nobody asked for go no further.

The same events give the same turns, live and offline: nothing here asks for the time, and what a
turn sets is known at once, before the engine takes it.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import replace

from accompanist.control.bound import Bound, Turn
from accompanist.control.controller_map import Binding, ControllerMap
from accompanist.control.message import SUSTAIN, Message, said_by
from accompanist.control.teacher import ALWAYS_WORK, Teacher
from accompanist.music.band import LearnSaid
from accompanist.music.events import (
    FOOT_CONTROLLERS,
    PARAMETER_CONTROLLERS,
    Attack,
    ClockTick,
    Controller,
    ControlTouch,
    ControlTurn,
    InputEvent,
    MidiEvent,
    NoteOff,
    NoteOn,
    ProgramChange,
    SoundEvent,
    SourceEvent,
    Transport,
)
from accompanist.music.parameter import ROOT, Parameter, Value
from accompanist.music.parameter_values import ParameterValues
from accompanist.music.parameters import PARAMETERS

MOST_SAID = 64
CHANNELS = 16

NEVER_S = float("inf")

_HEARD = frozenset((*FOOT_CONTROLLERS, *PARAMETER_CONTROLLERS))
_NOBODYS = ("midi", "song", "file", "memory")
_PARAMETERS = {parameter.address: parameter for parameter in PARAMETERS}
_LEARN, _LOCK, _SPLIT = (_PARAMETERS[f"{ROOT}/{name}"] for name in ("learn", "lock", "input/split"))


class Hands:
    """Steers parameters by what a controller sends.

    Parameters
    ----------
    values
        How everything is set at present, as the engine keeps it.

    Attributes
    ----------
    maps
        Whose controls turn what; the first is the performer's own device, which learns.
    """

    def __init__(self, values: ParameterValues) -> None:
        self.maps: tuple[ControllerMap, ...] = ()
        self._values = values
        self._teacher = Teacher()
        self._said: deque[LearnSaid] = deque(maxlen=MOST_SAID)
        self._bound: dict[Message, Bound] = {}
        self._waiting: list[Bound] = []
        self._taught: set[str] = set()
        self._turned: dict[str, tuple[float, Value]] = {}
        self._silent: set[Message] = set()
        self._wants_split = False
        self._out: list[InputEvent] = []
        self._reached_s = 0.0
        self.use(())

    def use(self, maps: Sequence[ControllerMap]) -> None:
        """Let these devices steer; without any, one of no name can still be taught."""
        self.maps = tuple(maps) or (ControllerMap(""),)
        before, self._bound = self._bound, {}
        for place, each in enumerate(self.maps):
            for binding in each.bindings:
                bound = Bound(binding, place, each.takeover)
                was = before.get(binding.message, bound)
                if (was.binding, was.takeover) == (binding, bound.takeover):
                    was.place, bound = place, was
                self._bound.setdefault(binding.message, bound)
        self._waiting = [bound for bound in self._waiting if bound in self._bound.values()]

    def silent_keys(self) -> Iterable[tuple[int, int]]:
        """Channel and pitch of every key that steers, and is not to sound."""
        for message in self._bound:
            if message.kind == "note" and message.number is not None:
                yield from ((channel, message.number) for channel in _channels(message))

    def silent_pedals(self) -> Iterable[int]:
        """Channels whose sustain pedal steers."""
        for message in self._bound:
            if (message.kind, message.number) == ("CC", SUSTAIN):
                yield from _channels(message)

    def take_taught(self) -> list[ControllerMap]:
        """Maps that learning changed since they were last asked for."""
        changed = [each for each in self.maps if each.device in self._taught]
        self._taught.clear()
        return changed

    def take_said(self) -> list[LearnSaid]:
        """What learning said since it was last asked."""
        said = list(self._said)
        self._said.clear()
        return said

    def steer(
        self, events: Iterable[SourceEvent], now_s: float, reached_s: float
    ) -> list[InputEvent]:
        """Return what the engine is to hear of events up to `now_s`; it has reached `reached_s`."""
        self._reached_s = reached_s
        taken = [address for address, (at_s, _) in self._turned.items() if at_s < reached_s]
        for address in taken:
            del self._turned[address]
        for event in events:
            self._pass_time(event.time_s)
            self._hear(event)
        self._pass_time(now_s)
        heard, self._out = self._out, []
        return heard

    def _hear(self, event: SourceEvent) -> None:
        if isinstance(event, ControlTouch):
            self._feel(event)
        elif isinstance(event, ControlTurn):
            self._see(event)
        elif isinstance(event, ClockTick | Transport | SoundEvent):
            self._out.append(event)
        elif self._steers(event) or isinstance(event, ProgramChange):
            return
        elif not isinstance(event, Controller) or event.number in _HEARD:
            self._out.append(event)

    def _feel(self, touch: ControlTouch) -> None:
        parameter = _PARAMETERS.get(touch.address)
        if parameter is not None and self._is_learning:
            self._touch(parameter, touch.time_s, finger=True)

    def _see(self, turn: ControlTurn) -> None:
        """Pass on a turn of somebody else's; while learning it only names what is taught."""
        parameter = _PARAMETERS.get(turn.address)
        if parameter is None:
            self._out.append(turn)
        elif turn.source in _NOBODYS or parameter.name == "learn" or not self._is_learning:
            self._out.append(turn)
            self._note(parameter, turn.value, turn.time_s)
        else:
            moves = turn.value != self._present(parameter)
            drags = moves and parameter.kind in ("share", "integer")
            self._touch(parameter, turn.time_s, finger=False, drags=drags)
            if parameter.name in ALWAYS_WORK:
                self._out.append(turn)
            elif parameter.kind != "trigger":
                # Said again, so that the surface shows what stands.
                self._out.append(replace(turn, value=self._present(parameter)))

    def _steers(self, event: MidiEvent | ProgramChange | Attack) -> bool:
        """Whether an event steers; then that is done, and it is no music."""
        said = said_by(event)
        if said is None:
            return False
        message, value = said
        if isinstance(event, NoteOff):
            if message not in self._silent:
                return False
            self._silent.remove(message)
            self._use(message, value, event)
            return True
        steers = self._use(message, value, event)
        if steers and isinstance(event, NoteOn):
            self._silent.add(message)
        return steers

    def _use(self, message: Message, value: int, event: SourceEvent) -> bool:
        bound = next((self._bound[m] for m in message.wider() if m in self._bound), None)
        time_s = event.time_s
        if self._is_learning and self._teacher.wants(message):
            present = None if bound is None else bound.binding
            learned = self._teacher.hear(message, value, time_s, present)
            self._learn(learned, time_s)
        elif bound is not None:
            self._act(bound, bound.hear(message, value, time_s, self._present), time_s)
        elif self._wants_split and isinstance(event, NoteOn):
            self._wants_split = False
            self._turn(_SPLIT, event.pitch, time_s)
        else:
            return False
        return True

    def _act(self, bound: Bound, turns: list[Turn], time_s: float) -> None:
        """Turn what a binding turns, and remember it if something is to come of it by itself."""
        for parameter, value in turns:
            self._turn(parameter, value, time_s)
        if bound in self._waiting:
            self._waiting.remove(bound)
        if bound.due_s is not None:
            self._waiting.append(bound)

    def _pass_time(self, until_s: float) -> None:
        """Let happen what happens by itself: long presses, bounces settled, lessons learned."""
        while True:
            first = min(self._waiting, key=_due_s, default=None)
            due_s = NEVER_S if first is None else _due_s(first)
            found_s = self._teacher.due_s
            if found_s is not None and found_s <= min(due_s, until_s):
                self._learn(self._teacher.pass_time(found_s), found_s)
            elif first is not None and due_s <= until_s:
                self._act(first, first.pass_time(due_s, self._present), due_s)
            else:
                return

    def _turn(self, parameter: Parameter, value: Value, time_s: float) -> None:
        self._out.append(ControlTurn(time_s, parameter.address, value, "midi"))
        self._note(parameter, value, time_s)

    def _note(self, parameter: Parameter, value: Value, time_s: float) -> None:
        """See what a turn sets before the engine takes it, unless the lock refuses it."""
        if parameter.lockable and self._present(_LOCK):
            return
        try:
            value = parameter.checked(value)
        except ValueError:
            return
        if parameter.kind != "trigger":
            self._turned[parameter.address] = (max(time_s, self._reached_s), value)
        elif parameter.name == "input/learn_split" and value:
            self._wants_split = True
        if parameter.name == "learn":
            (self._teacher.begin if value else self._teacher.end)()
            self._say(time_s)

    def _present(self, parameter: Parameter) -> Value:
        turned = self._turned.get(parameter.address)
        return self._values[parameter.name] if turned is None else turned[1]

    @property
    def _is_learning(self) -> bool:
        return bool(self._present(_LEARN)) and not self._present(_LOCK)

    def _touch(
        self, parameter: Parameter, time_s: float, *, finger: bool, drags: bool = False
    ) -> None:
        if self._teacher.touched(parameter, time_s, finger=finger, drags=drags):
            freed = [each.without(parameter) for each in self.maps]
            changed = {each.device for each in freed if each not in self.maps}
            self._teacher.forgotten(parameter, was_bound=bool(changed))
            self._taught |= changed
            self.use(freed)
        self._say(time_s)

    def _learn(self, binding: Binding | None, time_s: float) -> None:
        if binding is not None:
            known = next(
                (self._bound[m] for m in binding.message.wider() if m in self._bound), None
            )
            place = 0 if known is None else known.place
            learned = self.maps[place].bound(binding)
            self._taught.add(learned.device)
            self.use((*self.maps[:place], learned, *self.maps[place + 1 :]))
        self._say(time_s)

    def _say(self, time_s: float) -> None:
        self._said.extend(LearnSaid(time_s, what) for what in self._teacher.said)
        self._teacher.said.clear()


def _channels(message: Message) -> Iterable[int]:
    return range(CHANNELS) if message.channel is None else (message.channel,)


def _due_s(bound: Bound) -> float:
    return NEVER_S if bound.due_s is None else bound.due_s
