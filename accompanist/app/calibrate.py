"""The ``calibrate`` command: what each device takes to hear and to sound, measured or told.

A cable from an output back to an input gives both latencies in one, and cannot tell one from the
other: each device gets half. Who knows better sets them. They are kept by the name of the device,
and the band allows for them from its next start: what it hears counts as played earlier, and what
it plays leaves earlier.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from typing import Any

import numpy as np

from accompanist.devices.compensation import (
    NONE,
    Compensation,
    calibration_file,
    calibrations,
    forget,
    keep,
)
from accompanist.devices.errors import DeviceError
from accompanist.music.errors import Refusal

MOST_LOST = 0.1
"""Where more of what is sent gets lost, what comes back may be something else."""

UNEVEN_MS = 2.0
"""Trips that differ more than this are heard to differ, and no calibration helps."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what is measured, told, shown or forgotten."""
    wanted = parser.add_mutually_exclusive_group(required=True)
    wanted.add_argument(
        "--loopback",
        metavar='"OUT:IN"',
        help="measure a cable or device: a MIDI output and input, or an audio device twice",
    )
    wanted.add_argument(
        "--set",
        nargs=3,
        metavar=("NAME", "IN_MS", "OUT_MS"),
        help="tell what a device takes to hear and to sound",
    )
    wanted.add_argument("--show", action="store_true", help="list what is known of each device")
    wanted.add_argument("--forget", metavar="NAME", help="forget what is known of a device")
    parser.add_argument("--json", action="store_true", help="print the facts as JSON")


def run(args: argparse.Namespace) -> int:
    """Measure, keep and tell.

    Raises
    ------
    Refusal
        If nothing comes back, a number or a name makes no sense, or the file cannot be used.
    """
    facts: dict[str, Any] = {}
    if args.loopback:
        facts = _measure(args.loopback)
    elif args.set:
        name, *latencies = args.set
        keep({name: Compensation(*(_seconds(words) for words in latencies))})
    elif args.forget is not None:
        forget(args.forget)
    known = calibrations()
    if args.json:
        print(json.dumps({**facts, "file": str(calibration_file()), "devices": _plain(known)}))
        return 0
    if facts:
        print(_sentence(facts))
    for name, (input_s, output_s) in known.items():
        print(f"{name}: {1000 * input_s:.2f} ms to hear, {1000 * output_s:.2f} ms to sound")
    if not known:
        print("no device is calibrated: each is taken to hear and to sound at once")
    return 0


def _measure(words: str) -> dict[str, Any]:
    """Measure a loop, keep half of what it takes for each end, and return what was found."""
    if ":" not in words.strip(":"):
        raise Refusal('--loopback needs two names, such as: "MIDI 1:MIDI 1"')
    from accompanist.app.bench.loopback_lines import round_trips

    print("measuring; this takes some seconds", file=sys.stderr)
    trips = round_trips(words)
    sent = trips.lost + len(trips.trips_s)
    if trips.lost > MOST_LOST * sent:
        raise DeviceError(
            f"{trips.lost} of {sent} sent to {trips.out} did not come back at {trips.into}; "
            "see that nothing else is joined to it, and that levels are up"
        )
    half_s = max(trips.latency_s, 0.0) / 2
    known = calibrations()
    heard = known.get(trips.into, NONE)._replace(input_s=half_s)
    sounded = {**known, trips.into: heard}.get(trips.out, NONE)._replace(output_s=half_s)
    keep({trips.into: heard, trips.out: sounded})
    percentiles = np.percentile(1000 * trips.trips_s, (1, 50, 99)).tolist()
    return {
        "out": trips.out,
        "in": trips.into,
        "through": trips.through,
        "sent": sent,
        "lost": trips.lost,
        **dict(zip(("p1_ms", "p50_ms", "p99_ms"), percentiles, strict=True)),
    }


def _sentence(facts: Mapping[str, Any]) -> str:
    spread_ms = facts["p99_ms"] - facts["p1_ms"]
    uneven = f"; trips differ by {spread_ms:.1f} ms, which no calibration mends"
    return (
        f"from {facts['out']} to {facts['in']} through {facts['through']}: "
        f"{facts['p50_ms']:.2f} ms (p99 {facts['p99_ms']:.2f} ms), {facts['lost']} of "
        f"{facts['sent']} lost{uneven if spread_ms > UNEVEN_MS else ''}"
    )


def _plain(known: Mapping[str, Compensation]) -> dict[str, dict[str, float]]:
    return {
        name: {"input_ms": round(1000 * input_s, 3), "output_ms": round(1000 * output_s, 3)}
        for name, (input_s, output_s) in known.items()
    }


def _seconds(words: str) -> float:
    try:
        return float(words) / 1000
    except ValueError as error:
        raise Refusal(f"{words!r} is no number of milliseconds; give one such as 4.5") from error
