"""Who may steer from another machine: hosts that were named, and those that have paired.

A host pairs by sending the gig's code to `/accompanist/pair`, as a number or a text, all at once or
digit by digit from a keypad; from then on it is a guest until the gig ends. The list lies in shared
memory, where the receiver reads it, and outlives whoever writes it.
"""

import hashlib
import secrets
import socket
from collections import OrderedDict
from collections.abc import Iterable

from accompanist.control.errors import ControlError
from accompanist.dsp.guest_list import CODE, COUNT, GUESTS, MOST_GUESTS
from accompanist.dsp.immediate import Words
from accompanist.dsp.osc_message import Argument
from accompanist.music.parameter import ROOT

PAIR = f"{ROOT}/pair"
DIGITS = 6

_MOST_KNOCKING = 32
MOST_DIGITS = 60
"""A host that has said so many and is no guest yet is not listened to any more."""


class Guests:
    """The guest list.

    Parameters
    ----------
    words
        Where it lies.
    """

    def __init__(self, words: Words) -> None:
        self._words = words
        self._said: OrderedDict[str, str] = OrderedDict()

    @property
    def code(self) -> str:
        """What a surface says to pair; empty while none is let in that way."""
        code = int(self._words[CODE])
        return str(code) if code else ""

    def open(self, word: str) -> str:
        """Let surfaces pair by a code that a secret word always gives; return it."""
        first = 10 ** (DIGITS - 1)
        number = int.from_bytes(hashlib.sha256(word.encode()).digest(), "big")
        self._words[CODE] = first + number % (9 * first)
        return self.code

    def admit(self, hosts: Iterable[str]) -> None:
        """Put hosts on the list, by address or name.

        Raises
        ------
        ControlError
            If a name is unknown, or there are too many.
        """
        for host in hosts:
            try:
                address = socket.gethostbyname(host)
            except (OSError, UnicodeError) as error:
                raise ControlError(
                    f"--allow {host} is no machine known here; give its address, such as "
                    "192.168.1.20"
                ) from error
            if not self._admit(address):
                raise ControlError(f"--allow takes {MOST_GUESTS} machines at most; name fewer")

    def knock(self, host: str, address: str, arguments: list[Argument]) -> bool:
        """Hear a stranger out; whether it has become a guest by that."""
        if address != PAIR or not arguments or not self.code:
            return False
        said = self._said.pop(host, "")
        if len(said) < MOST_DIGITS:
            said += "".join(filter(str.isdecimal, _as_text(arguments[0])))[:DIGITS]
        self._said[host] = said
        if len(self._said) > _MOST_KNOCKING:
            self._said.popitem(last=False)
        if len(said) > MOST_DIGITS or not secrets.compare_digest(said[-DIGITS:], self.code):
            return False
        del self._said[host]
        return self._admit(host)

    def _admit(self, address: str) -> bool:
        number = int.from_bytes(socket.inet_aton(address), "big")
        count = int(self._words[COUNT])
        if number in self._words[GUESTS : GUESTS + count]:
            return True
        if count >= MOST_GUESTS:
            return False
        self._words[GUESTS + count] = number
        self._words[COUNT] = count + 1
        return True


def _as_text(argument: Argument) -> str:
    """A number of a fader or button as it would be written."""
    is_whole = isinstance(argument, float) and argument.is_integer()
    return str(int(argument)) if is_whole else str(argument)
