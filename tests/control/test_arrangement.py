"""Everything of the tree has its place on a surface, whatever is added to it."""

from collections import Counter

from accompanist.control.arrangement import arranged, at_hand, in_passing, in_sight, words_of
from accompanist.music.parameter import PAGES, Parameter
from accompanist.music.parameters import FEEDBACK, PARAMETERS

NEW = Parameter("reverb/size", "share", 0.5, "How large the room is.", "sound")


def placed(parameters):
    """Every parameter that has a place, as often as it has one."""
    pages = arranged(parameters)
    strips = [p for page in pages for _, own in page.strips for p in own]
    return [*at_hand(parameters), *(p for page in pages for p in page.parameters), *strips]


def test_every_parameter_has_one_place():
    assert Counter(placed(PARAMETERS)) == Counter(PARAMETERS)


def test_a_new_parameter_finds_its_page_by_itself():
    pages = arranged((*PARAMETERS, NEW))
    assert [page.name for page in pages if NEW in page.parameters] == ["sound"]


def test_pages_come_in_the_order_of_the_tree():
    assert tuple(page.name for page in arranged(PARAMETERS)) == PAGES


def test_every_part_has_a_strip_of_its_own():
    strips = {part: own for page in arranged(PARAMETERS) for part, own in page.strips}
    assert list(strips) == ["drums", "bass", "harmony"]
    assert all(p.name.startswith("bass/") for p in strips["bass"])


def test_panic_is_on_no_page_but_always_at_hand():
    assert [p.name for p in at_hand(PARAMETERS)] == ["panic"]


def test_every_fact_is_shown_once_and_the_chord_first():
    passing = (shown for page in PAGES for shown in in_passing(FEEDBACK, page))
    shown = [*in_sight(FEEDBACK), *passing]
    assert Counter(shown) == Counter(FEEDBACK)
    assert shown[0].name == "chord"


def test_words_are_those_of_the_name():
    words = {p.name: words_of(p) for p in (*PARAMETERS, *FEEDBACK)}
    assert words["bass/level"] == "level"
    assert words["band/level"] == "band level"
    assert words["nudge_earlier"] == "nudge earlier"
    assert words["chord_expected"] == "next chord"
