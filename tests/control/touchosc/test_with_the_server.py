"""A layout and the server understand each other, over a real socket."""

import numpy as np
import pytest

from accompanist.control.guests import PAIR, Guests
from accompanist.control.layout import layout_bytes
from accompanist.dsp.guest_list import GUEST_LIST_WORDS
from accompanist.music.parameters import PARAMETERS
from tests.conftest import poll
from tests.control.serving import OscServer
from tests.control.surface import TestSurface
from tests.control.touchosc.device import Device


@pytest.fixture
def server():
    serving = OscServer(0, now_s=lambda: 0.0)
    yield serving
    serving.close()


@pytest.fixture(params=["tablet", "phone"])
def device(request):
    return Device.opening(layout_bytes(request.param))


def test_everything_that_a_layout_says_turns_a_control(server, device):
    surface, taken = TestSurface(server.port), []
    said = [
        message
        for control in device.document.walk()
        if control.messages and control.interactive and not control.name.startswith("digit ")
        for message in device.touch(control, x=1.0 if control.value("x").default < 0.75 else 0.0)
    ]
    for address, arguments in said:
        surface.send(address, *arguments)
    poll(lambda: taken.extend(server.poll()) or len(taken) == len(said), what="every turn")
    assert server.refused == 0
    assert {turn.address for turn in taken} == {p.address for p in PARAMETERS}


def test_who_presses_the_digits_on_its_keypad_is_let_in(device):
    guests = Guests(np.zeros(GUEST_LIST_WORDS, np.int64))
    keys = {key.name: key for key in device.speakers(PAIR)}
    said = [
        message
        for digit in guests.open("abcdefgh")
        for x in (1.0, 0.0)
        for message in device.touch(keys[f"digit {digit}"], x=x)
    ]
    assert [guests.knock("192.0.2.20", *each) for each in said] == [False] * 5 + [True]


def test_a_layout_takes_everything_that_is_shown_at_first_contact(server, device):
    surface = TestSurface(server.port)
    surface.subscribe()
    surface.wait_for(lambda: surface.value("/accompanist/sync/link/follow") is not None, "it all")
    for address, *values in surface.said:
        device.tell(address, *values)
    lit = [c.name for c in device.document.find_all(type="BUTTON") if c.value("x").default == 1.0]
    assert "style pop lamp" in lit
    assert "style jazz lamp" not in lit
    assert "carry_on" in lit
