"""How long the player waits for the band: from the command until it takes its first turn.

Warm is every start but the first; cold is the first after installing, when nothing is compiled. The
floor is what Python takes to start and to load the heaviest libraries.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

import numpy as np

from accompanist.app.bench import verdicts
from accompanist.app.bench.figures import Line, Spread, kept
from accompanist.app.bench.playing import Playing

LEAST_STARTS = 3
_EACH_S = 6.0
_LIBRARIES = "import numpy, numba, onnxruntime"

Tell = Callable[[float], None]


def measure(seconds: float, tell: Tell) -> list[Line]:
    """Start `play` a few times warm, once cold, and Python with libraries in turns."""
    warm, floor = [], []
    with tempfile.TemporaryDirectory(prefix="accompanist-bench-") as folder:
        cold = _start(NUMBA_CACHE_DIR=folder)
    tell(_EACH_S)
    for _ in range(max(LEAST_STARTS, round(seconds / _EACH_S))):
        warm.append(_start())
        floor.append(_bare_start())
        tell(_EACH_S)
    return [
        _line("startup/warm", "play, from command to ready", warm, floor, warm=True),
        _line("startup/cold", "  the first time, nothing compiled", [cold], floor, warm=False),
    ]


def _line(key: str, name: str, took_s: list[float], floor_s: list[float], *, warm: bool) -> Line:
    spread = Spread.of(took_s)
    return Line(
        key=key,
        name=name,
        unit="s",
        spread=spread,
        verdict=verdicts.of_start(spread.max, warm=warm),
        floor=Spread.of(floor_s),
        floor_name="Python with its libraries",
        **kept(np.array(took_s), np.arange(len(took_s), dtype=np.float64)),
    )


def _start(**environment: str) -> float:
    with Playing(environment=environment) as playing:
        return playing.ready_s


def _bare_start() -> float:
    began_s = time.perf_counter()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", _LIBRARIES], check=True, env=environment)
    return time.perf_counter() - began_s
