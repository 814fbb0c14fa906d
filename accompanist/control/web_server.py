"""The stage view: one page for any browser that shows what the band hears, and steers it.

A page asks for ``/``, and opens a WebSocket at ``/turns``. There it is told the whole tree and all
values, then every value that changes, and says ``[address, value]`` for every control turned. One
thread serves all pages; nobody ever waits for it. Nothing is encrypted.
"""

import asyncio
import json
import logging
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from accompanist.control.errors import ControlError
from accompanist.control.shown import (
    Arguments,
    Display,
    shown_before_the_first_section,
    shown_defaults,
)
from accompanist.control.turns import Turn, Turns
from accompanist.control.web_access import WEB_PORT, address_of, is_ours, is_own_page, is_paired
from accompanist.control.web_page import WebPage
from accompanist.music.events import ControlTurn
from accompanist.music.parameters import PARAMETERS

MOST_PAGES = 16
MOST_STRANGERS = 32
"""Connections that have not said yet what they want; then the one that waited longest is closed."""

LARGEST_BYTES = 512
"""Of what a page may say at once."""

PATIENCE_S = 5.0
"""So long has a connection to say what it wants, and a page to answer whether it is there."""

_PAUSE_S = 0.02
_PARAMETERS = {parameter.address: parameter for parameter in PARAMETERS}
_HTML = Path(__file__).with_name("stage_view.html")
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; "
    "connect-src 'self' ws://{host}; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
_SILENT = logging.Logger("stage view", logging.CRITICAL + 1)


class StageView:
    """Serves the page on a TCP port until it is closed.

    Parameters
    ----------
    port
        Port that browsers ask; 0 for any free one.
    pairing
        Word that an address must carry; with one, other machines may open the page too.
    now_s
        Engine clock, read when a turn comes in.

    Raises
    ------
    ControlError
        If the port is taken.

    Attributes
    ----------
    refused
        Messages that were not understood, or for no parameter, or with a value that does not fit.
    turned_away
        Requests that nothing was served to: unpaired, foreign, misdirected, or one page too many.
    """

    def __init__(
        self, port: int = WEB_PORT, pairing: str = "", *, now_s: Callable[[], float]
    ) -> None:
        self.refused = 0
        self.turned_away = 0
        self._flooded = 0
        self._now_s = now_s
        self._pairing = pairing
        self._turns = Turns()
        self._display = Display()
        self._values = shown_defaults() | shown_before_the_first_section()
        self._fresh: dict[str, Arguments] = {}
        self._is_rung = False
        self._pages: set[WebPage] = set()
        self._strangers: dict[ServerConnection, None] = {}
        self._html = _HTML.read_bytes()
        self._socket = _bound_socket(port, lan=bool(pairing))
        self.port: int = self._socket.getsockname()[1]
        self._closing = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="stage view", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """What a performer types into a browser."""
        return address_of(self.port, self._pairing)

    @property
    def dropped(self) -> int:
        """Turns lost because a page said too much, or nobody took those before them."""
        return self._turns.dropped + self._flooded

    def take(self, until_s: float) -> tuple[Turn, ...]:
        """Turns not given yet that came in at or before `until_s`; never blocks."""
        return self._turns.take(until_s)

    def show(self, announcement: object) -> None:
        """Let every page see a parameter's new value, or what was heard; never blocks."""
        messages = self._display.messages(announcement)
        if not messages:
            return
        self._fresh.update(messages)
        if not self._is_rung:
            self._is_rung = True
            self._call(self._spread)

    def close(self) -> None:
        """Stop serving and give the port back."""
        self._call(self._closing.set)
        self._thread.join()

    def _call(self, what: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # it is closed
            self._loop.call_soon_threadsafe(what)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        strangers = self._strangers

        class Visitor(ServerConnection):
            """A connection that is known before it has said anything."""

            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                super().connection_made(transport)
                strangers[self] = None
                if len(strangers) > MOST_STRANGERS:
                    next(iter(strangers)).transport.abort()

            def connection_lost(self, exc: Exception | None) -> None:
                strangers.pop(self, None)
                super().connection_lost(exc)

        async with serve(
            self._meet,
            sock=self._socket,
            process_request=self._admit,
            create_connection=Visitor,
            compression=None,
            server_header=None,
            open_timeout=PATIENCE_S,
            ping_interval=PATIENCE_S,
            ping_timeout=PATIENCE_S,
            close_timeout=PATIENCE_S,
            max_size=LARGEST_BYTES,
            logger=_SILENT,
        ) as server:
            await self._closing.wait()
            for visitor in [*strangers, *server.connections]:
                visitor.transport.abort()

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        """Answer everyone but a page of our own, which may open its WebSocket."""
        host, path = request.headers.get("Host", ""), urlsplit(request.path).path
        if not is_ours(host, lan=bool(self._pairing)):
            return self._turn_away(connection, HTTPStatus.FORBIDDEN, "This is not that machine.")
        if not is_paired(request.path, self._pairing):
            return self._turn_away(
                connection, HTTPStatus.FORBIDDEN, "Open the address that the terminal shows."
            )
        if path == "/":
            return self._page(host)
        if path != "/turns":
            return self._turn_away(connection, HTTPStatus.NOT_FOUND, "There is only one page.")
        if not is_own_page(request.headers.get("Origin", ""), host):
            return self._turn_away(connection, HTTPStatus.FORBIDDEN, "Another page asks.")
        if len(self._pages) >= MOST_PAGES:
            return self._turn_away(
                connection, HTTPStatus.SERVICE_UNAVAILABLE, "Too many pages; close another."
            )
        return None

    def _turn_away(self, connection: ServerConnection, status: HTTPStatus, why: str) -> Response:
        self.turned_away += 1
        return connection.respond(status, f"{why}\n")

    def _page(self, host: str) -> Response:
        headers = Headers(
            {
                **_HEADERS,
                "Content-Type": "text/html; charset=utf-8",
                "Content-Length": str(len(self._html)),
                "Content-Security-Policy": _POLICY.format(host=host),
                "Connection": "close",
            }
        )
        return Response(HTTPStatus.OK, HTTPStatus.OK.phrase, headers, self._html)

    async def _meet(self, connection: ServerConnection) -> None:
        """Talk with a page until it is gone."""
        self._strangers.pop(connection, None)
        page = WebPage(connection, self._values)
        self._pages.add(page)
        telling = asyncio.create_task(page.keep_telling())
        try:
            with suppress(ConnectionClosed):
                async for message in connection:
                    if page.may_speak():
                        self._hear(message, page)
                    else:
                        self._flooded += 1
                        await asyncio.sleep(_PAUSE_S)
        finally:
            self._pages.discard(page)
            telling.cancel()

    def _spread(self) -> None:
        # No lock: an entry that is replaced meanwhile is taken as it is, or the next time.
        self._is_rung = False
        for address in list(self._fresh):
            arguments = self._fresh.pop(address)
            if address not in _PARAMETERS and self._values.get(address) == arguments:
                continue
            self._values[address] = arguments
            for page in self._pages:
                page.tell(address, arguments)

    def _hear(self, message: str | bytes, page: WebPage) -> None:
        address = ""
        try:
            address, value = _spoken(message)
            parameter = _PARAMETERS[address]
            turn = ControlTurn(self._now_s(), address, parameter.checked(value), "web")
        except (ValueError, TypeError, LookupError, OverflowError, RecursionError):
            self.refused += 1
            if address in self._values:
                page.tell(address, self._values[address])
            return
        if turn.value or parameter.kind != "trigger":
            self._turns.add(turn)


def _spoken(message: str | bytes) -> tuple[str, Any]:
    """Address and value of a message; anything may be wrong with the value."""
    address, value = json.loads(message)
    if not isinstance(address, str):
        raise TypeError
    return address, value


def _bound_socket(port: int, *, lan: bool) -> socket.socket:
    try:
        return socket.create_server(("0.0.0.0" if lan else "127.0.0.1", port))
    except (OSError, OverflowError) as error:
        raise ControlError(
            f"the stage view cannot be served on port {port}, another program may hold it; "
            "choose another with --stage-view PORT"
        ) from error
