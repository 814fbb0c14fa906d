"""What one process leaves at the door, another finds, even if the first one dies there."""

import pytest

from accompanist.devices.errors import DeviceError
from accompanist.devices.stage_door import (
    GATE_NS,
    HAS_MIDI,
    NAMES,
    ON_TURN,
    TO_MIDI,
    WHEREABOUTS,
    StageDoor,
)
from accompanist.dsp import ring


@pytest.fixture
def door():
    door = StageDoor.create()
    yield door
    door.remove()


@pytest.fixture
def other_side(door):
    return StageDoor(door.path)


def test_a_word_told_is_read_on_the_other_side(door, other_side):
    door.tell(HAS_MIDI, 1)

    assert other_side.told(HAS_MIDI) == 1


def test_at_first_nobody_has_a_turn_and_the_gate_is_open(other_side):
    assert (other_side.told(ON_TURN), other_side.told(GATE_NS)) == (-1, 0)


def test_rows_cross_in_order(door, other_side):
    rows = [(1, 2, 3, 4, 5, 6, 7, number) for number in range(3)]
    for row in rows:
        ring.push(door.rings[TO_MIDI], row)
    row = other_side.rings[TO_MIDI][:8].copy()
    taken = []
    while ring.waiting(other_side.rings[TO_MIDI]):
        ring.pop_into(other_side.rings[TO_MIDI], row)
        taken.append(tuple(row.tolist()))

    assert taken == rows


def test_texts_do_not_mix(door, other_side):
    door.write(WHEREABOUTS, "bar 7")
    door.write(NAMES, "Keystation")

    assert (other_side.read(WHEREABOUTS), other_side.read(NAMES)) == ("bar 7", "Keystation")


def test_the_last_whole_text_is_read(door, other_side):
    for text in ("first", "second, and longer", "3"):
        assert door.write(WHEREABOUTS, text)
        assert other_side.read(WHEREABOUTS) == text


def test_a_text_that_was_never_written_is_empty(other_side):
    assert other_side.read(WHEREABOUTS) == ""


def test_a_text_too_long_is_refused_and_the_last_one_stays(door, other_side):
    door.write(WHEREABOUTS, "bar 7")

    assert not door.write(WHEREABOUTS, "x" * 100_000)
    assert other_side.read(WHEREABOUTS) == "bar 7"


def test_a_writer_that_dies_in_the_middle_leaves_the_last_text(door, other_side):
    door.write(WHEREABOUTS, "bar 7")
    spare = 1 - int(door._turns[WHEREABOUTS])
    door._texts[WHEREABOUTS, spare, :3] = 0

    assert other_side.read(WHEREABOUTS) == "bar 7"


def test_cancelling_a_lane_makes_its_generation_older(door, other_side):
    before = other_side.generations.copy()
    door.cancel("bass")

    assert (other_side.generations - before).tolist()[:5] == [0, 0, 1, 0, 0]


def test_a_removed_door_still_serves_those_who_hold_it(door, other_side):
    door.remove()
    door.tell(HAS_MIDI, 1)

    assert other_side.told(HAS_MIDI) == 1


@pytest.mark.parametrize("content", [None, b"too short"])
def test_a_file_that_is_no_door_is_refused(tmp_path, content):
    path = tmp_path / "door"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(DeviceError, match="start again"):
        StageDoor(path)
