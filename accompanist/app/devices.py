"""The ``devices`` command: where MIDI and sound can come from and go to."""

import argparse
import json
from collections.abc import Callable
from typing import Any

from accompanist.app.equipment import audio_inputs, audio_outputs
from accompanist.devices.errors import AudioUnavailable, DeviceError
from accompanist.devices.midi_ports import list_ports


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the form of the answer."""
    parser.add_argument("--json", action="store_true", help="print the facts as JSON")


def run(args: argparse.Namespace) -> int:
    """List ports, inputs and outputs; what this machine lacks is an empty list."""
    facts = {**_midi(), "audio_in": _audio(audio_inputs), "audio_out": _audio(audio_outputs)}
    if args.json:
        print(json.dumps(facts, indent=2))
        return 0
    titles = {
        "midi_in": "MIDI in",
        "midi_out": "MIDI out",
        "audio_in": "audio in",
        "audio_out": "audio out",
    }
    for key, title in titles.items():
        names = [_line(entry) for entry in facts[key]] or ["none"]
        for name in names:
            print(f"{title:10} {name}")
    return 0


def _midi() -> dict[str, list[Any]]:
    try:
        ports = list_ports()
    except DeviceError:
        return {"midi_in": [], "midi_out": []}
    return {"midi_in": list(ports.inputs), "midi_out": list(ports.outputs)}


def _audio(find: Callable[[], list[dict[str, Any]]]) -> list[Any]:
    try:
        return list(find())
    except AudioUnavailable:
        return []


def _line(entry: str | dict[str, Any]) -> str:
    if isinstance(entry, str):
        return entry
    mark = ", default" if entry["default"] else ""
    return f"{entry['name']} ({entry['interface']}, {entry['channels']} channels{mark})"
