"""Scripted surfaces, real sockets and a real engine: everything can be turned, and all is shown.

The engine's time goes on only when a test says so, as fast as the machine can; what surfaces say
and hear goes through UDP all the way.
"""

import random
from collections.abc import Iterator, Sequence
from itertools import pairwise

import pytest

from accompanist.app.assembly import assemble
from accompanist.app.session import Session
from accompanist.devices.recorded import RecordedInput, RecordingSink
from accompanist.engine import TICK_S
from accompanist.music.band import PARTS, ControlTaken, Fault
from accompanist.music.parameter import ROOT, Parameter, Value
from accompanist.music.parameter_values import ParameterValues
from accompanist.music.parameters import FEEDBACK, PARAMETERS
from accompanist.music.section import SectionBegun
from accompanist.music.whereabouts import SILENT_STATES
from tests.conftest import poll
from tests.control.serving import OscServer
from tests.control.surface import TestSurface
from tests.performances import two_hands

TEMPO_BPM, BARS = 112.0, 60
BAR_S = 240.0 / TEMPO_BPM
LOOP = "D:min G:7 C:maj A:min"

LASTING = [parameter for parameter in PARAMETERS if parameter.kind != "trigger"]
TRIGGERS = [parameter for parameter in PARAMETERS if parameter.kind == "trigger"]


class Inbox:
    """A source of what a server heard, which tells how much that was."""

    def __init__(self, server: OscServer) -> None:
        self.server = server
        self.count = 0
        self._waiting: list = []

    def heard(self) -> int:
        """How many messages were understood or refused."""
        turns = self.server.poll()
        self.count += len(turns)
        self._waiting += turns
        return self.count + self.server.refused

    def take(self, until_s: float) -> tuple:
        self.heard()
        due = tuple(turn for turn in self._waiting if turn.time_s <= until_s)
        self._waiting = self._waiting[len(due) :]
        return due


class Stage:
    """A session that surfaces steer."""

    def __init__(self, bars: int = BARS) -> None:
        self.announced: list = []
        self.surfaces: list[TestSurface] = []
        self.sink = RecordingSink()
        self.engine = assemble(seed=3)
        self.server = OscServer(now_s=lambda: self.engine.now_s)
        self.inbox = Inbox(self.server)
        performer = RecordedInput(two_hands(LOOP, bars, TEMPO_BPM))
        self.session = Session(
            self.engine,
            [self.inbox, performer],
            sinks=[self.sink],
            observers=[self.server, self],
        )

    def show(self, announcement: object) -> None:
        self.announced.append(announcement)

    def live(self, seconds: float) -> None:
        """Let the band play on; a surface that never listens would lose what finds no room."""
        until_s = self.engine.now_s + seconds
        while self.engine.now_s < until_s - TICK_S:
            self.session.run_offline(min(self.engine.now_s + 1.0, until_s))
            for surface in self.surfaces:
                surface.listen()

    def hear(self, surface: TestSurface, address: str, *values: Value) -> None:
        """Have a surface say something, and the server hear it."""
        before = self.inbox.heard()
        surface.send(address, *values)
        poll(lambda: self.inbox.heard() > before, what=f"{address} {values}")


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage()
    yield stage
    stage.server.close()


def subscribed(stage: Stage) -> TestSurface:
    surface = TestSurface(stage.server.port)
    surface.subscribe()
    stage.surfaces.append(surface)
    return surface


def another_value(parameter: Parameter) -> Value:
    """A value that a parameter does not have by default."""
    if parameter.kind == "choice":
        return next(choice for choice in parameter.choices if choice != parameter.default)
    if parameter.kind == "toggle":
        return 1 - int(parameter.default)
    if parameter.kind == "integer":
        return int(parameter.minimum + parameter.maximum) // 2
    return 0.25


def test_every_control_that_one_surface_turns_is_seen_by_another(stage):
    hand, eyes = subscribed(stage), subscribed(stage)
    stage.live(10.0)
    # While one of these is on, another control is refused, or only says what is taught.
    exclusive = [each for each in LASTING if each.name in ("learn", "lock")]
    for parameter in (*(each for each in LASTING if each not in exclusive), *exclusive):
        value = another_value(parameter)
        stage.hear(hand, parameter.address, value)
        stage.live(0.01)
        for surface in (hand, eyes):
            surface.wait_for(
                lambda surface=surface, told=(parameter.address, value): told in surface.said,
                f"{parameter.address} at {value}",
            )
        if parameter in exclusive:
            stage.hear(hand, parameter.address, parameter.default)
            stage.live(0.01)
    assert stage.server.refused == 0


def test_every_button_is_taken_by_the_engine(stage):
    hand = subscribed(stage)
    for parameter in TRIGGERS:
        stage.hear(hand, parameter.address)
        stage.live(0.01)
    taken = {each.address for each in stage.announced if isinstance(each, ControlTaken)}
    assert {parameter.address for parameter in TRIGGERS} <= taken


def test_whoever_turns_a_control_every_surface_sees_it(stage):
    eyes = subscribed(stage)
    for source in ("midi", "song", "file"):
        stage.server.show(ControlTaken(0.0, "/accompanist/variation", "D", source))
        eyes.wait_for(lambda: eyes.value("/accompanist/variation") == "D", f"what {source} turned")
        stage.server.show(ControlTaken(0.0, "/accompanist/variation", "A", source))
        eyes.wait_for(lambda: eyes.value("/accompanist/variation") == "A", f"what {source} turned")


HEARD_OF_STEADY_PLAYING = (
    *("tempo", "beat", "bar", "section", "variation", "key", "chord", "chord_expected"),
    *("state", "confidence", "feel", "input"),
)


def test_all_that_the_band_hears_of_a_performance_is_seen(stage):
    eyes = subscribed(stage)
    stage.live(30.0)
    known = {feedback.name: feedback.address for feedback in FEEDBACK}
    for name in HEARD_OF_STEADY_PLAYING:
        eyes.wait_for(lambda name=name: eyes.value(known[name]) is not None, name)
    assert eyes.value(known["state"]) == "locked"
    assert eyes.value(known["tempo"]) == pytest.approx(TEMPO_BPM, rel=0.03)


def random_turn(chance: random.Random, parameters: Sequence[Parameter]) -> tuple[str, Value]:
    """Any control, anywhere in its range."""
    parameter = chance.choice(parameters)
    if parameter.kind == "choice":
        return parameter.address, chance.choice(parameter.choices)
    if parameter.kind == "trigger":
        return parameter.address, 1
    if parameter.kind == "toggle":
        return parameter.address, chance.randint(0, 1)
    return parameter.address, chance.uniform(parameter.minimum, parameter.maximum)


SILENCING = ("fermata", "dip", "stop_on_release", "trade")
"""Controls that may make the band pause while they are not at their default."""
PAUSING = ("break", "ending", *SILENT_STATES)


def silences_asked_for(stage: Stage) -> Iterator[tuple[float, bool]]:
    """From when on silence was asked for, or not."""
    values, section = ParameterValues(), "waiting"
    for each in stage.announced:
        match each:
            case ControlTaken(announced_s=at_s, address=address, value=value):
                values.take(address, value)
            case SectionBegun(at_s=at_s, section=section):
                pass
            case _:
                continue
        solos = [part for part in PARTS if values.on(f"{part}/solo")]
        audible = [part for part in solos or PARTS if not values.on(f"{part}/mute")]
        defaults = ParameterValues()
        pausing = [name for name in SILENCING if values[name] != defaults[name]]
        yield at_s, section in PAUSING or not audible or bool(pausing)


def spans_unasked_for(stage: Stage, until_s: float) -> list[tuple[float, float]]:
    """When nobody wanted silence, from and until when."""
    changes = [(0.0, True)]
    for at_s, is_asked in [*silences_asked_for(stage), (until_s, True)]:
        if is_asked != changes[-1][1]:
            changes.append((at_s, is_asked))
    spans = pairwise(changes)
    return [(begun_s, ended_s) for (begun_s, is_asked), (ended_s, _) in spans if not is_asked]


def longest_unasked_silence(stage: Stage, until_s: float) -> float:
    """How long the band was silent though nobody wanted it."""
    longest_s = 0.0
    for begun_s, ended_s in spans_unasked_for(stage, until_s):
        sounded_s = begun_s
        for note in stage.sink.notes:
            if begun_s <= note.on_s < ended_s:
                longest_s = max(longest_s, note.on_s - sounded_s)
                sounded_s = max(sounded_s, note.off_s)
        longest_s = max(longest_s, ended_s - sounded_s)
    return longest_s


def mend(stage: Stage, surface: TestSurface) -> None:
    """Put every control back, unlocked first, and ask the band to play."""
    for name in ("learn", "lock"):
        stage.hear(surface, f"{ROOT}/{name}", 0)
        stage.live(0.01)
    for parameter in LASTING:
        stage.hear(surface, parameter.address, parameter.default)
    stage.live(0.1)
    stage.hear(surface, "/accompanist/start")


HUSHING = (*SILENCING, *PAUSING, "stop", "panic", "mute", "solo", "lock")
WALKS = {
    "all controls": PARAMETERS,
    "controls that let the band play": [
        each for each in PARAMETERS if each.name.rpartition("/")[2] not in HUSHING
    ],
}


@pytest.mark.parametrize("walk", WALKS)
def test_two_hundred_random_turns_leave_no_stuck_note_no_silence_and_no_exception(stage, walk):
    hand, chance = subscribed(stage), random.Random(1)
    stage.live(10.0)
    for _ in range(200):
        stage.hear(hand, *random_turn(chance, WALKS[walk]))
        stage.live(chance.uniform(0.0, 0.3))
    walked_s = stage.engine.now_s
    mend(stage, hand)
    stage.live(16.0 * BAR_S)
    played_s = stage.engine.now_s
    stage.session.close()

    assert sum(ended_s - begun_s for begun_s, ended_s in spans_unasked_for(stage, played_s)) > 30.0
    assert longest_unasked_silence(stage, played_s) < 2.0 * BAR_S
    assert {n.part for n in stage.sink.notes if n.on_s > walked_s + 4.0 * BAR_S} == set(PARTS)
    assert all(note.off_s <= played_s + 0.01 for note in stage.sink.notes)
    faults = [each.what for each in stage.announced if isinstance(each, Fault)]
    assert [fault for fault in faults if "failed" in fault] == []
