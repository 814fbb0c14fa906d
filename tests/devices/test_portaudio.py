"""Which audio device is meant, and what is said where there is none."""

import builtins
import sys

import pytest

from accompanist.devices import portaudio
from accompanist.devices.errors import AudioUnavailable


def test_without_a_library_it_says_what_to_install(monkeypatch):
    real_import = builtins.__import__

    def no_portaudio(name, *rest):
        if name == "sounddevice":
            raise OSError("PortAudio library not found")
        return real_import(name, *rest)

    monkeypatch.setattr(builtins, "__import__", no_portaudio)
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    with pytest.raises(AudioUnavailable, match="sudo apt-get install libportaudio2"):
        portaudio.library()


class Devices:
    """PortAudio as it lists devices: outputs (and inputs) by name."""

    def __init__(self, *names, default=-1, inputs=0):
        self.default = type("Default", (), {"device": (-1, default)})
        self._devices = [
            {"name": name, "max_output_channels": 2, "max_input_channels": inputs, "hostapi": 0}
            for name in names
        ]

    def query_devices(self, number=None):
        return self._devices if number is None else self._devices[number]

    def query_hostapis(self, number=None):
        driver = {"default_output_device": -1, "default_input_device": -1}
        return [driver] if number is None else driver


def test_without_a_device_it_says_so_in_one_sentence():
    with pytest.raises(AudioUnavailable, match="there is no audio output; attach one") as caught:
        portaudio.chosen_output(Devices(), None)
    assert "\n" not in str(caught.value)


def test_a_part_of_a_name_is_enough_where_it_fits_one_device():
    devices = Devices("Scarlett 2i2", "HDA Intel", "Scarlett 18i8")
    assert portaudio.chosen_output(devices, "intel")["name"] == "HDA Intel"
    assert portaudio.chosen_output(devices, "Scarlett 2i2")["name"] == "Scarlett 2i2"


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("scarlett", "several audio outputs fit scarlett"),
        ("Twin", "several audio outputs fit Twin"),
        ("Focus", "there is no audio output Focus; those attached: Scarlett 2i2"),
    ],
)
def test_a_name_that_fits_none_or_several_is_refused(name, refusal):
    devices = Devices("Scarlett 2i2", "Scarlett 18i8", "Twin", "Twin")
    with pytest.raises(AudioUnavailable, match=refusal):
        portaudio.chosen_output(devices, name)


INTERFACES = Devices("Scarlett 2i2", "HDA: ALC3246 (hw:0,0)", "Line 6:1", inputs=2)


@pytest.mark.parametrize(
    ("wanted", "name", "first", "count"),
    [
        ("scarlett", "Scarlett 2i2", 0, 2),
        ("scarlett:1", "Scarlett 2i2", 0, 1),
        ("Scarlett 2i2:2", "Scarlett 2i2", 1, 1),
        ("hw:0,0", "HDA: ALC3246 (hw:0,0)", 0, 2),
        ("hw:0,0):2", "HDA: ALC3246 (hw:0,0)", 1, 1),
        ("Line 6:1", "Line 6:1", 0, 2),
        ("Line 6:1:2", "Line 6:1", 1, 1),
    ],
)
def test_an_input_is_named_in_part_with_a_channel_or_without(wanted, name, first, count):
    device, *channels = portaudio.chosen_input(INTERFACES, wanted)
    assert (device["name"], *channels) == (name, first, count)


@pytest.mark.parametrize("channel", [0, 3, 99])
def test_a_channel_that_there_is_not_is_refused(channel):
    with pytest.raises(AudioUnavailable, match=f"has no channel {channel}; it has 1 to 2"):
        portaudio.chosen_input(INTERFACES, f"scarlett:{channel}")


def test_without_an_input_it_says_so_in_one_sentence():
    with pytest.raises(AudioUnavailable, match="there is no audio input; attach one"):
        portaudio.chosen_input(Devices("HDMI"), "")
