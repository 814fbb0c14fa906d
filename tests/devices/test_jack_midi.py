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

from accompanist.devices.errors import DeviceError
from accompanist.devices.jack_midi import JackMidi
from accompanist.devices.jack_probe import NativeClient
from accompanist.devices.stage_door import FROM_MIDI, TO_MIDI, StageDoor
from accompanist.dsp import cue, ring
from accompanist.dsp.cue import LANES, NOTE, PERFORM, packed, unpacked
from accompanist.dsp.reflex import reflex_table
from tests.conftest import poll, program

BASS = LANES.index("bass")
MS = 1_000_000
FRAMES_PER_MS = 48
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def door() -> Iterator[StageDoor]:
    made = StageDoor.create()
    yield made
    made.remove()


@pytest.fixture
def synth(jack_server) -> Iterator[NativeClient]:
    client = NativeClient("Module", "listen", ("midi in",))
    yield client
    client.close()


@pytest.fixture
def device(door, synth) -> Iterator[JackMidi]:
    made = JackMidi(door, None, midi_out="Module", most_logged=(10_000, 0))
    poll(lambda: (0xC3, 0, 0) in heard_by(synth), what="the synth's introduction")
    yield made
    made.close()


def keyboard(name: str = "Keystation") -> NativeClient:
    return NativeClient(name, "recite", (), ("keys",))


def note(door: StageDoor, number: int, on_ns: int, off_ns: int, pitch: int = 40) -> None:
    ring.push(door.rings[TO_MIDI], (NOTE, BASS, pitch, 90, number, on_ns, off_ns, 0))


def heard_by(synth: NativeClient) -> list[tuple[int, ...]]:
    """Messages that a synth got, in order."""
    return [message(number) for number in synth.records()[:, 1].tolist()]


def message(number: int) -> tuple[int, ...]:
    """Bytes of a message as a native client writes it down."""
    return number & 0xFF, number >> 8 & 0xFF, number >> 16 & 0xFF


def keys_down(messages: list[tuple[int, ...]]) -> set[tuple[int, int]]:
    """Keys that are down in the end; fails where one is struck that is down."""
    down: set[tuple[int, int]] = set()
    for status, pitch, velocity in messages:
        key = (status & 15, pitch)
        if status >> 4 == 9 and velocity:
            assert key not in down, f"{key} is struck while it is down"
            down.add(key)
        elif status >> 4 in (8, 9):
            down.discard(key)
    return down


def performed(door: StageDoor) -> list[tuple[int, tuple[int, ...]]]:
    """Times (ns) and messages that the band is told the performer played."""
    row, rows = np.zeros(ring.WIDTH, np.int64), []
    for _ in range(ring.waiting(door.rings[FROM_MIDI])):
        ring.pop_into(door.rings[FROM_MIDI], row)
        assert row[cue.KIND] == PERFORM
        rows.append((int(row[cue.ON_NS]), unpacked(int(row[cue.A]))))
    return rows


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


def test_a_synth_is_told_its_instruments_whenever_it_is_joined(door, jack_server):
    device = JackMidi(door, None)
    ring.push(device.own, (cue.LEVEL, BASS, 500_000, 0, 0, 0, 0, 0))
    synth = NativeClient("Latecomer", "listen", ("midi in",))
    synth.connect("accompanist:band", "Latecomer:midi in")
    poll(lambda: device.look() == [] and len(synth.records()) >= 5, what="the introduction")
    device.close()
    synth.close()
    told = heard_by(synth)
    assert {(0xC9, 0, 0), (0xC1, 33, 0), (0xC2, 4, 0), (0xC3, 0, 0), (0xB1, 7, 64)} <= set(told)


def test_a_synth_that_may_still_sound_is_silenced_but_not_for_one_that_joins_it(door, jack_server):
    device = JackMidi(door, None)
    first, second = (NativeClient(name, "listen", ("midi in",)) for name in ("First", "Second"))
    first.connect("accompanist:band", "First:midi in")
    poll(lambda: device.look() == [] and (0xC3, 0, 0) in heard_by(first), what="the introduction")
    second.connect("accompanist:band", "Second:midi in")
    poll(lambda: device.look() == [] and (0xC3, 0, 0) in heard_by(second), what="the other one")
    silences = {(0xB0 | channel, 120, 0) for channel in (1, 2, 3, 9)}
    assert silences <= set(heard_by(first))
    assert not silences & set(heard_by(second))
    device.close()
    first.close()
    second.close()


def test_whoever_was_joined_is_joined_to_a_replacement(door, jack_server):
    synth, keys = NativeClient("Module", "listen", ("midi in",)), keyboard()
    device = JackMidi(door, None)
    synth.connect("accompanist:band", "Module:midi in")
    keys.connect("Keystation:keys", "accompanist:performer")
    joined = device.joined()
    assert joined == (("Keystation:keys",), ("Module:midi in",))
    device.close()
    replacement = JackMidi(door, None)
    replacement.join(*joined)
    assert replacement.joined() == joined
    replacement.close()
    synth.close()
    keys.close()


def test_an_input_that_goes_lets_its_keys_up_and_is_joined_again(door, synth):
    door.reflex[:] = reflex_table("thru", ())
    monitor, keys = ring.new_ring(), keyboard()
    device = JackMidi(door, monitor, midi_in="keystation", midi_out="Module")
    assert device.input_name == "Keystation:keys"
    keys.recite(packed((0x90, 60, 100)))
    keys.recite(packed((0xB0, 64, 127)))
    poll(lambda: ring.waiting(door.rings[FROM_MIDI]) == 2, what="the key")
    keys.close()
    assert device.look() == ["MIDI input 'Keystation:keys' is gone"]
    poll(lambda: ring.waiting(door.rings[FROM_MIDI]) == 4, what="the key's release")
    assert [each for _, each in performed(door)][2:] == [(0x80, 60, 0), (0xB0, 64, 0)]
    assert ring.waiting(monitor) == 4
    poll(lambda: (0x83, 60, 0) in heard_by(synth), what="the end of its answer")
    again = keyboard()
    assert device.look() == ["MIDI input 'Keystation:keys' is back"]
    again.recite(packed((0x90, 61, 100)))
    poll(lambda: ring.waiting(door.rings[FROM_MIDI]) == 1, what="a key of the one that is back")
    assert device.look() == []
    device.close()
    again.close()


def test_an_input_that_came_back_between_two_looks_is_joined_again(door, jack_server):
    keys = keyboard()
    device = JackMidi(door, None, midi_in="Keystation")
    keys.close()
    again = keyboard()
    assert device.look() == ["MIDI input 'Keystation:keys' is back"]
    device.close()
    again.close()


def test_an_input_taken_off_by_hand_stays_off(door, jack_server):
    keys = keyboard()
    device = JackMidi(door, None, midi_in="Keystation")
    keys.disconnect("Keystation:keys", "accompanist:performer")
    assert device.look() == device.look() == []
    keys.recite(packed((0x90, 60, 100)))
    poll(lambda: len(keys.records()) == 1, what="the key that nobody hears")
    keys.connect("Keystation:keys", "accompanist:performer")
    poll(
        lambda: keys.recite(packed((0x90, 61, 100))) or ring.waiting(door.rings[FROM_MIDI]),
        what="a key after it was joined again",
    )
    assert {said for _, said in performed(door)} == {(0x90, 61, 100)}
    device.close()
    keys.close()


def test_a_name_that_several_ports_could_mean_is_refused(door, jack_server):
    one, other = keyboard("Keystation 49"), keyboard("Keystation 88")
    with pytest.raises(DeviceError, match="'Keystation' could be Keystation 49:keys or Keystation"):
        JackMidi(door, None, midi_in="Keystation")
    one.close()
    other.close()
    assert not any(port.startswith("accompanist") for port in jack_server.ports())


def test_a_port_that_is_not_there_is_refused(door, jack_server):
    with pytest.raises(DeviceError, match="there is no MIDI output named 'Nobody'"):
        JackMidi(door, None, midi_out="Nobody")


def test_a_patient_device_waits_for_its_port(door, jack_server):
    device = JackMidi(door, None, midi_in="Keystation:keys", is_patient=True)
    assert device.look() == []
    keys = keyboard()
    assert device.look() == ["MIDI input 'Keystation:keys' is back"]
    device.close()
    keys.close()


def test_without_a_server_there_is_a_remedy(door, jack_server, monkeypatch):
    assert JackMidi.answers()
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "there-is-none")
    assert not JackMidi.answers()
    with pytest.raises(DeviceError, match="no JACK server runs; start one"):
        JackMidi(door, None)


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
