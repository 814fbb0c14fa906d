"""A part is held, plays something else, and goes back to what it played."""

import pytest

from accompanist.music.band import PlannedNote
from accompanist.players.chair import Chair
from accompanist.players.steered import MOST_STEPS, SteeredChair
from accompanist.players.style_feel import dice
from tests.players.frames import frame

BAR = 16


class Improviser:
    """Never plays the same twice: its notes depend on luck, the frame and how far it has come."""

    def __init__(self, source: str) -> None:
        self.part = "drums"
        self.source = source
        self.state = 0

    def reset(self) -> None:
        self.state = 0

    def play(self, frame):
        self.state += 1
        pitch = int(100 * dice(frame.seed, self.state, frame.index))
        return (PlannedNote("drums", frame.index / 4, 0.25, pitch, 90, self.source),)


class Solo:
    """A steered improviser, led through bars."""

    def __init__(self) -> None:
        self.chair = SteeredChair(Chair(Improviser("model"), Improviser("understudy")))
        self.index = 0

    def play(self, bars: float, **told) -> list[int]:
        """Pitches of the next bars."""
        played = []
        for _ in range(int(bars * BAR)):
            (note,) = self.chair.play(frame(index=self.index, **told))
            played.append(note.pitch)
            self.index += 1
        return played


@pytest.fixture
def solo() -> Solo:
    return Solo()


def test_a_part_that_nobody_steers_plays_as_its_chair_does(solo):
    plain = Chair(Improviser("model"), Improviser("understudy"))
    expected = [plain.play(frame(index=index))[0].pitch for index in range(4 * BAR)]
    assert solo.play(4) == expected


@pytest.mark.parametrize("bars", [2, 3.25, 5])
def test_a_part_that_is_held_goes_on_with_its_last_two_bars(solo, bars):
    last = solo.play(bars)[-2 * BAR :]
    solo.chair.hold(True)
    assert solo.play(4) == 2 * last


def test_a_held_part_keeps_its_phrase_in_another_style_and_variation(solo):
    last = solo.play(2)
    solo.chair.hold(True)
    assert solo.play(2, style="bossa", variation="D", learned=()) == last


def test_a_part_held_in_its_first_bar_plays_two_bars_first(solo):
    solo.play(0.5)
    solo.chair.hold(True)
    solo.play(1.5)
    phrase = solo.play(2)
    assert solo.play(2) == phrase


def test_a_held_part_goes_through_fills_but_not_through_what_is_arranged(solo):
    last = solo.play(2)
    solo.chair.hold(True)
    assert solo.play(2, section="fill") == last
    assert solo.play(2, section="break") != last
    assert solo.play(2) == last


def test_a_fill_is_not_part_of_the_phrase(solo):
    groove = solo.play(2)
    solo.play(0.5, section="fill")
    solo.chair.hold(True)
    solo.index = 4 * BAR
    assert solo.play(2) == groove


def test_let_go_a_part_plays_on_as_if_it_had_just_played_the_phrase(solo):
    solo.play(2)
    solo.chair.hold(True)
    solo.play(2.5)
    solo.chair.hold(False)
    other = Improviser("model")
    other.state = BAR // 2
    free = [other.play(frame(index=solo.index + k))[0].pitch for k in range(BAR)]
    assert solo.play(1) == free


def test_a_phrase_that_is_held_outlives_the_piece(solo):
    last = solo.play(2)
    solo.chair.hold(True)
    solo.chair.reset()
    assert solo.play(2) == last


def test_every_version_differs_from_those_before():
    def version(times: int) -> tuple[int, ...]:
        solo = Solo()
        solo.play(2)
        for _ in range(times):
            solo.chair.play_again()
        return tuple(solo.play(2))

    assert len({version(times) for times in range(4)}) == 4


def test_a_part_that_plays_again_forgets_what_it_played(solo):
    solo.play(2)
    solo.chair.play_again()
    solo.play(0.5)
    assert solo.chair.state[0][0] == BAR // 2


def test_a_plan_made_again_takes_the_step_again(solo):
    solo.play(2)
    before = solo.chair.state
    solo.chair.play_again()
    first = solo.play(1)
    solo.chair.state, solo.index = before, 2 * BAR
    assert solo.play(1) == first


def test_undo_brings_the_phrase_back_and_plays_on_from_it(solo):
    phrase = solo.play(2)
    solo.chair.play_again()
    solo.play(4)
    assert solo.chair.undo()
    assert solo.play(2) == phrase
    assert solo.chair.course.version == 0
    assert solo.play(2) != phrase


def test_undo_in_the_midst_of_a_bar_brings_the_phrase_back_in_its_place(solo):
    phrase = solo.play(2)
    solo.chair.play_again()
    solo.play(2.75)
    solo.chair.undo()
    assert solo.play(2) == phrase[12:] + phrase[:12]


def test_two_steps_are_taken_back_one_by_one(solo):
    first = solo.play(2)
    solo.chair.play_again()
    second = solo.play(2)
    solo.chair.play_again()
    solo.play(2)
    solo.chair.undo()
    assert solo.play(2) == second
    solo.chair.undo()
    assert solo.play(2) == first


def test_undo_lets_go_what_was_held(solo):
    last = solo.play(2)
    solo.chair.hold(True)
    solo.play(2)
    solo.chair.undo()
    assert not solo.chair.course.holds
    assert solo.play(2) != last


def test_undo_holds_again_what_was_let_go(solo):
    last = solo.play(2)
    solo.chair.hold(True)
    solo.play(2)
    solo.chair.hold(False)
    solo.play(1)
    solo.chair.undo()
    assert solo.chair.course.holds
    assert sorted(solo.play(2)) == sorted(last)


def test_undo_gives_the_part_back_to_who_played_it(solo):
    phrase = solo.play(2)
    solo.chair.give_to(model=False)
    assert solo.play(2) != phrase
    solo.chair.undo()
    assert solo.chair.course.by_model
    assert solo.play(2) == phrase


def test_a_setting_that_is_set_once_more_is_no_step(solo):
    solo.chair.hold(False)
    solo.chair.give_to(model=True)
    assert not solo.chair.undo()


def test_no_more_steps_are_remembered_than_can_be_taken_back(solo):
    for _ in range(MOST_STEPS + 3):
        solo.chair.play_again()
        solo.play(0.5)
    assert [solo.chair.undo() for _ in range(MOST_STEPS + 1)] == [True] * MOST_STEPS + [False]
    assert solo.chair.course.version == 3
