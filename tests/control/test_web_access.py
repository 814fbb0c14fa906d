"""Who may open the stage view, by the headers of a request and the word in its address."""

import socket

import pytest

from accompanist.control.web_access import (
    address_of,
    is_ours,
    is_own_page,
    is_paired,
    new_pairing,
)


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost:8080", "LOCALHOST", "[::1]:8080"])
@pytest.mark.parametrize("lan", [False, True])
def test_this_machine_goes_by_its_loopback_names(host, lan):
    assert is_ours(host, lan=lan)


@pytest.mark.parametrize(
    "host", ["192.168.1.20:8080", "[fe80::1]:8080", f"{socket.gethostname()}.local:8080"]
)
def test_its_names_in_a_network_hold_with_lan_alone(host):
    assert is_ours(host, lan=True)
    assert not is_ours(host, lan=False)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "rebound.example:8080",
        "127.0.0.1.example",
        "me@127.0.0.1",
        "127.0.0.1; script-src *",
        "127.0.0.1:8080:9",
        "[127.0.0.1",
    ],
)
def test_a_name_that_strangers_can_point_at_us_is_not_ours(host):
    assert not is_ours(host, lan=True)


@pytest.mark.parametrize(
    "origin", ["", "null", "http://evil.example", "https://127.0.0.1:8080", "http://127.0.0.1:81"]
)
def test_a_page_from_elsewhere_is_not_our_own(origin):
    assert is_own_page("http://127.0.0.1:8080", "127.0.0.1:8080")
    assert not is_own_page(origin, "127.0.0.1:8080")


def test_an_address_is_paired_by_the_whole_word():
    assert is_paired("/?pair=abcdefgh", "abcdefgh")
    assert is_paired("/turns?x=1&pair=abcdefgh", "abcdefgh")
    for path in ("/", "/?pair=", "/?pair=abcdefg", "/?pair=ABCDEFGH", "/?pair=%ff", "/abcdefgh"):
        assert not is_paired(path, "abcdefgh")


def test_on_this_machine_alone_no_word_is_needed():
    assert is_paired("/", "")
    assert address_of(8080, "") == "http://127.0.0.1:8080/"


def test_the_address_for_other_machines_carries_the_word():
    pairing = new_pairing()
    address = address_of(8080, pairing)

    assert len(pairing) == 8
    assert address.endswith(f":8080/?pair={pairing}")
    assert is_ours(address.removeprefix("http://").partition("/")[0], lan=True)


def test_no_two_gigs_are_paired_by_the_same_word():
    assert len({new_pairing() for _ in range(100)}) == 100
