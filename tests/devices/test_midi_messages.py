"""MIDI bytes become what a performer did."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.devices.midi_messages import any_event_of, event_of
from accompanist.music.events import Controller, NoteOff, NoteOn, Pedal, ProgramChange


def test_a_key_goes_down():
    assert event_of([0x93, 60, 100], 1.5) == NoteOn(1.5, 60, 100, 3)


def test_a_key_comes_up():
    assert event_of([0x80, 60, 64], 1.5) == NoteOff(1.5, 60, 0)


def test_a_note_on_without_velocity_is_a_key_coming_up():
    assert event_of([0x90, 60, 0], 1.5) == NoteOff(1.5, 60, 0)


@pytest.mark.parametrize(("value", "down"), [(0, False), (63, False), (64, True), (127, True)])
def test_the_sustain_pedal_is_down_from_64(value, down):
    assert event_of([0xB0, 64, value], 1.5) == Pedal(1.5, down, 0)


@pytest.mark.parametrize("number", [4, 6, 65, 66, 67, 68, 69, 98, 99, 100, 101])
def test_other_pedals_and_words_about_channels_are_controllers(number):
    assert event_of([0xB1, number, 90], 1.5) == Controller(1.5, number, 90, 1)


@pytest.mark.parametrize(
    "message", [[], [0xF8], [0xFE], [0xC0, 5], [0xE0, 0, 64], [0xB0, 1, 64], [0xF0, 1, 2, 0xF7]]
)
def test_everything_else_means_nothing_here(message):
    assert event_of(message, 1.5) is None


@pytest.mark.parametrize(
    ("message", "event"),
    [
        ([0xC2, 5], ProgramChange(1.5, 5, 2)),
        ([0xB0, 1, 64], Controller(1.5, 1, 64, 0)),
        ([0xB0, 64, 127], Pedal(1.5, True, 0)),
        ([0x90, 60, 100], NoteOn(1.5, 60, 100, 0)),
        ([0xC2, 200], None),
        ([0xD0, 5], None),
    ],
)
def test_what_may_steer_is_read_beside_what_is_played(message, event):
    assert any_event_of(message, 1.5) == event


@pytest.mark.parametrize("read", [event_of, any_event_of])
@given(message=st.lists(st.integers(0, 255), max_size=5))
def test_any_bytes_are_read_without_failing(read, message):
    event = read(message, 0.0)
    assert event is None or 0 <= event.channel <= 15
