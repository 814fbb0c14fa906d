"""The built-in synth sounds through a real JACK server, on time, and says so when it cannot."""

import subprocess
import sys
import time

import numpy as np
import pytest
import soundfile

from accompanist.devices.audio import AudioDevice
from accompanist.devices.stage_door import GATE_NS, TO_AUDIO, StageDoor
from accompanist.dsp import ring, stream, tape
from accompanist.dsp.cue import (
    CUT,
    LANES,
    NOTE,
    PERFORM,
    PERFORMER_LANE,
    RELEASE,
    SILENCE,
    packed,
)
from accompanist.dsp.synth import BandSynth
from tests.conftest import poll

PORTS = ("PortAudio:out_0", "PortAudio:out_1")
MS = 1_000_000
DRUMS, BASS = LANES.index("drums"), LANES.index("bass")
RIM = 37


class Stage:
    """A door, the performer's ring, and a device that sounds what is pushed."""

    def __init__(self):
        self.door = StageDoor.create()
        self.monitor = ring.new_ring()
        self.device = AudioDevice(self.door, self.monitor)
        self.last_id = 0

    def note(self, lane, pitch, on_ns, length_ms=50, to=None, generation=None, velocity=110):
        self.last_id += 1
        generation = self.door.generations[lane] if generation is None else generation
        to = self.door.rings[TO_AUDIO] if to is None else to
        off_ns = on_ns + length_ms * MS
        assert ring.push(to, (NOTE, lane, pitch, velocity, self.last_id, on_ns, off_ns, generation))
        return self.last_id

    def key(self, *message):
        row = (PERFORM, PERFORMER_LANE, packed(message), 0, 0, time.perf_counter_ns(), 0, 0)
        assert ring.push(self.monitor, row)

    def counted(self, name):
        return self.device.counts()[name]

    def wait_for_blocks(self, blocks=4):
        before = self.counted("blocks")
        poll(lambda: self.counted("blocks") >= before + blocks, what="the next blocks")

    def close(self):
        self.device.close()
        self.door.remove()


@pytest.fixture
def stage(jack_server):
    stage = Stage()
    yield stage
    stage.close()


def places(sound: np.ndarray, count: int) -> np.ndarray:
    """Frames at which the rim begins, so many times: where its sound is found again."""
    synth = BandSynth(48000)
    synth.note_on("drums", RIM, 110, 0, 1)
    shape = synth.render(1024)[:, 0]
    found = np.correlate(sound[:, 0], shape, "valid") / (shape**2).sum()
    begins = []
    for _ in range(count):
        begins.append(int(found.argmax()))
        assert found[begins[-1]] > 0.5
        found[max(begins[-1] - 1024, 0) : begins[-1] + 1024] = 0
    return np.sort(begins)


def recorded(server, path, seconds, play) -> np.ndarray:
    recorder = server.recording(path, seconds, *PORTS)
    play()
    recorder.wait(timeout=seconds + 30)
    return soundfile.read(path, always_2d=True)[0]


def test_notes_sound_at_their_very_frame(jack_server, stage, tmp_path):
    """Steps of 12007 frames: each note falls elsewhere in its block. An xrun may spoil two."""
    stage.wait_for_blocks(300)

    def play():
        start_ns = time.perf_counter_ns() + 500 * MS
        for place in range(12):
            stage.note(DRUMS, RIM, start_ns + round(place * 12007 / 48000 * 1e9))

    steps = np.diff(places(recorded(jack_server, tmp_path / "a.wav", 5, play), 12))
    exact = np.abs(steps - 12007) <= 1
    assert exact.sum() >= 11 - 2 * stage.counted("underflows")
    assert exact.sum() >= 7


def test_notes_are_heard_at_their_time_less_the_outputs_latency(stage):
    stage.wait_for_blocks()
    assert stage.device.latency_s == pytest.approx(512 / 48000, abs=1e-4)


def test_keys_sound_equally_late_wherever_they_fall_in_a_block(jack_server, stage, tmp_path):
    """From one key to the next the delay changes by a few frames, where a block has 256."""
    stage.wait_for_blocks(300)
    struck_ns = []

    def play():
        first_ns = time.perf_counter_ns() + 500 * MS
        for place in range(20):
            while time.perf_counter_ns() < first_ns + place * 97_300_000:
                pass
            struck_ns.append(time.perf_counter_ns())
            stage.key(0x99, RIM, 110)

    begins = places(recorded(jack_server, tmp_path / "a.wav", 5, play), 20)
    lateness = begins - np.array(struck_ns) * 48000 / 1e9
    assert np.median(np.abs(np.diff(lateness))) <= 4


def test_what_is_before_the_gate_does_not_sound(stage):
    now_ns = time.perf_counter_ns()
    stage.door.tell(GATE_NS, now_ns + 100 * MS)
    stage.note(BASS, 40, now_ns + 50 * MS)
    stage.note(BASS, 43, now_ns + 150 * MS)
    poll(lambda: stage.counted("begun") == 1, what="the later note")
    assert stage.counted("gated") == 1


def test_the_stages_own_notes_pass_the_gate(stage):
    now_ns = time.perf_counter_ns()
    stage.door.tell(GATE_NS, now_ns + 10_000 * MS)
    stage.note(BASS, 40, now_ns + 50 * MS, to=stage.device.own)
    poll(lambda: stage.counted("begun") == 1, what="the note")


def test_a_lane_is_taken_back_until_its_notes_begin(stage):
    on_ns = time.perf_counter_ns() + 300 * MS
    stage.note(BASS, 40, on_ns)
    stage.note(DRUMS, RIM, on_ns)
    stage.wait_for_blocks()
    stage.door.cancel("bass")
    poll(lambda: stage.counted("begun") == 1, what="the drum")
    poll(lambda: stage.counted("cancelled") == 1, what="the bass note's moment")


def test_a_note_that_comes_too_late_does_not_sound(stage):
    stage.note(BASS, 40, time.perf_counter_ns() - 200 * MS, length_ms=1000)
    poll(lambda: stage.counted("stale") == 1, what="the late note")
    assert stage.counted("begun") == 0


@pytest.mark.parametrize("kind", [RELEASE, SILENCE])
def test_a_release_ends_what_sounds_and_forgets_what_was_to_come(stage, kind):
    now_ns = time.perf_counter_ns()
    stage.note(BASS, 40, now_ns, length_ms=60_000)
    stage.key(0x90, 60, 100)
    stage.note(BASS, 45, now_ns + 500 * MS, length_ms=60_000)
    poll(lambda: stage.counted("begun") == 2, what="both notes")
    ring.push(stage.device.own, (kind, 0, 0, 0, 0, 0, 0, 0))
    poll(lambda: stage.device.report[stream.SOUNDING] == 0, within_s=0.3, what="silence")
    poll(lambda: time.perf_counter_ns() > now_ns + 700 * MS, what="the moment of the other note")
    assert stage.counted("begun") == 2


def test_a_cut_ends_a_note_of_its_lane_only(stage):
    now_ns = time.perf_counter_ns()
    note_id = stage.note(BASS, 40, now_ns, length_ms=60_000)
    poll(lambda: stage.counted("begun") == 1, what="the note")
    rows = stage.door.rings[TO_AUDIO]
    ring.push(rows, (CUT, DRUMS, 0, 0, note_id, now_ns, now_ns, 0))
    stage.wait_for_blocks(40)
    assert stage.device.report[stream.SOUNDING] > 0
    ring.push(rows, (CUT, BASS, 0, 0, note_id, now_ns, now_ns, 0))
    poll(lambda: stage.device.report[stream.SOUNDING] == 0, what="the end of the note")


def test_levels_and_styles_are_heard(jack_server, stage, tmp_path):
    harmony = LANES.index("harmony")

    def sound(style, level):
        stage.device.set_style(style)
        stage.device.set_level("harmony", level)
        poll(lambda: stage.device.report[stream.SOUNDING] == 0, what="silence before")

        def play():
            stage.note(harmony, 60, time.perf_counter_ns() + 300 * MS, length_ms=300)

        return recorded(jack_server, tmp_path / "a.wav", 1, play)

    strings, softer, none, guitar = (
        sound(*setting)
        for setting in (("ballad", 0.8), ("ballad", 0.4), ("ballad", 0.0), ("rock", 0.8))
    )
    louder_db = 10 * np.log10((strings**2).mean() / (softer**2).mean())
    assert louder_db == pytest.approx(12.0, abs=1.0)
    assert np.abs(none).max() < 1e-6
    leaps = [np.abs(np.diff(take[:, 0])).max() for take in (strings, guitar)]
    assert leaps[1] > 2 * leaps[0]


def test_what_is_played_is_kept_on_tape(stage):
    stage.note(BASS, 40, time.perf_counter_ns() + 50 * MS, length_ms=500)
    poll(lambda: np.abs(stage.door.played.samples).max() > 0.02, what="the bass on the tape")
    assert stage.door.played.words[tape.RATE_HZ] == 48000


def test_every_call_is_timed_and_none_takes_longer_than_it_sounds(stage):
    stage.wait_for_blocks(100)
    durations_ns = stage.device.durations_ns()
    assert len(durations_ns) >= 100
    assert 0 < np.median(durations_ns) < 256 / 48000 * 1e9
    assert stage.counted("overruns") == 0


STOPPED = """
import os, signal, subprocess, sys, time
from accompanist.devices.audio import AudioDevice
from accompanist.devices.stage_door import StageDoor
from accompanist.dsp.clock_map import frame_at
door = StageDoor.create()
device = AudioDevice(door, None)
wake = f"sleep 5; kill -CONT {os.getpid()}"
subprocess.Popen(["sh", "-c", wake])
os.kill(os.getpid(), signal.SIGSTOP)
resumed_s = time.monotonic()
was_alive, in_time, looks = True, 0, 0
while time.monotonic() < resumed_s + 3:
    was_alive = was_alive and device.is_alive()
    blocks, now_ns = device.counts()["blocks"], time.perf_counter_ns()
    if time.monotonic() > resumed_s + 1:
        looks += 1
        in_time += -48 <= frame_at(device.clock, now_ns) - 256 * (blocks - 1) <= 256 + 48
    time.sleep(0.01)
print(was_alive, in_time > 0.8 * looks)
device.close()
door.remove()
"""


def test_a_program_stopped_for_five_seconds_finds_its_time_again(jack_server):
    result = subprocess.run(
        [sys.executable, "-c", STOPPED],
        env=jack_server.environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (result.stdout, result.returncode) == ("True True\n", 0), result.stderr


def test_closing_fades_and_gives_the_ports_back(jack_server):
    stage = Stage()
    stage.note(BASS, 40, time.perf_counter_ns(), length_ms=60_000)
    poll(lambda: stage.counted("begun") == 1, what="the note")
    assert jack_server.ports("PortAudio")
    started_s = time.monotonic()
    stage.close()
    assert time.monotonic() - started_s < 1.0
    assert not jack_server.ports("PortAudio")


def test_a_device_can_be_opened_again(jack_server):
    for _ in range(2):
        Stage().close()


ORPHANED = """
import os, signal, sys, time
import numpy as np
from accompanist.devices.audio import AudioDevice
from accompanist.devices.stage_door import StageDoor
door = StageDoor.create()
device = AudioDevice(door, None)
print(device.is_alive())
os.kill(int(sys.argv[1]), signal.SIGKILL)
deadline_s = time.monotonic() + 1.5
while device.is_alive() and time.monotonic() < deadline_s:
    time.sleep(0.02)
print(device.is_alive())
device.close()
door.remove()
print("closed")
"""


def test_a_sound_server_that_dies_is_noticed_and_takes_nobody_with_it(jack_server):
    result = subprocess.run(
        [sys.executable, "-c", ORPHANED, str(jack_server.process.pid)],
        env=jack_server.environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (result.stdout, result.returncode) == ("True\nFalse\nclosed\n", 0)
