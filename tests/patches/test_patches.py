"""The patches play what is sent to them: silent before, sounding then, silent again at the end."""

import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from accompanist.devices.clock import SystemClock
from accompanist.devices.door_sink import DoorSink
from accompanist.devices.jack_midi import JackMidi
from accompanist.devices.osc_out import OscOut
from accompanist.devices.stage_door import HAS_MIDI, StageDoor
from accompanist.music.band import BandNote, NoteCut, NoteHeld
from tests.patches.programs import PATCHES, running

FULL_FONT = "/usr/share/sounds/sf2/FluidR3_GM.sf2"
SECONDS = 5
WINDOW_FRAMES = 4800
STEP_S = 0.3
HELD_S = 0.7
NOTES = (("drums", 36), ("drums", 38), ("drums", 42), ("drums", 46), ("bass", 40), ("harmony", 64))


def play_a_bar(sink, clock) -> None:
    """Each of `NOTES` in turn, a note that is taken back, one that is held, and the cut of both."""
    start_s = clock.now_s() + 0.5
    for place, (part, pitch) in enumerate(NOTES):
        on_s = start_s + STEP_S * place
        sink.send(BandNote(0.0, place, part, on_s, on_s + 0.2, 0.0, pitch, 100, "model"))
    end_s = start_s + STEP_S * len(NOTES)
    sink.send(BandNote(0.0, 90, "harmony", end_s + 0.9, end_s + 30.0, 0.0, 67, 100, "model"))
    sink.send(NoteCut(0.0, 90, "harmony", end_s + 0.9))
    sink.send(BandNote(0.0, 91, "bass", end_s, end_s + 0.1, 0.0, 45, 100, "model"))
    sink.send(NoteHeld(0.0, 91, "bass", end_s + 30.0))
    sink.send(NoteCut(0.0, 91, "bass", end_s + HELD_S))


def loudness(recording: np.ndarray) -> np.ndarray:
    """Peak of every tenth of a second."""
    windows = len(recording) // WINDOW_FRAMES
    return np.abs(recording[: windows * WINDOW_FRAMES]).reshape(windows, -1).max(axis=1)


def first_sound_s(peaks: np.ndarray) -> float:
    return float(np.flatnonzero(peaks > 0.01)[0]) * WINDOW_FRAMES / 48000


def check(recording: np.ndarray, tail_s: float) -> None:
    """Nothing before the first note, every note in its place, nothing after the tail."""
    peaks = loudness(recording)
    start = round(first_sound_s(peaks) * 10)
    assert start >= 2, "it sounded before the first note"
    for place, (part, pitch) in enumerate(NOTES):
        here = start + round(10 * STEP_S * place)
        assert peaks[here : here + 2].max() > 0.01, f"{part} {pitch} was not heard"
    assert peaks.max() < 1.0
    held = start + round(10 * (STEP_S * len(NOTES) + HELD_S))
    assert peaks[held - 2 : held].max() > 0.01, "it was not held"
    end = start + round(10 * (STEP_S * len(NOTES) + HELD_S + tail_s)) + 1
    assert peaks[end:].max() < 0.01, "it went on after the last note"


def recorded(server, path: Path, ports: tuple[str, str], sink, clock) -> np.ndarray:
    recorder = server.recording(path, SECONDS, *ports)
    play_a_bar(sink, clock)
    until_s = clock.now_s() + SECONDS + 30
    while recorder.poll() is None and clock.now_s() < until_s:
        if isinstance(sink, OscOut):
            sink.flush()
        time.sleep(0.002)
    sink.close()
    samples, _ = soundfile.read(path, always_2d=True)
    return samples


def test_supercollider_plays_notes_at_their_time_tags(jack_server, tmp_path):
    environment = {
        **jack_server.environment,
        "QT_QPA_PLATFORM": "offscreen",
        "QTWEBENGINE_DISABLE_SANDBOX": "1",
        "SC_JACK_DEFAULT_OUTPUTS": "system",
    }
    command = ["sclang", str(PATCHES / "supercollider" / "accompanist.scd")]
    log = tmp_path / "sclang.log"
    with running(
        command, "supercollider-language", environment, log, "accompanist is ready for notes"
    ):
        clock = SystemClock()
        sink = OscOut("127.0.0.1:57120", clock)
        ports = ("SuperCollider:out_1", "SuperCollider:out_2")
        check(recorded(jack_server, tmp_path / "sc.wav", ports, sink, clock), tail_s=0.5)


def test_pure_data_plays_notes_as_they_come(jack_server, tmp_path):
    patch = str(PATCHES / "puredata" / "accompanist.pd")
    command = ["pd", "-nogui", "-jack", "-nomidi", "-open", patch, "-send", "pd dsp 1"]
    log = tmp_path / "pd.log"
    with running(command, "puredata-core", jack_server.environment, log, "ready for notes"):
        jack_server.wait_for_port("pure_data:output_2")
        clock = SystemClock()
        sink = OscOut("127.0.0.1:57130", clock, immediate=True)
        ports = ("pure_data:output_1", "pure_data:output_2")
        check(recorded(jack_server, tmp_path / "pd.wav", ports, sink, clock), tail_s=0.4)


def test_fluidsynth_plays_what_comes_to_its_midi_port(jack_server, tmp_path):
    options = ["-a", "jack", "-m", "jack", "-i", "-s", "-j", "-z", "64"]
    command = ["fluidsynth", *options, "-o", "midi.jack.id=fluidsynth", FULL_FONT]
    log = tmp_path / "fluidsynth.log"
    with running(command, "fluidsynth fluid-soundfont-gm", jack_server.environment, log):
        jack_server.wait_for_port("fluidsynth:midi_00")
        door, origin_ns = StageDoor.create(), time.perf_counter_ns()
        device = JackMidi(door, None, midi_out="fluidsynth")
        door.tell(HAS_MIDI, 1)
        sink, clock = DoorSink(door, origin_ns), SystemClock(origin_ns)
        ports = ("fluidsynth:left", "fluidsynth:right")
        check(recorded(jack_server, tmp_path / "fluid.wav", ports, sink, clock), tail_s=1.5)
        device.close()
        door.remove()


@pytest.mark.parametrize("name", ["supercollider", "puredata", "fluidsynth"])
def test_every_patch_has_a_page_that_says_how_to_start_it(name):
    page = (PATCHES / name / "README.md").read_text()
    assert "accompanist play --synth none" in page
