"""MIDI clock through the ports: how evenly ticks come to whoever follows, at a steady tempo."""

import numpy as np
from numpy.typing import NDArray

from accompanist.app.bench import verdicts
from accompanist.app.bench.figures import Line, Spread, kept
from accompanist.app.bench.house_run import Evening
from accompanist.app.bench.matching import FRAME, MESSAGE
from accompanist.app.bench.score import CLOCK_BPM
from accompanist.dsp.midi_clock import TICKS_PER_BEAT
from accompanist.music.errors import Refusal

_TICK = 0xF8
TICK_S = 60.0 / CLOCK_BPM / TICKS_PER_BEAT


def clock(evening: Evening) -> Line:
    """By how much the time from tick to tick strays from what the tempo asks for (µs).

    Gaps over cycles that JACK missed say nothing, and what fell into those is no loss.
    """
    heard = evening.heard
    frames = heard[heard[:, MESSAGE] & 0xFF == _TICK, FRAME]
    if len(frames) < 2:
        raise Refusal("no MIDI clock came through JACK; see that no other program holds its ports")
    calm = evening.timeline.is_undisturbed(frames)
    gaps = np.diff(frames)[calm[1:] & calm[:-1]]
    if len(gaps) == 0:
        raise Refusal("JACK misses cycles all the time; measure on a quieter machine")
    strays_us = np.abs(gaps / evening.rate_hz - TICK_S) * 1e6
    lost = int(np.rint(gaps / evening.rate_hz / TICK_S).astype(np.int64).sum()) - len(gaps)
    at_s = (frames[1:][calm[1:] & calm[:-1]] - frames[0]) / evening.rate_hz
    return _line(evening, strays_us, at_s, max(lost, 0))


def _line(
    evening: Evening, strays_us: NDArray[np.float64], at_s: NDArray[np.float64], lost: int
) -> Line:
    frame_us = 1e6 / evening.rate_hz
    return Line(
        key="jitter/clock",
        name="MIDI clock out, from tick to tick",
        unit="µs",
        spread=Spread.of(strays_us),
        verdict=verdicts.of_jitter(Spread.of(strays_us / 1000.0)),
        floor=Spread.of(evening.woken_us),
        floor_name="a bare thread's waking",
        lost=lost,
        remarks=(
            f"at {CLOCK_BPM:g} BPM a tick lasts {1000.0 * TICK_S:.3f} ms; "
            f"whole frames alone make it stray by up to {frame_us:.0f} µs",
            *evening.remarks,
        ),
        **kept(strays_us, at_s),
    )
