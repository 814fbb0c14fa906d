"""Talk: somebody speaks, by a source and a filter, and nothing that is said means anything.

A voice hums harmonics through wandering formants, hisses and bursts between them, and pauses.
Formants are means of men's vowels (Peterson and Barney, Control methods used in a study of the
vowels, Journal of the Acoustical Society of America 24, 1952), scaled to the voice; pitch falls
over a phrase and rises on stressed syllables.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accompanist.training.sound_damage import Floats, normal

VOWELS_HZ = (
    (270, 2290, 3010), (390, 1990, 2550), (530, 1840, 2480), (660, 1720, 2410), (730, 1090, 2440),
    (570, 840, 2410), (440, 1020, 2240), (300, 870, 2240), (640, 1190, 2390), (490, 1350, 1690),
)  # fmt: skip

_AT_REST, _HUMMED = 4, 7
"""The vowel of a mouth that rests, and of one that is shut and hums."""

_VOICES_HZ, _MEN_HZ, _SMALLER = (75.0, 330.0), 110.0, 0.2
"""Men, women and children; and how much higher formants are, the higher the voice."""

_STEP_S = 0.005
_BANDWIDTHS_HZ = np.array([70.0, 100.0, 150.0])
_HIGHEST_HZ = 5000.0
_HISSES_HZ = ((1000.0, 3000.0), (2500.0, 6000.0), (4500.0, 9500.0))
_GLIDE_STEPS, _PITCH_STEPS, _ATTACK_STEPS = 11, 25, 4

Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Sound:
    """A part of a syllable: how long, how much voice and hiss, which hiss, which vowel, pitch."""

    length_s: float
    voice: float
    hiss: float
    band: int
    vowel: int
    semitones: float


def talk(frames: int, rate_hz: int, random: np.random.Generator) -> Floats:
    """So many frames of somebody who talks."""
    sounds = _said(frames / rate_hz, random)
    lengths = [max(round(sound.length_s / _STEP_S), 1) for sound in sounds]

    def course(of_each: list[float], steps: int) -> Reals:
        return _smooth(np.repeat(of_each, lengths), steps)

    low_hz = float(np.exp(random.uniform(*np.log(_VOICES_HZ))))
    scale = float(random.uniform(0.9, 1.05)) * (low_hz / _MEN_HZ) ** _SMALLER
    pitch = course([sound.semitones for sound in sounds], _PITCH_STEPS)
    pitch_hz = low_hz * 2.0 ** (pitch / 12.0)
    formants_hz = np.array(
        [
            scale * course([VOWELS_HZ[sound.vowel][n] for sound in sounds], _GLIDE_STEPS)
            for n in range(len(_BANDWIDTHS_HZ))
        ]
    )
    loud = course([sound.voice for sound in sounds], _ATTACK_STEPS)
    out = _voiced(pitch_hz, formants_hz, loud, frames, rate_hz)
    for band, (low, high) in enumerate(_HISSES_HZ):
        hiss = course([s.hiss if s.band == band else 0.0 for s in sounds], _ATTACK_STEPS)
        between = _between(random.standard_normal(frames), low, high, rate_hz)
        out += between * _at_frames(hiss, frames, rate_hz)
    return normal(out.astype(np.float32))


def _said(length_s: float, random: np.random.Generator) -> list[_Sound]:
    """Phrases with pauses between them, for as long as asked."""
    syllable_s = 1.0 / float(random.uniform(3.5, 6.5))
    lively, breath = float(random.uniform(0.5, 4.0)), float(random.uniform(0.0, 0.03))
    sounds = [_silence(float(random.uniform(0.1, 1.0)))]
    until_s = sounds[0].length_s
    while until_s < length_s:
        phrase = []
        count = int(random.integers(3, 18))
        for place in range(count):
            fall = lively * (1.0 - 2.0 * place / count)
            phrase += _syllable(syllable_s, fall, lively, breath, random)
        shortest_s, longest_s = (0.8, 3.0) if random.random() < 0.2 else (0.0, 0.7)
        phrase.append(_silence(float(random.uniform(shortest_s, longest_s))))
        sounds += phrase
        until_s += sum(sound.length_s for sound in phrase)
    return sounds


def _silence(length_s: float) -> _Sound:
    return _Sound(length_s, 0.0, 0.0, 0, _AT_REST, 0.0)


def _syllable(
    usual_s: float, fall: float, lively: float, breath: float, random: np.random.Generator
) -> list[_Sound]:
    """A consonant or two, and a vowel between them."""
    is_stressed = random.random() < 0.35
    vowel = int(random.integers(len(VOWELS_HZ)))
    pitch = fall + (lively * float(random.uniform(0.3, 1.5)) if is_stressed else 0.0)
    loud = float(random.uniform(0.7, 1.0) if is_stressed else random.uniform(0.25, 0.7))
    length_s = usual_s * float(
        random.uniform(0.7, 1.4) if is_stressed else random.uniform(0.3, 0.8)
    )
    core = _Sound(length_s, loud, breath, 0, vowel, pitch)
    first = _consonant(vowel, pitch, random)
    last = _consonant(vowel, pitch, random) if random.random() < 0.4 else []
    return [*first, core, *last]


def _consonant(vowel: int, pitch: float, random: np.random.Generator) -> list[_Sound]:
    """Nothing, a hiss, a stop that bursts, or a soft voice."""
    band = int(random.integers(len(_HISSES_HZ)))
    hiss = float(random.uniform(0.05, 0.5))
    match int(random.choice(4, p=(0.15, 0.27, 0.3, 0.28))):
        case 1:
            voice = float(random.choice([0.0, 0.2]))
            return [_Sound(float(random.uniform(0.04, 0.13)), voice, hiss, band, vowel, pitch)]
        case 2:
            shut = _Sound(float(random.uniform(0.02, 0.08)), 0.0, 0.0, band, vowel, pitch)
            burst = _Sound(float(random.uniform(0.005, 0.03)), 0.0, 1.5 * hiss, band, vowel, pitch)
            return [shut, burst]
        case 3:
            length_s = float(random.uniform(0.03, 0.09))
            return [_Sound(length_s, float(random.uniform(0.1, 0.4)), 0.0, band, _HUMMED, pitch)]
    return []


def _voiced(pitch_hz: Reals, formants_hz: Reals, loud: Reals, frames: int, rate_hz: int) -> Reals:
    """Harmonics of a pitch, each as loud as the formants let it through."""
    phase = 2.0 * np.pi * np.cumsum(_at_frames(pitch_hz, frames, rate_hz)) / rate_hz
    out = np.zeros(frames)
    widths_hz = _BANDWIDTHS_HZ[:, None]
    highest_hz = min(_HIGHEST_HZ, 0.45 * rate_hz)
    for harmonic in range(1, int(highest_hz / pitch_hz.min()) + 1):
        hz = harmonic * pitch_hz
        resonance = formants_hz**2 / np.hypot(formants_hz**2 - hz**2, widths_hz * hz)
        gain = np.where(hz < highest_hz, resonance.prod(0) / harmonic, 0.0)
        out += _at_frames(loud * gain, frames, rate_hz) * np.sin(harmonic * phase)
    return out / max(float(np.abs(out).max()), 1e-9)


def _at_frames(course: Reals, frames: int, rate_hz: int) -> Reals:
    """A course told every `_STEP_S`, at every frame."""
    return np.interp(np.arange(frames) / rate_hz, _STEP_S * np.arange(len(course)), course)


def _smooth(course: Reals, steps: int) -> Reals:
    """A course that reaches its aims within so many steps."""
    window = np.hanning(steps + 2)[1:-1]
    padded = np.pad(course, (steps // 2, steps - 1 - steps // 2), mode="edge")
    return np.convolve(padded, window / window.sum(), "valid")


def _between(noise: Reals, low_hz: float, high_hz: float, rate_hz: int) -> Reals:
    """Noise of one band, at most as loud as a full voice."""
    spectrum = np.fft.rfft(noise)
    hz = np.fft.rfftfreq(len(noise), 1.0 / rate_hz)
    spectrum[(hz < low_hz) | (hz > high_hz)] = 0.0
    kept = np.fft.irfft(spectrum, len(noise))
    return kept / max(3.0 * float(kept.std()), 1e-9)
