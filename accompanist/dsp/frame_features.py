"""What distinguishes a moment of sound to the ear that looks for the beat.

A frame (see `accompanist.dsp.spectrum`) is described by its four spectra, by what rises in them,
and by what recurs: how much rose one, two and four lags ago, and how far rises of late repeat after
every lag, each for all bands and for the low ones. Lags are log spaced, so that tempo only shifts
them. A rise is counted against the neighbourhood of its band, so that a voice that glides or
trembles is no onset (superflux, Böck & Widmer, DAFx 2013). Of harmony it is told how far pitch
classes have moved of late, over two spans of time, in all registers and in the bass.

Limits: the kernels trust their shapes; they allocate nothing.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from accompanist.dsp.semitones import SEMITONES
from accompanist.dsp.spectrum import BANDS, FRAMES_PER_S, SPECTRA

FRAME_S = 1.0 / FRAMES_PER_S
_SPECTRUM_S = FRAME_S / SPECTRA
_LOW_BANDS, _MIDDLE_BANDS = 16, 34
_APART = 2
"""A rise is measured over so many spectra: windows are longer than spectra are apart."""

SHORTEST_LAG_S = 0.2
LAGS_PER_OCTAVE = 12
LAGS = 44
LAG_STEPS: NDArray[np.int64] = np.rint(
    SHORTEST_LAG_S / _SPECTRUM_S * 2.0 ** (np.arange(LAGS) / LAGS_PER_OCTAVE)
).astype(np.int64)
"""Lags (LAGS,) in spectra: 0.2 to 2.4 s."""

_REGISTERS = 4
"""Rises are summed over low, middle and high bands, and over all."""

_KINDS = 2
"""What recurs is looked for in all bands and in low ones."""

REMEMBERED = 1024
"""Spectra whose rises are kept, a power of two: over four times the longest lag."""

_FADE = math.exp(-_SPECTRUM_S / 4.0)

_BASS_SEMITONES = 24
_NEAR_SEMITONES = 3
_HARMONY_S = (0.1, 0.5, 2.0)
"""Memories of pitch classes; a move is how unlike one is to the next longer one."""

_MEMORIES = len(_HARMONY_S)
_HARMONY_FADES: NDArray[np.float32] = np.exp(-FRAME_S / np.array(_HARMONY_S)).astype(np.float32)
_MOVES = 2 * (_MEMORIES - 1)

SPECTRUM_FEATURES = 2 * BANDS * SPECTRA
OTHER_FEATURES = SPECTRA * _REGISTERS + 2 * _KINDS * LAGS + _MOVES
FEATURES = SPECTRUM_FEATURES + OTHER_FEATURES
"""Spectra and rises (2, SPECTRA, BANDS) first, then rises by register, combs, repetition, moves."""

_RISES = REMEMBERED * _REGISTERS
_REPEATED = _KINDS * (LAGS + 1)
_CHROMA = 2 * _MEMORIES * 12
MEMORY = 1 + _RISES + _REPEATED + _APART * BANDS + _CHROMA
"""Length of what is remembered from frame to frame, zeros at first."""


@njit(cache=True, fastmath=True)
def _rise(past: NDArray[np.float32], now: NDArray[np.float32], band: int) -> float:
    """How far a band rose above the neighbourhood where it was."""
    low, high = max(band - 1, 0), min(band + 2, BANDS)
    before = 0.0
    for other in range(low, high):
        before = max(before, past[other])
    return float(max(now[band] - before, 0.0))


@njit(cache=True, fastmath=True)
def describe_frame(
    bands: NDArray[np.uint8],
    tones: NDArray[np.uint8],
    memory: NDArray[np.float32],
    out: NDArray[np.float32],
) -> None:
    """Describe the next frame.

    Parameters
    ----------
    bands, tones
        Levels (SPECTRA * BANDS,) and (SEMITONES,), 0–255.
    memory
        Shape (MEMORY,), what was remembered; updated.
    out
        Shape (FEATURES,), written.
    """
    rises = memory[1 : 1 + _RISES].reshape(REMEMBERED, _REGISTERS)
    repeated = memory[1 + _RISES : 1 + _RISES + _REPEATED].reshape(_KINDS, LAGS + 1)
    past = memory[1 + _RISES + _REPEATED : MEMORY - _CHROMA].reshape(_APART, BANDS)
    spectra = out[: SPECTRA * BANDS].reshape(SPECTRA, BANDS)
    risen = out[SPECTRA * BANDS : SPECTRUM_FEATURES].reshape(SPECTRA, BANDS)
    at = SPECTRUM_FEATURES
    first = int(memory[0])
    for s in range(SPECTRA):
        place = (first + s) % REMEMBERED
        for register in range(_REGISTERS):
            rises[place, register] = 0.0
        for band in range(BANDS):
            spectra[s, band] = bands[s * BANDS + band] / np.float32(255.0)
        before = past[s] if s < _APART else spectra[s - _APART]
        for band in range(BANDS):
            rise = _rise(before, spectra[s], band)
            risen[s, band] = rise
            register = 0 if band < _LOW_BANDS else 1 if band < _MIDDLE_BANDS else 2
            rises[place, register] += rise / np.float32(16.0)
            rises[place, 3] += rise / np.float32(32.0)
        for register in range(_REGISTERS):
            out[at] = rises[place, register]
            at += 1
        for kind in range(_KINDS):
            register = 3 if kind == 0 else 0
            now = rises[place, register]
            row = repeated[kind]
            row[LAGS] = row[LAGS] * np.float32(_FADE) + now * now
            for k in range(LAGS):
                ago = rises[(place - LAG_STEPS[k]) % REMEMBERED, register]
                row[k] = row[k] * np.float32(_FADE) + now * ago
    for s in range(_APART):
        for band in range(BANDS):
            past[s, band] = spectra[SPECTRA - _APART + s, band]
    at = _recall(rises, repeated, first, out, at)
    _move(tones, memory[MEMORY - _CHROMA :].reshape(2, _MEMORIES, 12), out[at:])
    memory[0] = (first + SPECTRA) % REMEMBERED


@njit(cache=True, fastmath=True)
def _recall(
    rises: NDArray[np.float32],
    repeated: NDArray[np.float32],
    first: int,
    out: NDArray[np.float32],
    at: int,
) -> int:
    """Write what rose whole lags before the frame, and how far rises repeat after each."""
    for kind in range(_KINDS):
        register = 3 if kind == 0 else 0
        for k in range(LAGS):
            recalled = np.float32(0.0)
            for back, weight in ((1, 1.0), (2, 0.6), (4, 0.4)):
                for s in range(SPECTRA):
                    place = (first + s - back * LAG_STEPS[k]) % REMEMBERED
                    recalled += np.float32(weight) * rises[place, register]
            out[at] = recalled
            at += 1
        whole = repeated[kind, LAGS] + np.float32(1e-3)
        for k in range(LAGS):
            out[at] = repeated[kind, k] / whole
            at += 1
    return at


@njit(cache=True, fastmath=True)
def _move(tones: NDArray[np.uint8], chroma: NDArray[np.float32], out: NDArray[np.float32]) -> None:
    """Write how far pitch classes have moved, (2, _MEMORIES - 1): all registers, and the bass."""
    for register in range(2):
        for m in range(_MEMORIES):
            for pitch_class in range(12):
                chroma[register, m, pitch_class] *= _HARMONY_FADES[m]
    for tone in range(SEMITONES):
        around, count = np.float32(0.0), np.float32(0.0)
        for near in range(
            max(tone - _NEAR_SEMITONES, 0), min(tone + _NEAR_SEMITONES + 1, SEMITONES)
        ):
            around += tones[near]
            count += np.float32(1.0)
        clear = max(tones[tone] - around / count, np.float32(0.0)) / np.float32(255.0)
        for m in range(_MEMORIES):
            gain = (np.float32(1.0) - _HARMONY_FADES[m]) * clear
            chroma[0, m, tone % 12] += gain
            if tone < _BASS_SEMITONES:
                chroma[1, m, tone % 12] += gain
    at = 0
    for register in range(2):
        for m in range(_MEMORIES - 1):
            quick, slow = chroma[register, m], chroma[register, m + 1]
            both, own, other = np.float32(0.0), np.float32(1e-6), np.float32(1e-6)
            for pitch_class in range(12):
                both += quick[pitch_class] * slow[pitch_class]
                own += quick[pitch_class] * quick[pitch_class]
                other += slow[pitch_class] * slow[pitch_class]
            out[at] = np.float32(1.0) - both / math.sqrt(own * other)
            at += 1


@njit(cache=True)
def describe_frames(
    bands: NDArray[np.uint8], tones: NDArray[np.uint8], out: NDArray[np.float32]
) -> None:
    """Describe consecutive frames from the beginning, into (n, FEATURES).

    `bands` is (n, SPECTRA * BANDS), `tones` (n, SEMITONES).
    """
    memory = np.zeros(MEMORY, np.float32)
    for n in range(len(bands)):
        describe_frame(bands[n], tones[n], memory, out[n])
