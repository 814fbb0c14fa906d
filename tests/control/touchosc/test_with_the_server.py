"""A layout and the server understand each other, over a real socket."""

import pytest

from accompanist.control.layout import layout_bytes
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
        if control.messages and control.interactive
        for message in device.touch(control, x=1.0 if control.value("x").default < 0.75 else 0.0)
    ]
    for address, arguments in said:
        surface.send(address, *arguments)
    poll(lambda: taken.extend(server.poll()) or len(taken) == len(said), what="every turn")
    assert server.refused == 0
    assert {turn.address for turn in taken} == {p.address for p in PARAMETERS}


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
