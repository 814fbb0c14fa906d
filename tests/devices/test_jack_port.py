"""Ports that come and go: joined by name, never guessed, and whoever is gone holds nothing down."""

import pytest

from accompanist.devices.errors import DeviceError
from accompanist.devices.jack_midi import JackMidi
from accompanist.devices.jack_probe import NativeClient
from accompanist.devices.stage_door import FROM_MIDI
from accompanist.dsp import cue, ring
from accompanist.dsp.cue import packed
from accompanist.dsp.reflex import reflex_table
from tests.conftest import poll
from tests.devices.jack_peers import BASS, heard_by, keyboard, performed


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
    of_the_key, of_its_answer = 4, 2
    assert ring.waiting(monitor) == of_the_key + of_its_answer
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
