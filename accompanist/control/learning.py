"""What a knob, key or pedal is, found out from how it is moved while it is taught what to turn.

A key, a pad or a program is known at once. A controller is watched for half a second: what it says
tells a knob with ends from one without and from a button. A button that is not let go within a
second and a half is a switch that latches. A switch or a key that already has a job is given a
second one if it is pressed for long.
"""

from dataclasses import replace

from accompanist.control.controller_map import SHARE_STEP, Binding
from accompanist.control.message import Message
from accompanist.control.switch import LONG_S
from accompanist.control.takeover import MOST, encoder_like
from accompanist.music.parameter import Parameter

WATCHED_S, LATCHES_S = 0.5, 1.5
MOST_WATCHED = 12
FEW = 3
"""So many equal words within the time watched come from no button."""

_PRESSED = ("trigger", "toggle")


class Study:
    """One message being watched.

    Parameters
    ----------
    target
        What it is to turn.
    message
        The message.
    time_s
        When it came first.
    bound
        What it turned until now.
    """

    def __init__(
        self, target: Parameter, message: Message, time_s: float, bound: Binding | None
    ) -> None:
        self.target = target
        self.message = message
        self._began_s = time_s
        self._bound = bound
        self._said: list[int] = []
        self._looks_s = [time_s + after_s for after_s in (WATCHED_S, LONG_S, LATCHES_S)]

    @property
    def due_s(self) -> float:
        """When it is looked at next."""
        return self._looks_s[0]

    def hear(self, said: int, time_s: float) -> Binding | None:
        """Take what it says, 0–127; return what it turns from now on, once that is known."""
        self._said.append(said)
        return self._verdict(time_s)

    def pass_time(self, now_s: float) -> Binding | None:
        """Let time pass up to when it is looked at; return what it turns, once that is known."""
        self._looks_s = [at_s for at_s in self._looks_s if at_s > now_s] or [now_s + LATCHES_S]
        return self._verdict(now_s)

    def _verdict(self, now_s: float) -> Binding | None:
        plain = Binding(self.target, self.message)
        if self.message.kind == "program":
            is_any = self.target.kind in ("choice", "integer")
            number = None if is_any else self.message.number
            return replace(plain, message=replace(self.message, number=number))
        after_s, has_job = now_s - self._began_s + 1e-9, self._has_a_job()
        is_let_go = self._said[0] > 0 and self._said[-1] == 0
        if self.message.kind == "CC" and not self._is_button():
            if after_s < WATCHED_S and len(self._said) < MOST_WATCHED:
                return None
            return self._knob(plain)
        if is_let_go or (self.message.kind == "note" and not has_job):
            return self._button(plain, "momentary")
        if has_job and after_s >= LONG_S and self._said[-1] > 0:
            assert self._bound is not None
            return replace(self._bound, long=self.target)
        return self._button(plain, "latching") if after_s >= LATCHES_S else None

    def _is_button(self) -> bool:
        """Whether all it says is that it is down or up."""
        said = set(self._said)
        return said <= {0, MOST} and (len(said) > 1 or len(self._said) < FEW)

    def _has_a_job(self) -> bool:
        """Whether a long press can be a second one."""
        bound = self._bound
        if bound is None or bound.parameter == self.target or bound.is_knob or bound.hold:
            return False
        return bound.switch == "momentary"

    def _button(self, plain: Binding, switch: str) -> Binding:
        if plain.message.kind == "note" or self.target.kind in _PRESSED:
            return replace(plain, switch=switch)
        step = SHARE_STEP if self.target.kind == "share" else 1.0
        return replace(plain, switch=switch, step=step)

    def _knob(self, plain: Binding) -> Binding:
        if self.target.kind in _PRESSED:
            return plain
        return replace(plain, encoder=encoder_like(self._said))
