"""Clocks for the tests: ticks of any tempo, a little late each as through a busy cable."""

import random
from collections.abc import Callable

from accompanist.music.events import ClockTick

Tempo = Callable[[float], float]
"""Beats a minute at a beat."""


def ticks(
    tempo: Tempo | float, beats: float, start_s: float = 2.0, late_s: float = 0.0, seed: int = 1
) -> list[ClockTick]:
    """A clock's ticks, each up to `late_s` late."""
    chance = random.Random(seed)
    times_s = tick_times_s(tempo, beats, start_s)
    return [ClockTick(time_s + chance.uniform(0.0, late_s)) for time_s in times_s]


def tick_times_s(tempo: Tempo | float, beats: float, start_s: float = 2.0) -> list[float]:
    """When the ticks were meant."""
    times_s, time_s = [], start_s
    for number in range(round(24 * beats)):
        times_s.append(time_s)
        time_s += 2.5 / (tempo(number / 24) if callable(tempo) else tempo)
    return times_s
