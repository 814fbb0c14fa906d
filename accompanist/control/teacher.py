"""MIDI learn: a control is touched, a knob, key or pedal is moved, and turns it from then on.

While the parameter ``learn`` is on, a control that is touched or turned on a surface, or named by a
script, is what is taught; it keeps its value, but for panic and stop, which always work. Touched
again it is forgotten by whatever turned it. A fader that is dragged sends many turns: these are one
touch, as is what follows within `AGAIN_S`; one that is touched and not dragged may send the value
that it has.
"""

from accompanist.control.controller_map import Binding
from accompanist.control.learning import Study
from accompanist.control.message import Message
from accompanist.music.parameter import Parameter

AGAIN_S = 0.3

ALWAYS_WORK = ("panic", "stop")

BEGUN = "touch a control"
ENDED = "off"


def words(parameter: Parameter) -> str:
    """A parameter's name as it is said: ``bass mute``."""
    return parameter.name.replace("_", " ").replace("/", " ")


class Teacher:
    """Who is taught what, and what is said about it.

    Attributes
    ----------
    said
        Sentences since they were last taken.
    """

    def __init__(self) -> None:
        self.said: list[str] = []
        self._target: Parameter | None = None
        self._touched_s = self._chosen_s = 0.0
        self._study: Study | None = None

    @property
    def due_s(self) -> float | None:
        """When something is found out by itself."""
        return None if self._study is None else self._study.due_s

    def begin(self) -> None:
        """Begin to teach."""
        self._target, self._study = None, None
        self.said.append(BEGUN)

    def end(self) -> None:
        """Teach no more."""
        self._target, self._study = None, None
        self.said.append(ENDED)

    def touched(
        self, parameter: Parameter, time_s: float, *, finger: bool, drags: bool = False
    ) -> bool:
        """A control was touched, or turned; return whether it is to be forgotten.

        `finger` says that a finger was laid on it, which a turn alone does not; `drags`, that it is
        moved and may lie on it since long.
        """
        since_s = time_s - (self._chosen_s if finger else self._touched_s)
        self._touched_s = time_s
        if parameter != self._target:
            self._target, self._study, self._chosen_s = parameter, None, time_s
            self.said.append(f"move a control for {words(parameter)}")
            return False
        if drags or since_s < AGAIN_S:
            return False
        self._target, self._study = None, None
        return True

    def forgotten(self, parameter: Parameter, *, was_bound: bool) -> None:
        """Say that nothing turns a control any more."""
        was = "is forgotten" if was_bound else "is on nothing"
        self.said.append(f"{words(parameter)} {was}")

    def wants(self, message: Message) -> bool:
        """Whether a message is what is waited for."""
        if self._study is not None:
            return message == self._study.message
        return self._target is not None and message.is_learned

    def hear(
        self, message: Message, said: int, time_s: float, bound: Binding | None
    ) -> Binding | None:
        """Watch a message that is wanted; return what it turns from now on, once that is known."""
        if self._study is None:
            if self._target is None or (said == 0 and message.kind == "note"):
                return None
            self._study = Study(self._target, message, time_s, bound)
        return self._learned(self._study.hear(said, time_s))

    def pass_time(self, now_s: float) -> Binding | None:
        """Let time pass."""
        return None if self._study is None else self._learned(self._study.pass_time(now_s))

    def _learned(self, binding: Binding | None) -> Binding | None:
        if binding is None or self._target is None:
            return None
        self.said.append(f"{words(self._target)} is on {described(binding, self._target)}")
        self._target, self._study = None, None
        return binding


def described(binding: Binding, parameter: Parameter) -> str:
    """What turns a parameter, in words."""
    if binding.long == parameter:
        return f"{binding.message.written}, held"
    if binding.encoder:
        return f"{binding.message.written}, an encoder"
    if binding.switch == "latching":
        return f"{binding.message.written}, a latching switch"
    return binding.message.written
