"""A page in a browser: what it is to be told next, and how much more it may say.

A page may be slow: what it has not been told yet is replaced by what is newer, so that no more
waits for it than there are addresses. It is told something every `HEARTBEAT_S`, if only that there
is no news, so that it knows when nobody is there any more.
"""

import asyncio
import json
import time
from contextlib import suppress
from dataclasses import asdict

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from accompanist.control.shown import Arguments
from accompanist.music.parameter import PAGES, Value
from accompanist.music.parameters import FEEDBACK, PARAMETERS

MOST_A_SECOND = 500
"""Messages of one page; ten fingers on ten faders say fewer."""

HEARTBEAT_S = 1.0


def tree() -> dict[str, object]:
    """Everything that a page is made from."""
    return {
        "pages": PAGES,
        "parameters": [{"address": p.address, **asdict(p)} for p in PARAMETERS],
        "feedback": [{"address": f.address, **asdict(f)} for f in FEEDBACK],
    }


class WebPage:
    """The band's end of a connection to a page.

    Parameters
    ----------
    connection
        An open one.
    known
        What it is told first of all, with the tree.
    """

    def __init__(self, connection: ServerConnection, known: dict[str, Arguments]) -> None:
        self._connection = connection
        self._fresh = dict(known)
        self._has_news = asyncio.Event()
        self._budget = float(MOST_A_SECOND)
        self._counted_s = time.monotonic()

    def tell(self, address: str, arguments: Arguments) -> None:
        """Let it know a value as soon as it can take it."""
        self._fresh[address] = arguments
        self._has_news.set()

    async def keep_telling(self) -> None:
        """Tell everything, then what is new whenever there is something, until it is gone."""
        with suppress(ConnectionClosed):
            await self._connection.send(json.dumps({"tree": tree(), "values": self._news()}))
            while True:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._has_news.wait(), HEARTBEAT_S)
                await self._connection.send(json.dumps({"values": self._news()}))

    def may_speak(self) -> bool:
        """Count a message, and say whether there were no more than `MOST_A_SECOND`."""
        now_s = time.monotonic()
        earned = (now_s - self._counted_s) * MOST_A_SECOND
        self._budget = min(self._budget + earned, float(MOST_A_SECOND))
        self._counted_s = now_s
        if self._budget < 1.0:
            return False
        self._budget -= 1.0
        return True

    def _news(self) -> dict[str, list[Value]]:
        self._has_news.clear()
        news, self._fresh = self._fresh, {}
        return {address: [value for _, value in said] for address, said in news.items()}
