"""Messages are written as manuals write them, and read back as they were sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.control.message import Message, message_written, said_by
from accompanist.music.events import (
    Attack,
    Controller,
    NoteOff,
    NoteOn,
    Pedal,
    ProgramChange,
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("CC 74", Message("CC", 74)),
        ("cc  7", Message("CC", 7)),
        ("note 36", Message("note", 36)),
        ("program 1", Message("program", 0)),
        ("Program", Message("program", None)),
    ],
)
def test_a_message_is_read(text, message):
    assert message_written(text) == message


def test_channels_are_written_from_one():
    assert message_written("CC 74", 1) == Message("CC", 74, 0)


@pytest.mark.parametrize(
    ("text", "channel", "sentence"),
    [
        ("CC", None, "'CC' is no message; write it like CC 74, note 36 or program 5"),
        ("knob 3", None, "'knob 3' is no message; write it like CC 74, note 36 or program 5"),
        ("CC 120", None, "there is no CC 120; the last is 119"),
        ("program 0", None, "there is no program 0; the last is 128"),
        ("note 36", 17, "there is no channel 17; channels run from 1 to 16"),
    ],
)
def test_what_is_no_message_is_refused(text, channel, sentence):
    with pytest.raises(ValueError) as refusal:
        message_written(text, channel)
    assert str(refusal.value) == sentence


@given(
    st.one_of(
        st.builds(Message, st.just("CC"), st.integers(0, 119)),
        st.builds(Message, st.just("note"), st.integers(0, 127)),
        st.builds(Message, st.just("program"), st.integers(0, 127) | st.none()),
    )
)
def test_what_is_written_is_read_back(message):
    assert message_written(message.written) == message


@pytest.mark.parametrize(
    ("event", "message", "value"),
    [
        (NoteOn(0.0, 36, 5, 9), Message("note", 36, 9), 127),
        (NoteOff(0.0, 36, 9), Message("note", 36, 9), 0),
        (Controller(0.0, 74, 3, 2), Message("CC", 74, 2), 3),
        (Pedal(0.0, True, 2), Message("CC", 64, 2), 127),
        (ProgramChange(0.0, 4, 1), Message("program", 4, 1), 127),
    ],
)
def test_an_event_is_a_message_with_a_value(event, message, value):
    assert said_by(event) == (message, value)


def test_a_stroke_in_the_sound_is_no_message():
    assert said_by(Attack(0.0, 0.5)) is None


@pytest.mark.parametrize("number", [0, 6, 32, 38, 64, 96, 97, 98, 99, 100, 101])
def test_the_sustain_pedal_and_words_about_other_messages_are_never_learned(number):
    assert not Message("CC", number).is_learned


def test_the_narrowest_message_comes_first():
    assert Message("program", 3, 9).wider() == (
        Message("program", 3, 9),
        Message("program", 3),
        Message("program", None, 9),
        Message("program", None),
    )
