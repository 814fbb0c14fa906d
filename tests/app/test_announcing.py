"""Surfaces find the band by themselves where multicast DNS can be had, and do without elsewhere."""

import sys

import pytest
import zeroconf

from accompanist.app.announcing import SERVICE, announced
from tests.conftest import poll

LOOPBACK = ["127.0.0.1"]


class Finder(zeroconf.ServiceListener):
    """A surface that looks for OSC on the network."""

    def __init__(self):
        self.names = []
        self.network = zeroconf.Zeroconf(LOOPBACK, ip_version=zeroconf.IPVersion.V4Only)
        zeroconf.ServiceBrowser(self.network, SERVICE, self)

    def add_service(self, network, kind, name):
        self.names.append(name)

    def remove_service(self, network, kind, name):
        self.names.remove(name)

    def update_service(self, network, kind, name):
        pass


@pytest.fixture
def finder():
    finder = Finder()
    yield finder
    finder.network.close()


def ours(finder, port):
    """Services that lead to a port."""
    found = [finder.network.get_service_info(SERVICE, name) for name in list(finder.names)]
    return [info for info in found if info and info.port == port]


def test_a_surface_finds_the_port_while_the_band_plays_and_not_afterwards(finder):
    with announced(8123, LOOPBACK):
        poll(lambda: ours(finder, 8123), what="the announcement")
        (info,) = ours(finder, 8123)
        assert info.name.startswith("accompanist on ")
        assert info.parsed_addresses() == LOOPBACK
    poll(lambda: not ours(finder, 8123), what="its end")


def test_without_the_library_the_band_plays_on_and_says_what_is_missing(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "zeroconf", None)
    with announced(8123, LOOPBACK):
        pass
    assert "-m pip install zeroconf" in capsys.readouterr().err


@pytest.mark.parametrize("addresses", [[], ["203.0.113.7"]])
def test_without_a_network_the_band_plays_on_and_says_so(addresses, capsys):
    with announced(8123, addresses):
        pass
    assert "no network was found" in capsys.readouterr().err
