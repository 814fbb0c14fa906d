"""Why it is built so: senders and thrus side by side, in Python, without it, and in JACK's thread.

Notes sent ahead leave through a Python thread, a process that waits without the interpreter (both
over rtmidi, see `realtime_rtmidi.py`), and JACK's own callback; keys are answered by a Python
thread and by the reflex in JACK's callback, beside a thru in C. All of it while three networks and
some JSON keep an interpreter busy (``load``), and then a thread that never rests and a busy core
too (``heavy``): the interpreter that has the Python thread, or one beside the band's. Lateness
through JACK is the distance of a note's frame from its time.

python bench/realtime.py --seconds 60
"""

import argparse
import subprocess
import sys
import time
from contextlib import ExitStack

from realtime_rtmidi import LEVELS, floor
from realtime_rtmidi import measure as measure_rtmidi

from accompanist.app.bench.figures import Spread
from accompanist.app.bench.floors import THRU, thru
from accompanist.app.bench.house import open_house
from accompanist.app.bench.house_lines import reflex, strays_us
from accompanist.app.bench.house_run import spend
from accompanist.app.bench.matching import answers, note_ons
from accompanist.app.bench.pressure import Crowd, be_ordinary, pressed
from accompanist.app.bench.score import Tests
from accompanist.devices.jack_probe import NativeClient
from accompanist.devices.jack_server import running_jack
from accompanist.devices.midi_connection import Connection
from accompanist.music.errors import Refusal

NOTES_A_SECOND = 200
SYNTH = "bench-synth"
ECHO = "bench-echo"

_WITHIN_NS = 500_000_000
_READY = "ready\n"


def echo(level: int) -> None:
    """Answer every message in Python, in an interpreter that has other work, until ended."""
    be_ordinary()
    crowd = Crowd()
    crowd.be(level)
    source = Connection("input", f"{ECHO}-in", "in", None, jack=True)
    sink = Connection("output", f"{ECHO}-out", "out", None, jack=True)
    print(_READY, end="", flush=True)
    while True:
        heard = source.device.get_message()
        if heard is None:
            time.sleep(0.0005)
        else:
            sink.send(tuple(heard[0]))


def through_jack(level: str, seconds: float) -> tuple[list[str], list[str]]:
    """Rows of the callback's lateness, and of the reflex beside the thru in C."""
    woken_us: list[float] = []
    with ExitStack() as stage:
        house, _ = open_house(seconds, with_input=False)
        stage.enter_context(house)
        stage.enter_context(pressed("crowd", str(LEVELS[level])))
        if level == "heavy":
            stage.enter_context(pressed("spin"))
        with floor(seconds, woken_us):
            evening = spend(house, Tests(seconds, NOTES_A_SECOND), lambda _: None)
    strays, _, lost, _ = strays_us(evening)
    late = [
        row(f"{level}: JACK's callback", Spread.of(strays), lost),
        row("  cyclictest", Spread.of(woken_us)),
    ]
    answered = reflex(evening)
    assert answered.floor is not None
    return late, [
        row(f"{level}: reflex in JACK's callback", answered.spread, answered.lost),
        row(f"  {answered.floor_name}", answered.floor),
    ]


def through_python(level: str, seconds: float) -> list[str]:
    """Rows of a thru in Python, beside the one in C."""
    with ExitStack() as stage:
        words = [sys.executable, __file__, "echo", str(LEVELS[level])]
        process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        stage.callback(process.wait)
        stage.callback(process.kill)
        assert process.stdout is not None
        if process.stdout.readline() != _READY:
            raise Refusal("the thru in Python does not start")
        if level == "heavy":
            stage.enter_context(pressed("spin"))
        name = stage.enter_context(thru())
        outs = ("python", "c")
        player = NativeClient("bench-play", "play", (), outs, 48_000 // NOTES_A_SECOND)
        stage.callback(player.close)
        listeners = []
        for out, source, sink in (
            ("python", f"{ECHO}-out:out", f"{ECHO}-in:in"),
            ("c", f"{THRU}:out", f"{THRU}:in"),
        ):
            listener = NativeClient(f"bench-hear-{out}", "listen", ("in",), cycles=1)
            stage.callback(listener.close)
            player.connect(f"bench-play:{out}", sink)
            listener.connect(source, f"bench-hear-{out}:in")
            listeners.append(listener)
        turns = max(round(seconds / 0.5), 2)
        for turn in range(turns):
            player.enable(True, turn % 2)
            time.sleep(seconds / turns)
            player.enable(False, turn % 2)
            time.sleep(0.05)
        time.sleep(_WITHIN_NS / 1e9)
        rows = []
        for port, title in enumerate((f"{level}: thru in Python", f"  {name}")):
            asked = note_ons(player.records(), port=port)
            pairs = answers(asked, note_ons(listeners[port].records()), _WITHIN_NS)
            rows.append(row(title, Spread.of(pairs.took_ns / 1000.0), pairs.lost))
    return rows


def row(name: str, spread: Spread, lost: int = 0) -> str:
    """Lay out one line of a table (µs)."""
    points = (spread.p50, spread.p99, spread.p99_9, spread.max)
    return f"{name:34}{spread.n:8}" + "".join(f"{point:9.0f}" for point in points) + f"{lost:7}"


def run(seconds: float) -> None:
    """Measure everything, and print both tables."""
    head = f"{'n':>8}{'p50':>9}{'p99':>9}{'p99.9':>9}{'max':>9}{'lost':>7}"
    late, reactions = [f"{'sent ahead, lateness, µs':34}{head}"], [f"{'key → answer, µs':34}{head}"]
    with running_jack(256):
        synth = NativeClient(SYNTH, "listen", ("in",), cycles=1)
        for level in LEVELS:
            for variant, name in (("python", "Python thread"), ("stage", "sender without Python")):
                lateness, _, woken = measure_rtmidi(variant, level, seconds)
                late += [row(f"{level}: {name}", lateness), row("  cyclictest", woken)]
            reactions += through_python(level, seconds)
            lines, answered = through_jack(level, seconds)
            late += lines
            reactions += answered
        synth.close()
    print("\n".join([*late, "", *reactions]))


def main() -> int:
    """Measure, or be the thru in Python."""
    if sys.argv[1:2] == ["echo"]:
        echo(int(sys.argv[2]))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20.0, help="of each line (default 20)")
    args = parser.parse_args()
    try:
        run(args.seconds)
    except Refusal as refusal:
        print(f"realtime: {refusal}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
