"""The MIDI ports of the machine by name, and silence on any of them.

Whoever watches over the band needs silence at once, so nothing here is compiled or slow to load.
"""

import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from accompanist.devices.errors import DeviceError
from accompanist.devices.midi_connection import OURS, choose, load_rtmidi, open_device
from accompanist.devices.midi_messages import quieten

CHANNELS = 16

_LOOPS = ("midi through",)
_AGAIN_AFTER_S = 0.03


@dataclass(frozen=True, slots=True)
class MidiPorts:
    """Names of the ports that can be heard and played, ours left out."""

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


def list_ports(jack: bool = False) -> MidiPorts:
    """Return the ports there are now, with `jack` JACK's; none where no MIDI system runs.

    Raises
    ------
    DeviceError
        If python-rtmidi is not installed.
    """
    load_rtmidi()
    return MidiPorts(_port_names("input", jack), _port_names("output", jack))


def first_controller(jack: bool = False) -> str | None:
    """Name of the first input that is not a loop back from the outputs; none if there is none."""
    inputs = list_ports(jack).inputs
    return next((name for name in inputs if not name.lower().startswith(_LOOPS)), None)


def panic(names: Iterable[str], jack: bool = False) -> list[str]:
    """Silence every channel of the outputs named, and return their names.

    All is said twice, since JACK loses what is sent in a cycle that it misses. Outputs that can be
    silenced are, whatever becomes of the others.

    Raises
    ------
    DeviceError
        If a name means no output, or several, or one that cannot be opened.
    """
    device = open_device("output", f"{OURS}-panic", jack)
    silenced: list[str] = []
    refused: list[DeviceError] = []
    for name in names:
        try:
            silenced += _silence(device, name)
        except DeviceError as refusal:
            refused.append(refusal)
    time.sleep(_AGAIN_AFTER_S)
    for name in silenced:
        with suppress(DeviceError):
            _silence(device, name)
    device.delete()
    if refused:
        raise refused[0]
    return silenced


def _silence(device: Any, name: str) -> list[str]:  # noqa: ANN401 - untyped
    """Silence the port that a name means, or all that have that very name."""
    ports = device.get_ports()
    meant = [place for place, port in enumerate(ports) if port == name]
    meant = meant or [ports.index(choose(name, ports, "output"))]
    try:
        for place in meant:
            device.open_port(place, "panic")
            for channel in range(CHANNELS):
                for message in quieten(channel):
                    device.send_message(message)
            device.close_port()
    except (load_rtmidi().RtMidiError, ValueError) as error:
        raise DeviceError(
            f"MIDI output {name!r} cannot be opened ({error}); another program may hold it"
        ) from error
    return [ports[place] for place in meant]


def _port_names(direction: str, jack: bool) -> tuple[str, ...]:
    try:
        device = open_device(direction, f"{OURS}-look", jack)
    except DeviceError:
        return ()
    names = [name for name in device.get_ports() if not name.startswith(OURS)]
    device.delete()
    return tuple(names)
