"""The ``doctor`` command: what this machine gives the band, and what to mend.

A line a fact. The exit code is 1 if the band cannot play here, and 0 otherwise. With ``--warm``
everything that playing needs is compiled first, so that the first start is as quick as any other.
"""

import argparse
import dataclasses
import json
from functools import partial

from accompanist.app import access, afterwards, equipment, machine
from accompanist.app.finding import BROKEN, Finding, usable
from accompanist.app.warm import warm_with_progress
from accompanist.dsp.instruments import INSTRUMENTS
from accompanist.dsp.zones import load_bank
from accompanist.inference.model import StreamingModel, models_directory
from accompanist.music.band import PARTS
from accompanist.music.parameters import STYLES
from accompanist.players.style_file import load_styles


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the form of the answer, and what to do first."""
    parser.add_argument("--json", action="store_true", help="print the facts as JSON")
    parser.add_argument(
        "--warm", action="store_true", help="compile everything now, once, for quick starts"
    )


def run(args: argparse.Namespace) -> int:
    """Examine everything and tell, warmed up if asked to."""
    if args.warm:
        warm_with_progress()
    findings = examine()
    if args.json:
        print(json.dumps([dataclasses.asdict(finding) for finding in findings], indent=2))
    else:
        for finding in findings:
            remedy = f": {finding.remedy}" if finding.remedy else ""
            print(f"{finding.state:10} {finding.subject:18} {finding.fact}{remedy}")
    return int(any(finding.state == BROKEN for finding in findings))


def examine() -> list[Finding]:
    """Every finding: Python and the band's own parts, equipment, the ways in, what is allowed."""
    return [
        machine.python(),
        machine.libraries(),
        *(usable(f"model {name}", partial(_model, name)) for name in _model_names()),
        usable("styles", _styles),
        usable("sounds", _sounds),
        equipment.audio(),
        equipment.audio_in(),
        equipment.midi(),
        equipment.jack(),
        equipment.calibration(),
        access.controllers(),
        access.osc(),
        access.stage_view(),
        access.zeroconf(),
        access.link(),
        *machine.rights(),
        machine.governor(),
        machine.compiled_code(),
        afterwards.memory(),
    ]


def _model_names() -> list[str]:
    """Models that are shipped, and those that should be."""
    return sorted({path.stem for path in models_directory().glob("*.onnx")} | set(PARTS))


def _model(name: str) -> str:
    card = StreamingModel(name).card
    return f"matches its card; learned from {', '.join(card.get('data', {})) or 'nothing named'}"


def _styles() -> str:
    known = load_styles()
    return ", ".join(name for name in STYLES if name in known)


def _sounds() -> str:
    load_bank()
    return f"{len(INSTRUMENTS)} instruments"
