"""The ``panic`` command: every note off, on every MIDI output there is."""

import argparse

from accompanist.devices.midi_ports import list_ports, panic


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare which output is meant."""
    parser.add_argument("--midi-out", metavar="NAME", help="only this output")


def run(args: argparse.Namespace) -> int:
    """Silence the outputs and say which."""
    for name in panic([args.midi_out] if args.midi_out else list_ports().outputs):
        print(f"silenced {name}")
    return 0
