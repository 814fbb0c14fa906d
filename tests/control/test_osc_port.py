"""The port of surfaces: who may reach it, and how it is handed down."""

import os
import socket
import subprocess
import sys

import pytest

from accompanist.control.errors import ControlError
from accompanist.control.osc_port import OscPort

LOOPBACK = "127.0.0.1"


@pytest.fixture
def port():
    port = OscPort.opened(0)
    yield port
    port.close()


def test_only_this_machine_reaches_it_unless_lan_is_asked_for(port):
    assert port.outer.getsockname()[0] == LOOPBACK
    with_lan = OscPort.opened(0, lan=True)
    assert with_lan.outer.getsockname()[0] == "0.0.0.0"
    with_lan.close()


def test_a_taken_port_is_refused_in_one_sentence(port):
    with pytest.raises(ControlError, match=f"^OSC port {port.number} cannot be opened"):
        OscPort.opened(port.number)


def test_a_closed_port_can_be_opened_again(port):
    number = port.number
    port.close()
    OscPort.opened(number).close()


def test_the_band_hears_the_port_of_surfaces_alone(port):
    port.inner.settimeout(5.0)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.sendto(b"not me", port.inner.getsockname())
    port.outer.sendto(b"me", port.inner.getsockname())
    assert port.inner.recv(100) == b"me"


@pytest.mark.skipif(os.name != "posix", reason="sockets are numbers of the process's own there")
def test_a_process_that_it_is_handed_down_to_hears_what_was_said_before_it_began(port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as surface:
        surface.sendto(b"early", (LOOPBACK, port.number))
    child = (
        "import sys; from accompanist.control.osc_port import OscPort;"
        "print(OscPort.inherited(tuple(map(int, sys.argv[1:]))).outer.recv(100).decode())"
    )
    words = [sys.executable, "-c", child, *map(str, port.descriptors)]
    said = subprocess.run(words, capture_output=True, text=True, **port.hand_down())
    assert said.stdout == "early\n"
