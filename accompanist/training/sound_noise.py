"""What is heard while nobody plays: silence, rooms, talk, hum, applause, knocks."""

import numpy as np

from accompanist.training.sound_damage import Floats, bursts, coloured, noise, normal
from accompanist.training.sound_talk import talk

_MOST_IN_A_CROWD = 5


def background(kind: str, frames: int, rate_hz: int, random: np.random.Generator) -> Floats:
    """So many frames of a kind of noise: of a room, if it is none of the others."""
    if kind == "silence":
        return np.zeros(frames, np.float32)
    if kind == "speech":
        return talk(frames, rate_hz, random)
    if kind == "crowd":
        return _crowd(frames, rate_hz, random)
    if kind == "applause":
        return _applause(frames, rate_hz, random)
    if kind == "knocks":
        return bursts(frames, rate_hz, random) + 0.01 * coloured(frames, -3.0, rate_hz, random)
    if kind == "hum":
        return noise(frames, rate_hz, random)
    swell = _slowly(frames, rate_hz, float(random.uniform(0.05, 0.5)), random)
    return np.float32(0.2) * swell * coloured(frames, -6.0, rate_hz, random)


def _slowly(frames: int, rate_hz: int, per_s: float, random: np.random.Generator) -> Floats:
    """A level that wanders between a third and one, so many turns a second."""
    count = max(2, int(frames / rate_hz * per_s) + 2)
    turns = random.uniform(0.3, 1.0, count)
    return np.interp(np.arange(frames), np.linspace(0, frames, count), turns).astype(np.float32)


def _crowd(frames: int, rate_hz: int, random: np.random.Generator) -> Floats:
    """A few people who talk at once, none of them to us."""
    count = int(random.integers(2, _MOST_IN_A_CROWD + 1))
    voices = [
        np.float32(random.uniform(0.4, 1.0)) * talk(frames, rate_hz, random) for _ in range(count)
    ]
    return normal(np.sum(voices, axis=0, dtype=np.float32))


def _applause(frames: int, rate_hz: int, random: np.random.Generator) -> Floats:
    """Many hands, none with another."""
    out = np.zeros(frames, np.float32)
    length = int(0.02 * rate_hz)
    clap = coloured(length, -1.0, rate_hz, random) * np.exp(-np.arange(length) / (0.15 * length))
    swell = _slowly(frames, rate_hz, 0.2, random)
    for _ in range(int(frames / rate_hz * random.uniform(4, 80))):
        at = int(random.integers(0, max(1, frames - length)))
        out[at : at + length] += (swell[at] * random.random() * clap).astype(np.float32)
    return out
