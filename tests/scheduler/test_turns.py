"""Performer and band take turns of so many bars."""

from accompanist.music.section import Place
from accompanist.scheduler.turns import Turn, Turns


def bar(number: int, section: str = "groove") -> Place:
    return Place(number, section, 0, "pop", "B")


def whose(turns: Turns, bars: int, numbers, section: str = "groove") -> list[str]:
    """Whose turn every bar begins with."""
    return [turns.beat(4 * n, True, bar(n, section), bars).whose for n in numbers]


def test_nobody_has_a_turn_unless_it_is_asked_for():
    assert whose(Turns(), 0, range(3)) == ["both"] * 3


def test_the_performer_begins_and_bars_alternate():
    assert whose(Turns(), 2, range(6)) == ["you", "you", "band", "band", "you", "you"]


def test_asked_for_within_a_bar_it_begins_with_the_next():
    turns = Turns()
    assert turns.beat(9, False, bar(2), 2).whose == "both"
    assert whose(turns, 2, range(3, 7)) == ["you", "you", "band", "band"]


def test_turns_begin_after_the_intro():
    turns = Turns()
    assert whose(turns, 2, range(2), "intro") == ["both", "both"]
    assert whose(turns, 2, range(2, 5)) == ["you", "you", "band"]


def test_an_ending_is_everybodys():
    turns = Turns()
    whose(turns, 2, range(3))
    assert whose(turns, 2, [3], "ending") == ["both"]


def test_a_band_that_enters_anew_leaves_the_performer_the_first_turn():
    turns = Turns()
    whose(turns, 2, range(7, 10))
    assert turns.beat(40, True, None, 2).whose == "both"
    assert whose(turns, 2, range(3)) == ["you", "you", "band"]


def test_another_length_begins_anew():
    turns = Turns()
    whose(turns, 4, range(3))
    assert whose(turns, 2, range(3, 6)) == ["you", "you", "band"]


def test_it_is_known_when_both_turns_began():
    turns = Turns()
    whose(turns, 2, range(3))
    assert (turns.before, turns.turn) == (Turn("you", 0, 2), Turn("band", 8, 2))
