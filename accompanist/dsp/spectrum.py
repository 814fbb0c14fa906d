"""What a sound consists of, 25 times a second: four short spectra and the semitones of a long one.

Sound of any rate from 8 to 192 kHz comes in, in blocks of any size, and the same sound gives the
same frames byte for byte. Steady offsets are removed (20 Hz), samples that aren't numbers count as
silence. Spectrum number `k` ends with sample ``round(0.01 * k * rate)``; every fourth ends a frame.

A frame's `bands` are four spectra 10 ms apart: a Hann window of 46 ms, seen through 51 triangles,
six to the octave from 40 Hz, each as heavy as the others and at least 22 Hz wide to either side.
Its `tones` are the semitones from C1 to B6, by the peaks of a window of 340 ms (see
`dsp.semitones`). Both are decibels under a level of their own, which rises at once, falls by 3 dB a
second and never below -65 dB of full scale: 60 dB lie between 0 and 255. While the frame as a whole
is softer than the gate, all of them are 0.

Limits: at rates below 29 kHz the bands above half the rate stay 0. Only frames are allocated.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from accompanist.dsp.filters import (
    Floats,
    Triangles,
    bins_up_to,
    blackman,
    hann,
    low_pass,
    see_through,
    triangles,
)
from accompanist.dsp.fourier import Transform, lay, new_transform, power_spectra, size_for
from accompanist.dsp.sample_ring import filtered, last, new_sample_ring, put
from accompanist.dsp.semitones import CENTS, SEMITONES, TUNING_WORDS, add_peaks

Bytes = NDArray[np.uint8]

FRAMES_PER_S = 25
SPECTRA = 4
BANDS = 51
LOWEST_HZ, BANDS_PER_OCTAVE = 40.0, 6
DEPTH_DB = 60.0
"""Between 0 and 255."""
NOTHING_DB = -120.0
GATE_DB = -75.0
"""Frames softer than this are silence: mean power, in decibels of full scale."""

SHORT_S, LONG_S = 2048 / 44100, 0.34

_FAST_HZ, _SLOW_HZ = 44100, 5500
_HIGHEST_FAST_HZ, _HIGHEST_SLOW_HZ = 14_600.0, 2_150.0
_PADDED = 1.5
"""A transform is at least so many times as long as its window, so that peaks are seen whole."""
_HIGH_PASS_HZ, _LOUDEST, _FAINTEST = 20.0, 16.0, 1e-15
_FALL_DB, _LEAST_LEVEL_DB = 0.03, -65.0
_TAKEN, _TOLD, _FAST, _SLOW, _SPECTRUM, _NEXT, _NOT_NUMBERS, _COUNTS = range(8)
_LAST, _HIGH, _POWER, _GATE, _BAND_LEVEL, _TONE_LEVEL, _WORDS = range(7)


class _Rates(NamedTuple):
    rate_hz: int
    fast_every: int
    """So many samples become one of those that the bands are heard from."""
    slow_every: int
    """So many of these become one of those that the tones are heard from."""
    high_pass: float
    tone_bin_hz: float


class _Shapes(NamedTuple):
    fast_taps: Floats
    slow_taps: Floats
    short: Floats
    long: Floats
    bands: Triangles


class _Work(NamedTuple):
    raw: Floats
    """Rings of the last samples, at three rates."""
    fast: Floats
    slow: Floats
    counts: NDArray[np.int64]
    words: NDArray[np.float64]
    ends: NDArray[np.int64]
    """Where the last spectra end, in fast samples."""
    tuning: NDArray[np.float64]
    short: Transform
    long: Transform
    short_powers: Floats
    long_powers: Floats
    bands: NDArray[np.float64]
    semitones: NDArray[np.float64]


class Frames(NamedTuple):
    """Some frames, in order."""

    bands: Bytes
    """Shape (frames, 204): four spectra of 51 bands, the earliest first."""
    tones: Bytes
    """Shape (frames, 72)."""
    level_db: NDArray[np.float64]
    """Mean power of the frame's own 40 ms, decibels of full scale; at least -120."""
    ends: NDArray[np.int64]
    """How many samples had come in when the frame was complete."""


class Spectrograph:
    """Turns samples into frames.

    Parameters
    ----------
    rate_hz
        Of the samples.
    gate_db
        See `GATE_DB`.
    """

    def __init__(self, rate_hz: int, gate_db: float = GATE_DB) -> None:
        fast_every = max(1, rate_hz // _FAST_HZ)
        fast_hz = rate_hz / fast_every
        slow_every = max(1, int(fast_hz // _SLOW_HZ))
        slow_hz = fast_hz / slow_every
        short, long = hann(SHORT_S * fast_hz), blackman(LONG_S * slow_hz)
        short_size, long_size = size_for(_PADDED * len(short)), size_for(_PADDED * len(long))
        short_bin_hz, long_bin_hz = fast_hz / short_size, slow_hz / long_size
        high_pass = math.exp(-2.0 * math.pi * _HIGH_PASS_HZ / rate_hz)
        self._rates = _Rates(rate_hz, fast_every, slow_every, high_pass, long_bin_hz)
        edges_hz = LOWEST_HZ * 2.0 ** (np.arange(-1, BANDS + 1) / BANDS_PER_OCTAVE)
        bins = bins_up_to(_HIGHEST_FAST_HZ, short_bin_hz, short_size)
        self._shapes = _Shapes(
            low_pass(fast_every, _HIGHEST_FAST_HZ, rate_hz),
            low_pass(slow_every, _HIGHEST_SLOW_HZ, fast_hz),
            short,
            long,
            triangles(edges_hz, np.arange(bins) * short_bin_hz, 1.0 / (SHORT_S * short_bin_hz)),
        )
        kept = max(len(short) + int(0.035 * fast_hz), len(self._shapes.slow_taps))
        long_bins = bins_up_to(_HIGHEST_SLOW_HZ, long_bin_hz, long_size)
        self._work = _Work(
            new_sample_ring(len(self._shapes.fast_taps)),
            new_sample_ring(kept),
            new_sample_ring(len(long)),
            np.zeros(_COUNTS, np.int64),
            np.zeros(_WORDS),
            np.zeros(SPECTRA, np.int64),
            np.zeros(TUNING_WORDS),
            new_transform(short_size, SPECTRA),
            new_transform(long_size),
            np.zeros((bins, SPECTRA), np.float32),
            np.zeros((long_bins, 1), np.float32),
            np.zeros((BANDS, SPECTRA)),
            np.zeros(SEMITONES),
        )
        self._work.counts[_NEXT] = _end_of(1, rate_hz)
        self._work.words[[_BAND_LEVEL, _TONE_LEVEL]] = _LEAST_LEVEL_DB
        self.gate_db = gate_db

    @property
    def gate_db(self) -> float:
        """Frames softer than this are silence."""
        return float(self._work.words[_GATE])

    @gate_db.setter
    def gate_db(self, gate_db: float) -> None:
        self._work.words[_GATE] = gate_db

    @property
    def tuning_cents(self) -> float:
        """How far the music is tuned above 440 Hz; 0 until it is known."""
        return float(self._work.tuning[CENTS])

    @property
    def not_numbers(self) -> int:
        """Samples so far that weren't numbers, or infinite."""
        return int(self._work.counts[_NOT_NUMBERS])

    def feed(self, samples: Floats) -> Frames:
        """Take the next samples of one channel; return the frames that they complete."""
        samples = np.require(samples, np.float32, ("C", "W"))
        room = len(samples) * FRAMES_PER_S // self._rates.rate_hz + 2
        frames = Frames(
            np.empty((room, SPECTRA * BANDS), np.uint8),
            np.empty((room, SEMITONES), np.uint8),
            np.empty(room),
            np.empty(room, np.int64),
        )
        n = _take(samples, self._rates, self._shapes, self._work, frames)
        return Frames(frames.bands[:n], frames.tones[:n], frames.level_db[:n], frames.ends[:n])


@njit(cache=True, nogil=True, error_model="numpy")
def _end_of(spectrum: int, rate_hz: int) -> int:
    return (2 * spectrum * rate_hz + SPECTRA * FRAMES_PER_S) // (2 * SPECTRA * FRAMES_PER_S)


@njit(cache=True, nogil=True, error_model="numpy")
def _take(samples: Floats, rates: _Rates, shapes: _Shapes, work: _Work, frames: Frames) -> int:
    """Take samples; return how many frames they completed."""
    counts, words = work.counts, work.words
    done = reached = 0
    while reached < len(samples):
        upto = min(reached + counts[_NEXT] - counts[_TAKEN], len(samples))
        _keep(samples[reached:upto], rates, shapes, work)
        reached = upto
        if counts[_TAKEN] < counts[_NEXT]:
            break
        work.ends[counts[_SPECTRUM] % SPECTRA] = counts[_FAST]
        counts[_SPECTRUM] += 1
        counts[_NEXT] = _end_of(counts[_SPECTRUM] + 1, rates.rate_hz)
        if counts[_SPECTRUM] % SPECTRA == 0:
            power = words[_POWER] / (counts[_TAKEN] - counts[_TOLD])
            counts[_TOLD], words[_POWER] = counts[_TAKEN], 0.0
            frames.level_db[done] = max(_decibels(power), NOTHING_DB)
            frames.ends[done] = counts[_TAKEN]
            _see(rates, shapes, work)
            heard = frames.level_db[done] >= words[_GATE]
            _tell(work, heard, frames.bands[done], frames.tones[done])
            done += 1
    return done


@njit(cache=True, nogil=True, error_model="numpy")
def _keep(samples: Floats, rates: _Rates, shapes: _Shapes, work: _Work) -> None:
    """Free samples of steady offsets, and keep them at all rates."""
    counts, words, raw, fast, slow = work.counts, work.words, work.raw, work.fast, work.slow
    fast_taps, slow_taps = shapes.fast_taps, shapes.slow_taps
    for i in range(len(samples)):
        sample = float(samples[i])
        if not math.isfinite(sample):
            counts[_NOT_NUMBERS] += 1
            sample = 0.0
        sample = max(-_LOUDEST, min(sample, _LOUDEST))
        if counts[_TAKEN] == 0:
            words[_LAST] = sample
        high = sample - words[_LAST] + rates.high_pass * words[_HIGH]
        # Numbers that are next to nothing are slow to reckon with.
        if abs(high) < _FAINTEST:
            high = 0.0
        words[_LAST], words[_HIGH] = sample, high
        words[_POWER] += high * high
        put(raw, counts[_TAKEN], high)
        counts[_TAKEN] += 1
        if counts[_TAKEN] % rates.fast_every != 0:
            continue
        put(fast, counts[_FAST], filtered(raw, counts[_TAKEN], fast_taps))
        counts[_FAST] += 1
        if counts[_FAST] % rates.slow_every == 0:
            put(slow, counts[_SLOW], filtered(fast, counts[_FAST], slow_taps))
            counts[_SLOW] += 1


@njit(cache=True, nogil=True, error_model="numpy")
def _see(rates: _Rates, shapes: _Shapes, work: _Work) -> None:
    """Find the four short spectra, and what sounds in the long one."""
    for which in range(SPECTRA):
        samples = last(work.fast, work.ends[which], len(shapes.short))
        lay(samples, shapes.short, work.short, which, SPECTRA)
    power_spectra(work.short, work.short_powers)
    see_through(shapes.bands, work.short_powers, work.bands)
    samples = last(work.slow, work.counts[_SLOW], len(shapes.long))
    lay(samples, shapes.long, work.long, 0, 1)
    power_spectra(work.long, work.long_powers)
    add_peaks(work.long_powers, rates.tone_bin_hz, work.tuning, work.semitones)


@njit(cache=True, nogil=True, error_model="numpy")
def _tell(work: _Work, heard: bool, bands: Bytes, tones: Bytes) -> None:
    """Write a frame."""
    words = work.words
    for which in range(SPECTRA):
        powers = work.bands[:, which]
        words[_BAND_LEVEL] = _level(words[_BAND_LEVEL] - _FALL_DB, powers)
        row = bands[which * BANDS : (which + 1) * BANDS]
        _write(powers, words[_BAND_LEVEL], heard, row)
    words[_TONE_LEVEL] = _level(words[_TONE_LEVEL] - SPECTRA * _FALL_DB, work.semitones)
    _write(work.semitones, words[_TONE_LEVEL], heard, tones)


@njit(cache=True, nogil=True, error_model="numpy")
def _level(fallen_db: float, powers: NDArray[np.float64]) -> float:
    loudest = 0.0
    for power in powers:
        loudest = max(loudest, power)
    return max(fallen_db, _LEAST_LEVEL_DB, _decibels(loudest))


@njit(cache=True, nogil=True, error_model="numpy")
def _write(powers: NDArray[np.float64], level_db: float, heard: bool, out: Bytes) -> None:
    for i in range(len(powers)):
        share = max(0.0, min(1.0 + (_decibels(powers[i]) - level_db) / DEPTH_DB, 1.0))
        out[i] = int(255.0 * share + 0.5) if heard else 0


@njit(cache=True, nogil=True, error_model="numpy")
def _decibels(power: float) -> float:
    return 10.0 * math.log10(max(power, 1e-20))
