"""Lamps say once more, to surfaces that can only light up, what is chosen and what is the case."""

from accompanist.control.lamps import lamp_of, single_values, with_lamps
from accompanist.music.band import ControlTaken
from accompanist.music.chord import parse_chord
from accompanist.music.heard import ChordExpected, StateHeard
from accompanist.music.parameter import Feedback
from accompanist.music.parameters import FEEDBACK, PARAMETERS
from tests.control.serving import OscServer
from tests.control.surface import TestSurface

STYLE = "/accompanist/style"
EXPECTED = "/accompanist/heard/chord_expected"


def test_the_lamp_of_the_present_choice_is_lit_and_the_others_are_not():
    told = with_lamps({"/accompanist/variation": [("s", "C")]})
    lamps = {address: arguments for address, arguments in told.items() if arguments[0][0] == "i"}
    assert lamps == {f"/accompanist/variation/{word}": [("i", word == "C")] for word in "ABCD"}


def test_what_was_to_be_said_is_still_said():
    messages = {STYLE: [("s", "jazz")], "/accompanist/density": [("f", 0.5)]}
    assert messages.items() <= with_lamps(messages).items()


def test_spaces_become_underscores_as_addresses_have_none():
    assert lamp_of("/accompanist/trade", "2 bars") == "/accompanist/trade/2_bars"


def test_values_shown_together_are_shown_each_alone_too():
    told = with_lamps({EXPECTED: [("s", "G:7"), ("f", 0.5)]})
    assert told[f"{EXPECTED}/1"] == [("s", "G:7")]
    assert told[f"{EXPECTED}/2"] == [("f", 0.5)]
    assert single_values(Feedback("chord_expected", "sf", "")) == [
        (f"{EXPECTED}/1", "s"),
        (f"{EXPECTED}/2", "f"),
    ]


def test_no_lamp_has_the_address_of_anything_else():
    addresses = [shown.address for shown in (*PARAMETERS, *FEEDBACK)]
    lamps = [lamp_of(p.address, word) for p in (*PARAMETERS, *FEEDBACK) for word in p.choices]
    assert len({*addresses, *lamps}) == len(addresses) + len(lamps)


def test_a_surface_is_shown_lamps_at_first_contact_and_on_change():
    server = OscServer(0, now_s=lambda: 0.0)
    surface = TestSurface(server.port)
    try:
        surface.subscribe()
        surface.wait_for(lambda: surface.value(f"{STYLE}/pop") == 1, "the first lamp")
        server.show(ControlTaken(0.0, STYLE, "six_eight", "midi"))
        server.show(StateHeard(0.0, "locked"))
        server.show(ChordExpected(0.0, 1.0, parse_chord("F:maj"), 0.5))
        surface.wait_for(lambda: surface.value(f"{STYLE}/six_eight") == 1, "the new lamp")
        surface.wait_for(lambda: surface.value(f"{STYLE}/pop") == 0, "the old lamp")
        surface.wait_for(lambda: surface.value("/accompanist/heard/state/locked") == 1, "state")
        surface.wait_for(lambda: surface.value(f"{EXPECTED}/2") == 0.5, "the probability")
    finally:
        server.close()
