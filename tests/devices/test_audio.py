"""The built-in synth sounds through a real JACK server, on time, and says so when it cannot."""

import builtins
import subprocess
import sys

import numpy as np
import pytest
import soundfile

from accompanist.devices import audio
from accompanist.devices.audio import AudioSink
from accompanist.devices.clock import SystemClock
from accompanist.devices.errors import AudioUnavailable
from accompanist.music.band import BandNote, Panic
from accompanist.music.events import NoteOff, NoteOn

PORTS = ("PortAudio:out_0", "PortAudio:out_1")


def onsets(sound: np.ndarray) -> np.ndarray:
    """Frames at which sound begins after at least 50 ms of near silence."""
    loud = np.flatnonzero(np.abs(sound).max(axis=1) > 0.02)
    return loud[np.diff(loud, prepend=-10_000) > 2400]


def recorded(server, path, seconds, play) -> np.ndarray:
    recorder = server.recording(path, seconds, *PORTS)
    play()
    recorder.wait(timeout=seconds + 30)
    return soundfile.read(path, always_2d=True)[0]


@pytest.fixture
def sink(jack_server):
    clock = SystemClock()
    sink = AudioSink(clock)
    yield sink, clock
    sink.close()


def test_committed_notes_sound_in_exact_time(jack_server, sink, tmp_path):
    output, clock = sink

    def play():
        start_s = clock.now_s() + 0.5
        for place in range(8):
            on_s = start_s + 0.25 * place
            note = BandNote(start_s, place, "drums", on_s, on_s + 0.05, 0.0, 38, 110, "model")
            output.send(note)

    steps = np.diff(onsets(recorded(jack_server, tmp_path / "a.wav", 4, play)))
    assert len(steps) == 7
    assert np.abs(steps - 12000).max() <= 48, "a note was more than a millisecond off"


def test_the_performer_is_heard_at_once(jack_server, sink, tmp_path):
    output, clock = sink

    def play():
        output.perform(NoteOn(clock.now_s(), 60, 100))
        output.perform(NoteOff(clock.now_s(), 60))

    assert len(onsets(recorded(jack_server, tmp_path / "a.wav", 2, play))) == 1


def test_panic_silences_what_sounds_and_what_was_to_come(jack_server, sink, tmp_path):
    output, clock = sink
    now_s = clock.now_s()
    output.send(BandNote(now_s, 1, "bass", now_s, now_s + 60, 0.0, 40, 100, "model"))
    output.send(BandNote(now_s, 2, "bass", now_s + 1, now_s + 60, 0.0, 45, 100, "model"))

    def play():
        output.send(Panic(clock.now_s()))

    sound = recorded(jack_server, tmp_path / "a.wav", 3, play)
    assert np.abs(sound[48000:]).max() < 1e-4


def test_closing_gives_the_ports_back(jack_server):
    sink = AudioSink(SystemClock())
    assert jack_server.ports("PortAudio")
    sink.close()
    assert not jack_server.ports("PortAudio")


def test_a_device_can_be_opened_again(jack_server):
    for _ in range(2):
        AudioSink(SystemClock()).close()


ORPHANED = """
import os, signal, sys
from accompanist.devices.audio import AudioSink
from accompanist.devices.clock import SystemClock
from accompanist.music.events import NoteOn
clock = SystemClock()
sink = AudioSink(clock)
os.kill(int(sys.argv[1]), signal.SIGKILL)
sink.perform(NoteOn(clock.now_s(), 60, 100))
sink.close()
print("closed")
"""


def test_a_sound_server_that_dies_takes_nobody_with_it(jack_server):
    result = subprocess.run(
        [sys.executable, "-c", ORPHANED, str(jack_server.process.pid)],
        env=jack_server.environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (result.stdout, result.returncode) == ("closed\n", 0)


def test_without_a_library_it_says_what_to_install(monkeypatch):
    real_import = builtins.__import__

    def no_portaudio(name, *rest):
        if name == "sounddevice":
            raise OSError("PortAudio library not found")
        return real_import(name, *rest)

    monkeypatch.setattr(builtins, "__import__", no_portaudio)
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    with pytest.raises(AudioUnavailable, match="sudo apt-get install libportaudio2"):
        AudioSink(SystemClock())


def test_without_a_device_it_says_so_in_one_sentence(monkeypatch):
    import sounddevice

    monkeypatch.setattr(sounddevice, "query_hostapis", lambda: ())
    monkeypatch.setattr(audio, "_library", lambda: sounddevice)
    monkeypatch.setattr(type(sounddevice.default), "device", (-1, -1), raising=False)
    with pytest.raises(AudioUnavailable, match="there is no audio output; attach one") as caught:
        AudioSink(SystemClock())
    assert "\n" not in str(caught.value)
