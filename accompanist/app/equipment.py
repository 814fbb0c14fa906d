"""Checks of what the band plays through: audio outputs, MIDI ports, the JACK server."""

import ctypes
import ctypes.util
import sys
from collections.abc import Sequence
from typing import Any

from accompanist.app.finding import ATTENTION, OK, UNTESTED, Finding
from accompanist.devices.errors import DeviceError
from accompanist.devices.midi_connection import ALSA_SEQUENCER
from accompanist.devices.midi_ports import list_ports
from accompanist.devices.quiet import hushed

TESTED_MIDI = "JACK"
SYSTEM_MIDI = {"darwin": "CoreMIDI", "win32": "Windows MM"}
TESTED_AUDIO = "JACK Audio Connection Kit"

JACK_NO_START_SERVER = 1


def audio_outputs() -> list[dict[str, Any]]:
    """Outputs that PortAudio offers, with the interface each belongs to.

    Raises
    ------
    OSError
        If PortAudio is missing.
    """
    with hushed():
        import sounddevice

        devices, interfaces = sounddevice.query_devices(), sounddevice.query_hostapis()
    default = sounddevice.default.device[1]
    return [
        {
            "name": device["name"],
            "interface": interfaces[device["hostapi"]]["name"],
            "channels": device["max_output_channels"],
            "sample_rate": round(device["default_samplerate"]),
            "default": device["index"] == default,
        }
        for device in devices
        if device["max_output_channels"] > 0
    ]


def audio() -> Finding:
    """Whether there is an output for the built-in synth."""
    try:
        outputs = audio_outputs()
    except OSError:
        return Finding(
            "audio",
            ATTENTION,
            "the PortAudio library is missing",
            "install it (on Debian: sudo apt-get install libportaudio2)",
        )
    if not outputs:
        return Finding(
            "audio",
            ATTENTION,
            "no output; play writes session.wav instead",
            "attach a sound card, or start a JACK server",
        )
    chosen = next((output for output in outputs if output["default"]), outputs[0])
    fact = f"{chosen['name']} through {chosen['interface']}, {len(outputs)} outputs in all"
    if chosen["interface"] == TESTED_AUDIO:
        return Finding("audio", OK, fact)
    return Finding("audio", UNTESTED, fact, "tests play through JACK alone; listen before the gig")


def midi() -> Finding:
    """Which MIDI interface is used, and whether a controller is attached."""
    try:
        ports = list_ports()
    except DeviceError as error:
        return Finding("MIDI", ATTENTION, "no MIDI", str(error))
    interface = midi_interface()
    if interface is None:
        return Finding("MIDI", ATTENTION, "no MIDI interface", "start a JACK server")
    fact = f"{interface}, {_count(ports.inputs, 'input')}, {_count(ports.outputs, 'output')}"
    if interface != TESTED_MIDI:
        return Finding("MIDI", UNTESTED, fact, "tests play through JACK alone; try it before a gig")
    if not ports.inputs:
        return Finding("MIDI", ATTENTION, fact, "attach a controller; until then play demonstrates")
    return Finding("MIDI", OK, fact)


def midi_interface() -> str | None:
    """Name of the interface that ports are opened with; none where there is none."""
    if sys.platform != "linux":
        return SYSTEM_MIDI.get(sys.platform)
    if ALSA_SEQUENCER.exists():
        return "ALSA"
    return TESTED_MIDI if jack_runs() else None


def _count(names: Sequence[str], noun: str) -> str:
    return f"{len(names)} {noun}" if len(names) == 1 else f"{len(names)} {noun}s"


def jack() -> Finding:
    """Whether a JACK server runs, through which timing is exact to the sample."""
    if ctypes.util.find_library("jack") is None:
        return Finding(
            "JACK",
            ATTENTION,
            "not installed; timing is exact to the sample only with it",
            "install it (on Debian: sudo apt-get install jackd2)",
        )
    if not jack_runs():
        return Finding("JACK", ATTENTION, "no server runs", "start one, such as: jackd -d alsa")
    return Finding("JACK", OK, "a server runs")


def jack_runs() -> bool:
    """Whether a JACK server answers; none is started."""
    name = ctypes.util.find_library("jack")
    if name is None:
        return False
    library = ctypes.CDLL(name)
    library.jack_client_open.restype = ctypes.c_void_p
    library.jack_client_close.argtypes = [ctypes.c_void_p]
    with hushed():
        client = library.jack_client_open(b"accompanist-doctor", JACK_NO_START_SERVER, None)
        if client:
            library.jack_client_close(client)
    return client is not None
