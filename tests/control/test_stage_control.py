"""The Open Stage Control session turns every parameter, shows everything, and is written lean."""

import json

import pytest

from accompanist.control.lamps import lamp_of, single_values
from accompanist.control.layout import layout_bytes
from accompanist.music.parameter import PAGES, Feedback, Parameter
from accompanist.music.parameters import FEEDBACK, PARAMETERS

EVERYWHERE = {"type", "id", "expand", "height", "colorText", "colorWidget", "css", "interaction"}
TURNED = {"address", "typeTags", "default", "bypass"}
PANEL = {"layout", "colorBg", "widgets", "tabs", "onCreate"}
PROPERTIES = {
    "root": PANEL,
    "panel": PANEL,
    "tab": PANEL | {"label"},
    "button": TURNED | {"label", "mode", "on"},
    "switch": TURNED | {"layout", "gridTemplate", "values"},
    "fader": TURNED | {"design", "horizontal", "range", "decimals", "steps", "onTouch"},
    "text": TURNED - {"typeTags"},
    "led": TURNED - {"typeTags"},
}
"""Properties that each kind of widget has, by Open Stage Control's reference, and we use."""


@pytest.fixture(scope="module")
def session():
    return json.loads(layout_bytes("open-stage-control"))


@pytest.fixture(scope="module")
def widgets(session):
    return list(below(session["content"]))


def below(widget: dict):
    """A widget and all within it."""
    yield widget
    for child in (*widget.get("widgets", ()), *widget.get("tabs", ())):
        yield from below(child)


def turning(widgets: list[dict], name: str) -> dict:
    """The widget that turns a parameter."""
    (found,) = [w for w in widgets if w.get("address") == f"/accompanist/{name}"]
    return found


def test_it_is_a_session_with_a_root(session):
    assert session["createdWith"] == "Open Stage Control"
    assert (session["type"], session["content"]["type"]) == ("session", "root")


def test_widgets_have_only_properties_of_their_kind(widgets):
    for widget in widgets:
        assert widget.keys() <= EVERYWHERE | PROPERTIES[widget["type"]], widget["id"]


def test_no_two_widgets_share_a_name(widgets):
    names = [widget["id"] for widget in widgets if "id" in widget]
    assert len(set(names)) == len(names)


def test_every_parameter_can_be_turned_and_is_shown_by_the_same_widget(widgets):
    for p in PARAMETERS:
        assert not turning(widgets, p.name).get("bypass")


def test_everything_heard_is_shown_and_not_said_back(widgets):
    silent = {w["address"] for w in widgets if "address" in w and w.get("bypass")}
    for feedback in FEEDBACK:
        assert {address for address, _ in single_values(feedback)} <= silent
        assert {lamp_of(feedback.address, word) for word in feedback.choices} <= silent


def test_each_kind_of_parameter_is_sent_in_its_own_type(widgets):
    tags = {"trigger": "i", "toggle": "i", "integer": "i", "share": "f", "choice": "s"}
    assert all(turning(widgets, p.name)["typeTags"] == tags[p.kind] for p in PARAMETERS)


def test_a_keypad_says_the_digits_that_pair(widgets):
    keys = [w for w in widgets if w.get("address") == "/accompanist/pair"]
    assert [(w["on"], w["mode"], w["typeTags"]) for w in keys] == [
        (digit, "tap", "i") for digit in (1, 2, 3, 4, 5, 6, 7, 8, 9, 0)
    ]


def test_a_trigger_is_tapped_and_a_toggle_stays(widgets):
    assert turning(widgets, "fill")["mode"] == "tap"
    assert turning(widgets, "hold_tempo")["mode"] == "toggle"


def test_a_choice_offers_its_words(widgets):
    style = next(p for p in PARAMETERS if p.name == "style")
    assert tuple(turning(widgets, "style")["values"]) == style.choices


def test_a_count_moves_in_whole_steps_of_its_own_unit(widgets):
    bars = turning(widgets, "ending_bars")
    assert (bars["range"], bars["steps"], bars["decimals"]) == ({"min": 1, "max": 64}, 64, 0)


def test_a_fader_says_when_it_is_touched(widgets):
    assert turning(widgets, "density")["onTouch"] == (
        "send('/accompanist/density/touch', {type: 'i', value: event.type === 'start' ? 1 : 0})"
    )


def test_it_asks_for_everything_when_it_opens(session):
    assert session["content"]["onCreate"] == "send('/accompanist/sync')"


def test_it_has_a_tab_a_page_and_panic_above_them(session):
    head, pages = session["content"]["widgets"]
    assert tuple(tab["id"] for tab in pages["tabs"]) == PAGES
    assert any(widget.get("address") == "/accompanist/panic" for widget in below(head))


def test_what_is_added_to_the_tree_appears_by_itself():
    new = Parameter("room/size", "share", 0.5, "", "sound")
    heard = Feedback("weather", "s", "")
    payload = layout_bytes("open-stage-control", (*PARAMETERS, new), (*FEEDBACK, heard))
    widgets = list(below(json.loads(payload)["content"]))
    assert turning(widgets, "room/size")["type"] == "fader"
    assert turning(widgets, "heard/weather")["type"] == "text"
