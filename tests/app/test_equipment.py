"""What the doctor and the devices command find attached to this machine."""

import json
import os
import subprocess
import sys

import pytest

from accompanist.app import equipment
from accompanist.app.equipment import JackServer
from accompanist.app.finding import ATTENTION, BROKEN, OK, UNTESTED
from accompanist.devices.compensation import Compensation
from accompanist.devices.errors import AudioUnavailable, DeviceError
from accompanist.devices.midi_ports import MidiPorts

SPEAKERS = {
    **{"interface": "ALSA", "channels": 2, "sample_rate": 48000},
    **{"default": True, "opens": True},
}


def with_ports(monkeypatch: pytest.MonkeyPatch, interface: str, *inputs: str) -> None:
    monkeypatch.setattr(equipment, "list_ports", lambda jack: MidiPorts(inputs, ()))
    monkeypatch.setattr(equipment, "midi_interface", lambda: interface)


def with_outputs(monkeypatch: pytest.MonkeyPatch, *outputs: dict) -> None:
    monkeypatch.setattr(equipment, "audio_outputs", lambda: list(outputs))


def test_a_controller_on_jack_is_fine(monkeypatch):
    with_ports(monkeypatch, "JACK", "Keystation")

    assert equipment.midi().state == OK
    assert equipment.midi().fact == "JACK, 1 input, 0 outputs"


def test_no_controller_deserves_attention(monkeypatch):
    with_ports(monkeypatch, "JACK")

    assert equipment.midi().state == ATTENTION


@pytest.mark.parametrize("interface", ["ALSA", "CoreMIDI", "Windows MM"])
def test_an_interface_that_no_test_plays_through_is_called_untested(monkeypatch, interface):
    with_ports(monkeypatch, interface, "Keystation")

    assert equipment.midi().state == UNTESTED


def test_missing_midi_comes_with_its_remedy(monkeypatch):
    def refuse(jack):
        raise DeviceError("MIDI ports need python-rtmidi; run: pip install python-rtmidi")

    monkeypatch.setattr(equipment, "list_ports", refuse)

    assert equipment.midi().remedy.endswith("pip install python-rtmidi")


def test_a_machine_without_sound_is_told_what_play_does_instead(monkeypatch):
    with_outputs(monkeypatch)

    finding = equipment.audio()

    assert finding.state == ATTENTION
    assert "session.wav" in finding.fact


def test_a_machine_without_portaudio_is_told_what_to_install(monkeypatch):
    def refuse():
        raise AudioUnavailable("PortAudio is missing; install libportaudio2")

    monkeypatch.setattr(equipment, "library", refuse)

    assert "libportaudio2" in equipment.audio().remedy


def test_the_default_output_is_the_one_named(monkeypatch):
    with_outputs(
        monkeypatch,
        {"name": "HDMI", **SPEAKERS, "default": False},
        {"name": "Speakers", **SPEAKERS},
    )

    assert equipment.audio().fact.startswith("Speakers through ALSA")
    assert equipment.audio().state == UNTESTED


def test_a_machine_that_hears_nothing_is_told_so(monkeypatch):
    monkeypatch.setattr(equipment, "audio_inputs", list)

    assert equipment.audio_in().state == ATTENTION
    assert equipment.audio_in().fact == "no input; play hears MIDI alone"
    assert equipment.audio_in().remedy.startswith("attach an interface")


def test_an_input_that_another_program_holds_is_told_with_what_to_do(monkeypatch):
    held = {"name": "Scarlett", **SPEAKERS, "opens": False}
    monkeypatch.setattr(equipment, "audio_inputs", lambda: [held])

    assert equipment.audio_in().state == ATTENTION
    assert equipment.audio_in().fact == "Scarlett cannot be opened"
    assert "close whatever else uses it" in equipment.audio_in().remedy


@pytest.mark.skipif(sys.platform != "linux", reason="asks for a JACK server on Linux")
def test_jacks_input_works(jack_server):
    assert equipment.audio_in().state == OK
    assert equipment.audio_in().fact.startswith("system through JACK Audio Connection Kit")


@pytest.mark.skipif(sys.platform != "linux", reason="asks for a JACK server on Linux")
def test_a_jack_server_is_found_while_it_runs_with_its_period(jack_server):
    assert equipment.jack().fact.startswith("256 frames at 48000 Hz: every 5.3 ms")
    assert equipment.midi_interface() == "JACK"


@pytest.mark.parametrize(
    ("server", "state", "remedy"),
    [
        (JackServer(48000, 64, True), OK, ""),
        (JackServer(48000, 64, False), ATTENTION, "jackd -R"),
        (JackServer(44100, 1024, True), ATTENTION, "-p 256"),
    ],
)
def test_a_server_that_is_slow_or_has_no_priority_deserves_attention(
    monkeypatch, server, state, remedy
):
    monkeypatch.setattr(equipment, "jack_server", lambda: server)

    assert equipment.jack().state == state
    assert remedy in equipment.jack().remedy


def test_what_is_known_of_the_devices_here_is_told(monkeypatch):
    with_ports(monkeypatch, "JACK", "Keystation")
    with_outputs(monkeypatch, {"name": "Speakers", **SPEAKERS})
    known = {"Keystation": Compensation(0.0025, 0.0), "organ": Compensation(0.0, 0.01)}
    monkeypatch.setattr(equipment, "calibrations", lambda: known)

    assert equipment.calibration().fact == "Keystation 2.5 ms in, 0 ms out"


def test_a_damaged_calibration_is_broken_as_play_refuses_it(monkeypatch):
    def refuse():
        raise DeviceError("calibration.json is damaged; mend or delete it")

    monkeypatch.setattr(equipment, "calibrations", refuse)

    assert equipment.calibration().state == BROKEN


@pytest.mark.skipif(sys.platform != "linux", reason="asks for a JACK server on Linux")
def test_no_jack_server_is_found_where_none_runs(monkeypatch):
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "nobody-started-this-one")

    assert equipment.jack().state == ATTENTION
    assert "jackd" in equipment.jack().remedy


def devices(*words: str, **environment: str) -> str:
    """What the devices command prints; PortAudio stays out of this process."""
    return subprocess.run(
        [sys.executable, "-m", "accompanist", "devices", *words],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_devices_are_listed_for_programs():
    assert set(json.loads(devices("--json"))) == {*("midi_in", "midi_out", "audio_in", "audio_out")}


def test_devices_are_listed_for_people():
    kinds = {line.split("  ")[0] for line in devices().splitlines()}

    assert kinds == {"MIDI in", "MIDI out", "audio in", "audio out"}


@pytest.mark.skipif(sys.platform != "linux", reason="asks a JACK server on Linux")
def test_jacks_own_output_is_listed(jack_server):
    facts = json.loads(devices("--json", **jack_server.environment))

    assert "JACK Audio Connection Kit" in {output["interface"] for output in facts["audio_out"]}
