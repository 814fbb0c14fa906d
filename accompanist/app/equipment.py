"""Checks of what the band plays through: audio outputs, MIDI ports, the JACK server."""

import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from accompanist.app.finding import ATTENTION, BROKEN, OK, UNTESTED, Finding
from accompanist.devices.compensation import calibrations
from accompanist.devices.errors import AudioUnavailable, DeviceError
from accompanist.devices.jack_server import load_jack, open_client
from accompanist.devices.midi_connection import ALSA_SEQUENCER, stable_name
from accompanist.devices.midi_ports import list_ports
from accompanist.devices.portaudio import library, opens
from accompanist.devices.quiet import hushed

TESTED_MIDI = "JACK"
SYSTEM_MIDI = {"darwin": "CoreMIDI", "win32": "Windows MM"}
TESTED_AUDIO = "JACK Audio Connection Kit"

LONGEST_PERIOD_MS = 10.0
"""Listeners do not notice so much latency; a longer period alone takes more."""


def audio_outputs() -> list[dict[str, Any]]:
    """Outputs that PortAudio offers, with the interface each belongs to.

    Raises
    ------
    AudioUnavailable
        If PortAudio is missing.
    """
    return _sound_devices("output")


def audio_inputs() -> list[dict[str, Any]]:
    """Inputs that PortAudio offers; as `audio_outputs`."""
    return _sound_devices("input")


def _sound_devices(direction: str) -> list[dict[str, Any]]:
    with hushed():
        sounddevice = library()
        try:
            interfaces = sounddevice.query_hostapis()
            default = sounddevice.default.device[("input", "output").index(direction)]
            return [
                {
                    "name": device["name"],
                    "interface": interfaces[device["hostapi"]]["name"],
                    "channels": device[f"max_{direction}_channels"],
                    "sample_rate": round(device["default_samplerate"]),
                    "default": device["index"] == default,
                    "opens": opens(sounddevice, device, direction),
                }
                for device in sounddevice.query_devices()
                if device[f"max_{direction}_channels"] > 0
            ]
        finally:
            # A sound server that stops later must find nobody attached.
            sounddevice._terminate()


def audio() -> Finding:
    """Whether there is an output for the built-in synth."""
    return _sound("audio", "output", audio_outputs, _SILENT)


def audio_in() -> Finding:
    """Whether there is an input for instruments without MIDI."""
    return _sound("audio in", "input", audio_inputs, _DEAF)


_SILENT = (
    "no output; play writes session.wav instead",
    "attach a sound card, or start a JACK server",
    "tests play through JACK alone; listen before the gig",
)
_DEAF = (
    "no input; play hears MIDI alone",
    "attach an interface, or start a JACK server for it",
    "tests hear through JACK alone; see the level in the terminal before the gig",
)


_HELD = "close whatever else uses it, or start a JACK server for it"


def _sound(
    subject: str,
    direction: str,
    find: Callable[[], list[dict[str, Any]]],
    words: tuple[str, str, str],
) -> Finding:
    """Find what there is of a direction; of the words the first two say what if there is none."""
    nothing, remedy, untested = words
    try:
        found = find()
    except AudioUnavailable as error:
        return Finding(subject, ATTENTION, f"no {subject}", str(error))
    if not found:
        return Finding(subject, ATTENTION, nothing, remedy)
    chosen = next((device for device in found if device["default"]), found[0])
    if not chosen["opens"]:
        return Finding(subject, ATTENTION, f"{chosen['name']} cannot be opened", _HELD)
    fact = f"{chosen['name']} through {chosen['interface']}, {_count(found, direction)} in all"
    if chosen["interface"] == TESTED_AUDIO:
        return Finding(subject, OK, fact)
    return Finding(subject, UNTESTED, fact, untested)


def midi() -> Finding:
    """Which MIDI interface is used, and whether a controller is attached."""
    interface = midi_interface()
    try:
        ports = list_ports(jack=interface == TESTED_MIDI)
    except DeviceError as error:
        return Finding("MIDI", ATTENTION, "no MIDI", str(error))
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
    if jack_server() is not None:
        return TESTED_MIDI
    if sys.platform == "linux":
        return "ALSA" if ALSA_SEQUENCER.exists() else None
    return SYSTEM_MIDI.get(sys.platform)


def _count(names: Sequence[object], noun: str) -> str:
    return f"{len(names)} {noun}" if len(names) == 1 else f"{len(names)} {noun}s"


@dataclass(frozen=True, slots=True)
class JackServer:
    """How the JACK server that runs here was started."""

    rate_hz: int
    period_frames: int
    is_realtime: bool

    @property
    def period_ms(self) -> float:
        """How long the server handles at once."""
        return 1000 * self.period_frames / self.rate_hz


def jack_server() -> JackServer | None:
    """Return the JACK server that answers here; none is started."""
    try:
        jack = load_jack()
    except DeviceError:
        return None
    client = open_client(jack, "accompanist-doctor")
    if client is None:
        return None
    facts = JackServer(
        jack.jack_get_sample_rate(client),
        jack.jack_get_buffer_size(client),
        bool(jack.jack_is_realtime(client)),
    )
    jack.jack_client_close(client)
    return facts


def jack() -> Finding:
    """Whether a JACK server runs, through which timing is exact to the sample, and how."""
    try:
        load_jack()
    except DeviceError as error:
        return Finding("JACK", ATTENTION, "timing is exact to the sample only with it", str(error))
    server = jack_server()
    if server is None:
        return Finding("JACK", ATTENTION, "no server runs", "start one, such as: jackd -d alsa")
    fact = f"{server.period_frames} frames at {server.rate_hz} Hz: every {server.period_ms:.1f} ms"
    if not server.is_realtime:
        return Finding("JACK", ATTENTION, f"{fact}, without priority", "start it with: jackd -R")
    if server.period_ms > LONGEST_PERIOD_MS:
        return Finding("JACK", ATTENTION, fact, "start it with a shorter period, such as -p 256")
    return Finding("JACK", OK, fact)


def calibration() -> Finding:
    """What is known of the devices that are attached; a damaged file is refused by ``play``."""
    try:
        known = calibrations()
    except DeviceError as error:
        return Finding("calibration", BROKEN, "not usable", str(error))
    present = [name for name in _attached() if name in known]
    if not present:
        others = f"; {_count(list(known), 'other')} not here" if known else ""
        return Finding("calibration", OK, f"none for the devices here{others}")
    facts = [
        f"{name} {1000 * known[name].input_s:g} ms in, {1000 * known[name].output_s:g} ms out"
        for name in present
    ]
    return Finding("calibration", OK, "; ".join(facts))


def _attached() -> list[str]:
    """Names of ports and outputs as the band calls them; what cannot be asked has none."""
    names: list[str] = []
    with suppress(DeviceError):
        ports = list_ports(jack=midi_interface() == TESTED_MIDI)
        names += map(stable_name, (*ports.inputs, *ports.outputs))
    with suppress(AudioUnavailable):
        names += [str(device["name"]) for device in (*audio_outputs(), *audio_inputs())]
    return list(dict.fromkeys(names))
