"""What a sound consists of, 25 times a second: four short spectra and the semitones of a long one.

Sound of any rate from 8 to 192 kHz comes in, in blocks of any size, and the same sound gives the
same frames byte for byte. Steady offsets are removed (20 Hz), samples that aren't numbers count as
silence. Spectrum number `k` ends with sample ``round(0.01 * k * rate)``; every fourth ends a frame.

A frame's `bands` are four spectra 10 ms apart: a Hann window of 46 ms, seen through 51 triangles,
six to the octave from 40 Hz, each as heavy as the others and at least one bin wide. Its `tones` are
the semitones from C1 to B6, by the peaks of a window of 340 ms (see `dsp.semitones`). Both are
decibels under a level of their own, which rises at once, falls by 3 dB a second and never below
-65 dB of full scale: 60 dB lie between 0 and 255. While the frame as a whole is softer than the
gate, all of them are 0.

Limits: at rates below 29 kHz the bands above half the rate stay 0. Nothing is allocated while
samples come in but the frames themselves.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from accompanist.dsp.fourier import Transform, new_transform, power_spectra, size_for
from accompanist.dsp.semitones import CENTS, SEMITONES, TUNING_WORDS, add_peaks

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

FRAMES_PER_S = 25
SPECTRA = 4
BANDS = 51
LOWEST_HZ, BANDS_PER_OCTAVE = 40.0, 6
GATE_DB = -75.0
"""Frames softer than this are silence: mean power, in decibels of full scale."""

SHORT_S, LONG_S = 2048 / 44100, 0.34

_FAST_HZ, _SLOW_HZ = 44100, 5500
_HIGHEST_FAST_HZ, _HIGHEST_SLOW_HZ = 14_600.0, 2_150.0
_PADDED = 1.5
"""A transform is at least so many times as long as its window, so that peaks are seen whole."""
_HIGH_PASS_HZ = 20.0
_LOUDEST, _FAINTEST = 16.0, 1e-15
_FALL_DB, _LEAST_LEVEL_DB, _DEPTH_DB = 0.03, -65.0, 60.0
_NOTHING_DB = -120.0

_TAKEN, _KEPT, _FAST, _SLOW, _SPECTRUM, _NEXT, _NOT_NUMBERS, _COUNTS = range(8)
_LAST, _HIGH, _POWER, _GATE, _BAND_LEVEL, _TONE_LEVEL, _WORDS = range(7)


class _Rates(NamedTuple):
    rate_hz: int
    fast_every: int
    """So many samples become one of those that the bands are heard from."""
    slow_every: int
    """So many of these become one of those that the tones are heard from."""
    high_pass: float
    tone_bin_hz: float


class _Rings(NamedTuple):
    """The last samples of three rates; each lies twice, so that any window is in one piece."""

    raw: Floats
    fast: Floats
    slow: Floats


class _Shapes(NamedTuple):
    fast_taps: Floats
    slow_taps: Floats
    short: Floats
    long: Floats
    first_bins: NDArray[np.int64]
    """Of every band; one more ends the list of weights."""
    starts: NDArray[np.int64]
    weights: Floats


class _Work(NamedTuple):
    counts: NDArray[np.int64]
    words: NDArray[np.float64]
    ends: NDArray[np.int64]
    """Where the last spectra end, in fast samples."""
    tuning: NDArray[np.float64]
    semitones: NDArray[np.float64]
    band_powers: Floats
    tone_powers: Floats


class Frames(NamedTuple):
    """Some frames, in order."""

    bands: Bytes
    """Shape (frames, 204): four spectra of 51 bands, the earliest first."""
    tones: Bytes
    """Shape (frames, 72)."""
    level_db: NDArray[np.float64]
    """Mean power of the frame's own 40 ms, decibels of full scale; -120 for none."""
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
        short = _hann(2 * round(SHORT_S * fast_hz / 2))
        long = _blackman(2 * round(LONG_S * slow_hz / 2))
        short_size, long_size = size_for(_PADDED * len(short)), size_for(_PADDED * len(long))
        fast_taps = _low_pass(fast_every, _HIGHEST_FAST_HZ, rate_hz)
        slow_taps = _low_pass(slow_every, _HIGHEST_SLOW_HZ, fast_hz)
        self._rates = _Rates(
            rate_hz,
            fast_every,
            slow_every,
            math.exp(-2.0 * math.pi * _HIGH_PASS_HZ / rate_hz),
            slow_hz / long_size,
        )
        self._rings = _Rings(
            _ring(len(fast_taps)),
            _ring(max(len(slow_taps), len(short) + int(0.035 * fast_hz))),
            _ring(len(long)),
        )
        self._shapes = _Shapes(
            fast_taps, slow_taps, short, long, *_triangles(fast_hz, short_size, len(short))
        )
        self._fast_room = new_transform(short_size, SPECTRA)
        self._slow_room = new_transform(long_size)
        self._work = _Work(
            np.zeros(_COUNTS, np.int64),
            np.zeros(_WORDS),
            np.zeros(SPECTRA, np.int64),
            np.zeros(TUNING_WORDS),
            np.zeros(SEMITONES),
            np.zeros((_bins(_HIGHEST_FAST_HZ, fast_hz, short_size), SPECTRA), np.float32),
            np.zeros((_bins(_HIGHEST_SLOW_HZ, slow_hz, long_size), 1), np.float32),
        )
        self._work.counts[_NEXT] = _end_of(1, rate_hz)
        self._work.words[_BAND_LEVEL] = self._work.words[_TONE_LEVEL] = _LEAST_LEVEL_DB
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
        count = _take(
            samples,
            self._rates,
            self._rings,
            self._shapes,
            self._work,
            self._fast_room,
            self._slow_room,
            frames,
        )
        return Frames(
            frames.bands[:count],
            frames.tones[:count],
            frames.level_db[:count],
            frames.ends[:count],
        )


def _hann(size: int) -> Floats:
    return _weighed(0.5 - 0.5 * np.cos(2.0 * np.pi * (np.arange(size) + 0.5) / size))


def _blackman(size: int) -> Floats:
    turns = 2.0 * np.pi * (np.arange(size) + 0.5) / size
    return _weighed(0.42 - 0.5 * np.cos(turns) + 0.08 * np.cos(2.0 * turns))


def _weighed(window: NDArray[np.float64]) -> Floats:
    """Return the window through which a full tone's peak has a power of 1."""
    return np.asarray(2.0 * window / window.sum(), np.float32)


def _low_pass(every: int, highest_hz: float, rate_hz: float) -> Floats:
    """Return a filter that lets `highest_hz` pass and keeps what would be folded onto it out."""
    if every == 1:
        return np.ones(1, np.float32)
    stop_hz = rate_hz / every - highest_hz
    # Kaiser's rule, for 70 dB.
    half = math.ceil((70.0 - 8.0) / (2.285 * 2.0 * np.pi * (stop_hz - highest_hz) / rate_hz) / 2)
    at = np.arange(-half, half + 1)
    cutoff = (highest_hz + stop_hz) / rate_hz
    taps = np.sinc(cutoff * at) * np.kaiser(2 * half + 1, 0.1102 * (70.0 - 8.7))
    return np.asarray(taps / taps.sum(), np.float32)


def _ring(samples: int) -> Floats:
    return np.zeros(2 * size_for(samples), np.float32)


def _bins(highest_hz: float, rate_hz: float, size: int) -> int:
    return min(math.ceil(highest_hz * size / rate_hz) + 1, size // 2)


def _triangles(
    rate_hz: float, size: int, window: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """Return the bands' first bins, where their weights start in the list, and the list."""
    bins = np.arange(_bins(_HIGHEST_FAST_HZ, rate_hz, size)) * rate_hz / size
    centres = LOWEST_HZ * 2.0 ** (np.arange(-1, BANDS + 1) / BANDS_PER_OCTAVE)
    least_hz = rate_hz / window
    firsts, starts, weights = [], [0], []
    for below, centre, above in zip(centres, centres[1:], centres[2:], strict=False):
        low, high = max(centre - below, least_hz), max(above - centre, least_hz)
        rising, falling = 1.0 - (centre - bins) / low, 1.0 - (bins - centre) / high
        triangle = np.maximum(np.minimum(rising, falling), 0.0)
        if centre + high > 0.5 * rate_hz:
            triangle[:] = 0.0
        held = np.flatnonzero(triangle)
        firsts.append(int(held[0]) if len(held) else 0)
        starts.append(starts[-1] + len(held))
        weights.append(triangle[held] / triangle.sum() if len(held) else triangle[held])
    return np.array(firsts), np.array(starts), np.concatenate(weights).astype(np.float32)


@njit(cache=True, nogil=True, error_model="numpy")
def _end_of(spectrum: int, rate_hz: int) -> int:
    return (2 * spectrum * rate_hz + SPECTRA * FRAMES_PER_S) // (2 * SPECTRA * FRAMES_PER_S)


@njit(cache=True, nogil=True, error_model="numpy")
def _put(ring: Floats, number: int, sample: float) -> None:
    half = len(ring) // 2
    place = number & (half - 1)
    ring[place] = sample
    ring[place + half] = sample


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc", "contract"})
def _filtered(ring: Floats, count: int, taps: Floats) -> float:
    """Weigh the last of `count` samples."""
    half = len(ring) // 2
    end = ((count - 1) & (half - 1)) + half + 1
    last = ring[end - len(taps) : end]
    total = np.float32(0.0)
    for i in range(len(taps)):
        total += last[i] * taps[i]
    return float(total)


@njit(cache=True, nogil=True, error_model="numpy")
def _take(
    samples: Floats,
    rates: _Rates,
    rings: _Rings,
    shapes: _Shapes,
    work: _Work,
    fast_room: Transform,
    slow_room: Transform,
    frames: Frames,
) -> int:
    """Take samples; return how many frames they completed."""
    counts, words = work.counts, work.words
    done = 0
    for i in range(len(samples)):
        sample = float(samples[i])
        if not math.isfinite(sample):
            counts[_NOT_NUMBERS] += 1
            sample = 0.0
        sample = max(-_LOUDEST, min(sample, _LOUDEST))
        if counts[_TAKEN] == 0:
            words[_LAST] = sample
        high = sample - words[_LAST] + rates.high_pass * words[_HIGH]
        if abs(high) < _FAINTEST:
            high = 0.0
        words[_LAST], words[_HIGH] = sample, high
        words[_POWER] += high * high
        _put(rings.raw, counts[_TAKEN], high)
        counts[_TAKEN] += 1
        if counts[_TAKEN] % rates.fast_every == 0:
            fast = _filtered(rings.raw, counts[_TAKEN], shapes.fast_taps)
            _put(rings.fast, counts[_FAST], fast)
            counts[_FAST] += 1
            if counts[_FAST] % rates.slow_every == 0:
                slow = _filtered(rings.fast, counts[_FAST], shapes.slow_taps)
                _put(rings.slow, counts[_SLOW], slow)
                counts[_SLOW] += 1
        if counts[_TAKEN] == counts[_NEXT]:
            number = counts[_SPECTRUM]
            work.ends[number % SPECTRA] = counts[_FAST]
            counts[_SPECTRUM] = number + 1
            counts[_NEXT] = _end_of(number + 2, rates.rate_hz)
            if (number + 1) % SPECTRA == 0:
                own = counts[_TAKEN] - counts[_KEPT]
                power = max(words[_POWER] / own, 1e-12)
                counts[_KEPT], words[_POWER] = counts[_TAKEN], 0.0
                frames.level_db[done] = 10.0 * math.log10(power)
                frames.ends[done] = counts[_TAKEN]
                _see(rates, rings, shapes, work, fast_room, slow_room)
                heard = frames.level_db[done] >= words[_GATE]
                _tell(shapes, work, heard, frames.bands[done], frames.tones[done])
                done += 1
    return done


@njit(cache=True, nogil=True, error_model="numpy")
def _see(
    rates: _Rates,
    rings: _Rings,
    shapes: _Shapes,
    work: _Work,
    fast_room: Transform,
    slow_room: Transform,
) -> None:
    """Find the four short spectra, and what sounds in the long one."""
    for spectrum in range(SPECTRA):
        _lay(rings.fast, work.ends[spectrum], shapes.short, fast_room, spectrum, SPECTRA)
    power_spectra(fast_room, work.band_powers)
    _lay(rings.slow, work.counts[_SLOW], shapes.long, slow_room, 0, 1)
    power_spectra(slow_room, work.tone_powers)
    add_peaks(work.tone_powers, rates.tone_bin_hz, work.tuning, work.semitones)


@njit(cache=True, nogil=True, error_model="numpy")
def _lay(ring: Floats, count: int, window: Floats, room: Transform, which: int, of: int) -> None:
    """Lay the last of `count` samples into the room as window number `which` of so many."""
    half = len(ring) // 2
    end = ((count - 1) & (half - 1)) + half + 1
    last = ring[end - len(window) : end]
    pairs = len(window) // 2
    for i in range(pairs):
        room.real[i * of + which] = last[2 * i] * window[2 * i]
        room.imaginary[i * of + which] = last[2 * i + 1] * window[2 * i + 1]
    for i in range(pairs, len(room.real) // of):
        room.real[i * of + which] = 0.0
        room.imaginary[i * of + which] = 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def _tell(shapes: _Shapes, work: _Work, heard: bool, bands: Bytes, tones: Bytes) -> None:
    """Write a frame."""
    words, powers = work.words, work.band_powers
    for spectrum in range(SPECTRA):
        row = bands[spectrum * BANDS : (spectrum + 1) * BANDS]
        loudest = 0.0
        for band in range(BANDS):
            first, start = shapes.first_bins[band], shapes.starts[band]
            power = 0.0
            for i in range(shapes.starts[band + 1] - start):
                power += shapes.weights[start + i] * powers[first + i, spectrum]
            loudest = max(loudest, power)
        words[_BAND_LEVEL] = _level(words[_BAND_LEVEL] - _FALL_DB, loudest)
        for band in range(BANDS):
            first, start = shapes.first_bins[band], shapes.starts[band]
            power = 0.0
            for i in range(shapes.starts[band + 1] - start):
                power += shapes.weights[start + i] * powers[first + i, spectrum]
            row[band] = _byte(power, words[_BAND_LEVEL]) if heard else 0
    loudest = 0.0
    for power in work.semitones:
        loudest = max(loudest, power)
    words[_TONE_LEVEL] = _level(words[_TONE_LEVEL] - SPECTRA * _FALL_DB, loudest)
    for tone in range(SEMITONES):
        tones[tone] = _byte(work.semitones[tone], words[_TONE_LEVEL]) if heard else 0


@njit(cache=True, nogil=True, error_model="numpy")
def _level(fallen_db: float, loudest: float) -> float:
    return max(fallen_db, _LEAST_LEVEL_DB, 10.0 * math.log10(max(loudest, 1e-12)))


@njit(cache=True, nogil=True, error_model="numpy")
def _byte(power: float, level_db: float) -> int:
    decibels = 10.0 * math.log10(max(power, 1e-12)) - level_db
    return int(255.0 * max(0.0, min(1.0 + decibels / _DEPTH_DB, 1.0)) + 0.5)
