"""What the band costs on one thread: a frame of all parts, and a bar of it planned again.

Processor time of this thread in ms, the performer's part empty, chords changing every bar. The
floor is the networks alone: one step of each with zeros, as often. `every tick` is the engine with
all that listens, taken from a take.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from accompanist.inference.model import StreamingModel
from accompanist.music.band import FRAMES_PER_BEAT
from accompanist.music.chord import Chord
from accompanist.players.band import Band
from accompanist.players.player import Frame
from accompanist.training.bass_scores import frames_of
from accompanist.training.listening_table import Figures

BAR = 4 * FRAMES_PER_BEAT
_BARS = 40
_WARM_UP_BARS = 4
_CHORDS = (Chord(0), Chord(7), Chord(9, "min"), Chord(5))
_PARTS = ("harmony", "drums", "bass")


def band_cost(band: Band) -> Figures:
    """Percentiles of a frame and of a bar planned again, in ms."""
    chords = tuple(_CHORDS[place // BAR % len(_CHORDS)] for place in range(_BARS * BAR))
    frames = frames_of(chords, 4, 112.0, "pop")
    band.reset()

    def frame_at(index: int) -> Frame:
        return replace(frames[index], seed=index // BAR)

    once, again = list[float](), list[float]()
    for index in range(len(frames)):
        once.append(_timed(partial(band.plan, index, index, frame_at)))
        if index >= BAR and index % FRAMES_PER_BEAT == FRAMES_PER_BEAT - 1:
            again.append(_timed(partial(band.plan, index - BAR + 1, index, frame_at)))
    return _figures(once[_WARM_UP_BARS * BAR :], again[_WARM_UP_BARS * FRAMES_PER_BEAT :])


def floor_cost() -> Figures:
    """The same of the networks alone, fed with zeros."""
    models = [StreamingModel(part) for part in _PARTS]
    inputs = [
        {
            name: np.zeros(shape, np.float32) + (name == "temperature")
            for name, shape in model.card["inputs"].items()
            if not name.startswith("state_in")
        }
        for model in models
    ]

    def step() -> None:
        for model, given in zip(models, inputs, strict=True):
            model.step(model.initial_state(), **given)

    def bar() -> None:
        for _ in range(BAR):
            step()

    once = [_timed(step) for _ in range(_BARS * BAR)]
    again = [_timed(bar) for _ in range(_BARS * FRAMES_PER_BEAT)]
    return _figures(once[_WARM_UP_BARS * BAR :], again[_WARM_UP_BARS * FRAMES_PER_BEAT :])


def tick_cost(ticks_ms: Sequence[NDArray[np.float64]]) -> Figures:
    """Percentiles of every tick of the engine, over takes, in ms."""
    every = np.concatenate(list(ticks_ms))
    return {f"every tick p{q:g}": float(np.percentile(every, q)) for q in (50, 99, 99.9)}


def _timed(work: Callable[[], object]) -> float:
    began_ns = time.thread_time_ns()
    work()
    return (time.thread_time_ns() - began_ns) / 1e6


def _figures(once: list[float], again: list[float]) -> Figures:
    return {
        "a frame p50": float(np.percentile(once, 50)),
        "a frame p99": float(np.percentile(once, 99)),
        "a bar again p50": float(np.percentile(again, 50)),
        "a bar again p99": float(np.percentile(again, 99)),
    }
