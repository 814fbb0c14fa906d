"""The ``doctor`` command: what this machine gives the band, and what to mend.

A line a fact. The exit code is 1 if the band cannot play here, and 0 otherwise.
"""

import argparse
import dataclasses
import json
from pathlib import Path

import accompanist
from accompanist.app import equipment, machine
from accompanist.app.finding import BROKEN, Finding, usable
from accompanist.devices.synth import load_sounds
from accompanist.inference.model import StreamingModel, models_directory
from accompanist.music.band import PARTS
from accompanist.players.style import load_styles


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the form of the answer."""
    parser.add_argument("--json", action="store_true", help="print the facts as JSON")


def run(args: argparse.Namespace) -> int:
    """Examine everything and tell."""
    findings = examine()
    if args.json:
        print(json.dumps([dataclasses.asdict(finding) for finding in findings], indent=2))
    else:
        for finding in findings:
            remedy = f": {finding.remedy}" if finding.remedy else ""
            print(f"{finding.state:10} {finding.subject:14} {finding.fact}{remedy}")
    return int(any(finding.state == BROKEN for finding in findings))


def examine() -> list[Finding]:
    """Every finding, the band's own parts first."""
    return [
        machine.python(),
        machine.libraries(),
        *(usable(f"model {name}", lambda name=name: _model(name)) for name in _model_names()),
        usable("styles", lambda: ", ".join(sorted(load_styles()))),
        usable("sounds", lambda: load_sounds()),
        equipment.audio(),
        equipment.midi(),
        equipment.jack(),
        machine.priority(),
        machine.memory(),
        machine.governor(),
        machine.compiled_code(Path(accompanist.__file__).parent),
    ]


def _model_names() -> list[str]:
    shipped = {path.stem for path in models_directory().glob("*.onnx")}
    return sorted(shipped | set(PARTS))


def _model(name: str) -> str:
    card = StreamingModel(name).card
    return str(card.get("what", "loads, and matches its card"))
