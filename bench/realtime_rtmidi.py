"""How late MIDI leaves through rtmidi: a sender in Python beside one that waits without it.

Both send the same notes to a synth behind JACK while three networks and some JSON keep the band's
interpreter busy (``load``), and then a thread that never rests and a busy core too (``heavy``). The
Python sender sleeps in the band's own interpreter; the other is the stage's, in a process of its
own. The floor is cyclictest at the same priority, in the same seconds. Lateness is counted until
the system has the message, so it holds what sending costs.

python bench/realtime_rtmidi.py --seconds 60
"""

import argparse
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from accompanist.app.bench.figures import Spread
from accompanist.app.bench.pressure import HEAVY, LOADED, Crowd, be_ordinary, pressed
from accompanist.devices.errors import DeviceError
from accompanist.devices.jack_probe import NativeClient
from accompanist.devices.jack_server import running_jack
from accompanist.devices.midi_connection import Connection
from accompanist.devices.priority import STAGE_PRIORITY, claim
from accompanist.devices.rtmidi_ports import RtMidiPorts
from accompanist.devices.send_log import SendLog
from accompanist.devices.stage_door import CLOSING, PRESENT, STAGE_STATE, TO_MIDI, StageDoor
from accompanist.dsp import cue, ring
from accompanist.music.errors import Refusal

SYNTH = "bench-synth"
LEVELS = {"load": LOADED, "heavy": HEAVY}
BOUNDS = {"load": 2.0, "heavy": 4.0}
"""How many times cyclictest's p99.9 the sender's may be."""

NOTES_A_SECOND = 200
AHEAD_NS = 1_000_000_000
NOTE_NS = 80_000_000
_SETTLE_NS = 1_000_000_000
_TAIL_NS = 300_000_000
_NAP_NS = 2_000_000
_LOOK_EVERY_NS = 250_000_000
_MOST_US = 100_000


def beginnings(seconds: float) -> Iterator[int]:
    """Times (ns from the start) of the notes, unevenly spaced."""
    chance = np.random.default_rng(0)
    at_s = 0.0
    while at_s < seconds:
        yield int(at_s * 1e9)
        at_s += chance.uniform(0.5, 1.5) / NOTES_A_SECOND


def send_from_python(level: int, seconds: float, kept: Path) -> None:
    """Sleep until each message's time and send it, in an interpreter that has other work."""
    output = Connection("output", "bench-python", "band", SYNTH, jack=True)
    with _busy(level):
        start_ns = time.perf_counter_ns() + _SETTLE_NS
        log = SendLog()
        due = sorted(
            (start_ns + at_ns + later_ns, (status, 40 + number % 40, 90))
            for number, at_ns in enumerate(beginnings(seconds))
            for later_ns, status in ((0, 0x91), (NOTE_NS, 0x81))
        )
        for planned_ns, message in due:
            time.sleep(max(planned_ns - time.perf_counter_ns(), 0) / 1e9)
            begun_ns = time.perf_counter_ns()
            output.send(message)
            log.add(planned_ns, begun_ns, time.perf_counter_ns())
    output.close()
    np.savez(kept, late_us=log.late_us(), cost_us=log.cost_us())


def send_from_stage(door: StageDoor, kept: Path) -> None:
    """Be a stage that has only MIDI."""
    device = RtMidiPorts(door, None, midi_out=SYNTH, jack=True)
    claim()
    door.tell(STAGE_STATE, PRESENT)
    looked_ns = 0
    while not door.told(CLOSING):
        present_ns = time.perf_counter_ns()
        device.serve(present_ns + _NAP_NS)
        if present_ns - looked_ns > _LOOK_EVERY_NS:
            looked_ns = present_ns
            device.look()
    np.savez(kept, late_us=device.sendings.late_us(), cost_us=device.sendings.cost_us())
    if stale := device.counts()["stale"]:
        print(f"{stale} notes came too late", file=sys.stderr)
    device.close()


def plan(door: StageDoor, seconds: float) -> None:
    """Hand over notes well ahead of their time, as a band does."""
    start_ns = time.perf_counter_ns() + _SETTLE_NS
    for number, at_ns in enumerate(beginnings(seconds)):
        on_ns = start_ns + at_ns
        time.sleep(max(on_ns - AHEAD_NS - time.perf_counter_ns(), 0) / 1e9)
        place = (cue.NOTE, 2, 40 + number % 40, 90, number)
        ring.push(door.rings[TO_MIDI], (*place, on_ns, on_ns + NOTE_NS, 0))
    time.sleep((AHEAD_NS + _TAIL_NS) / 1e9)


def be_busy(level: int) -> None:
    """Be what else a band does, until ended."""
    with _busy(level):
        while True:
            time.sleep(1.0)


@contextmanager
def _busy(level: int) -> Iterator[None]:
    be_ordinary()
    crowd = Crowd()
    crowd.be(level)
    try:
        yield
    finally:
        crowd.close()


@contextmanager
def floor(seconds: float, lateness_us: list[float]) -> Iterator[None]:
    """Run cyclictest on every core while the block lasts, and hand out how late it was woken."""
    program = shutil.which("cyclictest")
    if program is None:
        raise DeviceError("cyclictest is missing; run: sudo apt-get install rt-tests")
    command = [program, "--smp", f"-p{STAGE_PRIORITY}", "-m", "-q", "-i2000", f"-h{_MOST_US}"]
    process = subprocess.Popen(
        [*command, f"-D{round(seconds)}", "--laptop"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield
    finally:
        said, _ = process.communicate()
        for line in said.splitlines():
            if line[:1].isdigit():
                late_us, *counts = line.split()
                lateness_us += [float(late_us)] * sum(int(count) for count in counts)


def measure(variant: str, level: str, seconds: float) -> tuple[Spread, Spread, Spread]:
    """Lateness of a variant, what sending cost, and the floor of the same seconds (µs)."""
    woken_us: list[float] = []
    with TemporaryDirectory() as folder, ExitStack() as house:
        kept = Path(folder) / "sent.npz"
        if level == "heavy":
            house.enter_context(pressed("spin"))
        if variant == "python":
            sender = _part("python", str(LEVELS[level]), str(seconds), str(kept))
            with floor(seconds, woken_us):
                _wait(sender)
        else:
            door = StageDoor.create()
            house.callback(door.remove)
            stage = _part("stage", str(door.path), str(kept))
            while not door.told(STAGE_STATE) and stage.poll() is None:
                time.sleep(0.01)
            band = _part("band", str(LEVELS[level]))
            house.callback(band.kill)
            with floor(seconds, woken_us):
                plan(door, seconds)
            door.tell(CLOSING, 1)
            _wait(stage)
        sent = np.load(kept)
        return Spread.of(sent["late_us"]), Spread.of(sent["cost_us"]), Spread.of(woken_us)


def _part(*words: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, __file__, "part", *words])


def _wait(process: "subprocess.Popen[bytes]") -> None:
    if process.wait() != 0:
        raise DeviceError("a part of the measurement failed; see what it said above")


def be_part(words: list[str]) -> None:
    """Play one of the parts, in a process of its own."""
    if words[0] == "python":
        send_from_python(int(words[1]), float(words[2]), Path(words[3]))
    elif words[0] == "stage":
        send_from_stage(StageDoor(Path(words[1])), Path(words[2]))
    else:
        be_busy(int(words[1]))


def run(seconds: float) -> bool:
    """Measure everything and print it; whether the stage's sender kept its bounds."""
    kept_bounds = True
    print(f"{'µs':28}{'n':>8}{'p50':>9}{'p99':>9}{'p99.9':>9}{'max':>9}   x floor")
    with running_jack(256):
        synth = NativeClient(SYNTH, "listen", ("in",))
        for level in LEVELS:
            for variant in ("python", "stage"):
                late, cost, woken = measure(variant, level, seconds)
                ratio = late.p99_9 / woken.p99_9
                kept_bounds &= variant != "stage" or ratio <= BOUNDS[level]
                print(_line(f"{level}: {variant}", late), f"{ratio:8.1f}")
                print(_line("  cost of sending", cost))
                print(_line("  cyclictest", woken))
        synth.close()
    return kept_bounds


def _line(name: str, spread: Spread) -> str:
    parts = (spread.p50, spread.p99, spread.p99_9, spread.max)
    return f"{name:28}{spread.n:8}" + "".join(f"{part:9.0f}" for part in parts)


def main() -> int:
    """Measure, or play a part of it."""
    if sys.argv[1:2] == ["part"]:
        be_part(sys.argv[2:])
        return 0
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=30.0, help="of each line (default 30)")
    args = parser.parse_args()
    try:
        return 0 if run(args.seconds) else 1
    except Refusal as refusal:
        print(f"realtime_rtmidi: {refusal}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
