"""What writing costs the band: each turn of its loop, with nothing, the capture, and a recording.

The built-in demonstration is played in real time, as `play` does it: the session is stepped every
2.5 ms, and what each step took is measured, and how late it began, which is what a thread that
writes beside the band would do to it. The floor is the same loop with nobody writing. ``handing
over`` is what leaving everything in the queue took of a step. The three take turns, so that what
else the machine does befalls all alike.

python bench/recording.py --seconds 60 --json recording.json
"""

import argparse
import gc
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from accompanist.app.assembly import assemble
from accompanist.app.capture import Capture
from accompanist.app.demonstration import demonstration
from accompanist.app.plays import Play
from accompanist.app.recording import Recording, claim
from accompanist.app.scribe import Scribe
from accompanist.app.session import Session
from accompanist.devices.recorded import RecordedInput
from accompanist.devices.session_log import START, LogBegun
from accompanist.dsp import ring
from accompanist.dsp.ring import wait_for_row
from accompanist.engine import TICK_S
from accompanist.music.heard import BeatHeard

WAYS = ("nobody writes", "the capture", "capture and recording")
STRETCH_S = 20.0
"""So much of the demonstration is played at a time."""


@dataclass
class Steps:
    """What the steps of one way took, in microseconds."""

    took_us: list[float] = field(default_factory=list)
    late_us: list[float] = field(default_factory=list)
    handed_us: list[float] = field(default_factory=list)
    lost: int = 0


class Timed:
    """A scribe, as the session sees it, and what leaving things with it took."""

    def __init__(self, scribe: Scribe) -> None:
        self._scribe = scribe
        self.took_ns = 0

    def __getattr__(self, name: str) -> Callable[..., None]:
        act = getattr(self._scribe, name)

        def timed(*given: object) -> None:
            began_ns = time.perf_counter_ns()
            act(*given)
            self.took_ns += time.perf_counter_ns() - began_ns

        return timed


class Place:
    """Tells a scribe on every beat where the band is, as the live program does."""

    def __init__(self, session_engine: object, scribe: Timed) -> None:
        self._engine, self._scribe = session_engine, scribe

    def show(self, announcement: object) -> None:
        """Take a beat."""
        if isinstance(announcement, BeatHeard):
            self._scribe.stand(self._engine.whereabouts())


def play(way: str, seconds: float, folder: Path, steps: Steps) -> None:
    """Play a stretch of the demonstration, and note what every step took."""
    engine, begun = assemble(), LogBegun(0.0, START, "bench", 0)
    began_ns = time.perf_counter_ns()
    scribe = None
    if way != WAYS[0]:
        remembered = Play(folder)
        recording = Recording(claim(folder / "takes"), begun) if way == WAYS[2] else None
        scribe = Scribe(
            remembered,
            Capture(folder, begun),
            recording,
            {},
            lambda: (time.perf_counter_ns() - began_ns) / 1e9,
        )
    timed = Timed(scribe) if scribe else None
    session = Session(
        engine,
        [RecordedInput(demonstration())],
        synths=[timed] if timed and way == WAYS[2] else [],
        observers=[timed, Place(engine, timed)] if timed else [],
        clerks=[timed] if timed else [],
    )
    words, tick_ns = ring.new_ring(), round(TICK_S * 1e9)
    due_ns = began_ns = time.perf_counter_ns()
    while due_ns < began_ns + seconds * 1e9:
        now_ns = time.perf_counter_ns()
        handed_ns = timed.took_ns if timed else 0
        session.step((now_ns - began_ns) / 1e9)
        done_ns = time.perf_counter_ns()
        steps.took_us.append((done_ns - now_ns) / 1e3)
        steps.late_us.append((now_ns - due_ns) / 1e3)
        steps.handed_us.append(((timed.took_ns if timed else 0) - handed_ns) / 1e3)
        due_ns = now_ns + tick_ns
        wait_for_row(words, words, due_ns)
    session.close()
    if scribe:
        scribe.end(engine.now_s)
        steps.lost += scribe.lost


def row(name: str, values: list[float]) -> str:
    """A line of the table."""
    p50, p99, p999 = np.percentile(values, [50, 99, 99.9])
    return f"{name:<44}{p50:>9.1f}{p99:>9.1f}{p999:>9.1f}{max(values):>9.1f}{len(values):>8}"


def main() -> None:
    """Measure, print the table, and write the figures where asked to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60.0, help="of each way (default 60)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    args = parser.parse_args()
    figures = {way: Steps() for way in WAYS}
    play(WAYS[0], 1.0, Path(), Steps())
    gc.collect()
    gc.freeze()
    for _ in range(max(1, round(args.seconds / STRETCH_S))):
        for way, steps in figures.items():
            with TemporaryDirectory() as folder:
                play(way, min(args.seconds, STRETCH_S), Path(folder), steps)
    print(f"{'microseconds':<44}{'p50':>9}{'p99':>9}{'p99.9':>9}{'max':>9}{'n':>8}")
    for way, steps in figures.items():
        print(row(f"{way}: a step", steps.took_us))
        print(row(f"{way}: a step's lateness", steps.late_us))
        if way != WAYS[0]:
            print(row(f"{way}: handing over", steps.handed_us))
            print(f"{way}: {steps.lost} things lost")
    if args.json:
        args.json.write_text(json.dumps({way: asdict(s) for way, s in figures.items()}))


if __name__ == "__main__":
    main()
