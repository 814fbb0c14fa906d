"""The ear process: refuses what is not there, and waits for what was there and comes back."""

import os
import subprocess
import sys
import time
import uuid

import pytest

from accompanist.app.gig import SERVER_GONE, Gig
from accompanist.devices.stage_door import CLOSING, HAS_INPUT, INPUT, StageDoor
from accompanist.dsp import tape
from tests.conftest import JackServer, poll, start_jackd

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="hears through a JACK server")


@pytest.fixture
def door():
    made = StageDoor.create()
    yield made
    made.remove()


def started(door: StageDoor, environment: dict[str, str], wanted: str = "") -> subprocess.Popen:
    gig = Gig(str(door.path), 0, os.getpid(), audio_in=wanted)
    return subprocess.Popen(
        [sys.executable, "-m", "accompanist.app.ear", gig.to_text()],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_an_input_that_is_not_there_is_refused_in_one_sentence(jack_server, door):
    ear = started(door, jack_server.environment, "Scarlett")
    _, said = ear.communicate(timeout=60)
    assert ear.returncode == 2
    assert said == ("accompanist: there is no audio input Scarlett; those attached: system\n")


def test_it_ends_with_the_gig_and_gives_its_ports_back(jack_server, door):
    ear = started(door, jack_server.environment)
    poll(lambda: door.told(HAS_INPUT), 60.0, "the ear")
    assert door.read(INPUT) == "system"
    door.tell(CLOSING, 1)
    assert ear.wait(timeout=10) == 0
    assert not jack_server.ports("accompanist-ear")


def test_a_server_that_dies_is_waited_for_and_heard_again_at_another_rate(door):
    name = f"test-{uuid.uuid4().hex[:12]}"
    server = JackServer(name, start_jackd(name))
    ears, again = [], None
    try:
        poll(lambda: server.ports("system:"), what="jackd's start")
        ears.append(started(door, server.environment))
        poll(lambda: door.told(HAS_INPUT), 60.0, "the ear")
        server.process.kill()
        server.process.wait()
        assert ears[0].wait(timeout=10) == SERVER_GONE
        assert not door.told(HAS_INPUT)
        # The guard starts another after a pause; it is there before the server is.
        ears.append(started(door, server.environment))
        time.sleep(1.0)
        assert ears[1].poll() is None
        again = start_jackd(name, rate_hz=44100)
        poll(lambda: door.told(HAS_INPUT), 30.0, "the ear's return")
        assert door.heard.words[tape.RATE_HZ] == 44100
        assert door.heard.words[tape.EPOCH] == 2
        door.tell(CLOSING, 1)
        assert ears[1].wait(timeout=10) == 0
    finally:
        for process in (*ears, server.process):
            process.kill()
            process.wait()
        # JACK keeps a killed server's place until its name ends well.
        last = again or start_jackd(name)
        poll(lambda: server.ports("system:"), what="jackd's last start")
        last.terminate()
        last.wait()


def test_a_play_that_shall_hear_what_is_not_there_ends_with_that_sentence(jack_server):
    result = subprocess.run(
        [sys.executable, "-m", "accompanist", "play", "--audio-in", "Scarlett", "--osc-in", "0"],
        env=jack_server.environment,
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert result.returncode == 2
    (said,) = [line for line in result.stderr.splitlines() if line.startswith("accompanist:")]
    assert said.startswith("accompanist: there is no audio input Scarlett; those attached: system")
    assert result.stdout == ""
