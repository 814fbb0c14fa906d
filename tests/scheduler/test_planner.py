"""The planner plans a frame at a time, and puts right what a chord heard makes wrong."""

from dataclasses import replace

import pytest

from accompanist.music.band import FRAMES_PER_BEAT, BandNote, NoteCut, PlannedNote
from accompanist.music.chord import Chord
from accompanist.music.heard import ChordHeard
from accompanist.scheduler.planner import Planner
from accompanist.scheduler.scheduler import Scheduler

C, D = Chord(0, "maj"), Chord(2, "maj")


class Clock:
    """Two beats a second; it broadens when a test says so."""

    broadening = False

    def seconds_at(self, beats: float) -> float:
        return beats / 2

    def beats_at(self, time_s: float) -> float:
        return time_s * 2


class Trio:
    """A planner whose bass and drums play on every frame, and which amends by a tone of D."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.clock = Clock()
        self.scheduler = Scheduler()
        self.planner = Planner(self.scheduler, self.clock, self.play, self.amend)
        self.pitch = 36

    def play(self, index: int) -> list[PlannedNote]:
        self.asked.append(index)
        note = PlannedNote("bass", index / FRAMES_PER_BEAT, 0.25, self.pitch, 90, "understudy")
        return [note, replace(note, part="drums", pitch=37)]

    def amend(self, wrong, sounding, chord, now_s, count) -> list[PlannedNote]:
        del sounding
        at_beats = count.beats_at(now_s)
        return [PlannedNote(n.part, at_beats, 0.1, 24 + chord.root, 80, n.source) for n in wrong]


@pytest.fixture
def trio() -> Trio:
    return Trio()


def played(announced, part: str = "bass") -> list[BandNote]:
    return [note for note in announced if isinstance(note, BandNote) and note.part == part]


def test_a_beat_is_planned_a_frame_a_step(trio):
    trio.planner.begin(3)
    assert trio.asked == [12]
    for _ in range(6):
        trio.planner.step()
    assert trio.asked == [12, 13, 14, 15]


def test_a_beat_that_is_short_of_time_is_finished_at_once(trio):
    trio.planner.begin(3)
    trio.planner.finish()
    assert trio.asked == [12, 13, 14, 15]


def test_what_is_left_is_not_planned(trio):
    trio.planner.begin(3)
    trio.planner.leave()
    trio.planner.finish()
    assert trio.asked == [12]


def test_a_chord_heard_otherwise_is_played_from_the_next_frame_that_can_be_planned(trio):
    trio.planner.begin(2)
    trio.planner.finish()
    trio.planner.commit(1.0)
    trio.asked.clear()
    cuts = trio.planner.overrule(ChordHeard(1.0, 1.0, D, 0.9), 2)
    assert [(cut.part, cut.off_s) for cut in cuts] == [("bass", 1.0)]
    (amended,) = played(trio.planner.commit(1.0))
    assert (amended.pitch, amended.on_s) == (26, 1.0)
    trio.pitch = 38
    trio.planner.finish()
    assert trio.asked == [10, 11]
    assert {note.pitch for note in played(trio.planner.commit(1.2))} == {38}


def test_drums_clash_with_no_chord(trio):
    trio.planner.begin(2)
    trio.planner.commit(1.0)
    trio.planner.overrule(ChordHeard(1.0, 1.0, D, 0.9), 2)
    (struck,) = (note for note in trio.scheduler.open_notes if note.part == "drums")
    assert struck.off_s == 1.125


def test_what_an_expected_chord_finds_left_over_ends_and_what_came_with_it_sounds_on(trio):
    trio.scheduler.plan([PlannedNote("harmony", 0.0, 4.0, 62, 70, "understudy")])
    trio.scheduler.plan([PlannedNote("harmony", 2.0, 2.0, 65, 70, "understudy")])
    trio.planner.commit(0.0)
    trio.planner.commit(1.0)
    cuts = trio.planner.confirm(ChordHeard(1.0, 0.99, C, 0.9))
    assert [cut.off_s for cut in cuts] == [1.0]
    assert [note.off_s for note in trio.scheduler.open_notes] == [1.0, 2.0]


def test_while_the_performer_broadens_the_bass_lasts_until_they_no_longer_do(trio):
    trio.planner.begin(0)
    trio.clock.broadening = True
    (held,) = played(trio.planner.commit(0.0))
    assert held.off_s > 10.0
    trio.clock.broadening = False
    (end,) = (cut for cut in trio.planner.commit(0.5) if isinstance(cut, NoteCut))
    assert (end.note_id, end.off_s) == (held.note_id, 0.5)


def test_a_plan_is_taken_back_and_made_anew_from_the_next_frame_that_can_be_planned(trio):
    trio.planner.begin(2)
    trio.planner.finish()
    trio.planner.commit(1.0)
    trio.asked.clear()
    trio.pitch = 40
    trio.planner.revise(1.0, 2)
    trio.planner.finish()
    assert trio.asked == [10, 11]
    assert [note.pitch for note in played(trio.planner.commit(1.26))] == [40, 40]


def test_nothing_is_planned_anew_of_a_beat_that_was_left(trio):
    trio.planner.begin(2)
    trio.planner.leave()
    trio.planner.revise(0.9, 2)
    trio.planner.finish()
    assert trio.asked == [8]
