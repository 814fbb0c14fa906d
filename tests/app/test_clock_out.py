"""What followers of the band's clock are told: start, stop, continue, and where the song is."""

from collections.abc import Iterator

import pytest

from accompanist.app.clock_out import ClockOut
from accompanist.devices.stage_door import CLOCK_LEAD_NS, CLOCK_OUT, StageDoor
from accompanist.dsp import cue
from accompanist.dsp.cue import unpacked

MS = 1_000_000
BEAT_NS = 500 * MS
START, CONTINUE, STOP = (0xFA,), (0xFB,), (0xFC,)


class Gig:
    """A band in four that plays to a clock, 120 beats a minute."""

    def __init__(self) -> None:
        self.door = StageDoor.create()
        self.door.tell(CLOCK_OUT, 1)
        self.clock = ClockOut(self.door)
        self.ticks: list[tuple[int, int, int]] = []

    def beats(self, numbers: range, plays: int = 1, first_place: int | None = None) -> list:
        """Beats of the band; messages that followers get by them, with their times (ms)."""
        said = []
        for number in numbers:
            place = number if first_place is None else first_place + number - numbers[0]
            row = (cue.BEAT, place % 4, 4, plays, number, number * BEAT_NS, BEAT_NS, plays)
            said += self.heard(self.clock.take(row, max(number * BEAT_NS - 100 * MS, 0)))
        return said

    def rest(self, at_ms: int, goes_on: bool) -> list:
        row = (cue.REST, 0, int(goes_on), 0, 0, at_ms * MS, 0, 0)
        return self.heard(self.clock.take(row, at_ms * MS))

    def step(self, at_ms: int, is_led: bool = True) -> list:
        return self.heard(self.clock.step(at_ms * MS, is_led=is_led))

    def heard(self, rows) -> list:
        self.ticks += [
            (row[cue.NOTE_ID], row[cue.ON_NS] // MS, row[cue.A])
            for row in rows
            if row[cue.KIND] == cue.CLOCK
        ]
        said = [row for row in rows if row[cue.KIND] == cue.MESSAGE]
        return [(row[cue.ON_NS] // MS, unpacked(row[cue.A])) for row in said]


@pytest.fixture
def gig() -> Iterator[Gig]:
    made = Gig()
    yield made
    made.door.remove()


def test_while_the_clock_is_off_followers_hear_nothing(gig):
    gig.door.tell(CLOCK_OUT, 0)
    assert gig.beats(range(8)) == []
    assert gig.ticks == []


def test_ticks_run_before_the_band_enters(gig):
    assert gig.beats(range(4), plays=0) == []
    assert [number for number, _, _ in gig.ticks] == [0, 1, 2, 3]


def test_a_song_starts_just_before_the_tick_of_the_beat_on_which_the_band_enters(gig):
    gig.beats(range(4), plays=0)
    assert gig.beats(range(4, 8)) == [(1998, START)]
    assert [counted for _, _, counted in gig.ticks] == [0, 0, 0, 0, 0, 1, 1, 1]


def test_who_enters_in_the_midst_of_a_bar_has_followers_continue_there(gig):
    assert gig.beats(range(6, 10)) == [(2920, (0xF2, 8, 0)), (2998, CONTINUE)]


def test_a_song_that_ended_stops_and_the_next_one_starts_anew(gig):
    gig.beats(range(8))
    assert gig.beats(range(8, 9), plays=0) == [(4000, STOP)]
    gig.rest(4000, goes_on=False)
    gig.beats(range(9, 12), plays=0)
    assert gig.beats(range(12, 16)) == [(5998, START)]


def test_a_lost_beat_stops_followers_at_once_and_they_continue_at_a_bar(gig):
    gig.beats(range(6))
    assert gig.rest(2700, goes_on=True) == [(2700, STOP)]
    assert gig.beats(range(6, 9), first_place=0) == [(2920, (0xF2, 32, 0)), (2998, CONTINUE)]


def test_a_held_chord_pauses_the_song_and_it_goes_on_at_the_beat_that_is_due(gig):
    gig.beats(range(6))
    assert gig.rest(3300, goes_on=True) == [(3300, STOP)]
    assert gig.beats(range(6, 8)) == [(2920, (0xF2, 24, 0)), (2998, CONTINUE)]


def test_stopped_by_hand_the_next_song_starts_anew(gig):
    gig.beats(range(6))
    assert gig.rest(2600, goes_on=False) == [(2600, STOP)]
    assert gig.beats(range(8, 12)) == [(3998, START)]


def test_a_song_position_beyond_what_midi_can_say_begins_anew_in_its_bar(gig):
    gig.beats(range(2))
    gig.rest(900, goes_on=True)
    assert gig.beats(range(4100, 4101)) == [(4100 * 500 - 2, START)]


def test_the_longest_song_position_is_said_in_two_bytes_of_seven_bits(gig):
    gig.beats(range(2))
    gig.rest(900, goes_on=True)
    position = gig.beats(range(4092, 4093))[0][1]
    assert position == (0xF2, 4 * 4092 & 0x7F, 4 * 4092 >> 7)
    assert max(position[1:]) < 128


def test_when_nobody_plays_on_followers_stop(gig):
    gig.beats(range(4))
    assert gig.step(2100) == []
    assert gig.step(2100, is_led=False) == [(2100, STOP)]
    assert gig.step(2102, is_led=False) == []


def test_turned_off_while_playing_followers_stop_and_ticks_end(gig):
    gig.beats(range(4))
    gig.door.tell(CLOCK_OUT, 0)
    assert gig.step(2100) == [(2100, STOP)]
    assert gig.ticks[-1] == (0, 0, 0)
    assert gig.step(2102) == []


def test_turned_on_again_a_song_starts(gig):
    gig.beats(range(4))
    gig.door.tell(CLOCK_OUT, 0)
    gig.step(2100)
    gig.door.tell(CLOCK_OUT, 1)
    assert gig.beats(range(8, 9)) == [(3998, START)]


def test_a_stage_started_anew_has_followers_stop_and_continue_where_the_band_is(gig):
    gig.beats(range(9))
    gig.clock = ClockOut(gig.door)
    assert gig.beats(range(10, 12)) == [
        (4920, STOP),
        (4920, (0xF2, 40, 0)),
        (4998, CONTINUE),
    ]


def test_beats_that_were_over_before_a_stage_was_back_are_passed_over(gig):
    gig.beats(range(9))
    gig.clock = ClockOut(gig.door)
    row = (cue.BEAT, 1, 4, 1, 9, 9 * BEAT_NS, BEAT_NS, 1)
    assert gig.clock.take(row, 11 * BEAT_NS) == []
    assert gig.beats(range(12, 13))[-1] == (5998, CONTINUE)


def test_followers_are_told_earlier_by_what_the_output_takes(gig):
    gig.door.tell(CLOCK_LEAD_NS, 7 * MS)
    assert gig.beats(range(4, 6)) == [(1991, START)]
    assert gig.ticks[0] == (4, 1993, 0)
