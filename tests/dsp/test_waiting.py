"""What waits leaves in order of time, and of arrival at the same time."""

from hypothesis import given
from hypothesis import strategies as st

from accompanist.dsp import waiting
from accompanist.dsp.waiting import Waiting

times = st.lists(st.integers(0, 50), max_size=100)


def filled(times_and_ids: list[tuple[int, int]]) -> Waiting:
    queue = waiting.new_waiting()
    for time, note_id in times_and_ids:
        waiting.add(queue, time, note_id, 0, 0, 0, 0)
    return queue


def emptied(queue: Waiting) -> list[tuple[int, int]]:
    """Times and ids in the order in which they leave."""
    left = []
    while waiting.count(queue):
        left.append((int(queue.columns[waiting.TIME, 0]), int(queue.columns[waiting.NOTE_ID, 0])))
        waiting.remove(queue, 0)
    return left


@given(times)
def test_the_earliest_leaves_first_and_of_equals_the_oldest(when):
    entries = [(time, number) for number, time in enumerate(when)]
    assert emptied(filled(entries)) == sorted(entries)


@given(times, st.data())
def test_one_that_is_taken_away_from_the_middle_leaves_the_others_in_order(when, data):
    entries = [(time, number) for number, time in enumerate(when)]
    queue = filled(entries)
    for number in data.draw(st.lists(st.sampled_from(range(100)), unique=True)):
        place = waiting.find(queue, number)
        assert (place >= 0) == (number < len(when))
        if place >= 0:
            waiting.remove(queue, place)
            entries.remove((when[number], number))
    assert emptied(queue) == sorted(entries)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 2)), max_size=100))
def test_those_of_one_id_are_kept_in_order(entries):
    queue = filled(entries)
    waiting.keep_only(queue, 1)
    assert emptied(queue) == sorted(entry for entry in entries if entry[1] == 1)


def test_all_can_be_made_to_wait_longer_but_what_never_ends():
    queue = waiting.new_waiting()
    waiting.add(queue, 5, 1, 0, 20, 0, 0)
    waiting.add(queue, 6, 2, 0, waiting.NEVER, 0, 0)
    waiting.shift(queue, 100)
    assert queue.columns[waiting.TIME, :2].tolist() == [105, 106]
    assert queue.columns[waiting.OFF, :2].tolist() == [120, waiting.NEVER]
