"""Hands and feet, live: a controller on a real port steers a running band, and is remembered."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from accompanist.devices.midi_connection import open_device
from tests.conftest import JackServer, poll
from tests.control.surface import TestSurface

STARTS_WITHIN_S = 90.0
DEVICE = "MPK mini 3"
INTENSITY, MUTE = "/accompanist/intensity", "/accompanist/bass/mute"
BARS = "/accompanist/ending_bars"
LEARN, SAID = "/accompanist/learn", "/accompanist/heard/learn"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="plays through a JACK server")


@pytest.fixture
def pads(jack_server: JackServer):
    """The controller's port."""
    device = open_device("output", DEVICE, True)
    device.open_virtual_port("MIDI 1")
    yield device
    device.delete()


@contextmanager
def playing(jack_server: JackServer, folder: Path) -> Iterator[TestSurface]:
    """A band that plays with its settings in a folder, and a surface that sees it."""
    port = free_port()
    words = ["play", "--midi-in", DEVICE, "--synth", "none", "--osc-in", str(port)]
    band = subprocess.Popen(
        [sys.executable, "-m", "accompanist", *words],
        env={**jack_server.environment, "XDG_CONFIG_HOME": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        surface = TestSurface(port)
        joined = ("jack_lsp", "-c", "accompanist:performer")
        poll(lambda: DEVICE in jack_server.run(*joined).stdout, STARTS_WITHIN_S, "the port")
        poll(lambda: has_contact(surface), STARTS_WITHIN_S, "the surface's contact")
        # Surfaces have contact a moment before the band hears anything.
        poll(lambda: hears(surface), STARTS_WITHIN_S, "the band's start")
        yield surface
        band.send_signal(signal.SIGINT)
        assert band.wait(timeout=20) == 0, band.stderr.read()
    finally:
        band.kill()
        band.wait()


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def has_contact(surface: TestSurface) -> bool:
    surface.send("/accompanist/subscribe", surface.port)
    surface.listen()
    return surface.value(INTENSITY) is not None


def hears(surface: TestSurface) -> bool:
    """Turn something and see whether the band has taken it."""
    surface.send(BARS, 5)
    surface.listen()
    return surface.value(BARS) == 5


def turn(pads, *way: int) -> None:
    """Turn the first knob."""
    for said in way:
        pads.send_message([0xB0, 70, said])


def strike(pads) -> None:
    """Strike the first pad."""
    pads.send_message([0x99, 36, 100])
    pads.send_message([0x89, 36, 0])


def test_a_knob_and_a_pad_steer_the_band_and_what_is_learned_is_there_the_next_time(
    jack_server, pads, tmp_path
):
    with playing(jack_server, tmp_path) as surface:
        # The device is known by name: its first knob is picked up at half, and turned up.
        turn(pads, 64, 127)
        surface.wait_for(lambda: surface.value(INTENSITY) == 1.0, "the knob")
        surface.send(LEARN, 1)
        surface.send("/accompanist/learn/target", "bass/mute")
        surface.wait_for(lambda: surface.value(SAID) == "move a control for bass mute", "it")
        strike(pads)
        surface.wait_for(lambda: surface.value(SAID) == "bass mute is on note 36", "it")
        surface.send(LEARN, 0)
        surface.wait_for(lambda: surface.value(LEARN) == 0, "the end of learning")
        strike(pads)
        surface.wait_for(lambda: surface.value(MUTE) == 1, "the bass to be mute")
    kept = next((tmp_path / "accompanist" / "controllers").glob("*.toml"))
    assert 'turns = "bass/mute"\non = "note 36"\nchannel = 10\n' in kept.read_text()
    with playing(jack_server, tmp_path) as surface:
        strike(pads)
        surface.wait_for(lambda: surface.value(MUTE) == 1, "the bass to be mute")
        turn(pads, 64, 0)
        surface.wait_for(lambda: surface.value(INTENSITY) == 0.0, "the knob")
