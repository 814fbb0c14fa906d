"""What the engine heard is written with every digit, and read back as it was."""

import json
import math
from pathlib import Path
from typing import get_args

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accompanist.devices.errors import DeviceError
from accompanist.devices.session_log import (
    CUT,
    RESTART,
    START,
    InputTaken,
    LogBegun,
    LogEnded,
    session_line,
)
from accompanist.devices.session_reader import read_lines, read_session
from accompanist.music.band import BandNote, ControlTaken, NoteCut, NoteHeld, Panic
from accompanist.music.events import (
    SOUND_BANDS,
    SOUND_TONES,
    TRANSPORT,
    Attack,
    ClockTick,
    Controller,
    ControlTurn,
    InputEvent,
    NoteOff,
    NoteOn,
    Pedal,
    SoundFrame,
    ToneOff,
    ToneOn,
    Transport,
)
from accompanist.music.heard import BeatHeard, MetreHeard, StateHeard
from accompanist.music.metre import Metre
from tests.app.logs import place
from tests.devices.test_log_file import KINDS_OF_A_SESSION, VALIDATOR

PLACE = place(7.7)
LINES = [
    (
        InputTaken(0.4975, NoteOn(0.498631234567891, 60, 90)),
        '{"kind": "gesture", "announced_s": 0.4975, "at_s": 0.498631234567891, '
        '"gesture": "note_on", "pitch": 60, "velocity": 90, "channel": 0}',
    ),
    (
        InputTaken(0.5, NoteOff(0.5, 60, 3)),
        '{"kind": "gesture", "announced_s": 0.5, "at_s": 0.5, "gesture": "note_off", '
        '"pitch": 60, "channel": 3}',
    ),
    (
        InputTaken(0.5, Pedal(0.5, True)),
        '{"kind": "gesture", "announced_s": 0.5, "at_s": 0.5, "gesture": "pedal", '
        '"down": true, "channel": 0}',
    ),
    (
        InputTaken(0.5, Controller(0.5, 67, 127, 15)),
        '{"kind": "gesture", "announced_s": 0.5, "at_s": 0.5, "gesture": "controller", '
        '"number": 67, "value": 127, "channel": 15}',
    ),
    (
        InputTaken(0.5, Attack(0.5, 0.25)),
        '{"kind": "gesture", "announced_s": 0.5, "at_s": 0.5, "gesture": "attack", '
        '"strength": 0.25}',
    ),
    (
        InputTaken(0.5, SoundFrame(0.4999791666666667, -20.125, b"\xff" * 204, b"\0" * 72)),
        '{"kind": "sound", "announced_s": 0.5, "at_s": 0.4999791666666667, "level_db": -20.125, '
        f'"bands": "{"/" * 272}", "tones": "{"A" * 96}"}}',
    ),
    (
        InputTaken(0.5, ToneOn(0.4999791666666667, 62, 90, 0.4312291666666667, alone=True)),
        '{"kind": "tone", "announced_s": 0.5, "at_s": 0.4999791666666667, "says": "begins", '
        '"pitch": 62, "velocity": 90, "began_s": 0.4312291666666667, "alone": true}',
    ),
    (
        InputTaken(0.5, ToneOff(0.4999791666666667, 62)),
        '{"kind": "tone", "announced_s": 0.5, "at_s": 0.4999791666666667, "says": "ends", '
        '"pitch": 62}',
    ),
    (
        InputTaken(0.5, ControlTurn(0.501, "/accompanist/style", "jazz")),
        '{"kind": "control_turn", "announced_s": 0.5, "at_s": 0.501, '
        '"parameter": "/accompanist/style", "value": "jazz", "from": "osc"}',
    ),
    (
        InputTaken(0.5, ClockTick(0.501, 12)),
        '{"kind": "clock", "announced_s": 0.5, "at_s": 0.501, "says": "tick", "number": 12}',
    ),
    (
        InputTaken(0.5, Transport(0.501, "position", 16)),
        '{"kind": "clock", "announced_s": 0.5, "at_s": 0.501, "says": "position", '
        '"sixteenths": 16}',
    ),
    (
        LogBegun(0.0, START, "1.2.3", 7, "jazz", ("bass",), {"fourths": (0, 5, 10)}, ("a", "b")),
        '{"kind": "session", "announced_s": 0.0, "begins": "start", "version": "1.2.3", '
        '"seed": 7, "style": "jazz", "resting": ["bass"], "chords": {"fourths": [0, 5, 10]}, '
        '"songs": ["a", "b"], "place": null, "missed": []}',
    ),
    (LogEnded(9.0), '{"kind": "end", "announced_s": 9.0}'),
]

times = st.floats(0.0, 1e5)
values = st.integers(0, 127)
channels = st.integers(0, 15)
inputs = st.one_of(
    st.builds(NoteOn, times, values, st.integers(1, 127), channels),
    st.builds(NoteOff, times, values, channels),
    st.builds(Pedal, times, st.booleans(), channels),
    st.builds(Controller, times, values, values, channels),
    st.builds(Attack, times, st.floats(0.0, 1.0)),
    st.builds(
        SoundFrame,
        times,
        st.floats(-120.0, 24.0),
        st.binary(min_size=SOUND_BANDS, max_size=SOUND_BANDS),
        st.binary(min_size=SOUND_TONES, max_size=SOUND_TONES),
    ),
    st.builds(ToneOn, times, values, st.integers(1, 127), times, st.booleans()),
    st.builds(ToneOff, times, values),
    st.builds(ClockTick, times, st.one_of(st.none(), st.integers())),
    st.builds(Transport, times, st.sampled_from(TRANSPORT), st.integers(0, 0x3FFF)),
    st.builds(
        ControlTurn,
        times,
        st.sampled_from(["/accompanist/density", "/accompanist/style", "/accompanist/no such"]),
        st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.integers(), st.text()),
        st.sampled_from(["osc", "web", "midi", "song", "file", "memory"]),
    ),
)


def read(*lines: str) -> list:
    return [line.event for line in read_lines(f"{line}\n".encode() for line in lines)]


@pytest.mark.parametrize(("line", "text"), LINES)
def test_a_line_of_a_session_says_all_there_is(line, text):
    assert session_line(line) == text


@pytest.mark.parametrize(("line", "text"), LINES)
def test_every_line_fits_the_schema(line, text):
    VALIDATOR.validate(json.loads(text))


def test_these_are_all_kinds_of_a_session():
    assert {json.loads(text)["kind"] for _, text in LINES} == KINDS_OF_A_SESSION


def test_everything_the_engine_can_hear_has_its_line():
    assert {type(line.event) for line, _ in LINES if isinstance(line, InputTaken)} == set(
        get_args(InputEvent)
    )


@given(inputs, st.integers(0, 10**7))
def test_an_input_is_read_back_to_the_last_digit(event, ticks):
    taken = InputTaken(ticks / 400, event)
    assert read(session_line(taken)) == [taken]


@settings(max_examples=30)
@given(inputs)
def test_every_input_fits_the_schema(event):
    VALIDATOR.validate(json.loads(session_line(InputTaken(1.0, event))))


def test_a_turn_to_what_is_no_number_stays_one():
    turn = ControlTurn(0.5, "/accompanist/density", math.nan)
    line = session_line(InputTaken(0.5, turn))
    VALIDATOR.validate(json.loads(line))
    assert math.isnan(read(line)[0].event.value)


@pytest.mark.parametrize("begins", [RESTART, CUT])
def test_a_band_that_goes_on_says_where_and_what_it_missed(begins):
    missed = (NoteOn(7.712345678901, 60, 80), Attack(7.8, 0.5))
    begun = LogBegun(9.123456789012, begins, "1.2.3", 0, place=PLACE, missed=missed)
    VALIDATOR.validate(json.loads(session_line(begun)))
    assert read(session_line(begun)) == [begun]


@pytest.mark.parametrize(
    "announced",
    [
        BandNote(1.0, 17, "bass", 1.5, 2.0, 3.0, 43, 88, "model"),
        NoteCut(1.2, 17, "bass", 1.7),
        NoteHeld(1.2, 17, "bass", 1.7),
        Panic(9.0),
        BeatHeard(4.02, 4.11, 9, 3, True, 96.4, 0.93),
        MetreHeard(1.0, Metre(3)),
        ControlTaken(5.0, "/accompanist/bass/mute", 1, "osc"),
    ],
)
def test_what_a_midi_file_is_made_from_is_read_back(announced):
    assert read(session_line(announced)) == [announced]


def test_other_announcements_are_passed_over():
    assert read(session_line(StateHeard(1.0, "locked"))) == [None]


@pytest.mark.parametrize(
    "text",
    [
        '{"kind": "note", "announced_s": 1.0, "note_',
        "\0\0\0\0",
        "[]",
        '{"kind": "gesture", "announced_s": 1.0, "at_s": 1.0, "gesture": "note_on", "pitch": 200, '
        '"velocity": 1, "channel": 0}',
        '{"kind": "note_end", "announced_s": 1.0, "note_id": 1, "part": "kazoo", "off_s": 1.0}',
        '{"kind": "session", "announced_s": 0.0, "begins": "anyhow"}',
        '{"kind": "sound", "announced_s": 0.5, "at_s": 0.5, "level_db": 0, "bands": "", '
        '"tones": ""}',
    ],
)
def test_a_damaged_line_is_named_and_says_nothing(text):
    lines = list(read_lines([b'{"kind": "end", "announced_s": 2.5}\n', text.encode()]))
    assert [line.is_damaged for line in lines] == [False, True]
    assert (lines[1].number, lines[1].event, lines[1].announced_s) == (2, None, 2.5)


def test_a_missing_log_is_refused(tmp_path: Path):
    with pytest.raises(DeviceError, match="name a session's log"):
        list(read_session(tmp_path / "nothing.jsonl"))


def test_the_schema_refuses_a_gesture_that_is_none():
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(
            {"kind": "gesture", "announced_s": 1.0, "at_s": 1.0, "gesture": "wave", "channel": 0}
        )
