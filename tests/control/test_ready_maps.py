"""Ready maps: every file is sound, says where its numbers come from, and finds its device."""

import tomllib

import pytest

from accompanist.control.controller_file import read_map
from accompanist.control.errors import ControlError
from accompanist.control.message import SUSTAIN
from accompanist.control.ready_maps import (
    device_of,
    meant,
    ready_directory,
    ready_map,
    ready_maps,
    ready_names,
)

FILES = sorted(ready_directory().glob("*.toml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_ready_map_is_sound_and_cites_its_sources(path):
    ready = read_map(path)
    assert ready.bindings
    assert ready.takeover == "pickup"
    assert all(len(source) > 20 for source in tomllib.loads(path.read_text())["source"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_ready_map_leaves_the_sustain_pedal_and_the_keys_to_the_player(path):
    for binding in read_map(path).bindings:
        assert binding.message.kind in ("CC", "program")
        assert (binding.message.kind, binding.message.number) != ("CC", SUSTAIN)


@pytest.mark.parametrize(
    ("port", "stem"),
    [
        ("MPK mini 3:MPK mini 3 MIDI 1", "mpk_mini_mk3"),
        ("MPK mini 3", "mpk_mini_mk3"),
        ("a2j:MPK mini 3 [20] (capture): MPK mini 3 MIDI 1", "mpk_mini_mk3"),
        ("nanoKONTROL2 SLIDER/KNOB", "nanokontrol2"),
        ("nanoKONTROL2:nanoKONTROL2 _ CTRL", "nanokontrol2"),
        ("PACER:PACER MIDI1", "pacer"),
        ("Arturia KeyLab Essential 49 MIDI In", "keylab_essential_49"),
        ("Keystation 49 MK3", "keystation_49_mk3"),
        ("Casio CT-S1", None),
        ("MPK mini", None),
    ],
)
def test_a_port_finds_its_map_by_name(port, stem):
    assert meant(port, ready_names()) == stem


def test_the_longest_name_counts():
    assert meant("Keys 2 MIDI 1", {"Keys": "a", "Keys 2": "b"}) == "b"


def test_a_map_is_asked_for_by_its_file_or_by_a_device():
    assert ready_map("fcb1010") == ready_maps()["fcb1010"]
    assert ready_map("nanoKONTROL2 MIDI 1") == ready_maps()["nanokontrol2"]


def test_a_map_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(ControlError, match=r"no ready map 'organ'; there are fcb1010, "):
        ready_map("organ")


@pytest.mark.parametrize(
    ("port", "device"),
    [
        ("MPK mini 3:MPK mini 3 MIDI 1", "MPK mini 3 MIDI 1"),
        ("a2j:MPK mini 3 [20] (capture): MPK mini 3 MIDI 1", "MPK mini 3 MIDI 1"),
        ("Midi-Bridge:MPK mini 3 2:(capture_0) MPK mini 3 MIDI 1", "MPK mini 3 MIDI 1"),
        ("keyboard:keys", "keyboard:keys"),
        ("Nord Stage 3", "Nord Stage 3"),
    ],
)
def test_a_device_is_known_again_whatever_numbers_its_port_has(port, device):
    assert device_of(port) == device
