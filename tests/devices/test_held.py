"""What is held when a controller vanishes is let up, and nothing else."""

from accompanist.devices.held import Held
from accompanist.music.events import NoteOff, NoteOn, Pedal


def held(*events) -> Held:
    made = Held()
    for event in events:
        made.follow(event)
    return made


def test_keys_and_pedals_that_are_down_are_let_up():
    made = held(NoteOn(0.0, 64, 90, 1), NoteOn(0.0, 60, 90), Pedal(0.1, True))
    assert made.let_up(2.0) == [NoteOff(2.0, 60, 0), NoteOff(2.0, 64, 1), Pedal(2.0, False, 0)]


def test_what_came_up_is_not_let_up_again():
    made = held(NoteOn(0.0, 60, 90), NoteOff(0.5, 60), Pedal(0.1, True), Pedal(0.2, False))
    assert made.let_up(2.0) == []


def test_everything_is_let_up_only_once():
    made = held(NoteOn(0.0, 60, 90))
    made.let_up(2.0)
    assert made.let_up(3.0) == []


def test_the_same_key_on_two_channels_is_two_keys():
    made = held(NoteOn(0.0, 60, 90, 0), NoteOn(0.0, 60, 90, 1), NoteOff(0.1, 60, 0))
    assert made.let_up(2.0) == [NoteOff(2.0, 60, 1)]
