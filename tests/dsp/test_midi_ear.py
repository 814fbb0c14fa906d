"""What is played reaches the band, the monitor and the reflex, and is let up at the end."""

import numpy as np
import pytest

from accompanist.dsp import cue, midi_ear, ring
from accompanist.dsp.cue import PERFORM, packed, unpacked
from accompanist.dsp.midi_ear import Ear, new_ear
from accompanist.dsp.reflex import reflex_table
from accompanist.dsp.sounding import KEYS
from tests.dsp.desks import Sent, TestDesk

Rows = list[tuple[int, tuple[int, ...]]]


@pytest.fixture
def desk() -> TestDesk:
    return TestDesk()


@pytest.fixture
def ear() -> Ear:
    return new_ear(reflex_table("thru", ()), ring.new_ring(), ring.new_ring())


def hear(ear: Ear, desk: TestDesk, *messages: tuple[int, ...]) -> None:
    for message in messages:
        midi_ear.hear(ear, desk.desk, packed(message), desk.now, desk.now * 1_000_000)


def told(words: cue.Words) -> Rows:
    """Time (ms) and message of all that waits on a ring, where all was played."""
    row, rows = np.zeros(ring.WIDTH, np.int64), []
    for _ in range(ring.waiting(words)):
        ring.pop_into(words, row)
        assert row[cue.KIND] == PERFORM
        rows.append((int(row[cue.ON_NS]) // 1_000_000, unpacked(int(row[cue.A]))))
    return rows


def test_what_is_played_reaches_the_band_and_the_monitor_with_its_time(ear, desk):
    desk.until(7)
    hear(ear, desk, (0x90, 60, 100), (0xB0, 64, 127), (0xE0, 0, 70), (0xD0, 9))
    everything = [(7, (0x90, 60, 100)), (7, (0xB0, 64, 127)), (7, (0xE0, 0, 70)), (7, (0xD0, 9))]
    assert told(ear.to_band) == everything
    assert [row for row in told(ear.monitor) if row[1] != (0x93, 60, 100)] == everything


def test_the_built_in_synth_hears_what_the_reflex_answers(ear, desk):
    hear(ear, desk, (0x90, 60, 100), (0x80, 60, 0))

    answers = [message for _, message in told(ear.monitor) if message[0] & 0x0F == 3]
    assert answers == [(0x93, 60, 100), (0x83, 60, 0)]


def test_a_key_that_steers_is_told_to_the_band_and_sounds_nowhere(ear, desk):
    ear.silent[9 << 7 | 36] = 1
    hear(ear, desk, (0x99, 36, 100), (0x90, 36, 100))

    assert [message for _, message in told(ear.to_band)] == [(0x99, 36, 100), (0x90, 36, 100)]
    assert [message for _, message in told(ear.monitor)] == [(0x93, 36, 100), (0x90, 36, 100)]
    assert desk.until(10) == [Sent(0, (0x93, 36, 100))]


def test_a_key_that_begins_to_steer_while_it_is_down_ends_what_it_sounded(ear, desk):
    hear(ear, desk, (0x90, 36, 100))
    desk.until(9)
    ear.silent[36] = 1
    hear(ear, desk, (0x80, 36, 0))

    assert (0x80, 36, 0) in [message for _, message in told(ear.monitor)]
    assert desk.until(10) == [Sent(9, (0x83, 36, 0))]


def test_a_sustain_pedal_that_steers_holds_nothing(ear, desk):
    ear.silent[KEYS + 2] = 1
    hear(ear, desk, (0xB2, 64, 127), (0xB0, 64, 127))

    assert [message for _, message in told(ear.to_band)] == [(0xB2, 64, 127), (0xB0, 64, 127)]
    assert [message for _, message in told(ear.monitor)] == [(0xB0, 64, 127)]


def test_a_key_that_steers_is_let_up_when_its_controller_is_gone(ear, desk):
    ear.silent[36] = 1
    hear(ear, desk, (0x90, 36, 100))
    midi_ear.let_up(ear, desk.desk, desk.now, 0)

    assert [message for _, message in told(ear.to_band)] == [(0x90, 36, 100), (0x80, 36, 0)]


def test_answers_that_a_table_has_forgotten_still_end_in_the_built_in_synth(ear, desk):
    hear(ear, desk, (0x90, 60, 100))
    ear.reflex.table[:] = 0
    hear(ear, desk, (0x80, 60, 0))

    assert (0x83, 60, 0) in [message for _, message in told(ear.monitor)]


def test_without_a_monitor_the_band_still_hears(desk):
    ear = new_ear(reflex_table("off", ()), ring.new_ring(), None)
    hear(ear, desk, (0x90, 60, 100))
    assert len(told(ear.to_band)) == 1


@pytest.mark.parametrize(
    "message", [(0xFE,), (0xF3, 1), (0xFF,), (0x40, 1, 1), (0x90, 200, 1), (0x90, 1, 200)]
)
def test_what_nobody_has_a_use_for_is_passed_over(ear, desk, message):
    hear(ear, desk, message)
    assert told(ear.to_band) == []
    assert desk.until(10) == []


@pytest.mark.parametrize("message", [(0xF8,), (0xFA,), (0xFB,), (0xFC,), (0xF2, 16, 3)])
def test_a_clock_is_for_the_band_alone(ear, desk, message):
    desk.until(7)
    hear(ear, desk, message)
    assert told(ear.to_band) == [(7, message)]
    assert told(ear.monitor) == []
    assert desk.until(10) == []


def test_the_reflex_answers_in_the_same_moment(ear, desk):
    desk.until(7)
    hear(ear, desk, (0x90, 60, 100))
    assert desk.until(8) == [Sent(7, (0x93, 60, 100))]


@pytest.mark.parametrize("release", [(0x80, 60, 64), (0x90, 60, 0)])
def test_both_kinds_of_release_end_the_answer(ear, desk, release):
    hear(ear, desk, (0x90, 60, 100))
    desk.until(9)
    hear(ear, desk, release)
    assert desk.until(10) == [Sent(9, (0x83, 60, 0))]


def test_keys_and_pedals_that_are_down_are_let_up_once(ear, desk):
    hear(ear, desk, (0x90, 60, 100), (0x91, 62, 100), (0xB0, 64, 127), (0x90, 64, 9), (0x80, 64, 0))
    desk.until(50)
    told(ear.to_band)
    for _ in range(2):
        midi_ear.let_up(ear, desk.desk, 50, 50_000_000)
    let_up = [(50, (0x80, 60, 0)), (50, (0x81, 62, 0)), (50, (0xB0, 64, 0))]
    assert told(ear.to_band) == let_up
    assert [row for row in told(ear.monitor)[-5:] if row[1][0] & 0x0F != 3] == let_up
    assert [sent.message for sent in desk.until(60)] == [(0x83, 60, 0), (0x83, 62, 0)]


def test_a_pedal_that_is_up_is_not_let_up(ear, desk):
    hear(ear, desk, (0xB0, 64, 127), (0xB0, 64, 63))
    told(ear.to_band)
    midi_ear.let_up(ear, desk.desk, 50, 50_000_000)
    assert told(ear.to_band) == []


def test_what_a_band_that_does_not_listen_misses_is_counted(ear, desk):
    for _ in range(ring.CAPACITY + 3):
        hear(ear, desk, (0xB0, 1, 1))
    assert ear.numbers[midi_ear.UNHEARD] == 3


def test_the_memory_of_an_ear_is_found_again_by_its_addresses(ear, desk):
    there = midi_ear.ear_at(np.array(midi_ear.ear_addresses(ear), np.int64))
    hear(there, desk, (0x90, 60, 100))
    assert len(told(ear.to_band)) == 1
    assert len(told(ear.monitor)) == 2
