"""Live and offline are the same session: only the clock that drives it differs."""

from itertools import cycle

import pytest

from accompanist.app.assembly import assemble
from accompanist.app.session import Session
from accompanist.control.controller_map import ControllerMap
from accompanist.control.hands import Hands
from accompanist.devices.recorded import RecordedInput, RecordingSink
from accompanist.music.band import LEANING_BEATS, BandNote, ControlTaken, LearnSaid
from accompanist.music.events import Controller, ControlTurn, NoteOn, ProgramChange
from accompanist.music.heard import BeatHeard
from tests.control.hands_at_play import bound, key, press, touch
from tests.performances import two_hands

UNTIL_S = 14.0
PERFORMANCE = (
    *two_hands("D:min G:7 C:maj A:min", bars=6),
    ControlTurn(9.0, "/accompanist/harmony/level", 0.3),
    ControlTurn(9.5, "/accompanist/band/level", 0.4),
)


class Everything:
    """An observer, witness and monitor that keeps what it is given."""

    def __init__(self) -> None:
        self.announced: list = []
        self.witnessed: list = []
        self.performed: list = []

    def show(self, announcement) -> None:
        self.announced.append(announcement)

    def witness(self, event) -> None:
        self.witnessed.append(event)

    def perform(self, event) -> None:
        self.performed.append(event)


class Keyboard(RecordingSink):
    """A synth that remembers which instruments it was given, and from when on."""

    def __init__(self) -> None:
        super().__init__()
        self.seated: list[tuple[float, str]] = []

    def perform(self, event) -> None:
        pass

    def set_style(self, style: str, at_s: float) -> None:
        self.seated.append((at_s, style))

    def style_at(self, time_s: float) -> str:
        return [style for at_s, style in sorted(self.seated) if at_s <= time_s][-1]


def session() -> tuple[Session, RecordingSink, Everything]:
    sink, seen = RecordingSink(), Everything()
    joined = Session(
        assemble(seed=5),
        [RecordedInput(PERFORMANCE)],
        sinks=[sink],
        observers=[seen],
        monitors=[seen],
        witnesses=[seen],
    )
    return joined, sink, seen


@pytest.fixture(scope="module")
def offline() -> tuple[RecordingSink, Everything]:
    joined, sink, seen = session()
    joined.run_offline(UNTIL_S)
    return sink, seen


def test_steps_as_uneven_as_live_ones_play_the_same_notes_as_offline(offline):
    joined, sink, _ = session()
    now_s, uneven_s = 0.0, cycle((0.0004, 0.0031, 0.0025, 0.02, 0.0007))
    while now_s <= UNTIL_S:
        now_s += next(uneven_s)
        joined.step(now_s)
    assert sink.notes[: len(offline[0].notes)] == offline[0].notes
    assert len(sink.notes) > 50


def test_witnesses_are_told_of_every_committed_event(offline):
    sink, seen = offline
    assert seen.witnessed == sink.events
    assert [a for a in seen.announced if isinstance(a, BandNote)] == [
        event for event in sink.events if isinstance(event, BandNote)
    ]


def test_monitors_hear_the_performer_and_not_the_controls(offline):
    assert offline[1].performed == [e for e in PERFORMANCE if not isinstance(e, ControlTurn)]


def test_a_level_turned_reaches_the_sink(offline):
    assert offline[0].levels["harmony"] == pytest.approx(0.15)


def test_the_level_of_the_band_scales_that_of_every_part(offline):
    assert offline[0].levels == pytest.approx({"drums": 0.4, "bass": 0.4, "harmony": 0.15})


def test_a_closed_session_leaves_nothing_sounding():
    joined, sink, _ = session()
    joined.run_offline(11.0)
    joined.close()
    assert sink.closed
    assert all(note.off_s <= 11.0 for note in sink.notes)
    assert sink.notes


def test_an_mpe_controller_is_performed_on_one_channel():
    """Channels 2, 3 and 10 are the band's in a file; a synth would sound those of the band."""
    zone = [Controller(0.0, number, value) for number, value in ((101, 0), (100, 6), (6, 15))]
    keys = [NoteOn(1.0 + 0.1 * channel, 60 + channel, 80, channel) for channel in (1, 2, 9)]
    seen = Everything()
    joined = Session(assemble(with_band=False), [RecordedInput([*zone, *keys])], monitors=[seen])
    joined.run_offline(3.0)
    assert [(note.pitch, note.channel) for note in seen.performed] == [(61, 0), (62, 0), (69, 0)]


def test_mpe_that_is_switched_off_leaves_every_channel_its_own():
    zone = [Controller(0.0, number, value) for number, value in ((101, 0), (100, 6), (6, 15))]
    off = ControlTurn(0.5, "/accompanist/input/mpe", "off")
    seen = Everything()
    sources = [RecordedInput([*zone, off, NoteOn(1.0, 60, 80, 9)])]
    Session(assemble(with_band=False), sources, monitors=[seen]).run_offline(2.0)
    assert seen.performed == [NoteOn(1.0, 60, 80, 9)]


BINDINGS = ControllerMap(
    "Keys",
    "jump",
    (
        bound("fill", "note 36", 10),
        bound("intensity", "CC 74"),
        bound("style", "program 5", value="jazz"),
        bound("bass/mute", "CC 80", long="stop"),
    ),
)
STEERED = sorted(
    [
        *PERFORMANCE,
        *(Controller(6.0 + 0.01 * said, 74, said) for said in range(0, 127, 3)),
        *key(8.0, 36, channel=9),
        ProgramChange(9.5, 4),
        *press(10.0, 80),
    ],
    key=lambda event: event.time_s,
)


def steered_session() -> tuple[Session, Everything]:
    engine, seen = assemble(seed=5), Everything()
    hands = Hands(engine.parameters)
    hands.use([BINDINGS])
    sources = [RecordedInput(STEERED)]
    joined = Session(engine, sources, observers=[seen], monitors=[seen], hands=hands)
    return joined, seen


def test_what_steers_turns_parameters_and_is_not_performed():
    joined, seen = steered_session()
    joined.run_offline(UNTIL_S)
    said = [a for a in seen.announced if isinstance(a, ControlTaken) and a.source == "midi"]
    values = {turn.address.removeprefix("/accompanist/"): turn.value for turn in said}
    assert values == {"fill": 1, "intensity": 126 / 127, "style": "jazz", "bass/mute": 1}
    assert seen.performed == [e for e in PERFORMANCE if not isinstance(e, ControlTurn)]


def test_steered_live_and_offline_the_band_plays_the_same_notes():
    offline, seen_offline = steered_session()
    offline.run_offline(UNTIL_S)
    live, seen_live = steered_session()
    now_s, uneven_s = 0.0, cycle((0.0004, 0.0031, 0.0025, 0.02, 0.0007))
    while now_s <= UNTIL_S:
        now_s += next(uneven_s)
        live.step(now_s)
    notes = [a for a in seen_offline.announced if isinstance(a, BandNote)]
    assert [a for a in seen_live.announced if isinstance(a, BandNote)][: len(notes)] == notes
    assert len(notes) > 50


def test_what_learning_says_is_announced():
    seen = Everything()
    turn, touched = ControlTurn(1.0, "/accompanist/learn", 1), touch(2.0, "fill")
    sources = [RecordedInput([turn, touched, *key(3.0, 36)])]
    Session(assemble(with_band=False), sources, observers=[seen]).run_offline(4.0)
    assert [a for a in seen.announced if isinstance(a, LearnSaid)] == [
        LearnSaid(1.0, "touch a control"),
        LearnSaid(2.0, "move a control for fill"),
        LearnSaid(3.0, "fill is on note 36"),
    ]


def test_a_style_chosen_in_play_has_its_instruments_from_the_notes_of_its_first_bar_on():
    turn_s = 10.3
    synth, seen = Keyboard(), Everything()
    turn = ControlTurn(turn_s, "/accompanist/style", "jazz")
    sources = [RecordedInput([*PERFORMANCE, turn])]
    Session(assemble(seed=5), sources, synths=[synth], observers=[seen]).run_offline(UNTIL_S)
    beats = [a for a in seen.announced if isinstance(a, BeatHeard)]
    line = next(beat for beat in beats if beat.downbeat and beat.announced_s > turn_s)
    assert line.announced_s - turn_s > 0.2
    for note in synth.notes:
        in_its_bar = note.on_beats >= line.beat - LEANING_BEATS
        assert synth.style_at(note.on_s) == ("jazz" if in_its_bar else "pop")
    assert {synth.style_at(note.on_s) for note in synth.notes} == {"pop", "jazz"}


def test_a_style_chosen_before_the_band_plays_has_its_instruments_at_once():
    synth = Keyboard()
    turn = ControlTurn(1.0, "/accompanist/style", "jazz")
    Session(assemble(), [RecordedInput([turn])], synths=[synth]).run_offline(2.0)
    assert synth.seated == [(0.0, "pop"), (1.0, "jazz")]
