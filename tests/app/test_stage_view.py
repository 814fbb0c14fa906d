"""The stage view in a real browser drives every parameter of a session and shows every state."""

import json
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from accompanist.app.assembly import assemble
from accompanist.app.demonstration import demonstration
from accompanist.app.session import Session
from accompanist.control.shown import Display
from accompanist.control.web_server import StageView
from accompanist.devices.clock import SystemClock
from accompanist.devices.recorded import RecordedInput
from accompanist.music.band import ControlTaken
from accompanist.music.chord import Chord
from accompanist.music.events import ControlTurn, InputEvent
from accompanist.music.heard import (
    BeatHeard,
    ChordExpected,
    ChordHeard,
    FeelHeard,
    InputHeard,
    KeyHeard,
    MetreHeard,
    StateHeard,
)
from accompanist.music.key import Key
from accompanist.music.metre import Metre
from accompanist.music.parameter import PAGES, Parameter, Value
from accompanist.music.parameters import FEEDBACK, PARAMETERS
from accompanist.music.section import SectionBegun
from tests.browser import Browser, Page
from tests.screen_delay import screen_delays_s

TABLET, PHONE, PHONE_SIDEWAYS, SMALL = (1024, 768), (390, 760), (760, 340), (360, 580)
SIZES = (TABLET, PHONE, PHONE_SIDEWAYS, SMALL)
WITHIN_S = 15.0
MOST_DELAY_S = 0.05

PEER = """
import sys, time
from accompanist.control.web_server import StageView
from accompanist.music.heard import KeyHeard
from accompanist.music.key import parse_key
view = StageView(int(sys.argv[1]), now_s=time.monotonic)
view.show(KeyHeard(0.0, parse_key(sys.argv[2]), 0.9))
print(view.port, flush=True)
sys.stdin.read()
"""


class OtherSurface:
    """A source that gives what is put in, as a foot or another surface would."""

    def __init__(self) -> None:
        self.turns: list[ControlTurn] = []

    def take(self, until_s: float) -> tuple[InputEvent, ...]:
        taken, self.turns = tuple(self.turns), []
        return taken


class Stage:
    """A session in real time with a stage view, and one page of it on a tablet."""

    def __init__(self, browser: Browser) -> None:
        self.clock = SystemClock(time.perf_counter_ns())
        self.view = StageView(0, now_s=self.clock.now_s)
        self.other = OtherSurface()
        self.taken: list[ControlTaken] = []
        self.session = Session(assemble(), [self.view, self.other], observers=[self.view, self])
        self.page = opened(browser, self.view.address)

    def show(self, announcement: object) -> None:
        if isinstance(announcement, ControlTaken):
            self.taken.append(announcement)

    def step_until(self, condition: Callable[[], object], what: str) -> None:
        """Let the band go on until something is so."""
        deadline_s = time.monotonic() + WITHIN_S
        while True:
            self.session.step(self.clock.now_s())
            if condition():
                return
            assert time.monotonic() < deadline_s, f"{what} did not happen"
            time.sleep(0.002)

    def turn(self, name: str, value: Value) -> None:
        """Turn a control somewhere else."""
        self.other.turns.append(
            ControlTurn(self.clock.now_s(), f"/accompanist/{name}", value, "osc")
        )

    def close(self) -> None:
        self.page.close()
        self.view.close()


def opened(browser: Browser, address: str, size: tuple[int, int] = TABLET) -> Page:
    """A page that is connected."""
    page = browser.open(address, *size)
    wait_until(lambda: page.evaluate("document.querySelectorAll('.page').length"), "the page")
    wait_until(lambda: not is_away(page), "the connection")
    return page


def wait_until(condition: Callable[[], object], what: str) -> None:
    deadline_s = time.monotonic() + WITHIN_S
    while not condition():
        assert time.monotonic() < deadline_s, f"{what} did not happen"
        time.sleep(0.01)


def turn_to(page: Page, name: str) -> None:
    """Open one of the page's own pages."""
    page.tap(f"#tabs [data-tab={name}]")
    wait_until(lambda: page.evaluate("document.body.dataset.page") == name, f"the {name} page")


def is_away(page: Page) -> bool:
    return page.evaluate("document.body.classList.contains('away')")


def shown(page: Page, selector: str) -> str:
    return page.evaluate(f"document.querySelector({json.dumps(selector)}).textContent")


def control(parameter: Parameter) -> str:
    return f'[data-address="{parameter.address}"]'


def shown_value(page: Page, parameter: Parameter) -> Value:
    """Value that a performer sees."""
    selector = json.dumps(control(parameter))
    if parameter.kind == "toggle":
        script = f"document.querySelector({selector}).ariaPressed"
        return int(page.evaluate(script) == "true")
    if parameter.kind == "choice":
        script = f"document.querySelector({selector} + ' button.on')?.dataset.option"
        return page.evaluate(script)
    return float(page.evaluate(f"document.querySelector({selector}).ariaValueNow"))


def another(parameter: Parameter) -> Value:
    """A value that is not the default."""
    if parameter.kind == "choice":
        return next(choice for choice in reversed(parameter.choices) if choice != parameter.default)
    if parameter.kind == "integer":
        return round(parameter.minimum + 0.75 * (parameter.maximum - parameter.minimum))
    return 0.625 if parameter.kind == "share" else 1 - int(parameter.default)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    browsing = Browser()
    yield browsing
    browsing.close()


@pytest.fixture(scope="module")
def stage(browser) -> Iterator[Stage]:
    playing = Stage(browser)
    yield playing
    playing.close()


@pytest.fixture
def view() -> Iterator[StageView]:
    serving = StageView(0, now_s=time.monotonic)
    yield serving
    serving.close()


@pytest.fixture
def page(browser, view) -> Iterator[Page]:
    opening = opened(browser, view.address)
    yield opening
    opening.close()


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda p: p.name)
def test_every_parameter_is_driven_from_the_page_and_seen_to_have_moved(stage, parameter):
    turn_to(stage.page, parameter.page)
    selector = control(parameter)
    if parameter.kind == "trigger":
        stage.taken.clear()
        stage.page.tap(selector)
        stage.step_until(lambda: stage.taken, "the trigger")
        assert [(t.address, t.value, t.source) for t in stage.taken] == [
            (parameter.address, 1, "web")
        ]
        return

    def is_set(value: Value) -> bool:
        return (
            stage.session.engine.parameters[parameter.name] == value
            and shown_value(stage.page, parameter) == value
        )

    before = stage.session.engine.parameters[parameter.name]
    if parameter.name == "fermata":
        # Nothing plays that could be held, so the band switches it off again.
        stage.taken.clear()
        stage.page.tap(selector)
        stage.step_until(lambda: len(stage.taken) == 2, "the fermata")
        assert [(t.value, t.source) for t in stage.taken] == [(1, "web"), (0, "band")]
        stage.step_until(lambda: is_set(0), "fermata 0")
    elif parameter.kind == "toggle":
        for value in (1 - int(before), before):
            stage.page.tap(selector)
            stage.step_until(lambda value=value: is_set(value), f"{parameter.name} {value}")
    elif parameter.kind == "choice":
        for value in (another(parameter), parameter.default):
            stage.page.tap(f'{selector} [data-option="{value}"]')
            stage.step_until(lambda value=value: is_set(value), f"{parameter.name} {value}")
    else:
        x, y, width = stage.page.middle(selector)
        stage.page.touch(x, y)
        stage.page.slide(x + 0.1 * width, y)
        stage.page.slide(x + 0.25 * width, y)
        stage.page.lift()
        span = parameter.maximum - parameter.minimum
        wanted = min(float(before) + 0.25 * span, parameter.maximum)
        stage.step_until(
            lambda: is_set(pytest.approx(wanted, abs=0.02 * span)), f"{parameter.name} {wanted}"
        )


def test_whatever_is_turned_elsewhere_is_seen_on_the_page(stage):
    withheld = ("lock", "learn", "fermata")  # these keep others, or themselves, from being turned
    lasting = [p for p in PARAMETERS if p.kind != "trigger" and p.name not in withheld]
    for parameter in lasting:
        stage.turn(parameter.name, another(parameter))
    stage.step_until(
        lambda: all(shown_value(stage.page, p) == another(p) for p in lasting), "every value"
    )
    for parameter in lasting:
        stage.turn(parameter.name, parameter.default)
    stage.step_until(
        lambda: all(shown_value(stage.page, p) == p.default for p in lasting), "every default"
    )


def test_a_held_fader_is_not_moved_by_others_until_it_is_let_go(stage):
    intensity = next(p for p in PARAMETERS if p.name == "intensity")
    turn_to(stage.page, "play")
    x, y, width = stage.page.middle(control(intensity))
    stage.page.touch(x, y)
    stage.page.slide(x + 0.25 * width, y)
    stage.step_until(lambda: stage.session.engine.parameters["intensity"] > 0.7, "the slide")
    held = shown_value(stage.page, intensity)
    stage.turn("intensity", 0.125)
    stage.step_until(
        lambda: stage.page.evaluate("values['/accompanist/intensity'][0]") == 0.125, "the echo"
    )
    assert shown_value(stage.page, intensity) == held
    stage.page.lift()
    stage.step_until(lambda: shown_value(stage.page, intensity) == 0.125, "the value that holds")


def test_what_the_performance_lock_holds_cannot_be_touched_and_says_so(stage):
    turn_to(stage.page, "play")
    stop = '[data-name="stop"]'
    stage.page.middle(stop)
    stage.turn("lock", 1)
    stage.step_until(lambda: stage.page.evaluate("document.body.classList.contains('locked')"), "")
    with pytest.raises(AssertionError, match="no finger reaches"):
        stage.page.middle(stop)
    assert "locked" in stage.page.evaluate(
        f"getComputedStyle(document.querySelector('{stop} .name'), '::after').content"
    )
    stage.page.middle('[data-name="panic"]')
    stage.turn("lock", 0)
    stage.step_until(
        lambda: not stage.page.evaluate("document.body.classList.contains('locked')"), "the unlock"
    )


def test_two_pages_show_the_same(browser, stage):
    phone = opened(browser, stage.view.address, PHONE)
    dip = next(p for p in PARAMETERS if p.name == "dip")
    phone.tap(control(dip))
    for each in (phone, stage.page):
        stage.step_until(lambda each=each: shown_value(each, dip) == 1, "the dip")
    turn_to(stage.page, "play")
    stage.page.tap(control(dip))
    for each in (phone, stage.page):
        stage.step_until(lambda each=each: shown_value(each, dip) == 0, "its end")
    phone.close()


def test_everything_that_is_heard_is_written_as_musicians_write_it(view, page):
    for announcement in (
        MetreHeard(1.0, Metre(3)),
        BeatHeard(1.0, 1.1, 36, 12, True, 118.4, 0.93),
        BeatHeard(1.5, 1.6, 37, 12, False, 118.4, 0.93),
        KeyHeard(1.0, Key(10, "minor"), 0.9),
        ChordHeard(1.0, 1.0, Chord(7, "hdim7"), 0.9),
        ChordExpected(1.0, 1.5, Chord(0, "7", 4), 0.62),
        StateHeard(1.0, "locking"),
        SectionBegun(1.0, 1.1, "groove", "pop", "C"),
        FeelHeard(1.0, 0.62, "normal", shuffled=True),
        InputHeard(1.0, "two hands", True),
    ):
        view.show(announcement)
    wait_until(lambda: "MPE" in shown(page, "#rest"), "all of it")

    assert shown(page, "#chord b") == "Gm7♭5"
    assert shown(page, "#next b") == "C7/E"
    assert shown(page, "#next span") == "62 %"
    assert page.evaluate("[...document.querySelectorAll('#beats i')].map(i => i.className)") == [
        "",
        "on",
        "",
    ]
    assert shown(page, "#bar b") == "13"
    assert shown(page, "#tempo b") == "118.4"
    assert shown(page, "#key b") == "B♭ minor"
    assert shown(page, "#section b") == "groove C"
    assert shown(page, "#state") == "locking"
    assert shown(page, "#confidence") == "93 %"
    facts = "[...document.querySelectorAll('#rest > span:not([hidden])')].map(s => s.textContent)"
    assert page.evaluate(facts) == ["turn both", "feel swing 0.62", "input two hands, MPE"]


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("N", "–"),
        ("C:maj", "C"),
        ("Bb:min", "B♭m"),
        ("F#:7", "F♯7"),
        ("A:minmaj7", "AmMaj7"),
        ("D:maj6", "D6"),
        ("D:min6/b3", "Dm6/F"),
        ("Eb:sus4", "E♭sus4"),
        ("G:maj(9)", "Gadd9"),
        ("E:fourths", "Efourths"),
    ],
)
def test_a_chord_is_written_as_on_a_lead_sheet(stage, label, name):
    assert stage.page.evaluate(f"chordName({json.dumps(label)})") == name


def test_lost_locking_and_locked_differ_by_word_colour_and_sign(view, page):
    looks = []
    for state in ("lost", "locking", "locked"):
        view.show(StateHeard(1.0, state))
        wait_until(lambda state=state: shown(page, "#state") == state, state)
        looks.append(
            page.evaluate(
                "[getComputedStyle($('state')).color, "
                "getComputedStyle($('state'), '::before').content]"
            )
        )
    colours, signs = zip(*looks, strict=True)
    assert len(set(colours)) == len(set(signs)) == 3


def test_every_state_has_its_place_and_arrives_as_the_band_plays(view, page):
    display, said = Display(), {}

    class Seen:
        def show(self, announcement: object) -> None:
            said.update(display.messages(announcement))

    sources = [RecordedInput(demonstration())]
    Session(assemble(), sources, observers=[view, Seen()]).run_offline(12.0)
    wanted = {
        feedback.address: [value for _, value in said[feedback.address]]
        for feedback in FEEDBACK
        if feedback.address in said
    }
    assert {"chord", "chord_expected", "beat", "bar", "key", "section", "state"} <= {
        address.rpartition("/")[2] for address in wanted
    }
    wait_until(lambda: {a: page.evaluate("values").get(a) for a in wanted} == wanted, "every state")
    assert {feedback.address for feedback in FEEDBACK} <= set(page.evaluate("Object.keys(shows)"))


def test_what_the_band_announces_is_on_the_screen_within_50_ms(view, page):
    delays_s = screen_delays_s(view, page, count=30)

    assert len(delays_s) > 20
    assert statistics.median(delays_s) < MOST_DELAY_S


def test_a_page_says_when_the_band_is_gone_and_finds_the_next_one_by_itself(browser):
    def served(port: int, key: str) -> tuple[subprocess.Popen, int]:
        words = [sys.executable, "-c", PEER, str(port), key]
        band = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return band, int(band.stdout.readline())

    band, port = served(0, "D minor")
    page = opened(browser, f"http://127.0.0.1:{port}/")
    wait_until(lambda: shown(page, "#key b") == "D minor", "the key")

    band.send_signal(signal.SIGSTOP)  # as when a network drops: nobody says goodbye
    wait_until(lambda: is_away(page), "the silence")
    assert "no connection" in shown(page, "#away")

    band.kill()
    band.wait()
    band, _ = served(port, "E major")
    try:
        wait_until(lambda: not is_away(page), "the return")
        assert shown(page, "#key b") == "E major"
        turn_to(page, "play")
    finally:
        band.kill()
        band.wait()
        page.close()


def test_a_page_with_the_word_of_an_earlier_gig_says_what_to_do(browser):
    view = StageView(0, "abcdefgh", now_s=time.monotonic)
    page = opened(browser, f"http://127.0.0.1:{view.port}/?pair=abcdefgh")
    view.close()
    later = StageView(view.port, "ijkmnpqr", now_s=time.monotonic)
    try:
        wait_until(lambda: "address that the terminal shows" in shown(page, "#away"), "the advice")
    finally:
        page.close()
        later.close()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_on_every_screen_a_finger_reaches_all_of_play_and_nothing_is_cut_off(
    stage, size: tuple[int, int]
):
    stage.page.resize(*size)
    for name in ("stage", *PAGES):
        turn_to(stage.page, name)
        assert stage.page.evaluate("document.body.scrollWidth <= innerWidth"), name
        assert stage.page.evaluate("document.body.scrollHeight <= innerHeight"), name
        assert stage.page.evaluate("$('controls').scrollWidth <= $('controls').clientWidth"), name
    turn_to(stage.page, "play")
    assert stage.page.evaluate("$('controls').scrollHeight <= $('controls').clientHeight")
    for parameter in PARAMETERS:
        if parameter.page == "play":
            stage.page.middle(control(parameter))
    stage.page.resize(*TABLET)


def test_the_page_says_nothing_wrong_of_itself(page):
    assert page.evaluate("document.querySelector('title').textContent") == "accompanist"
    assert page.evaluate("performance.getEntriesByType('resource').map(r => r.name)") == []
