"""When the band falters its groove goes on, and a band that is back takes over on a bar line."""

from itertools import pairwise

import pytest

from accompanist.app.conductor import Conductor
from accompanist.devices.stage_door import (
    ABSENT,
    BAND_BEAT_NS,
    BAND_STATE,
    CARRY_ON,
    COMING,
    GATE_NS,
    NEVER,
    PRESENT,
    StageDoor,
)
from accompanist.dsp import cue
from accompanist.dsp.immediate import MUTE, SOLO

MS = 1_000_000
BEAT_NS = 500 * MS
BAR_NS = 4 * BEAT_NS
DRUMS, BASS, HARMONY = (cue.LANES.index(part) for part in ("drums", "bass", "harmony"))


class Gig:
    """A conductor and the band it listens to, on a clock that is moved by hand."""

    def __init__(self):
        self.door = StageDoor.create()
        self.door.tell(CARRY_ON, 1)
        self.conductor = Conductor(self.door, 0)
        self.now_ns = 0
        self.told = []

    def live(self, until_ns, beating=True):
        """Let time pass, the band's heart beating or not."""
        while self.now_ns < until_ns:
            self.now_ns += 10 * MS
            if beating:
                self.door.tell(BAND_STATE, PRESENT)
                self.door.tell(BAND_BEAT_NS, self.now_ns)
            self.told += self.conductor.step(self.now_ns)

    def beat(self, number, grooving=1):
        """A beat, said 100 ms ahead."""
        self.conductor.take(
            (cue.BEAT, number % 4, 4, grooving, number, number * BEAT_NS, BEAT_NS, 0)
        )

    def note(self, lane, pitch, on_ns, length_ns=200 * MS, number=1):
        self.conductor.take((cue.NOTE, lane, pitch, 90, number, on_ns, on_ns + length_ns, 0))

    def play_bars(self, bars, first=4, grooving=1):
        """The band plays a kick on every beat, a bass note on 1 and a chord on 3."""
        for number in range(first, first + 4 * bars):
            self.live(number * BEAT_NS - 100 * MS)
            self.beat(number, grooving)
            self.note(DRUMS, 36, number * BEAT_NS, number=10 * number)
            if number % 4 == 0:
                self.note(BASS, 40, number * BEAT_NS, number=10 * number + 1)
            if number % 4 == 2:
                self.note(HARMONY, 60, number * BEAT_NS, number=10 * number + 2)

    def notes(self, lane=None):
        return [
            (row[cue.LANE], row[cue.ON_NS])
            for row in self.told
            if row[cue.KIND] == cue.NOTE and lane in (None, row[cue.LANE])
        ]

    def releases(self):
        return [row[cue.ON_NS] for row in self.told if row[cue.KIND] == cue.RELEASE]

    def die(self):
        self.door.tell(BAND_STATE, ABSENT)


@pytest.fixture
def gig():
    gig = Gig()
    gig.live(10 * MS)
    yield gig
    gig.door.remove()


def test_while_the_band_leads_the_stage_adds_nothing(gig):
    gig.play_bars(3)

    assert gig.told == []
    assert gig.conductor.leader == "band"


def test_a_dead_band_is_released_within_a_glance(gig):
    gig.play_bars(2)
    died_ns = gig.now_ns
    gig.die()
    gig.live(died_ns + 50 * MS, beating=False)

    assert len(gig.releases()) == 1
    assert gig.releases()[0] - died_ns <= 10 * MS


def test_a_stalled_heart_is_noticed_within_a_quarter_second(gig):
    gig.play_bars(2)
    stalled_ns = gig.now_ns
    gig.live(stalled_ns + 500 * MS, beating=False)

    assert 60 * MS < gig.releases()[0] - stalled_ns <= 250 * MS


def test_an_interpreter_held_up_for_60_ms_is_no_stall(gig):
    gig.play_bars(2)
    gig.live(gig.now_ns + 60 * MS, beating=False)
    gig.live(gig.now_ns + 500 * MS)

    assert gig.told == []


def test_drums_and_bass_go_on_in_phase_and_harmony_is_silent(gig):
    gig.play_bars(2)
    gig.die()
    gig.live(5 * BAR_NS, beating=False)

    drums = [on_ns for _, on_ns in gig.notes(DRUMS)]
    assert [on_ns % BEAT_NS for on_ns in drums] == [0] * len(drums)
    assert [b - a for a, b in pairwise(drums)] == [BEAT_NS] * (len(drums) - 1)
    assert [on_ns % BAR_NS for _, on_ns in gig.notes(BASS)] == [0] * 3
    assert gig.notes(HARMONY) == []


def test_a_muted_part_does_not_go_on(gig):
    gig.play_bars(2)
    gig.door.controls[MUTE + BASS] = 1
    gig.die()
    gig.live(5 * BAR_NS, beating=False)

    assert gig.notes(BASS) == []
    assert gig.notes(DRUMS)


def test_a_part_beside_a_solo_does_not_go_on(gig):
    gig.play_bars(2)
    gig.door.controls[SOLO + DRUMS] = 1
    gig.die()
    gig.live(5 * BAR_NS, beating=False)

    assert gig.notes(BASS) == []
    assert gig.notes(DRUMS)


def test_a_groove_ends_when_the_player_wants_silence_and_no_band_is_there(gig):
    gig.play_bars(2)
    gig.die()
    gig.live(gig.now_ns + BAR_NS, beating=False)
    count = len(gig.notes())
    gig.conductor.fall_silent()
    gig.live(gig.now_ns + 2 * BAR_NS, beating=False)

    assert count
    assert len(gig.notes()) == count
    assert gig.conductor.leader == "nobody"


def test_a_band_that_falls_just_after_silence_was_wanted_leaves_no_groove(gig):
    gig.play_bars(2)
    gig.conductor.fall_silent()
    gig.die()
    gig.live(gig.now_ns + 2 * BAR_NS, beating=False)

    assert gig.notes() == []


def test_the_groove_is_told_ahead_of_its_time(gig):
    gig.play_bars(2)
    gig.die()
    for _ in range(200):
        before = len(gig.notes())
        gig.live(gig.now_ns + 10 * MS, beating=False)
        for _, on_ns in gig.notes()[before:]:
            assert on_ns > gig.now_ns - 10 * MS


def test_without_carrying_on_there_is_silence(gig):
    gig.door.tell(CARRY_ON, 0)
    gig.play_bars(2)
    gig.die()
    gig.live(gig.now_ns + BAR_NS, beating=False)

    assert len(gig.releases()) == 1
    assert gig.notes() == []


def test_a_band_that_was_resting_leaves_silence(gig):
    gig.play_bars(2, grooving=0)
    gig.die()
    gig.live(gig.now_ns + BAR_NS, beating=False)

    assert gig.notes() == []


def test_a_restarted_band_takes_over_on_a_bar_line_within_four_bars(gig):
    gig.play_bars(2)
    gig.die()
    gig.live(gig.now_ns + 1300 * MS, beating=False)
    gig.door.tell(BAND_STATE, COMING)
    back_ns = gig.now_ns
    gig.play_bars(4, first=back_ns // BEAT_NS + 1)

    gate_ns = gig.door.told(GATE_NS)
    line_ns = round(gate_ns / BAR_NS) * BAR_NS
    assert gig.conductor.leader == "band"
    assert 0 <= line_ns - gate_ns <= 50 * MS
    assert line_ns - back_ns <= 4 * BAR_NS
    assert max(on_ns for _, on_ns in gig.notes()) < gate_ns
    assert max(on_ns for _, on_ns in gig.notes()) >= line_ns - BEAT_NS


def test_notes_of_the_restarted_band_wait_for_the_bar_line(gig):
    gig.play_bars(2)
    gig.die()
    gig.live(gig.now_ns + 1300 * MS, beating=False)
    gig.beat(gig.now_ns // BEAT_NS + 1)
    gig.live(gig.now_ns + 20 * MS)
    gate_ns = gig.door.told(GATE_NS)

    assert not gig.conductor.lets_through((cue.NOTE, DRUMS, 36, 90, 1, gate_ns - 1, gate_ns, 0))
    assert gig.conductor.lets_through((cue.NOTE, DRUMS, 36, 90, 1, gate_ns, gate_ns, 0))


def test_a_band_that_dies_again_before_the_bar_line_leaves_the_groove_going(gig):
    gig.play_bars(2)
    gig.die()
    gig.live(gig.now_ns + 1300 * MS, beating=False)
    gig.beat(gig.now_ns // BEAT_NS + 1)
    gig.live(gig.now_ns + 20 * MS)
    gig.die()
    gig.live(gig.now_ns + 2 * BAR_NS, beating=False)

    drums = [on_ns for _, on_ns in gig.notes(DRUMS)]
    assert gig.door.told(GATE_NS) == NEVER
    assert [b - a for a, b in pairwise(drums)] == [BEAT_NS] * (len(drums) - 1)
    assert drums[-1] > gig.now_ns - BEAT_NS


def test_a_band_that_is_back_but_does_not_play_leads_into_silence_after_four_bars(gig):
    gig.play_bars(2)
    gig.die()
    gig.live(gig.now_ns + 1300 * MS, beating=False)
    back_ns = gig.now_ns
    gig.live(back_ns + 5 * BAR_NS)

    last_ns = max(on_ns for _, on_ns in gig.notes())
    assert gig.conductor.leader == "band"
    assert 2 * BAR_NS <= last_ns - back_ns <= 4 * BAR_NS


def test_after_the_takeover_the_new_bars_are_what_goes_on(gig):
    gig.play_bars(2)
    gig.die()
    gig.live(gig.now_ns + 1300 * MS, beating=False)
    first = gig.now_ns // BEAT_NS + 1
    for number in range(first, first + 16):
        gig.live(number * BEAT_NS - 100 * MS)
        gig.beat(number)
        gig.note(DRUMS, 38, number * BEAT_NS + 250 * MS, number=5000 + number)
    gig.told.clear()
    gig.die()
    gig.live(gig.now_ns + BAR_NS, beating=False)

    assert {row[cue.A] for row in gig.told if row[cue.KIND] == cue.NOTE} == {38}
