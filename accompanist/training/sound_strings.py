"""Plucked strings by Karplus and Strong, as many guitars as there are numbers.

A burst of noise runs round a delay line as long as the string's period and loses its highs on the
way (Karplus and Strong 1983; the fractional delay and the pick's place after Jaffe and Smith 1983).
Pick, damping, stiffness of the hand and the body's resonances are drawn for every part.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from accompanist.training.performances import Notes
from accompanist.training.sound_damage import convolved, minimum_phase
from accompanist.training.sound_instruments import Instrument

Floats = NDArray[np.float32]

_TAPS = 2048
_LONGEST_S = 6.0
_RELEASED_S = 0.25


@njit(cache=True, error_model="numpy")
def pluck(
    out: Floats,
    line: Floats,
    burst: Floats,
    place: float,
    held: float,
    let_go: float,
    released: int,
) -> None:
    """Add a string to `out`: `line` zeros, `place` the fraction of a sample beyond its length.

    `held` and `let_go` are what is left of the sound after each turn, before and after `released`.
    """
    size = len(line)
    turn = (1.0 - place) / (1.0 + place)
    at, last, passed, before = 0, 0.0, 0.0, 0.0
    for frame in range(len(out)):
        come = line[at]
        softened = 0.5 * (come + last)
        last = come
        delayed = turn * (softened - before) + passed
        passed, before = softened, delayed
        kept = held if frame < released else let_go
        sound = kept * delayed + (burst[frame] if frame < len(burst) else 0.0)
        line[at] = sound
        out[frame] += sound
        at = at + 1 if at + 1 < size else 0


class Strings:
    """Plucked strings at one rate."""

    def __init__(self, rate_hz: int) -> None:
        self.rate_hz = rate_hz

    def play(
        self,
        notes: Notes,
        instrument: Instrument,
        frames: int,
        cents: float,
        random: np.random.Generator,
    ) -> Floats:
        """Sound of so many frames, one channel, tuned so many cents higher."""
        rate_hz = self.rate_hz
        out = np.zeros(frames, np.float32)
        pick, dark = random.uniform(0.06, 0.45), random.uniform(0.05, 0.9)
        ring_s, damp_s = random.uniform(1.0, 7.0), random.uniform(0.03, 0.2)
        touch = random.uniform(0.3, 1.2)
        for on_s, off_s, pitch, velocity in zip(
            notes.on_s, notes.off_s, notes.pitch, notes.velocity, strict=True
        ):
            begin = round(on_s * rate_hz)
            held_s = min(float(off_s - on_s), _LONGEST_S)
            end = min(frames, begin + round((held_s + _RELEASED_S) * rate_hz))
            hz = 440.0 * 2.0 ** ((pitch - 69 + cents / 100.0) / 12.0)
            period = rate_hz / hz - 0.5
            size = int(period - 0.1)
            if end <= begin or size < 2:
                continue
            force = velocity / 127.0
            burst = _burst(size, pick, dark + touch * (1.0 - force), random)
            low = 2.0 ** ((52 - pitch) / 36.0)
            pluck(
                out[begin:end],
                np.zeros(size, np.float32),
                burst * np.float32(force**1.5),
                period - size,
                float(10.0 ** (-3.0 / (hz * ring_s * low))),
                float(10.0 ** (-3.0 / (hz * damp_s))),
                round(held_s * rate_hz),
            )
        return convolved(out, _body(rate_hz, random))[:frames]


def _burst(size: int, pick: float, dark: float, random: np.random.Generator) -> Floats:
    """What the pick puts into the string: noise, darker when struck softly, none at its node."""
    burst = random.standard_normal(size)
    for _ in range(2):
        burst += min(dark, 1.5) * (np.roll(burst, 1) + np.roll(burst, 2))
        burst /= np.abs(burst).max() + 1e-9
    burst -= np.roll(burst, max(1, int(pick * size)))
    return np.asarray((burst - burst.mean()) / np.sqrt((burst**2).mean() + 1e-9), np.float32)


def _body(rate_hz: int, random: np.random.Generator) -> Floats:
    """The box: a few resonances from 90 Hz on, and highs that are more or less lost."""
    hz = np.linspace(0.0, rate_hz / 2, _TAPS + 1)
    octaves = np.log2(np.maximum(hz, 20.0))
    curve = -random.uniform(0.0, 9.0) * np.maximum(octaves - np.log2(random.uniform(1000, 4000)), 0)
    for centre_hz in (random.uniform(90, 130), random.uniform(180, 260), random.uniform(350, 900)):
        width = random.uniform(0.05, 0.25)
        bump = np.exp(-0.5 * ((octaves - np.log2(centre_hz)) / width) ** 2)
        curve += random.uniform(0.0, 10.0) * bump
    return minimum_phase(curve)
