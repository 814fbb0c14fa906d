"""Cues become events at the right frame, whoever sends them."""

import numpy as np
import pytest

from accompanist.dsp import cue, due, mixer
from accompanist.dsp.clock_map import new_clock_map, track
from accompanist.dsp.cue import LANES, REFLEX_LANE, packed
from accompanist.dsp.intake import NO_GATE, Desk, take_cues
from accompanist.dsp.ring import WIDTH, new_ring, push
from accompanist.dsp.synth import BandSynth
from accompanist.dsp.zones import load_bank

RATE_HZ = 48000
MS = 1_000_000
START_NS = 7_000_000_000
LATENCY_MS, BLOCK = 10, 256
BASS, HARMONY = LANES.index("bass"), LANES.index("harmony")


@pytest.fixture(scope="module")
def bank():
    return load_bank()


class Booth:
    """A synth that takes cues from a ring, as the callback does; frame 0 begins at `START_NS`."""

    def __init__(self, bank):
        self.synth = BandSynth(RATE_HZ, bank)
        self.synth.render(1)
        self.synth.rig.counters[mixer.NOW] = 0
        self.ring = new_ring()
        clock = new_clock_map(RATE_HZ)
        track(clock, 0, START_NS)
        self.desk = Desk(np.zeros(WIDTH, np.int64), clock, LATENCY_MS * MS, BLOCK, RATE_HZ)

    def take(self, *row, gate_ns=NO_GATE):
        assert push(self.ring, row)
        return take_cues(self.ring, gate_ns, self.desk, self.synth.rig)

    def note(self, on_ms, off_ms, lane=BASS, note_id=1, generation=0, gate_ns=NO_GATE):
        times = (START_NS + on_ms * MS, START_NS + off_ms * MS)
        return self.take(cue.NOTE, lane, 40, 100, note_id, *times, generation, gate_ns=gate_ns)

    def events(self):
        events, event = [], due.new_event()
        while due.until_next(self.synth.rig.queue, 10**12, 1) == 0:
            due.pop_into(self.synth.rig.queue, event)
            events.append((int(event[due.FRAME]), int(event[cue.KIND])))
        return events

    def count(self, counter):
        return int(self.synth.rig.counters[counter])


@pytest.fixture
def booth(bank):
    return Booth(bank)


def test_a_note_begins_and_ends_so_much_earlier_as_the_output_takes(booth):
    booth.note(100, 200)
    assert booth.events() == [(90 * 48, cue.NOTE), (190 * 48, due.END)]


def test_a_key_sounds_one_block_after_it_was_struck(booth):
    booth.take(cue.PERFORM, 0, packed((0x90, 60, 90)), 0, 0, START_NS + 3 * MS, 0, 0)
    assert booth.events() == [(3 * 48 + BLOCK, cue.PERFORM)]


def test_a_note_of_no_length_still_speaks(booth):
    booth.note(100, 100)
    assert booth.events()[1] == (90 * 48 + 720, due.END)


def test_notes_before_the_gate_are_dropped_and_counted(booth):
    assert booth.note(99, 200, gate_ns=START_NS + 100 * MS) == 1
    assert booth.note(100, 200, gate_ns=START_NS + 100 * MS) == 0
    assert len(booth.events()) == 2


def test_a_note_begins_only_if_its_generation_still_holds_at_its_frame(booth):
    booth.note(100, 200, generation=0)
    booth.note(120, 220, note_id=2, generation=0)
    booth.synth.render(95 * 48)
    booth.synth.rig.generations[BASS] += 1
    booth.synth.render(100 * 48)
    assert booth.count(mixer.SERIAL) == 1
    assert booth.count(mixer.CANCELLED) == 1


@pytest.mark.parametrize(("late_ms", "begins"), [(49, True), (51, False)])
def test_notes_more_than_fifty_milliseconds_late_never_begin(booth, late_ms, begins):
    booth.synth.render(48 * 200)
    booth.note(200 + LATENCY_MS - late_ms, 1000)
    booth.synth.render(64)
    assert booth.count(mixer.SERIAL) == begins
    assert booth.count(mixer.STALE) == (not begins)
    assert booth.count(mixer.LATE) == begins


def test_the_same_number_in_two_lanes_is_two_notes(booth):
    booth.note(100, 9000, lane=BASS)
    booth.note(100, 9000, lane=LANES.index("harmony"))
    booth.synth.render(48 * 120)
    both = booth.synth.voices_sounding
    booth.take(cue.CUT, BASS, 0, 0, 1, START_NS, START_NS, 0)
    booth.synth.render(48_000)
    assert 0 < booth.synth.voices_sounding < both


@pytest.mark.parametrize("kind", [cue.RELEASE, cue.SILENCE])
def test_a_release_ends_keys_and_notes_and_forgets_those_to_come(booth, kind):
    booth.note(20, 9000)
    booth.take(cue.PERFORM, 0, packed((0x90, 60, 90)), 0, 0, START_NS, 0, 0)
    booth.take(cue.PERFORM, REFLEX_LANE, packed((0x93, 72, 90)), 0, 0, START_NS, 0, 0)
    booth.note(500, 9000, note_id=2)
    booth.synth.render(48 * 100)
    assert booth.count(mixer.SERIAL) == 3
    booth.take(kind, 0, 0, 0, 0, 0, 0, 0)
    booth.synth.render(48 * 50)
    assert booth.synth.voices_sounding == 0
    booth.synth.render(48_000)
    assert booth.count(mixer.SERIAL) == 3


def test_a_note_sent_after_a_release_sounds(booth):
    booth.take(cue.RELEASE, 0, 0, 0, 0, 0, 0, 0)
    booth.note(20, 200)
    booth.synth.render(48 * 100)
    assert booth.count(mixer.SERIAL) == 1


def test_after_a_release_no_note_begins_that_was_meant_for_before_its_end(booth):
    booth.take(cue.RELEASE, 0, 0, 0, 0, START_NS, START_NS + 100 * MS, 0)
    assert booth.note(90, 200) == 1
    assert booth.note(110, 200, note_id=2) == 0


def test_a_hushed_lane_fades_begins_nothing_and_leaves_the_others_alone(booth):
    booth.note(20, 2000)
    booth.note(20, 2000, lane=HARMONY, note_id=2)
    booth.synth.render(48 * 100)
    both = booth.synth.voices_sounding
    booth.take(cue.HUSH, BASS, 1, 0, 0, 0, 0, 0)
    booth.synth.render(48 * 100)
    assert 0 < booth.synth.voices_sounding < both
    booth.note(250, 2000, note_id=3)
    booth.synth.render(48 * 100)
    assert booth.count(mixer.CANCELLED) == 1


def test_a_lane_that_is_hushed_no_more_begins_what_is_still_to_come(booth):
    booth.take(cue.HUSH, BASS, 1, 0, 0, 0, 0, 0)
    booth.note(100, 200)
    booth.synth.render(48 * 50)
    booth.take(cue.HUSH, BASS, 0, 0, 0, 0, 0, 0)
    booth.synth.render(48 * 100)
    assert booth.count(mixer.SERIAL) == 1


def test_a_level_and_a_seat_hold_from_the_next_block(booth):
    gain = booth.synth.rig.seats[BASS]["gain"]
    booth.take(cue.LEVEL, BASS, 400_000, 0, 0, 0, 0, 0)
    booth.synth.render(1)
    assert booth.synth.rig.seats[BASS]["gain"] == pytest.approx(gain / 4)
    booth.take(cue.SEAT, BASS, 3, 5, 2_000_000, 0, 0, 0)
    booth.synth.render(1)
    seat = booth.synth.rig.seats[BASS]
    assert (seat["first"], seat["count"], seat["gain"]) == (3, 5, pytest.approx(0.5))


def test_a_seat_is_taken_for_the_notes_that_begin_from_its_time_on(booth):
    before = booth.synth.rig.seats[BASS].copy()
    booth.take(cue.SEAT, BASS, 3, 5, 1_000_000, START_NS + 100 * MS, 0, 0)
    booth.synth.render(90 * 48)
    assert booth.synth.rig.seats[BASS] == before
    booth.synth.render(1)
    assert booth.synth.rig.seats[BASS]["first"] == 3


def test_a_flood_leaves_the_rest_for_the_next_block(booth):
    for number in range(2000):
        push(booth.ring, (cue.LEVEL, BASS, number, 0, 0, 0, 0, 0))
    take_cues(booth.ring, NO_GATE, booth.desk, booth.synth.rig)
    assert 0 < len(booth.events()) < 2000


@pytest.mark.parametrize("lane", [-1, len(LANES), 1 << 40])
def test_a_lane_that_nobody_has_is_passed_over(booth, lane):
    booth.note(20, 200, lane=lane)
    booth.take(cue.LEVEL, lane, 1, 0, 0, 0, 0, 0)
    assert booth.events() == []


@pytest.mark.parametrize(("first", "count"), [(-1, 2), (0, 1 << 40), (1 << 62, 1)])
def test_an_instrument_that_the_bank_lacks_is_passed_over(booth, first, count):
    before = booth.synth.rig.seats[BASS].copy()
    booth.take(cue.SEAT, BASS, first, count, 1_000_000, 0, 0, 0)
    booth.synth.render(1)
    assert booth.synth.rig.seats[BASS] == before
