"""A guitar or drums at one tempo, and a band at another that leaks into the microphone."""

from functools import cache

import numpy as np
from scipy.signal import fftconvolve

from accompanist.dsp.decoded import band_bank
from accompanist.dsp.synth import BandSynth

RATE_HZ = 48000
SECONDS = 20
PLAYER_BPM, BAND_BPM = 100.0, 107.0
_CHORDS = ((48, 52, 55, 60, 64), (45, 52, 57, 60, 64), (41, 48, 53, 57, 60), (43, 50, 55, 59, 62))


def onsets_s(bpm: float) -> np.ndarray:
    """Every half beat."""
    return np.arange(0.3, SECONDS - 1.0, 30.0 / bpm)


@cache
def strummed() -> np.ndarray:
    """The player, in one channel."""
    synth, chance, note = BandSynth(RATE_HZ, band_bank()), np.random.default_rng(0), 0
    synth.set_instrument("harmony", "nylon guitar")
    for place, at_s in enumerate(onsets_s(PLAYER_BPM)):
        keys = _CHORDS[place // 8 % 4]
        for string, key in enumerate(keys[2:] if place % 2 else keys):
            first = round((at_s + 0.008 * string) * RATE_HZ)
            synth.note_on("harmony", key, int(chance.integers(60, 110)), first, note)
            synth.note_off(note, round((at_s + 0.5) * RATE_HZ))
            note += 1
    return synth.render(SECONDS * RATE_HZ).mean(axis=1)


@cache
def drummed() -> np.ndarray:
    """A drummer instead of the guitar."""
    synth, chance = BandSynth(RATE_HZ, band_bank()), np.random.default_rng(2)
    synth.set_instrument("drums", "room kit")
    for place, at_s in enumerate(onsets_s(PLAYER_BPM)):
        key = 37 if place % 2 else (36, 38)[place // 2 % 2]
        synth.note_on("drums", key, int(chance.integers(80, 115)), round(at_s * RATE_HZ), place)
    return synth.render(SECONDS * RATE_HZ).mean(axis=1)


@cache
def band() -> np.ndarray:
    """What the band plays, in one channel."""
    synth, chance, note = BandSynth(RATE_HZ, band_bank()), np.random.default_rng(1), 0
    synth.set_style("pop")
    for place, at_s in enumerate(onsets_s(BAND_BPM)):
        first = round(at_s * RATE_HZ)
        struck = [("drums", 42, int(chance.integers(60, 100)))]
        if place % 2 == 0:
            struck += [("drums", (36, 38)[place // 2 % 2], 105), ("bass", 45, 95)]
        for seat, key, velocity in struck:
            synth.note_on(seat, key, velocity, first, note)
            synth.note_off(note, first + RATE_HZ // 3)
            note += 1
    return synth.render(SECONDS * RATE_HZ).mean(axis=1)


def _room() -> np.ndarray:
    """A third of a second of reverberation, louder than the way straight through it."""
    length = round(0.35 * RATE_HZ)
    decay = 10 ** (-3 * np.arange(length) / length)
    room = 0.05 * np.random.default_rng(5).normal(0, 1, length) * decay
    room[:400] = 0.0
    room[[400, 460, 700]] = 1.0, 0.5, -0.4
    return room


def leaking(
    player: np.ndarray, *, is_room: bool, db: float = -6.0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What the microphone hears, what the band plays, and the player alone."""
    played = band()
    way = _room() if is_room else np.eye(1, 600, 500)[0]
    leak = fftconvolve(played, way)[: len(played)]
    leak *= 10 ** (db / 20) * np.sqrt((player**2).mean() / (leak**2).mean())
    heard = (player + leak).astype(np.float32)
    return heard, played.astype(np.float32), player.astype(np.float32)


def level_db(sound: np.ndarray) -> float:
    """Mean power in decibels."""
    return float(10 * np.log10((sound.astype(np.float64) ** 2).mean() + 1e-20))


def pulse(sound: np.ndarray, bpm: float) -> float:
    """How strongly a tempo's beats, halves and quarters are in what rises in a sound's spectra."""
    length, hop = 2048, 480
    frames = np.lib.stride_tricks.sliding_window_view(sound, length)[::hop]
    powers = np.abs(np.fft.rfft(frames * np.hanning(length))) ** 2
    edges = np.unique(np.round(2.0 * 2.0 ** (np.arange(40) / 4)).astype(int))
    bands = np.add.reduceat(powers, edges[edges < powers.shape[1]], axis=1)
    levels = 10 * np.log10(np.maximum(bands, bands.max() * 1e-6))
    rises = np.maximum(np.diff(levels, axis=0), 0).mean(axis=1)
    rises = (rises - rises.mean()) * np.hanning(len(rises))
    time_s = np.arange(len(rises)) * hop / RATE_HZ
    waves = [np.exp(-2j * np.pi * time_s * bpm / 60 * each) for each in (1, 2, 4)]
    return float(np.sqrt(sum(np.abs((rises * wave).sum()) ** 2 for wave in waves)))
