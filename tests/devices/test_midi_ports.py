"""Ports listed by name, and silence on any of them."""

import subprocess
import sys
import time

import pytest

from accompanist.devices.errors import DeviceError
from accompanist.devices.midi_connection import load_rtmidi
from accompanist.devices.midi_ports import first_controller, list_ports, panic
from tests.conftest import poll
from tests.devices.midi_peer import Keyboard, Synth

pytestmark = pytest.mark.usefixtures("jack_server")


@pytest.fixture
def synth():
    made = Synth()
    yield made
    made.unplug()


def silences(synth: Synth) -> set[tuple[int, ...]]:
    return {tuple(message) for message in synth.messages}


ALL = {(0xB0 | channel, control, 0) for channel in range(16) for control in (64, 120, 123)}


def test_ports_are_listed_by_name_and_ours_left_out(synth):
    keyboard, ours = Keyboard(), Keyboard("accompanist-out")
    ports = list_ports(jack=True)
    assert ports.inputs == ("Keystation:keys",)
    assert ports.outputs == ("Module:midi in",)
    assert first_controller(jack=True) == "Keystation:keys"
    keyboard.unplug()
    ours.unplug()


def test_a_loop_back_is_no_controller(synth):
    loop = Keyboard("Midi Through")
    assert list_ports(jack=True).inputs == ("Midi Through:keys",)
    assert first_controller(jack=True) is None
    loop.unplug()


def test_a_machine_without_midi_lists_nothing(monkeypatch, capfd):
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "there-is-none")
    assert list_ports(jack=True).outputs == ()
    assert capfd.readouterr().err == ""


def test_without_a_server_there_is_a_remedy(monkeypatch, capfd):
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "there-is-none")
    with pytest.raises(DeviceError, match=r"no JACK server runs.*; start one, for instance"):
        panic(["Module"], jack=True)
    assert capfd.readouterr().err == ""


def test_a_system_that_rtmidi_was_not_built_for_is_never_replaced_by_another(monkeypatch):
    monkeypatch.setattr(load_rtmidi(), "get_compiled_api", list)
    with pytest.raises(DeviceError, match="built here without what this needs"):
        panic(["Module"], jack=True)


def test_panic_clears_all_channels_of_all_outputs_named(synth):
    other = Synth("Sampler")
    names = list_ports(jack=True).outputs
    assert panic(names, jack=True) == ["Module:midi in", "Sampler:midi in"]
    for each in (synth, other):
        poll(lambda each=each: len(each.messages) == 2 * len(ALL), what="silence, said twice")
        assert silences(each) == ALL
    other.unplug()


def test_panic_silences_what_it_can_before_it_refuses_the_rest(synth):
    with pytest.raises(DeviceError, match="no MIDI output named 'Organ'"):
        panic(["Organ", "Module"], jack=True)
    poll(lambda: silences(synth) == ALL, what="silence")


def test_panic_is_heard_within_half_a_second(synth):
    began_s = time.perf_counter()
    panic(["Module"], jack=True)
    poll(lambda: silences(synth) == ALL, what="silence")
    assert time.perf_counter() - began_s < 0.5


def test_panic_waits_for_no_compiler():
    code = "import sys, accompanist.devices.midi_ports; print('numba' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert answer.stdout == "False\n"
