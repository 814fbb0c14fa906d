"""Drums made of sines and noise, as drum machines make them: a new kit for every part.

Kick and toms are sines that fall in pitch, snares and claps are noise over a tone or two, cymbals
are noise over tones that fit no scale. One stroke of each drum is made, and played soft or loud.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from accompanist.training.performances import Notes
from accompanist.training.sound_damage import normal
from accompanist.training.sound_instruments import Instrument

Floats = NDArray[np.float32]
Reals = NDArray[np.float64]
Stroke = Callable[[int, np.random.Generator], Reals]


class Kit:
    """Kits of sines and noise at one rate."""

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
        """Sound of so many frames, one channel; drums have no tuning to be moved."""
        out = np.zeros(frames, np.float32)
        strokes = {
            int(pitch): normal(_stroke(int(pitch), self.rate_hz, random))
            for pitch in np.unique(notes.pitch)
        }
        levels = {
            pitch: 10.0 ** (random.normal(_LEVELS.get(pitch, -6.0), 3.0) / 20) for pitch in strokes
        }
        contrast = random.uniform(1.0, 2.2)
        for on_s, pitch, velocity in zip(notes.on_s, notes.pitch, notes.velocity, strict=True):
            stroke = strokes[int(pitch)]
            begin = round(on_s * self.rate_hz)
            end = min(frames, begin + len(stroke))
            gain = levels[int(pitch)] * (velocity / 127.0) ** contrast
            out[begin:end] += np.float32(gain) * stroke[: end - begin]
        return out


_LEVELS = {
    36: 0.0,
    38: -2.0,
    37: -8.0,
    39: -4.0,
    42: -12.0,
    44: -14.0,
    46: -11.0,
    49: -6.0,
    51: -11.0,
}
"""Decibels beside the kick."""


def _stroke(pitch: int, rate_hz: int, random: np.random.Generator) -> Floats:
    make = _STROKES.get(pitch, _tom)
    return make(rate_hz, random).astype(np.float32)


def _time(seconds: float, rate_hz: int) -> Reals:
    return np.arange(int(seconds * rate_hz)) / rate_hz


def _falling(at_s: NDArray[np.float64], hz: float, above: float, fall_s: float) -> Reals:
    """A sine that falls to a pitch from so many times above it."""
    rate = hz * (1.0 + above * np.exp(-at_s / fall_s))
    return np.asarray(np.sin(2 * np.pi * np.cumsum(rate) * (at_s[1] - at_s[0])))


def _hiss(frames: int, high: float, random: np.random.Generator) -> Reals:
    """Noise without its lows; the more so the nearer `high` is to 1."""
    white = random.standard_normal(frames)
    return np.asarray(white - high * np.concatenate([[0.0], white[:-1]]))


def _kick(rate_hz: int, random: np.random.Generator) -> Reals:
    at_s = _time(0.5, rate_hz)
    body = _falling(at_s, random.uniform(40, 70), random.uniform(1, 6), random.uniform(0.01, 0.05))
    click = _hiss(len(at_s), 0.5, random) * np.exp(-at_s / 0.004)
    return np.asarray(
        body * np.exp(-at_s / random.uniform(0.05, 0.2)) + random.uniform(0, 0.5) * click
    )


def _snare(rate_hz: int, random: np.random.Generator) -> Reals:
    at_s = _time(0.4, rate_hz)
    hz = random.uniform(150, 260)
    tone = _falling(at_s, hz, 0.3, 0.02) + 0.5 * np.sin(2 * np.pi * 1.6 * hz * at_s)
    wires = _hiss(len(at_s), random.uniform(0.2, 0.95), random)
    return np.asarray(
        random.uniform(0.2, 0.8) * tone * np.exp(-at_s / random.uniform(0.03, 0.12))
        + random.uniform(0.3, 0.8) * wires * np.exp(-at_s / random.uniform(0.03, 0.15))
    )


def _rim(rate_hz: int, random: np.random.Generator) -> Reals:
    at_s = _time(0.1, rate_hz)
    tone = np.sin(2 * np.pi * random.uniform(900, 2500) * at_s)
    return np.asarray((tone + 0.4 * _hiss(len(at_s), 0.7, random)) * np.exp(-at_s / 0.012))


def _clap(rate_hz: int, random: np.random.Generator) -> Reals:
    at_s = _time(0.3, rate_hz)
    shape = 0.6 * np.exp(-at_s / random.uniform(0.03, 0.1))
    for late_s in (0.0, random.uniform(0.006, 0.012), random.uniform(0.015, 0.025)):
        shape += np.where(at_s >= late_s, np.exp(-np.maximum(at_s - late_s, 0) / 0.004), 0.0)
    return np.asarray(shape * _hiss(len(at_s), 0.6, random))


def _cymbal(shortest_s: float, longest_s: float) -> Stroke:
    def make(rate_hz: int, random: np.random.Generator) -> Reals:
        ring_s = float(shortest_s * (longest_s / shortest_s) ** random.random())
        at_s = _time(min(5 * ring_s, 2.0), rate_hz)
        metal = np.zeros(len(at_s))
        for hz in random.uniform(2000, 9500, 8):
            if hz < rate_hz / 2:
                metal += np.sin(2 * np.pi * hz * at_s + random.uniform(0, 6.3))
        hiss = _hiss(len(at_s), random.uniform(0.8, 0.99), random)
        return np.asarray((random.uniform(0.05, 0.3) * metal + hiss) * np.exp(-at_s / ring_s))

    return make


def _tom(rate_hz: int, random: np.random.Generator) -> Reals:
    at_s = _time(0.6, rate_hz)
    body = _falling(at_s, random.uniform(70, 200), random.uniform(0.2, 1.0), 0.05)
    skin = 0.2 * _hiss(len(at_s), 0.3, random) * np.exp(-at_s / 0.02)
    return np.asarray(body * np.exp(-at_s / random.uniform(0.08, 0.3)) + skin)


def _block(rate_hz: int, random: np.random.Generator) -> Reals:
    """Cowbells, claves and woodblocks: a short tone or two."""
    at_s = _time(0.25, rate_hz)
    hz = random.uniform(500, 2600)
    tone = np.sin(2 * np.pi * hz * at_s) + 0.7 * np.sin(2 * np.pi * 1.48 * hz * at_s)
    return np.asarray(tone * np.exp(-at_s / random.uniform(0.02, 0.08)))


_HAT, _OPEN, _LONG = _cymbal(0.01, 0.05), _cymbal(0.1, 0.4), _cymbal(0.3, 0.9)
_STROKES: dict[int, Stroke] = {
    35: _kick, 36: _kick, 37: _rim, 38: _snare, 39: _clap, 40: _snare, 42: _HAT, 44: _HAT,
    46: _OPEN, 49: _LONG, 51: _LONG, 52: _LONG, 53: _LONG, 55: _OPEN, 56: _block, 57: _LONG,
    59: _LONG, 70: _HAT, 75: _block, 76: _block,
}  # fmt: skip
