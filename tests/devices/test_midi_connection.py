"""Ports by name: which one is meant, and which one is back; two of a name are never guessed."""

import builtins

import pytest

from accompanist.devices.errors import DeviceError
from accompanist.devices.midi_connection import Connection, choose, load_rtmidi, stable_name
from tests.devices.rtmidi_fake import FakeDevice, plug

FIRST, SECOND, THIRD = "Keystation:keys 20:0", "Keystation:keys 24:0", "Keystation:keys 28:0"
GONE, BACK = "MIDI input 'Keystation:keys' is gone", "MIDI input 'Keystation:keys' is back"


def joined(name: str = "keystation", is_patient: bool = False) -> Connection:
    return Connection("input", "ours", "performer", name, is_patient=is_patient)


def replug(device: FakeDevice, *ports: str) -> None:
    device.ports[:] = ports


def test_a_part_of_a_name_is_enough_and_capitals_do_not_matter():
    assert choose("keyst", ["Organ:out 16:0", FIRST], "input") == FIRST


def test_a_name_that_could_mean_two_ports_is_refused_with_both():
    ports = ["Keystation 49:keys 20:0", "Keystation 88:keys 24:0"]
    with pytest.raises(DeviceError, match=r"could be Keystation 49:keys 20:0 or Keystation 88:"):
        choose("keystation", ports, "input")


def test_a_whole_name_means_its_port_even_if_others_contain_it():
    assert choose("Piano", ["Piano 20:0", "Piano 2 24:0"], "input") == "Piano 20:0"


def test_a_device_is_meant_by_its_own_name_even_if_another_begins_with_it():
    assert choose("piano", ["Piano:in 20:0", "Piano 2:in 24:0"], "output") == "Piano:in 20:0"


def test_two_ports_of_a_name_are_told_apart_by_their_full_names():
    with pytest.raises(DeviceError, match=f"could be {FIRST} or {SECOND}; give one of these names"):
        choose("Keystation:keys", [FIRST, SECOND], "input")
    assert choose(SECOND, [FIRST, SECOND], "input") == SECOND


def test_two_ports_that_nothing_tells_apart_are_refused_with_a_remedy():
    with pytest.raises(DeviceError, match="2 MIDI inputs named 'Keystation', which nothing tells"):
        choose("Keystation", ["Keystation", "Keystation"], "input")


def test_numbers_that_change_when_plugged_in_again_are_no_part_of_a_name():
    assert stable_name("Keystation:Keystation MIDI 1 20:0") == "Keystation:Keystation MIDI 1"


def test_a_port_that_goes_is_joined_again_under_other_numbers(monkeypatch):
    device = plug(monkeypatch, FIRST)
    connection = joined()
    assert connection.look() == ""
    replug(device)
    assert connection.look() == GONE
    assert (connection.is_joined, device.joined) == (False, None)
    replug(device, "Organ:out 16:0", THIRD)
    assert connection.look() == BACK
    assert (connection.is_joined, device.joined) == (True, THIRD)
    assert connection.look() == ""


def test_of_two_that_come_back_none_is_joined_and_that_is_said_once(monkeypatch):
    device = plug(monkeypatch, FIRST)
    connection = joined()
    replug(device)
    connection.look()
    replug(device, SECOND, THIRD)
    assert "several have or had that name; start again with the full name" in connection.look()
    assert connection.look() == connection.look() == ""
    assert (connection.is_joined, device.joined) == (False, None)


def test_a_namesake_that_was_there_all_along_is_never_taken_for_the_one_that_went(monkeypatch):
    device = plug(monkeypatch, FIRST, SECOND)
    connection = joined(FIRST)
    replug(device, SECOND)
    assert connection.look() == GONE
    assert connection.look() == ""
    replug(device, SECOND, THIRD)
    assert connection.look() == BACK
    assert device.joined == THIRD


def test_a_namesake_that_came_later_is_never_taken_for_the_one_that_went(monkeypatch):
    device = plug(monkeypatch, FIRST)
    connection = joined()
    replug(device, FIRST, SECOND)
    assert connection.look() == ""
    replug(device, SECOND)
    assert [connection.look(), connection.look()] == [GONE, ""]
    assert device.joined is None


def test_when_both_of_a_name_went_none_that_comes_back_is_joined(monkeypatch):
    device = plug(monkeypatch, FIRST, SECOND)
    connection = joined(FIRST)
    replug(device)
    connection.look()
    replug(device, FIRST)
    assert "is not joined again" in connection.look()
    assert device.joined is None


def test_a_patient_connection_joins_its_port_once_it_comes(monkeypatch):
    device = plug(monkeypatch)
    connection = joined("Keystation:keys", is_patient=True)
    assert (connection.is_joined, connection.look()) == (False, "")
    replug(device, SECOND)
    assert connection.look() == BACK
    assert device.joined == SECOND


def test_our_own_ports_are_never_meant(monkeypatch):
    device = plug(monkeypatch, "accompanist-out:band 128:0")
    with pytest.raises(DeviceError, match="no MIDI input named 'band'; none is connected"):
        joined("band")
    assert device.is_deleted


def test_a_port_that_another_program_holds_is_refused_in_one_sentence(monkeypatch):
    device = plug(monkeypatch, FIRST)

    def refuse(*_):
        raise load_rtmidi().SystemError("busy")

    monkeypatch.setattr(device, "open_port", refuse)
    with pytest.raises(DeviceError, match=r"cannot be opened \(busy\); another program may hold"):
        joined()
    assert device.is_deleted


def test_a_port_that_cannot_be_joined_yet_is_tried_again(monkeypatch):
    device = plug(monkeypatch, FIRST)
    connection = joined()
    replug(device)
    connection.look()
    replug(device, FIRST)
    opening = device.open_port
    tries = []

    def busy_once(place, name):
        tries.append(place)
        if len(tries) == 1:
            raise load_rtmidi().SystemError("busy")
        opening(place, name)

    monkeypatch.setattr(device, "open_port", busy_once)
    assert [connection.look(), connection.look()] == ["", BACK]


def test_where_ports_cannot_be_opened_for_others_there_is_none(monkeypatch):
    device = plug(monkeypatch)

    def refuse(_name):
        raise NotImplementedError

    monkeypatch.setattr(device, "open_virtual_port", refuse)
    connection = Connection("output", "ours", "band", None)
    assert (connection.is_joined, connection.name, connection.look()) == (False, None, "")


def test_a_missing_rtmidi_is_said_in_one_sentence(monkeypatch):
    importing = builtins.__import__

    def without_rtmidi(name, *rest):
        if name == "rtmidi":
            raise ImportError(name)
        return importing(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without_rtmidi)
    with pytest.raises(DeviceError, match=r"^MIDI ports need python-rtmidi"):
        load_rtmidi()
