"""Surfaces are answered where they listen, and are never too many."""

import pytest

from accompanist.control.surfaces import LONG_SILENCE_S, MOST_SURFACES, REPLY_PORT, Surfaces

TABLET = ("192.168.1.20", 50_000)
NOW_S = 100.0


def test_a_surface_is_answered_at_its_host_on_port_9000():
    surface, is_new = Surfaces().met(TABLET, NOW_S)
    assert (surface.place, is_new) == (("192.168.1.20", 9000), True)


def test_a_surface_is_new_only_once():
    surfaces = Surfaces()
    surfaces.met(TABLET, NOW_S)
    assert surfaces.met(TABLET, NOW_S)[1] is False


def test_a_surface_that_subscribed_is_answered_there_and_nowhere_else():
    surfaces = Surfaces()
    surfaces.met(TABLET, NOW_S)
    surfaces.subscribe(TABLET, 9001, NOW_S)
    assert [surface.place for surface in surfaces] == [("192.168.1.20", 9001)]
    assert surfaces.met(TABLET, NOW_S)[0].place == ("192.168.1.20", 9001)


def test_subscribing_leaves_another_surface_of_the_same_host_alone():
    surfaces = Surfaces()
    surfaces.met(("192.168.1.20", 40_000), NOW_S)
    surfaces.subscribe(TABLET, 9001, NOW_S)
    assert [surface.place[1] for surface in surfaces] == [REPLY_PORT, 9001]


def test_the_surface_not_heard_from_for_longest_is_forgotten():
    surfaces = Surfaces()
    for host in range(MOST_SURFACES):
        surfaces.met((f"10.0.0.{host}", 1), NOW_S)
    surfaces.met(("10.0.0.0", 1), NOW_S)
    surfaces.met(("10.0.1.0", 1), NOW_S)
    hosts = [surface.place[0] for surface in surfaces]
    assert len(hosts) == MOST_SURFACES
    assert "10.0.0.0" in hosts
    assert "10.0.0.1" not in hosts


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_there_is_no_such_port(port):
    with pytest.raises(ValueError, match="is not a port"):
        Surfaces().subscribe(TABLET, port, NOW_S)


def test_a_surface_that_was_silent_for_long_may_have_been_away_and_holds_nothing():
    surfaces = Surfaces()
    surface, _ = surfaces.met(TABLET, NOW_S)
    surface.held.add("/accompanist/intensity")
    assert surfaces.met(TABLET, NOW_S + LONG_SILENCE_S - 0.1) == (surface, False)
    assert surfaces.met(TABLET, NOW_S + 2 * LONG_SILENCE_S) == (surface, True)
    assert surface.held == set()


def test_a_successor_knows_whom_its_predecessor_knew():
    before, after = Surfaces(), Surfaces()
    before.met(("192.168.1.21", 40_000), NOW_S)
    before.subscribe(TABLET, 9001, NOW_S)
    after.remember(before.to_text(), NOW_S)
    assert [surface.place for surface in after] == [surface.place for surface in before]
    assert after.met(TABLET, NOW_S)[0].place == ("192.168.1.20", 9001)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"known": [1], "subscribed": []}'])
def test_a_predecessor_that_left_no_word_knew_nobody(text):
    surfaces = Surfaces()
    surfaces.remember(text, NOW_S)
    assert len(surfaces) == 0
