"""What lies below the band may die too: its guard, or the sound server.

Servers die last here, since a module has one.
"""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from accompanist.app.gig import Gig
from accompanist.devices.midi_connection import open_device
from tests.conftest import JackServer, poll, start_jackd

STARTS_WITHIN_S = 90.0
BACK_WITHIN_S = 4.0
"""Twice what is asked of a quiet machine, since this one may be busy."""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="plays through a JACK server")


def notes_heard(within_s: float) -> int:
    """Notes that begin on the band's port in so many seconds."""
    ear = open_device("input", "ear", jack=True)
    ports = ear.get_ports()
    ear.open_port(next(at for at, name in enumerate(ports) if name == "accompanist:band"), "in")
    count, until_s = 0, time.perf_counter() + within_s
    while time.perf_counter() < until_s:
        received = ear.get_message()
        count += received is not None and received[0][0] & 0xF0 == 0x90
        time.sleep(0.001)
    ear.delete()
    return count


def door_of(program: subprocess.Popen) -> Path:
    """The shared memory that a running program was given."""
    words = ["pgrep", "-a", "-P", str(program.pid), "-f", "accompanist.app.stage"]
    line = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    return Gig.from_text(line[line.index("{") :].splitlines()[0]).door_path


def test_nothing_is_left_behind_when_the_guard_itself_is_killed(jack_server: JackServer):
    program = subprocess.Popen(
        [sys.executable, "-m", "accompanist", "play", "--osc-in", "0", "--synth", "none"],
        env=jack_server.environment,
    )
    poll(lambda: jack_server.ports("accompanist:band"), STARTS_WITHIN_S, "the stage")
    door = door_of(program)
    assert door.exists()
    program.kill()
    program.wait()

    poll(lambda: not jack_server.ports("accompanist"), 5.0, "the stage's end")
    poll(lambda: not door.exists(), 2.0, "the door's end")


def test_the_band_plays_again_two_seconds_after_its_server_is_back(jack_server: JackServer):
    program = subprocess.Popen(
        [sys.executable, "-m", "accompanist", "play", "--osc-in", "0"],
        env=jack_server.environment,
    )
    successor = None
    try:
        poll(lambda: jack_server.ports("accompanist:band"), STARTS_WITHIN_S, "the stage")
        poll(lambda: jack_server.ports("PortAudio"), STARTS_WITHIN_S, "the sound")
        poll(lambda: notes_heard(0.5) > 0, 20.0, "the band")
        jack_server.process.send_signal(signal.SIGKILL)
        jack_server.process.wait()
        successor = start_jackd(jack_server.name)
        poll(lambda: jack_server.ports("system:"), 10.0, "jackd's return")

        poll(lambda: jack_server.ports("accompanist:band"), BACK_WITHIN_S, "the ports' return")
        poll(lambda: jack_server.ports("PortAudio"), BACK_WITHIN_S, "the sound's return")
        assert notes_heard(1.5) > 0
        program.send_signal(signal.SIGINT)
        assert program.wait(timeout=20) == 0
    finally:
        program.kill()
        program.wait()
        if successor:
            successor.terminate()
            successor.wait()
