"""Whether anything is held down."""

from hypothesis import given
from hypothesis import strategies as st

from accompanist.engine.held_keys import HeldKeys
from accompanist.music.events import Attack, NoteOff, NoteOn, Pedal


def test_nothing_was_lifted_before_anything_was_down():
    assert HeldKeys().lifted_s is None


def test_hands_are_lifted_with_the_last_key():
    keys = HeldKeys()
    for event in (NoteOn(1.0, 60, 90), NoteOn(1.1, 64, 90), NoteOff(2.0, 60), NoteOff(2.5, 64)):
        keys.hear(event)
    assert (keys.are_down, keys.lifted_s) == (False, 2.5)


def test_the_pedal_counts_as_a_key():
    keys = HeldKeys()
    for event in (NoteOn(1.0, 60, 90), Pedal(1.5, True), NoteOff(2.0, 60)):
        keys.hear(event)
    assert (keys.are_down, keys.lifted_s) == (True, None)
    keys.hear(Pedal(3.0, False))
    assert keys.lifted_s == 3.0


def test_who_plays_on_has_lifted_nothing():
    keys = HeldKeys()
    for event in (NoteOn(1.0, 60, 90), NoteOff(2.0, 60), NoteOn(2.1, 62, 90)):
        keys.hear(event)
    assert (keys.are_down, keys.lifted_s) == (True, None)


@given(st.lists(st.sampled_from([Attack(1.0, 0.5), NoteOn(1.0, 36, 90, 9), NoteOff(2.0, 36, 9)])))
def test_what_is_struck_and_not_held_is_never_down(events):
    keys = HeldKeys()
    for event in events:
        keys.hear(event)
    assert not keys.are_down
