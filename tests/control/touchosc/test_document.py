"""The TouchOSC surfaces turn every parameter, show everything, and suit a finger."""

from itertools import combinations

import py2tosc
import pytest
from py2tosc import cli

from accompanist.control.guests import PAIR
from accompanist.control.lamps import lamp_of, single_values, with_lamps
from accompanist.control.layout import layout_bytes
from accompanist.control.shown import shown_defaults, shown_parameter
from accompanist.control.touchosc.canvas import PHONE, TABLET
from accompanist.control.touchosc.pen import EM
from accompanist.music.parameter import Feedback, Parameter
from accompanist.music.parameters import FEEDBACK, PARAMETERS
from tests.control.touchosc.device import Device

CANVASES = {"tablet": TABLET, "phone": PHONE}
FINGER = 44
"""Points that a finger needs; a phone shows its layout point for point."""


@pytest.fixture(scope="module", params=CANVASES)
def payload(request):
    return layout_bytes(request.param)


@pytest.fixture
def device(payload):
    return Device.opening(payload)


def parameter(name: str) -> Parameter:
    return next(p for p in PARAMETERS if p.name == name)


def sheets(document) -> list:
    """Pages, each with what is always in sight."""
    pager = document.find(type="PAGER")
    return list(pager.children)


def boxes(control, x: float = 0.0, y: float = 0.0):
    """Every control below one, and where it is on the screen."""
    for child in control.children:
        left, top, width, height = child.frame
        yield child, (x + left, y + top, x + left + width, y + top + height)
        yield from boxes(child, x + left, y + top)


def test_every_parameter_can_be_turned(device):
    assert {p.address for p in PARAMETERS} <= device.addresses(receives=False)


def test_it_says_nothing_that_is_no_parameter_but_to_pair(device):
    said = {address.removesuffix("/touch") for address in device.addresses(receives=False)}
    assert said == {p.address for p in PARAMETERS} | {PAIR}


def test_everything_lasting_or_heard_is_shown(device):
    shown = device.addresses(receives=True)
    for p in PARAMETERS:
        if p.kind == "choice":
            assert {lamp_of(p.address, word) for word in p.choices} <= shown
        elif p.kind != "trigger":
            assert p.address in shown
    for feedback in FEEDBACK:
        assert {address for address, _ in single_values(feedback)} <= shown
        assert {lamp_of(feedback.address, word) for word in feedback.choices} <= shown


def test_it_listens_to_nothing_that_the_band_does_not_say(device):
    said = with_lamps(shown_defaults())
    for feedback in FEEDBACK:
        sample = [(tag, feedback.choices[0] if feedback.choices else 0) for tag in feedback.types]
        said |= with_lamps({feedback.address: sample})
    assert device.addresses(receives=True) <= set(said)


def test_a_trigger_says_one_when_it_is_pressed_and_nothing_when_it_is_let_go(device):
    (fill,) = device.speakers("/accompanist/fill")
    assert device.touch(fill, x=1.0) == [("/accompanist/fill", [1])]
    assert device.touch(fill, x=0.0) == []


def test_a_toggle_stays_and_follows_whoever_turned_it(device):
    (hold,) = device.speakers("/accompanist/hold_tempo")
    assert device.touch(hold, x=1.0) == [("/accompanist/hold_tempo", [1])]
    device.tell("/accompanist/hold_tempo", 0)
    assert hold.value("x").default == 0


def test_a_fader_says_natural_units_and_when_it_is_touched(device):
    (bars,) = [c for c in device.speakers("/accompanist/ending_bars") if c.value("x")]
    said = device.touch(bars, touch=1.0, x=1.0)
    assert said == [("/accompanist/ending_bars/touch", [1]), ("/accompanist/ending_bars", [64])]


def test_a_fader_follows_and_writes_its_number(device):
    (level,) = device.listeners("/accompanist/bass/level")
    device.tell("/accompanist/bass/level", 0.25)
    assert level.value("x").default == 0.25
    (number,) = device.document.find_all("bass/level number")
    assert number.value("text").default == "25"


def test_a_choice_says_its_name_and_lights_only_when_the_band_took_it(device):
    (jazz,) = [c for c in device.speakers("/accompanist/style") if c.name == "style jazz"]
    (lamp,) = device.listeners("/accompanist/style/jazz")
    assert device.touch(jazz, x=1.0) == [("/accompanist/style", ["jazz"])]
    assert lamp.value("x").default == 0.0
    for address, [(_, value)] in with_lamps(
        {"/accompanist/style": shown_parameter(parameter("style"), "jazz")}
    ).items():
        device.tell(address, value)
    assert lamp.value("x").default == 1.0


def test_exactly_the_default_of_each_choice_is_lit_from_the_start(device):
    for p in PARAMETERS:
        for word in p.choices:
            (lamp,) = device.listeners(lamp_of(p.address, word))
            assert lamp.value("x").default == (word == p.default)


def test_the_state_has_a_lamp_of_its_own_colour_each(device):
    lamps = [
        device.listeners(f"/accompanist/heard/state/{word}")[0]
        for word in ("lost", "locking", "locked")
    ]
    red, amber, green = (lamp.color for lamp in lamps)
    assert red.r > 0.8 > red.g
    assert amber.r > amber.g > amber.b
    assert green.g > green.r


def test_the_next_chord_comes_with_a_bar_for_its_probability(device):
    device.tell("/accompanist/heard/chord_expected/1", "G:min7")
    device.tell("/accompanist/heard/chord_expected/2", 0.75)
    texts = [c.value("text").default for c in device.document.find_all(type="LABEL")]
    assert "G:min7" in texts
    assert "75" in texts


def test_texts_are_converted_to_strings_and_not_said_back(device):
    labels = [c for c in device.document.find_all(type="LABEL") if c.messages]
    assert len(labels) >= len(FEEDBACK) - 1
    for label in labels:
        (message,) = label.messages
        assert str(message.arguments[0].conversion) == "STRING"
        assert (message.send, message.feedback) == (False, False)


def test_targets_are_large_enough_for_a_finger(device):
    for control in [
        *device.document.find_all(type="BUTTON"),
        *device.document.find_all(type="FADER"),
    ]:
        if control.interactive:
            assert min(control.frame.w, control.frame.h) >= FINGER, control.name


def test_targets_do_not_lie_on_each_other(device):
    for sheet in sheets(device.document):
        targets = [
            (control.name, box)
            for control, box in boxes(sheet)
            if control.interactive and control.control_type.value in ("BUTTON", "FADER")
        ]
        for (one, a), (other, b) in combinations(targets, 2):
            apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
            assert apart, f"{one} lies on {other}"


def test_everything_lies_within_the_screen(device):
    _, _, width, height = device.document.root.frame
    for control, (left, top, right, bottom) in boxes(device.document.root):
        assert left >= 0 and top >= 0 and right <= width and bottom <= height, control.name


def test_words_find_room_in_their_boxes(device):
    for label in device.document.find_all(type="LABEL"):
        longest = len(label.value("text").default)
        assert label.text_size * EM * longest <= label.frame.w, label.name
        assert label.text_size <= label.frame.h, label.name


def test_panic_is_in_sight_on_every_page_and_far_from_the_other_buttons(device):
    pager = device.document.find(type="PAGER")
    (panic,) = device.speakers("/accompanist/panic")
    assert panic not in list(pager.walk())
    bottoms = [box[3] for control, box in boxes(device.document.root) if control is panic]
    assert pager.frame.y - bottoms[0] + pager.tabbar_size >= FINGER


def test_long_texts_find_room_beside_each_other(device):
    for address, text in (
        ("song", "12/20 Blue in the Evening"),
        ("input", "two hands, MPE"),
        ("learn", "harmony/level is on CC 74 of channel 10"),
    ):
        (label,) = device.listeners(f"/accompanist/heard/{address}")
        assert label.text_size >= 12
        assert label.text_size * EM * len(text) <= label.frame.w


def test_pages_are_named_as_in_the_tree():
    tablet = Device.opening(layout_bytes("tablet")).document
    assert [s.tab_label for s in sheets(tablet)] == ["Play", "Band", "Song", "Sound", "Setup"]


def test_a_phone_has_the_strips_of_the_parts_on_a_page_of_their_own():
    phone = Device.opening(layout_bytes("phone")).document
    titles = [s.tab_label for s in sheets(phone)]
    assert titles == ["Play", "Band", "Parts", "Song", "Sound", "Setup"]


@pytest.mark.parametrize("surface", CANVASES)
def test_a_validator_finds_nothing_to_warn_of(surface, tmp_path, capsys):
    path = tmp_path / "a.tosc"
    path.write_bytes(layout_bytes(surface))
    assert cli.main(["validate", str(path)]) == 0
    assert capsys.readouterr().out == f"{path}: clean\n"


@pytest.mark.parametrize("surface", CANVASES)
def test_what_is_added_to_the_tree_appears_by_itself_on_further_pages_if_need_be(surface):
    new = [Parameter(f"room/{n}", "share", 0.5, "", "sound") for n in range(30)]
    heard = Feedback("weather", "s", "What it is like outside.")
    device = Device.opening(layout_bytes(surface, (*PARAMETERS, *new), (*FEEDBACK, heard)))
    assert {p.address for p in new} <= device.addresses(receives=False)
    assert device.listeners("/accompanist/heard/weather")
    assert "Sound 2" in [s.tab_label for s in sheets(device.document)]
    for fader in device.document.find_all(type="FADER"):
        assert not fader.interactive or fader.frame.h >= FINGER


def test_identities_depend_on_places_alone():
    one, other = (py2tosc.loads(layout_bytes("phone")) for _ in range(2))
    assert [c.id for c in one.walk()] == [c.id for c in other.walk()]


def test_the_strips_of_all_parts_stand_on_one_page(device):
    for sheet in sheets(device.document):
        names = {control.name for control in sheet.walk() if control.has("name")}
        mutes = {f"{part}/mute" for part in ("drums", "bass", "harmony")} & names
        assert len(mutes) in (0, 3)
