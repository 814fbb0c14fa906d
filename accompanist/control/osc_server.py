"""The parameter tree over OSC: surfaces turn the controls, and see what the band hears.

Values are in natural units: shares 0–1 as floats, toggles and counts as integers, choices by name;
a trigger may come without a value. `/accompanist/sync` asks for everything at once,
`/accompanist/subscribe PORT` chooses where answers go, and `ADDRESS/touch 1` holds back the echo of
a control until `ADDRESS/touch 0`. While `learn` is on, a touch names the control that is taught,
and so does `/accompanist/learn/target NAME`. A surface is told everything when it is new, when it
was away, and when the band or the stage was. One on another machine is let in once it is a guest
(see `accompanist.control.guests`). One thread talks to the surfaces; nobody ever waits for it.
"""

import math
import threading
from collections.abc import Callable

from accompanist.control.guests import PAIR, Guests
from accompanist.control.lamps import with_lamps
from accompanist.control.osc_codec import Codec, codec_for
from accompanist.control.osc_port import OscPort
from accompanist.control.osc_socket import OscSocket
from accompanist.control.shown import (
    Arguments,
    Display,
    shown_before_the_first_section,
    shown_defaults,
    shown_parameter,
)
from accompanist.control.surfaces import Place, Surface, Surfaces
from accompanist.control.turns import Turn, Turns
from accompanist.dsp.osc_message import Argument
from accompanist.music.events import ControlTouch, ControlTurn
from accompanist.music.parameter import ROOT
from accompanist.music.parameter_values import ParameterValues
from accompanist.music.parameters import PARAMETERS

MOST_TURNED_AWAY = 16
"""Strangers that are told of, each once."""

_SYNC = f"{ROOT}/sync"
_SUBSCRIBE = f"{ROOT}/subscribe"
_TARGET = f"{ROOT}/learn/target"
_TOUCH = "/touch"
_PARAMETERS = {parameter.address: parameter for parameter in PARAMETERS}


class OscServer:
    """Serves `PARAMETERS` and `FEEDBACK` at a port until it is closed; the port stays open.

    Parameters
    ----------
    port
        The port, which a receiver reads.
    now_s
        Engine clock, read when a turn comes in.
    guests
        Who may steer from other machines; nobody without.
    tell
        Told, in a sentence, who was let in or turned away.
    known
        Surfaces that another server knew, as `remember` was given them.
    remember
        Given the known surfaces whenever they change.
    codec
        Who reads and says messages; liblo, where it can be had, unless given.

    Attributes
    ----------
    refused
        Messages for no parameter, or with a value that does not fit.
    strangers
        Messages of those who may not steer.
    """

    def __init__(
        self,
        port: OscPort,
        *,
        now_s: Callable[[], float],
        guests: Guests | None = None,
        tell: Callable[[str], None] | None = None,
        known: str = "",
        remember: Callable[[str], object] | None = None,
        codec: Codec | None = None,
    ) -> None:
        self.refused = 0
        self.strangers = 0
        self._now_s = now_s
        self._guests = guests
        self._told_of = tell or _nobody
        self._remember = remember or _nobody
        self._turned_away: set[str] = set()
        self._turns = Turns()
        self._display = Display()
        self._surfaces = Surfaces()
        self._surfaces.remember(known, now_s())
        self._values = with_lamps(shown_defaults() | shown_before_the_first_section())
        self._fresh: dict[str, Arguments] = {}
        self._greeting: dict[str, Arguments] = {}
        self._closing = False
        self._socket = OscSocket(port, codec or codec_for(port.outer))
        self._thread = threading.Thread(target=self._serve, name="osc", daemon=True)
        self._thread.start()

    @property
    def ignored(self) -> int:
        """Messages that were not understood."""
        return self._socket.ignored

    @property
    def unsent(self) -> int:
        """Messages that could not be sent to a surface."""
        return self._socket.unsent

    @property
    def dropped(self) -> int:
        """Turns lost because nobody took those before them."""
        return self._turns.dropped

    def poll(self) -> list[Turn]:
        """Turns since the last call, oldest first; never blocks."""
        return list(self._turns.take(math.inf))

    def take(self, until_s: float) -> tuple[Turn, ...]:
        """Turns not given yet that came in at or before `until_s`; never blocks."""
        return self._turns.take(until_s)

    def show(self, announcement: object) -> None:
        """Let every surface see a parameter's new value, or what was heard; never blocks."""
        messages = with_lamps(self._display.messages(announcement))
        if not messages:
            return
        self._fresh.update(messages)
        self._socket.ring()

    def greet(self, values: ParameterValues) -> None:
        """Tell every known surface everything, as it is set now: the band is back; never blocks."""
        lasting = [(each, value) for each, value in values if each.kind != "trigger"]
        self._greeting = {each.address: shown_parameter(each, value) for each, value in lasting}
        self._socket.ring()

    def close(self) -> None:
        """Stop serving."""
        self._closing = True
        self._socket.ring()
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while not self._closing:
            self._socket.wait()
            self._socket.receive(self._hear, self._greet)
            self._spread()
            if self._greeting:
                self._values |= with_lamps(self._greeting)
                self._greeting = {}
                self._greet()

    def _greet(self) -> None:
        for surface in self._surfaces:
            self._tell_everything(surface)

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

    def _tell_everything(self, surface: Surface, but: str = "") -> None:
        for address in self._values:
            if address != but:
                self._tell(surface, address)

    def _hear(
        self, address: str, arguments: list[Argument], sender: Place, is_stranger: bool
    ) -> None:
        if is_stranger and not self._lets_in(address, arguments, sender):
            return
        if address == _SUBSCRIBE:
            self._subscribe(arguments, sender)
            return
        surface, is_new = self._surfaces.met(sender, self._now_s())
        if is_new:
            self._remember(self._surfaces.to_text())
        if is_new or address in (_SYNC, PAIR):
            # What is being turned would jump back under the finger.
            self._tell_everything(surface, but=address.removesuffix(_TOUCH))
        if address in (_SYNC, PAIR):
            return
        if address == _TARGET:
            self._name(arguments)
        elif address.endswith(_TOUCH):
            self._touch(surface, address.removesuffix(_TOUCH), arguments)
        else:
            self._turn(surface, address, arguments)

    def _lets_in(self, address: str, arguments: list[Argument], sender: Place) -> bool:
        """Hear a stranger out, and tell once who it is that knocks."""
        self.strangers += 1
        host, _ = sender
        if self._guests is not None and self._guests.knock(host, address, arguments):
            self._told_of(f"the surface at {host} may steer now")
            return True
        is_news = host not in self._turned_away and address != PAIR
        if is_news and len(self._turned_away) < MOST_TURNED_AWAY:
            self._turned_away.add(host)
            code = self._guests.code if self._guests is not None else ""
            self._told_of(
                f"{host} wants to steer and may not; type {code} on its Setup page (or have it "
                f"send {PAIR} {code}), or start with --allow {host}"
            )
        return False

    def _subscribe(self, arguments: list[Argument], sender: Place) -> None:
        try:
            surface = self._surfaces.subscribe(sender, int(arguments[0]), self._now_s())
        except (ValueError, OverflowError, IndexError):
            self.refused += 1
            return
        self._remember(self._surfaces.to_text())
        self._tell_everything(surface)

    def _touch(self, surface: Surface, address: str, arguments: list[Argument]) -> None:
        if address not in _PARAMETERS or not arguments:
            self.refused += 1
        elif arguments[0]:
            surface.held.add(address)
            self._turns.add(ControlTouch(self._now_s(), address))
        else:
            surface.held.discard(address)
            self._tell(surface, address)

    def _name(self, arguments: list[Argument]) -> None:
        """Take the control that a script wants taught, by its name."""
        address = f"{ROOT}/{arguments[0]}" if arguments else ""
        if address in _PARAMETERS:
            self._turns.add(ControlTouch(self._now_s(), address))
        else:
            self.refused += 1

    def _turn(self, surface: Surface, address: str, arguments: list[Argument]) -> None:
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
        self._turns.add(ControlTurn(self._now_s(), address, value, "osc"))


def _nobody(_text: str) -> None:
    """Take no note."""
