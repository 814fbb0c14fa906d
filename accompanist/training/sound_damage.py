"""What happens to sound on its way to the ear: rooms, microphones, amplifiers, noise, clipping.

Everything is drawn at random, in the order in which it happens to a performer: room and distance,
then the microphone and the desk, then noise, overload, a codec. Filters are minimum-phase or have
the direct sound first, so that nothing is heard earlier or later than it was played. One channel,
float32.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Reals = NDArray[np.float64]

_TAPS = 2048
_FLOOR_DB = -90.0
CLEAN = 0.12
"""So much of everything is left as it was played, but for its level."""


def damaged(sound: Floats, rate_hz: int, random: np.random.Generator, share: float = 1.0) -> Floats:
    """The sound as some microphone brings it; `share` below 1 damages less often."""
    sound = normal(sound)
    if random.random() < CLEAN:
        return _levelled(sound, random)

    def happens(chance: float) -> bool:
        return bool(random.random() < chance * share)

    curve_db = np.zeros(_TAPS + 1)
    hz = np.linspace(0.0, rate_hz / 2, _TAPS + 1)
    if happens(0.6):
        curve_db += _tilt(hz, random)
    if happens(0.5):
        curve_db += _colour(hz, random)
    if happens(0.1):
        curve_db += _band(hz, float(random.uniform(100, 350)), float(random.uniform(2800, 6500)))
    if happens(0.2):
        curve_db += _band(hz, float(random.uniform(20, 150)), 40_000.0)
    response = minimum_phase(curve_db)
    if happens(0.65):
        response = convolved(room(rate_hz, random), response)
    sound = normal(convolved(sound, response)[: len(sound)])
    if happens(0.35):
        sound = _compressed(sound, rate_hz, random)
    if happens(0.75):
        snr_db = float(random.choice([10, 20, 30, 45, 60], p=[0.08, 0.2, 0.3, 0.27, 0.15]))
        sound = sound + _below(sound, noise(len(sound), rate_hz, random), snr_db)
    if happens(0.06):
        sound = sound + _below(sound, bursts(len(sound), rate_hz, random), random.uniform(0, 20))
    if happens(0.15):
        drive = 10.0 ** (random.uniform(0.0, 14.0) / 20.0)
        sound = np.tanh(drive * normal(sound)) / np.float32(np.tanh(drive))
    if happens(0.08):
        sound = np.clip(10.0 ** (random.uniform(1.0, 12.0) / 20.0) * normal(sound), -1.0, 1.0)
    if happens(0.2):
        low_pass = minimum_phase(_band(hz, 0.0, float(random.uniform(7000, 16_000)), steep=96.0))
        sound = convolved(sound, low_pass)[: len(sound)]
    if happens(0.05):
        sound = sound + np.float32(random.uniform(-0.1, 0.1)) * np.abs(sound).max(initial=0.0)
    return _levelled(sound, random)


def normal(sound: Floats) -> Floats:
    """The sound with its highest peak at full scale; silence stays what it is."""
    peak = float(np.abs(sound).max(initial=0.0))
    return np.asarray(sound / np.float32(peak)) if peak > 1e-9 else sound


def _levelled(sound: Floats, random: np.random.Generator) -> Floats:
    level = 10.0 ** (random.uniform(-30.0, 0.0) / 20.0)
    return np.asarray(normal(sound) * level, np.float32)


def convolved(sound: Floats, response: Floats) -> Floats:
    """The sound through a filter, by overlapping blocks; its tail included."""
    size = 1 << max(12, int(np.ceil(np.log2(4 * len(response)))))
    step = size - len(response) + 1
    blocks = -(-len(sound) // step)
    padded = np.zeros(blocks * step, np.float32)
    padded[: len(sound)] = sound
    spectrum = np.fft.rfft(padded.reshape(blocks, step), size, axis=1)
    spectrum *= np.fft.rfft(response, size)
    filtered = np.fft.irfft(spectrum, size, axis=1).astype(np.float32)
    out = np.zeros(blocks * step + size - step, np.float32)
    out[: blocks * step] = filtered[:, :step].ravel()
    overlap = len(response) - 1
    for block in range(blocks):
        start = (block + 1) * step
        out[start : start + overlap] += filtered[block, step : step + overlap]
    return out[: len(sound) + overlap]


def minimum_phase(curve_db: Reals) -> Floats:
    """The shortest filter of this magnitude, told at even steps up to half the rate."""
    log = np.maximum(curve_db, _FLOOR_DB) * (np.log(10.0) / 20.0)
    size = 2 * (len(log) - 1)
    cepstrum = np.fft.irfft(log, size)
    cepstrum[1 : size // 2] *= 2.0
    cepstrum[size // 2 + 1 :] = 0.0
    response = np.fft.irfft(np.exp(np.fft.rfft(cepstrum, size)), size)
    return np.asarray(response[: size // 2], np.float32)


def _tilt(hz: Reals, random: np.random.Generator) -> Reals:
    return np.asarray(random.uniform(-5.0, 4.0) * np.log2(np.maximum(hz, 40.0) / 800.0) / 2.0)


def _colour(hz: Reals, random: np.random.Generator) -> Reals:
    """Three to seven bumps and dips, as microphones and loudspeakers have them."""
    octaves = np.log2(np.maximum(hz, 20.0))
    curve = np.zeros(len(hz))
    for _ in range(random.integers(3, 8)):
        centre, width = np.log2(random.uniform(60.0, 10_000.0)), random.uniform(0.15, 1.2)
        curve += random.normal(0.0, 5.0) * np.exp(-0.5 * ((octaves - centre) / width) ** 2)
    return curve


def _band(hz: Reals, low_hz: float, high_hz: float, steep: float = 24.0) -> Reals:
    """So many decibels an octave outside of a band."""
    below = np.log2(np.maximum(low_hz, 1e-3) / np.maximum(hz, 1.0))
    above = np.log2(np.maximum(hz, 1.0) / high_hz)
    return np.asarray(-steep * (np.maximum(below, 0.0) + np.maximum(above, 0.0)))


def room(rate_hz: int, random: np.random.Generator) -> Floats:
    """Direct sound, some early reflections, and noise that dies away, darker than it began."""
    t60_s = float(0.1 * 12.0 ** random.random())
    frames = int(min(t60_s, 1.0) * rate_hz)
    at_s = np.arange(frames) / rate_hz
    tail = random.standard_normal(frames) * 10.0 ** (-3.0 * at_s / t60_s)
    tail[: int(random.uniform(0.003, 0.025) * rate_hz)] = 0.0
    smooth = int(random.integers(1, 1 + max(1, rate_hz // 8000)))
    tail = np.convolve(tail, np.ones(smooth) / smooth)[:frames]
    tail /= np.sqrt((tail**2).sum()) + 1e-9
    wet_db = random.uniform(-18.0, 6.0)
    response = tail * 10.0 ** (wet_db / 20.0)
    for _ in range(random.integers(2, 10)):
        place = int(random.uniform(0.001, 0.04) * rate_hz)
        if place < frames:
            response[place] += random.choice([-1.0, 1.0]) * random.uniform(0.05, 0.5)
    response[0] += 1.0
    return np.asarray(response, np.float32)


def _compressed(sound: Floats, rate_hz: int, random: np.random.Generator) -> Floats:
    """Louder passages turned down, as a limiter or a telephone does it, hops of 5 ms at a time."""
    hop = max(1, int(0.005 * rate_hz))
    count = -(-len(sound) // hop)
    padded = np.zeros(count * hop, np.float32)
    padded[: len(sound)] = sound
    level = np.sqrt((padded.reshape(count, hop) ** 2).mean(axis=1)) + 1e-6
    held, fall = level.copy(), float(np.exp(-0.005 / random.uniform(0.05, 0.4)))
    for place in range(1, count):
        held[place] = max(level[place], fall * held[place - 1])
    threshold = float(np.quantile(held, random.uniform(0.2, 0.7)))
    gain = np.minimum(1.0, (threshold / held) ** (1.0 - 1.0 / random.uniform(1.5, 8.0)))
    places = np.arange(len(sound)) / hop
    return np.asarray(sound * np.interp(places, np.arange(count) + 0.5, gain).astype(np.float32))


def noise(frames: int, rate_hz: int, random: np.random.Generator) -> Floats:
    """Steady noise: white, pink or brown, or the hum of the mains."""
    kind = random.choice(["white", "pink", "brown", "hum"], p=[0.2, 0.4, 0.25, 0.15])
    if kind == "hum":
        at = 2 * np.pi * random.choice([50.0, 60.0]) / rate_hz * np.arange(frames)
        hum = np.zeros(frames)
        for harmonic in range(1, 9):
            hum += random.random() / harmonic * np.sin(harmonic * at + random.uniform(0, 6.3))
        return (hum + 0.02 * random.standard_normal(frames)).astype(np.float32)
    return coloured(frames, {"white": 0.0, "pink": -3.0, "brown": -6.0}[kind], rate_hz, random)


def coloured(frames: int, slope_db: float, rate_hz: int, random: np.random.Generator) -> Floats:
    """Noise that loses so many decibels an octave above 50 Hz."""
    white = random.standard_normal(frames, np.float32)
    if slope_db == 0.0:
        return white
    hz = np.linspace(0.0, rate_hz / 2, _TAPS + 1)
    return convolved(white, minimum_phase(slope_db * np.log2(np.maximum(hz, 50.0) / 50.0)))[:frames]


def bursts(frames: int, rate_hz: int, random: np.random.Generator) -> Floats:
    """Coughs, chairs, claps: short noises at moments that mean nothing."""
    out = np.zeros(frames, np.float32)
    for _ in range(random.integers(2, 25)):
        length = int(random.uniform(0.01, 0.5) * rate_hz)
        at = int(random.integers(0, max(1, frames - length)))
        burst = coloured(length, float(random.uniform(-9, 0)), rate_hz, random)
        fade = np.exp(-np.arange(length) / (length * random.uniform(0.05, 0.4)))
        out[at : at + length] += (random.random() * burst * fade).astype(np.float32)
    return out


def _below(sound: Floats, other: Floats, db: float) -> Floats:
    """Another sound, so many decibels softer than this one where this one sounds."""
    power = float((sound.astype(np.float64) ** 2).mean())
    theirs = float((other.astype(np.float64) ** 2).mean())
    if theirs <= 0.0:
        return other
    gain = np.sqrt(max(power, 1e-8) / theirs) * 10.0 ** (-db / 20.0)
    return (other * np.float32(gain)).astype(np.float32)


def amplified(sound: Floats, rate_hz: int, drive: float, random: np.random.Generator) -> Floats:
    """A guitar through its amplifier: overdriven by so much (0–1), its loudspeaker dark."""
    hz = np.linspace(0.0, rate_hz / 2, _TAPS + 1)
    tight = minimum_phase(_band(hz, float(random.uniform(60, 250)), 40_000.0, steep=12.0))
    pushed = normal(convolved(sound, tight)[: len(sound)]) * np.float32(1.0 + 60.0 * drive**2)
    lean = np.float32(random.uniform(0.0, 0.3))
    shaped = np.tanh(pushed + lean) - np.tanh(lean)
    speaker = _band(hz, 70.0, float(random.uniform(3000, 6000)), steep=24.0)
    speaker += random.uniform(0.0, 6.0) * np.exp(
        -0.5 * (np.log2(np.maximum(hz, 20.0) / 2500) / 0.5) ** 2
    )
    return normal(convolved(shaped.astype(np.float32), minimum_phase(speaker))[: len(sound)])
