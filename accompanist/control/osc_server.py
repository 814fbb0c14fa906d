"""The parameter tree over OSC: surfaces turn the controls, and see what the band hears.

Values are in natural units: shares 0–1 as floats, toggles and counts as integers, choices by name;
a trigger may come without a value. `/accompanist/sync` asks for everything at once,
`/accompanist/subscribe PORT` chooses where answers go, and `ADDRESS/touch 1` holds back the echo of
a control until `ADDRESS/touch 0`. While `learn` is on, a touch names the control that is taught,
and so does `/accompanist/learn/target NAME`. One thread talks to the surfaces; nobody ever waits
for it.
"""

import threading
from collections import deque
from collections.abc import Callable

from accompanist.control.lamps import with_lamps
from accompanist.control.osc_socket import OscSocket
from accompanist.control.shown import (
    Arguments,
    Display,
    shown_before_the_first_section,
    shown_defaults,
)
from accompanist.control.surfaces import Place, Surface, Surfaces
from accompanist.music.events import ControlTouch, ControlTurn
from accompanist.music.parameter import ROOT, Value
from accompanist.music.parameters import PARAMETERS

PORT = 8000
MOST_WAITING = 1024
"""Turns that may wait for the band; further ones are dropped and counted."""

_SYNC = f"{ROOT}/sync"
_SUBSCRIBE = f"{ROOT}/subscribe"
_TARGET = f"{ROOT}/learn/target"
_TOUCH = "/touch"
_PARAMETERS = {parameter.address: parameter for parameter in PARAMETERS}


class OscServer:
    """Serves `PARAMETERS` and `FEEDBACK` on a UDP port until it is closed.

    Parameters
    ----------
    port
        UDP port that surfaces send to; 0 for any free one.
    lan
        Whether other machines may reach it; only this machine unless true.
    now_s
        Engine clock, read when a turn comes in.

    Raises
    ------
    ControlError
        If the port is taken, or pyliblo3 is missing.

    Attributes
    ----------
    refused
        Messages for no parameter, or with a value that does not fit.
    dropped
        Turns lost because nobody took those before them.
    """

    def __init__(self, port: int = PORT, lan: bool = False, *, now_s: Callable[[], float]) -> None:
        self.refused = 0
        self.dropped = 0
        self._now_s = now_s
        self._turns: deque[ControlTurn | ControlTouch] = deque()
        self._display = Display()
        self._surfaces = Surfaces()
        self._values = with_lamps(shown_defaults() | shown_before_the_first_section())
        self._fresh: dict[str, Arguments] = {}
        self._closing = False
        self._socket = OscSocket(port, lan)
        self._thread = threading.Thread(target=self._serve, name="osc", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port in use."""
        return self._socket.port

    @property
    def ignored(self) -> int:
        """Datagrams that held no control message."""
        return self._socket.ignored

    @property
    def unsent(self) -> int:
        """Messages that could not be sent to a surface."""
        return self._socket.unsent

    def poll(self) -> list[ControlTurn | ControlTouch]:
        """Turns since the last call, oldest first; never blocks."""
        return [self._turns.popleft() for _ in range(len(self._turns))]

    def take(self, until_s: float) -> tuple[ControlTurn | ControlTouch, ...]:
        """Turns not given yet that came in at or before `until_s`; never blocks."""
        taken = []
        while self._turns and self._turns[0].time_s <= until_s:
            taken.append(self._turns.popleft())
        return tuple(taken)

    def show(self, announcement: object) -> None:
        """Let every surface see a parameter's new value, or what was heard; never blocks."""
        messages = with_lamps(self._display.messages(announcement))
        if not messages:
            return
        self._fresh.update(messages)
        self._socket.ring()

    def close(self) -> None:
        """Stop serving and give the port back."""
        self._closing = True
        self._socket.ring()
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while not self._closing:
            self._socket.wait()
            self._socket.receive(self._hear)
            self._spread()

    def _spread(self) -> None:
        # No lock: an entry that is replaced meanwhile is taken as it is, or the next time.
        for address in list(self._fresh):
            arguments = self._fresh.pop(address)
            if address not in _PARAMETERS and self._values.get(address) == arguments:
                continue
            self._values[address] = arguments
            for surface in self._surfaces:
                self._tell(surface, address)

    def _tell(self, surface: Surface, address: str) -> None:
        if address in self._values and address not in surface.held:
            self._socket.send(surface.place, address, self._values[address])

    def _tell_everything(self, surface: Surface) -> None:
        for address in self._values:
            self._tell(surface, address)

    def _hear(self, address: str, arguments: list[Value], sender: Place) -> None:
        if address == _SUBSCRIBE:
            self._subscribe(arguments, sender)
            return
        surface, is_new = self._surfaces.met(sender)
        if is_new or address == _SYNC:
            self._tell_everything(surface)
        if address == _SYNC:
            return
        if address == _TARGET:
            self._name(arguments)
        elif address.endswith(_TOUCH):
            self._touch(surface, address.removesuffix(_TOUCH), arguments)
        else:
            self._turn(surface, address, arguments)

    def _subscribe(self, arguments: list[Value], sender: Place) -> None:
        try:
            surface = self._surfaces.subscribe(sender, int(arguments[0]))
        except (ValueError, OverflowError, IndexError):
            self.refused += 1
            return
        self._tell_everything(surface)

    def _touch(self, surface: Surface, address: str, arguments: list[Value]) -> None:
        if address not in _PARAMETERS or not arguments:
            self.refused += 1
        elif arguments[0]:
            surface.held.add(address)
            self._queue(ControlTouch(self._now_s(), address))
        else:
            surface.held.discard(address)
            self._tell(surface, address)

    def _name(self, arguments: list[Value]) -> None:
        """Take the control that a script wants taught, by its name."""
        address = f"{ROOT}/{arguments[0]}" if arguments else ""
        if address in _PARAMETERS:
            self._queue(ControlTouch(self._now_s(), address))
        else:
            self.refused += 1

    def _turn(self, surface: Surface, address: str, arguments: list[Value]) -> None:
        parameter = _PARAMETERS.get(address)
        is_trigger = parameter is not None and parameter.kind == "trigger"
        try:
            if parameter is None or not (arguments or is_trigger):
                raise ValueError
            value = parameter.checked(arguments[0] if arguments else 1)
        except ValueError:
            self.refused += 1
            self._tell(surface, address)
            return
        if is_trigger and not value:
            return  # a button's way up
        self._queue(ControlTurn(self._now_s(), address, value, "osc"))

    def _queue(self, turn: ControlTurn | ControlTouch) -> None:
        if len(self._turns) >= MOST_WAITING:
            self.dropped += 1
        else:
            self._turns.append(turn)
