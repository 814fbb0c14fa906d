"""Surfaces are answered where they listen, and are never too many."""

import pytest

from accompanist.control.surfaces import MOST_SURFACES, REPLY_PORT, Surfaces

TABLET = ("192.168.1.20", 50_000)


def test_a_surface_is_answered_at_its_host_on_port_9000():
    surface, is_new = Surfaces().met(TABLET)
    assert (surface.place, is_new) == (("192.168.1.20", 9000), True)


def test_a_surface_is_new_only_once():
    surfaces = Surfaces()
    surfaces.met(TABLET)
    assert surfaces.met(TABLET)[1] is False


def test_a_surface_that_subscribed_is_answered_there_and_nowhere_else():
    surfaces = Surfaces()
    surfaces.met(TABLET)
    surfaces.subscribe(TABLET, 9001)
    assert [surface.place for surface in surfaces] == [("192.168.1.20", 9001)]
    assert surfaces.met(TABLET)[0].place == ("192.168.1.20", 9001)


def test_subscribing_leaves_another_surface_of_the_same_host_alone():
    surfaces = Surfaces()
    surfaces.met(("192.168.1.20", 40_000))
    surfaces.subscribe(TABLET, 9001)
    assert [surface.place[1] for surface in surfaces] == [REPLY_PORT, 9001]


def test_the_surface_not_heard_from_for_longest_is_forgotten():
    surfaces = Surfaces()
    for host in range(MOST_SURFACES):
        surfaces.met((f"10.0.0.{host}", 1))
    surfaces.met(("10.0.0.0", 1))
    surfaces.met(("10.0.1.0", 1))
    hosts = [surface.place[0] for surface in surfaces]
    assert len(hosts) == MOST_SURFACES
    assert "10.0.0.0" in hosts
    assert "10.0.0.1" not in hosts


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_there_is_no_such_port(port):
    with pytest.raises(ValueError, match="is not a port"):
        Surfaces().subscribe(TABLET, port)
