"""Values that travel between rooms: plain, comparable, and never changed on the way."""

import dataclasses

import pytest

from accompanist.music import band, events, heard

VALUES = [
    value
    for module in (band, events, heard)
    for value in vars(module).values()
    if dataclasses.is_dataclass(value) and value.__module__ == module.__name__
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: value.__name__)
def test_a_value_is_frozen_and_slotted(value):
    assert value.__dataclass_params__.frozen
    assert hasattr(value, "__slots__")


@pytest.mark.parametrize(
    "value",
    [value for value in VALUES if value.__module__ == heard.__name__],
    ids=lambda value: value.__name__,
)
def test_whatever_is_heard_says_when_it_was_announced(value):
    assert dataclasses.fields(value)[0].name == "announced_s"


@pytest.mark.parametrize(
    "value",
    [
        *(events.NoteOn, events.NoteOff, events.Pedal, events.Controller, events.ControlTurn),
        *(events.ProgramChange, events.ControlTouch),
    ],
)
def test_whatever_comes_in_says_when(value):
    assert dataclasses.fields(value)[0].name == "time_s"


def test_a_panic_is_something_that_sinks_must_hear():
    assert isinstance(band.Panic(1.0), band.Played)
