"""What waits is played when it is due, and nothing is left sounding."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.devices.agenda import MOST_WAITING, REMIND_AFTER_S, Agenda
from accompanist.music.band import BandNote, NoteCut, Panic
from tests.devices.midi_peer import keys_down

CHANNELS = {"bass": 1, "harmony": 2, "drums": 9}


def note(note_id: int, on_s: float, off_s: float, pitch: int = 40, part: str = "bass") -> BandNote:
    return BandNote(0.0, note_id, part, on_s, off_s, 0.0, pitch, 90, "model")


def cut(note_id: int, off_s: float) -> NoteCut:
    return NoteCut(0.0, note_id, "bass", off_s)


def agenda(*events: BandNote | NoteCut | Panic) -> Agenda:
    made = Agenda(CHANNELS)
    for event in events:
        made.add(event)
    return made


ON, OFF = (0x91, 40, 90), (0x81, 40, 0)


def test_a_note_begins_and_ends_when_it_is_due():
    made = agenda(note(1, 1.0, 2.0))
    assert made.due(0.99) == []
    assert made.due(1.0) == [ON]
    assert made.due(1.99) == []
    assert made.due(2.0) == [OFF]


def test_it_knows_when_it_is_needed_next():
    made = agenda(note(1, 1.0, 2.0))
    assert made.next_s == 1.0
    made.due(1.0)
    assert made.next_s == 2.0
    made.due(2.0)
    assert made.next_s == 2.0 + REMIND_AFTER_S
    made.due(3.0)
    assert made.next_s is None


def test_an_end_is_said_again_in_case_it_was_lost():
    made = agenda(note(1, 1.0, 2.0))
    made.due(1.0)
    assert made.due(2.0) == [OFF]
    assert made.due(2.0 + REMIND_AFTER_S) == [OFF]
    assert made.due(9.0) == []


def test_an_end_is_not_said_again_while_another_note_is_on_the_key():
    made = agenda(note(1, 1.0, 2.0), note(2, 2.0, 5.0))
    made.due(1.0)
    made.due(2.0)
    assert made.due(2.0 + REMIND_AFTER_S) == []


def test_drums_go_to_channel_ten():
    assert agenda(note(1, 0.0, 1.0, 36, "drums")).due(0.0) == [(0x99, 36, 90)]


def test_what_is_late_is_played_at_once_and_in_order():
    assert agenda(note(1, 1.0, 2.0)).due(5.0) == [ON, OFF]


def test_an_end_comes_before_a_beginning_of_the_same_moment():
    made = agenda(note(2, 1.0, 2.0), note(1, 0.0, 1.0))
    made.due(0.5)
    assert made.due(1.0) == [OFF, ON]


def test_an_overlapping_note_on_one_key_lets_it_up_and_keeps_it_to_its_own_end():
    made = agenda(note(1, 0.0, 2.0), note(2, 1.0, 3.0))
    made.due(0.0)
    assert made.due(1.0) == [OFF, ON]
    assert made.due(2.0) == []
    assert made.due(3.0) == [OFF]


def test_a_cut_note_ends_early_and_only_once():
    made = agenda(note(1, 0.0, 2.0))
    made.due(0.0)
    made.add(cut(1, 1.0))
    assert made.due(1.0) == [OFF]
    assert made.due(2.0) == [OFF]  # said again, for the cut alone
    assert made.due(9.0) == []


@pytest.mark.parametrize("off_s", [0.5, 1.0])
def test_a_note_cut_at_or_before_its_beginning_never_sounds(off_s):
    assert agenda(note(1, 1.0, 2.0), cut(1, off_s)).due(9.0) == []


def test_a_note_cut_before_it_began_still_sounds_until_the_cut():
    made = agenda(note(1, 1.0, 2.0), cut(1, 1.5))
    assert made.due(1.0) == [ON]
    assert made.due(1.5) == [OFF]


def test_a_note_without_length_never_sounds():
    assert agenda(note(1, 1.0, 1.0)).due(9.0) == []


def test_panic_silences_at_once_and_forgets_what_waited():
    made = agenda(note(1, 0.0, 9.0), note(2, 1.0, 9.0, pitch=43))
    made.due(0.0)
    made.add(Panic(0.5))
    assert made.next_s == float("-inf")
    messages = made.due(0.5)
    assert messages[0] == OFF
    assert {(0xB9, 120, 0), (0xB1, 123, 0), (0xB2, 64, 0)} <= set(messages)
    assert made.due(99.0) == []


def test_too_many_notes_are_dropped_and_counted():
    made = agenda(*(note(each, 1.0 + each, 2.0 + each) for each in range(MOST_WAITING)))
    assert made.dropped == MOST_WAITING // 2
    assert len(made.due(1e9)) == MOST_WAITING


times = st.floats(0.0, 10.0)
notes = st.builds(
    note,
    st.integers(0, 1_000_000),
    times,
    times,
    st.integers(38, 41),
    st.sampled_from(sorted(CHANNELS)),
)
cuts = st.builds(cut, st.integers(0, 20), times)


@st.composite
def histories(draw):
    """Notes with ids of their own, cuts of some of them, panics, and moments of playing."""
    steps = draw(st.lists(st.one_of(notes, cuts, st.just(Panic(0.0)), times), max_size=40))
    return [
        note(index, step.on_s, step.off_s, step.pitch, step.part)
        if isinstance(step, BandNote)
        else step
        for index, step in enumerate(steps)
    ]


@given(histories())
def test_after_the_end_nothing_sounds_whatever_happened(steps):
    made, played = Agenda(CHANNELS), []
    for step in steps:
        if isinstance(step, float):
            played += made.due(step)
        else:
            made.add(step)
    assert keys_down([list(message) for message in played + made.release()]) == set()


@given(histories())
def test_once_all_is_played_nothing_sounds(steps):
    made, played = Agenda(CHANNELS), []
    for step in steps:
        if isinstance(step, float):
            played += made.due(step)
        else:
            made.add(step)
    assert keys_down([list(message) for message in played + made.due(100.0)]) == set()


@given(histories())
def test_a_key_is_never_struck_while_it_is_down(steps):
    made = agenda(*(step for step in steps if not isinstance(step, float)))
    down: set[tuple[int, int]] = set()
    for status, pitch, _ in made.due(100.0):
        key = (status & 15, pitch)
        if status >> 4 == 9:
            assert key not in down
            down.add(key)
        elif status >> 4 == 8:
            down.discard(key)
