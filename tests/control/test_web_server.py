"""Pages are told everything and steer, over real sockets; strangers and floods get nowhere."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from accompanist.control.errors import ControlError
from accompanist.control.shown import shown_defaults
from accompanist.control.turns import MOST_WAITING
from accompanist.control.web_page import MOST_A_SECOND
from accompanist.control.web_server import LARGEST_BYTES, MOST_PAGES, MOST_STRANGERS, StageView
from accompanist.music.band import ControlTaken
from accompanist.music.chord import Chord
from accompanist.music.events import ControlTurn
from accompanist.music.heard import ChordExpected, KeyHeard, MetreHeard, StateHeard
from accompanist.music.key import Key
from accompanist.music.metre import Metre
from accompanist.music.parameters import FEEDBACK, PARAMETERS
from accompanist.music.section import SectionBegun
from tests.conftest import poll

NOW_S = 12.5
LOOPBACK = "127.0.0.1"


@pytest.fixture
def view() -> Iterator[StageView]:
    serving = StageView(0, now_s=lambda: NOW_S)
    yield serving
    serving.close()


@pytest.fixture
def page(view) -> Iterator["Page"]:
    with Page(view) as page:
        yield page


class Page:
    """What the page in a browser does, without a browser."""

    def __init__(self, view: StageView, query: str = "", **headers: str) -> None:
        own = f"{LOOPBACK}:{view.port}"
        self._open = ExitStack()
        self.socket = self._open.enter_context(
            connect(
                f"ws://{own}/turns{query}",
                origin=headers.get("origin", f"http://{own}"),
                compression=None,
                close_timeout=0.2,
            )
        )
        self.values: dict[str, list] = {}
        self.tree = self.listen()["tree"]

    def __enter__(self) -> "Page":
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def listen(self) -> dict:
        said = json.loads(self.socket.recv(timeout=10))
        self.values.update(said["values"])
        return said

    def turn(self, name: str, value: object) -> None:
        self.socket.send(json.dumps([f"/accompanist/{name}", value]))

    def wait_for(self, name: str, *values: object) -> None:
        while self.values.get(f"/accompanist/{name}") != list(values):
            self.listen()


def turns(view: StageView, count: int = 1) -> list[ControlTurn]:
    taken: list[ControlTurn] = []
    poll(lambda: taken.extend(view.take(NOW_S)) or len(taken) >= count, what="a turn")
    return taken


def taken(name: str, value: float | int | str) -> ControlTaken:
    return ControlTaken(0.0, f"/accompanist/{name}", value, "osc")


def asked(view: StageView, request: str) -> str:
    """Answer to a request in plain HTTP."""
    with socket.create_connection((LOOPBACK, view.port), timeout=10) as client:
        client.sendall(request.replace("\n", "\r\n").encode())
        answer = b""
        while chunk := client.recv(65536):
            answer += chunk
    return answer.decode()


def mute_page(view: StageView) -> socket.socket:
    """A page that opens its WebSocket and then neither listens nor answers."""
    own = f"{LOOPBACK}:{view.port}"
    lines = (
        "GET /turns HTTP/1.1",
        f"Host: {own}",
        f"Origin: http://{own}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    )
    client = socket.create_connection((LOOPBACK, view.port))
    client.sendall("".join(f"{line}\r\n" for line in (*lines, "")).encode())
    return client


def status(view: StageView, path: str = "/", host: str = LOOPBACK) -> str:
    return asked(view, f"GET {path} HTTP/1.1\nHost: {host}\n\n").split(" ", 2)[1]


def test_a_browser_that_asks_gets_the_page_and_may_load_nothing_else(view):
    answer = asked(view, f"GET / HTTP/1.1\nHost: {LOOPBACK}:{view.port}\n\n")
    head, _, body = answer.partition("\r\n\r\n")

    assert head.startswith("HTTP/1.1 200 OK")
    assert "default-src 'none'" in head
    assert "frame-ancestors 'none'" in head
    assert body.startswith("<!doctype html>")
    assert body.rstrip().endswith("</html>")


def test_the_page_names_no_parameter_list_and_no_other_server(view):
    body = asked(view, f"GET / HTTP/1.1\nHost: {LOOPBACK}\n\n")

    assert "/accompanist/" not in body
    assert "https://" not in body
    assert "http://" not in body


def test_a_page_is_told_the_whole_tree_and_all_values_at_once(page):
    assert [p["address"] for p in page.tree["parameters"]] == [p.address for p in PARAMETERS]
    assert [f["address"] for f in page.tree["feedback"]] == [f.address for f in FEEDBACK]
    shown = {address: [v for _, v in said] for address, said in shown_defaults().items()}
    waiting = {"section": ["waiting"], "variation": ["B"], "turn": ["both"]}
    heard = {f"/accompanist/heard/{name}": said for name, said in waiting.items()}
    assert page.values == shown | heard


def test_a_turn_is_stamped_with_the_engine_clock_and_where_it_came_from(view, page):
    page.turn("density", 0.25)
    assert turns(view) == [ControlTurn(NOW_S, "/accompanist/density", 0.25, "web")]


def test_turns_are_taken_in_order_once_and_not_before_their_time(view, page):
    for share in (0.0, 0.5, 1.0):
        page.turn("bass/level", share)
    poll(lambda: len(view._turns._waiting) == 3, what="three turns")
    assert view.take(NOW_S - 0.1) == ()
    assert [turn.value for turn in turns(view, 3)] == [0.0, 0.5, 1.0]
    assert view.take(NOW_S) == ()


def test_values_are_clamped_to_their_range(view, page):
    page.turn("ending_bars", 1000)
    assert turns(view)[0].value == 64


def test_every_page_sees_what_one_of_them_or_anybody_else_turned(view, page):
    with Page(view) as other:
        view.show(taken("style", "jazz"))
        for each in (page, other):
            each.wait_for("style", "jazz")


def test_a_page_that_comes_later_is_told_what_was_heard_before(view, page):
    view.show(KeyHeard(1.0, Key(2, "minor"), 0.9))
    view.show(ChordExpected(1.0, 1.5, Chord(7, "7"), 0.5))
    view.show(SectionBegun(1.0, 1.1, "fill", "pop", "C"))
    view.show(MetreHeard(1.0, Metre(3)))
    page.wait_for("heard/metre", 3)
    with Page(view) as latecomer:
        assert latecomer.values["/accompanist/heard/key"] == ["D minor"]
        assert latecomer.values["/accompanist/heard/chord_expected"] == ["G:7", 0.5]
        assert latecomer.values["/accompanist/heard/section"] == ["fill"]
        assert latecomer.values["/accompanist/heard/variation"] == ["C"]


def test_what_did_not_change_is_not_said_twice(view, page):
    view.show(StateHeard(1.0, "locked"))
    page.wait_for("heard/state", "locked")
    view.show(StateHeard(1.0, "locked"))
    view.show(taken("bass/mute", 1))
    said = {}
    while "/accompanist/bass/mute" not in said:
        said |= page.listen()["values"]
    assert "/accompanist/heard/state" not in said


def test_a_page_hears_something_even_where_nothing_is_new(page):
    began_s = time.monotonic()
    assert page.listen()["values"] == {}
    assert time.monotonic() - began_s < 3.0


def test_a_value_that_does_not_fit_is_answered_with_the_one_that_holds(view, page):
    page.turn("style", "polka")
    said = page.listen()["values"]
    assert said == {"/accompanist/style": ["pop"]}
    assert view.refused == 1
    assert view.take(NOW_S) == ()


@pytest.mark.parametrize(
    "message",
    [
        "",
        "noise",
        "[" * LARGEST_BYTES,
        "[]",
        "7",
        '"ab"',
        '[["/accompanist/tap"], 1]',
        '["/accompanist/nothing", 1]',
        '["/accompanist/heard/tempo", 120]',
        '["/accompanist/density", NaN]',
        '["/accompanist/density", null]',
        '["/accompanist/density", {}]',
        '["/accompanist/style", ["jazz"]]',
        f'["/accompanist/density", 1{"0" * 400}]',
        b"\xff\xfe",
        b"",
    ],
)
def test_what_makes_no_sense_is_refused_and_counted_and_the_next_turn_is_heard(view, page, message):
    page.socket.send(message)
    page.turn("bass/mute", 1)
    assert [turn.address for turn in turns(view)] == ["/accompanist/bass/mute"]
    assert view.refused == 1


def test_a_page_that_says_too_much_at_once_is_closed_and_nobody_else_notices(view, page):
    with Page(view) as rude:
        rude.socket.send("x" * (LARGEST_BYTES + 1))
        with pytest.raises(ConnectionClosed):
            while True:
                rude.listen()
    page.turn("bass/mute", 1)
    assert turns(view)


def test_a_flood_is_counted_and_dropped_while_another_page_steers(view, page):
    with Page(view) as rude:
        for share in range(3 * MOST_A_SECOND):
            rude.turn("density", share / 10_000)
        poll(lambda: view.dropped, what="the first drop")
        page.turn("bass/mute", 1)
        heard: list[ControlTurn] = []
        poll(
            lambda: (
                heard.extend(view.take(NOW_S))
                or any(turn.address == "/accompanist/bass/mute" for turn in heard)
            ),
            what="the mute",
        )
    assert len(heard) < 2 * MOST_A_SECOND


def test_turns_nobody_takes_are_dropped_and_counted(view):
    for _ in range(3):
        with Page(view) as page:
            for _ in range(MOST_A_SECOND):
                page.turn("tap", 1)
            page.turn("style", "polka")
            page.wait_for("style", "pop")
            poll(lambda: view.refused or view.dropped, what="the last message")
    poll(lambda: view.dropped >= 3 * MOST_A_SECOND - MOST_WAITING, what="drops")
    assert len(view.take(NOW_S)) == MOST_WAITING


def test_a_page_that_never_listens_costs_others_nothing(view, page):
    with mute_page(view):
        poll(lambda: len(view._pages) == 2, what="the other page")
        began_s = time.monotonic()
        for share in range(5_000):
            view.show(taken("density", share / 10_000))
        view.show(taken("style", "jazz"))
        page.wait_for("style", "jazz")
        assert page.values["/accompanist/density"] == [0.4999]
        assert time.monotonic() - began_s < 5.0


def test_a_page_that_does_not_answer_is_let_go(view, monkeypatch):
    monkeypatch.setattr("accompanist.control.web_server.PATIENCE_S", 0.2)
    other = StageView(0, now_s=lambda: NOW_S)
    try:
        with mute_page(other):
            poll(lambda: other._pages, what="the page")
            poll(lambda: not other._pages, what="its end")
    finally:
        other.close()


def test_idle_and_half_said_requests_keep_nobody_out(view):
    idle = [socket.create_connection((LOOPBACK, view.port)) for _ in range(2 * MOST_STRANGERS)]
    try:
        for stranger in idle[MOST_STRANGERS:]:
            stranger.sendall(b"GET / HTTP/1.1\r\n")
        assert status(view) == "200"
        with Page(view) as page:
            assert page.values
    finally:
        for stranger in idle:
            stranger.close()


def test_one_page_too_many_is_turned_away(view):
    pages = [Page(view) for _ in range(MOST_PAGES)]
    with pytest.raises(InvalidStatus, match="503"):
        Page(view)
    pages.pop().__exit__()
    poll(lambda: len(view._pages) < MOST_PAGES, what="the free place")
    pages.append(Page(view))
    for page in pages:
        page.__exit__()


@pytest.mark.parametrize(
    ("path", "host", "code"),
    [
        ("/", "rebound.example", "403"),
        ("/", "", "403"),
        ("/", "192.168.1.20", "403"),
        ("/elsewhere", LOOPBACK, "404"),
        ("/../pyproject.toml", LOOPBACK, "404"),
        ("/turns", LOOPBACK, "403"),
    ],
)
def test_a_request_that_is_none_of_our_page_is_turned_away(view, path, host, code):
    assert status(view, path, host) == code
    assert view.turned_away == 1


@pytest.mark.parametrize(
    "request_",
    [
        "POST / HTTP/1.1\nHost: 127.0.0.1\nContent-Length: 5000000\n\n",
        "nonsense\n\n",
        f"GET / HTTP/1.1\nHost: 127.0.0.1\nX: {'x' * 20_000}\n\n",
        "GET / HTTP/1.1\n" + "X: x\n" * 500 + "\n",
        "\x16\x03\x01\x02\n\n",
    ],
)
def test_a_request_that_no_browser_makes_does_no_harm(view, request_, capfd):
    with socket.create_connection((LOOPBACK, view.port), timeout=10) as client:
        client.sendall(request_.replace("\n", "\r\n").encode())
        client.shutdown(socket.SHUT_WR)
        with suppress(ConnectionResetError):
            while client.recv(65536):
                pass
    assert status(view) == "200"
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("origin", ["http://evil.example", "null", ""])
def test_another_web_page_cannot_steer(view, origin):
    with pytest.raises(InvalidStatus, match="403"):
        Page(view, origin=origin)
    assert view.turned_away == 1


def test_other_machines_need_the_word_that_the_terminal_shows():
    view = StageView(0, "abcdefgh", now_s=lambda: NOW_S)
    try:
        assert view._socket.getsockname()[0] == "0.0.0.0"
        assert status(view, "/") == status(view, "/?pair=abcdefgi") == "403"
        assert status(view, "/?pair=abcdefgh", "192.168.1.20") == "200"
        with pytest.raises(InvalidStatus, match="403"):
            Page(view)
        with Page(view, "?pair=abcdefgh") as page:
            page.turn("tap", 1)
            assert turns(view)
    finally:
        view.close()


def test_only_this_machine_reaches_it_without_a_word(view):
    assert view._socket.getsockname()[0] == LOOPBACK


@pytest.mark.parametrize("port", [None, 70_000])
def test_a_port_that_cannot_be_had_is_refused_in_one_sentence(view, port):
    with pytest.raises(ControlError, match=r"^the stage view cannot .* with --stage-view PORT$"):
        StageView(port or view.port, now_s=lambda: NOW_S)


def test_a_closed_view_gives_its_port_back_at_once_and_takes_no_harm_from_being_shown_more(page):
    view = StageView(0, now_s=lambda: NOW_S)
    with Page(view):
        began_s = time.monotonic()
        view.close()
        assert time.monotonic() - began_s < 1.0
    view.show(StateHeard(1.0, "locked"))
    StageView(view.port, now_s=lambda: NOW_S).close()


def test_no_thread_and_no_socket_outlive_a_view():
    StageView(0, now_s=lambda: NOW_S).close()
    sockets = len(list(Path("/dev/fd").iterdir()))
    for _ in range(5):
        view = StageView(0, now_s=lambda: NOW_S)
        with Page(view):
            view.close()
    assert "stage view" not in [thread.name for thread in threading.enumerate()]
    poll(lambda: len(list(Path("/dev/fd").iterdir())) <= sockets, what="the last socket's end")
