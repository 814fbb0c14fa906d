"""What is due comes in order, earliest first; what was taken back never comes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accompanist.dsp import due
from accompanist.dsp.cue import CUT, KIND, LEVEL, NOTE, NOTE_ID, PERFORM, RELEASE, SILENCE
from accompanist.dsp.due import CAPACITY, END, FRAME, NOTHING

FAR = 10**12


def popped(queue):
    events, row = [], due.new_event()
    while due.until_next(queue, FAR, 1) == 0:
        due.pop_into(queue, row)
        events.append(row.copy())
    return events


def event(frame, kind=NOTE, note_id=0):
    row = due.new_event()
    row[FRAME], row[KIND], row[NOTE_ID] = frame, kind, note_id
    return row


@settings(deadline=None)
@given(st.lists(st.integers(-50, 50), max_size=60))
def test_events_come_in_order_of_frames_and_of_arrival_within_one(frames):
    queue = due.new_queue()
    for number, frame in enumerate(frames):
        assert due.add(queue, event(frame, note_id=number))
    expected = sorted((frame, number) for number, frame in enumerate(frames))
    assert [(e[FRAME], e[NOTE_ID]) for e in popped(queue)] == expected


def test_the_queue_goes_round_without_losing_anything_or_its_order():
    """Three times as many events as it has room for, three hundred at a time."""
    queue = due.new_queue()
    for first in range(0, 3 * CAPACITY, 300):
        frames = [first + 7 * k % 300 for k in range(300)]
        assert all(due.add(queue, event(frame)) for frame in frames)
        assert [e[FRAME] for e in popped(queue)] == sorted(frames)


def test_frames_until_the_next_event_are_bounded():
    queue = due.new_queue()
    assert due.until_next(queue, 0, 256) == 256
    due.add(queue, event(100))
    assert due.until_next(queue, 0, 256) == 100
    assert due.until_next(queue, 0, 64) == 64
    assert due.until_next(queue, 500, 64) == 0


def test_beginnings_get_half_of_the_room_and_endings_all():
    queue = due.new_queue()
    assert all(due.add(queue, event(k)) for k in range(CAPACITY // 2))
    assert not due.add(queue, event(0, NOTE))
    assert not due.add(queue, event(0, PERFORM))
    assert all(due.add(queue, event(k, END)) for k in range(CAPACITY // 2))
    assert not due.add(queue, event(0, END))
    assert len(popped(queue)) == CAPACITY


def test_a_note_taken_back_never_comes_and_others_do():
    queue = due.new_queue()
    for note_id in (1, 2):
        due.add(queue, event(10, note_id=note_id))
        due.add(queue, event(30, note_id=note_id))
        due.add(queue, event(40, END, note_id))
    due.take_back(queue, event(20, CUT, 1))
    kinds = [(e[FRAME], e[KIND], e[NOTE_ID]) for e in popped(queue)]
    assert [k for k in kinds if k[1] != NOTHING] == [
        (10, NOTE, 1),
        (10, NOTE, 2),
        (30, NOTE, 2),
        (40, END, 1),
        (40, END, 2),
    ]


@pytest.mark.parametrize("kind", [SILENCE, RELEASE])
def test_everything_taken_back_leaves_levels_and_endings(kind):
    queue = due.new_queue()
    for kind in (NOTE, PERFORM, LEVEL, END):
        due.add(queue, event(10, kind))
    due.take_back(queue, event(0, kind))
    assert [e[KIND] for e in popped(queue)] == [NOTHING, NOTHING, LEVEL, END]


@settings(deadline=None)
@given(st.lists(st.integers(-1000, 1000), max_size=20), st.integers(-(10**6), 10**6))
def test_a_shift_moves_everything_alike(frames, by):
    queue = due.new_queue()
    for frame in frames:
        due.add(queue, event(frame))
    due.shift(queue, by)
    assert [e[FRAME] for e in popped(queue)] == sorted(frame + by for frame in frames)
