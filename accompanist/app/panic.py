"""The ``panic`` command: every note off, on every MIDI output there is."""

import argparse

from accompanist.devices.midi_connection import ALSA_SEQUENCER
from accompanist.devices.midi_ports import list_ports, panic


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare which output is meant."""
    parser.add_argument("--midi-out", metavar="NAME", help="only this output")


def run(args: argparse.Namespace) -> int:
    """Silence the outputs and say which."""
    named = [args.midi_out] if args.midi_out else list_ports().outputs
    silenced = panic(named)
    if not args.midi_out and ALSA_SEQUENCER.exists():
        # Beside the system's own ports there may be a JACK server's.
        silenced += panic(list_ports(jack=True).outputs, jack=True)
    for name in silenced:
        print(f"silenced {name}")
    return 0
