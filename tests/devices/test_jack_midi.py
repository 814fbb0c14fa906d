"""Real JACK ports: notes leave at their frame, keys are answered in their cycle, none stays on."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from accompanist.devices.jack_midi import JackMidi
from accompanist.devices.jack_probe import NativeClient
from accompanist.dsp.reflex import reflex_table
from tests.conftest import poll, program
from tests.devices.jack_peers import MS, heard_by, keys_down, message, note, performed

FRAMES_PER_MS = 48
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def device(door, synth) -> Iterator[JackMidi]:
    made = JackMidi(door, None, midi_out="Module", most_logged=(10_000, 0))
    poll(lambda: (0xC3, 0, 0) in heard_by(synth), what="the synth's introduction")
    yield made
    made.close()


def undisturbed(synth: NativeClient, happening: Callable[[], None]) -> NDArray[np.int64]:
    """What a synth wrote down while something happened and JACK missed no cycle.

    Where others keep the machine busy JACK misses some, so the thing may have to happen again.
    """
    for _ in range(20):
        written, xruns = len(synth.records()), synth.xruns
        happening()
        if synth.xruns == xruns:
            return synth.records()[written:]
    pytest.fail("JACK misses cycles all the time on this machine")


def test_every_note_is_written_at_the_frame_it_was_planned_for(door, device, synth):
    chance = random.Random(1)
    gaps_ns = [number * 7 * MS + chance.randrange(5 * MS) for number in range(50)]
    first_logged = 0

    def play() -> None:
        nonlocal first_logged
        first_logged, said_before = int(device.log.numbers[0]), device.counts()["resent"]
        first_ns = time.perf_counter_ns() + 150 * MS
        for number, gap_ns in enumerate(gaps_ns):
            note(door, number, first_ns + gap_ns, first_ns + gap_ns + 4 * MS, 40 + number)
        poll(lambda: device.counts()["resent"] >= said_before + 50, what="fifty notes")

    records = undisturbed(synth, play)
    planned, written, said = device.log.events[first_logged : device.log.numbers[0]].T
    assert (planned == written).all()
    assert len(said) == 150
    assert records[:, 2].tolist() == (written & 0xFFFFFFFF).tolist()
    begun = records[records[:, 1] & 0xF0 == 0x90, 2]
    plan = np.round((np.array(gaps_ns) - gaps_ns[0]) * FRAMES_PER_MS / MS)
    assert np.abs(begun - begun[0] - plan).max() <= 1


@pytest.fixture
def player(device) -> Iterator[NativeClient]:
    """Somebody who plays at random moments, once enabled."""
    client = NativeClient("Keystation", "play", (), ("keys",), 480)
    client.connect("Keystation:keys", "accompanist:performer")
    yield client
    client.close()


def play_some(player: NativeClient) -> None:
    """Let a player play fifty messages, every key down and up."""
    before = len(player.records())
    player.enable(True)
    poll(lambda: len(player.records()) >= before + 50, what="fifty messages")
    player.enable(False)
    poll(lambda: len(player.records()) % 2 == 0, what="the last release")
    # What was played is heard and answered in the same cycle.
    time.sleep(0.05)


def test_keys_are_answered_at_their_own_frame(door, player, synth):
    door.reflex[:] = reflex_table("octave", ())
    began = 0

    def play() -> None:
        nonlocal began
        began = len(player.records())
        play_some(player)

    answers = [(*message(number), frame) for _, number, frame in undisturbed(synth, play).tolist()]
    played = [(*message(number), frame) for _, number, frame in player.records()[began:].tolist()]
    assert [(pitch, frame) for status, pitch, _, frame in answers if status == 0x93] == [
        (pitch + 12, frame) for status, pitch, _, frame in played if status == 0x90
    ]
    assert {(pitch, frame) for status, pitch, _, frame in answers if status == 0x83} >= {
        (pitch + 12, frame) for status, pitch, _, frame in played if status == 0x80
    }


def test_what_is_played_is_stamped_with_its_frame(door, player, synth):
    began = 0

    def play() -> None:
        nonlocal began
        began = len(player.records())
        performed(door)
        play_some(player)

    undisturbed(synth, play)
    played, rows = player.records()[began:], performed(door)
    assert [said for _, said in rows] == [message(number) for number in played[:, 1].tolist()]
    stamps_ns = np.array([time_ns for time_ns, _ in rows])
    frames = (stamps_ns - stamps_ns[0]) * FRAMES_PER_MS / MS
    assert np.abs(frames - (played[:, 2] - played[0, 2])).max() < FRAMES_PER_MS
    assert np.abs(stamps_ns - played[:, 0]).max() < 50 * MS


def test_at_the_end_nothing_is_left_sounding(door, synth):
    device = JackMidi(door, None, midi_out="Module")
    note(door, 1, time.perf_counter_ns() + 20 * MS, time.perf_counter_ns() + 3_600_000 * MS)
    poll(lambda: (0x91, 40, 90) in heard_by(synth), what="the note")
    device.close()
    poll(lambda: (0xB1, 123, 0) in heard_by(synth), what="silence")
    assert keys_down(heard_by(synth)) == set()


MODULE = """
import json
import sys
from accompanist.devices.jack_probe import NativeClient
module = NativeClient("Module", "listen", ("midi in",))
print("ready", flush=True)
sys.stdin.readline()
print(json.dumps(module.records()[:, 1].tolist()))
module.close()
"""


def test_a_synth_that_stalls_misses_no_end_for_long(door, jack_server):
    """What it misses is lost: beginnings stay lost, ends are said again before the key's return."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    module = subprocess.Popen([sys.executable, "-c", MODULE], cwd=ROOT, text=True, **pipes)
    assert module.stdout.readline() == "ready\n"
    device = JackMidi(door, None, midi_out="Module")
    now_ns = time.perf_counter_ns()
    for number in range(400):
        on_ns = now_ns + 300 * MS + number * 5 * MS
        note(door, number, on_ns, on_ns + 20 * MS, 30 + number % 60)
    for _ in range(12):
        time.sleep(0.15)
        module.send_signal(signal.SIGSTOP)
        time.sleep(0.03)
        module.send_signal(signal.SIGCONT)
    poll(lambda: time.perf_counter_ns() > now_ns + 2_600 * MS, what="the last note")
    counts = device.counts()
    heard = [message(number) for number in json.loads(module.communicate("done\n")[0])]
    device.close()
    assert 200 < sum(status >> 4 == 9 for status, _, _ in heard) < 400
    assert keys_down(heard) == set()
    assert counts["xruns"] > 0


@pytest.fixture
def doomed(monkeypatch) -> Iterator[subprocess.Popen]:
    """A server of its own, which a test may kill."""
    name = f"doomed-{os.getpid()}"
    monkeypatch.setenv("JACK_DEFAULT_SERVER", name)
    monkeypatch.setenv("JACK_NO_START_SERVER", "1")
    yield started(name)
    # A killed server's place is given back by a successor that ends well.
    successor = started(name)
    successor.terminate()
    successor.wait(timeout=10)


def started(name: str) -> subprocess.Popen:
    """A running server; one that finds no place among JACK's eight asks again."""
    command = [program("jackd", "jackd2"), "-n", name, "-d", "dummy", "-p", "256"]
    servers: list[subprocess.Popen] = []

    def is_up() -> bool:
        if not servers or servers[-1].poll() is not None:
            quiet = subprocess.DEVNULL
            servers.append(subprocess.Popen(command, stdout=quiet, stderr=quiet))
        return JackMidi.answers()

    poll(is_up, what="jackd's start")
    return servers[-1]


def test_a_server_that_dies_is_noticed_and_not_waited_for(door, doomed):
    device = JackMidi(door, None)
    note(door, 1, time.perf_counter_ns(), time.perf_counter_ns() + 3_600_000 * MS)
    doomed.kill()
    doomed.wait()
    poll(lambda: not device.is_alive(), within_s=2, what="notice of the server's death")
    assert device.look() == []
    began_s = time.monotonic()
    device.close()
    assert time.monotonic() - began_s < 1
