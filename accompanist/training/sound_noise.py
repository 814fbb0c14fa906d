"""What is heard while nobody plays: silence, rooms, talk, hum, applause, knocks."""

import numpy as np

from accompanist.training.sound_damage import Floats, bursts, coloured, noise, normal


def background(kind: str, frames: int, rate_hz: int, random: np.random.Generator) -> Floats:
    """So many frames of some noise; of kinds in which somebody does play, faint room noise."""
    if kind == "silence":
        return np.zeros(frames, np.float32)
    if kind == "speech":
        return _speech(frames, rate_hz, random)
    if kind == "applause":
        return _applause(frames, rate_hz, random)
    if kind == "knocks":
        return bursts(frames, rate_hz, random) + 0.01 * coloured(frames, -3.0, rate_hz, random)
    if kind == "hum":
        return noise(frames, rate_hz, random)
    level = 0.2 if kind == "room" else 0.002
    swell = _slowly(frames, rate_hz, float(random.uniform(0.05, 0.5)), random)
    return np.float32(level) * swell * coloured(frames, -6.0, rate_hz, random)


def _slowly(frames: int, rate_hz: int, per_s: float, random: np.random.Generator) -> Floats:
    """A level that wanders between a third and one, so many turns a second."""
    count = max(2, int(frames / rate_hz * per_s) + 2)
    turns = random.uniform(0.3, 1.0, count)
    return np.interp(np.arange(frames), np.linspace(0, frames, count), turns).astype(np.float32)


def _speech(frames: int, rate_hz: int, random: np.random.Generator) -> Floats:
    """Something like talk: syllables of buzz and hiss through wandering formants, with pauses."""
    out = np.zeros(frames, np.float32)
    at, pitch_hz = 0.2, float(random.uniform(85, 230))
    while at * rate_hz < frames:
        length = int(random.uniform(0.06, 0.3) * rate_hz)
        start = int(at * rate_hz)
        if random.random() < 0.25:
            syllable = coloured(length, 2.0, rate_hz, random)
        else:
            glide = pitch_hz * 2.0 ** (random.uniform(-0.3, 0.3, 2))
            phase = np.cumsum(np.linspace(glide[0], glide[1], length)) / rate_hz
            syllable = np.zeros(length, np.float32)
            first, second = random.uniform(250, 850), random.uniform(850, 2600)
            for harmonic in range(1, 28):
                hz = harmonic * pitch_hz
                weight = np.exp(-(((hz - first) / 150) ** 2)) + np.exp(
                    -(((hz - second) / 250) ** 2)
                )
                syllable += np.float32((0.05 + weight) / harmonic**0.5) * np.sin(
                    2 * np.pi * harmonic * phase
                ).astype(np.float32)
        shape = np.hanning(length + 2)[1:-1] ** 0.7
        end = min(start + length, frames)
        loud = random.uniform(0.3, 1.0)
        out[start:end] += (loud * normal(syllable) * shape)[: end - start].astype(np.float32)
        at += length / rate_hz + random.uniform(0.0, 0.08)
        if random.random() < 0.1:
            at += random.uniform(0.3, 2.0)
    return out


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
