"""Leak suppression: the band's own sound is taken out of what a microphone hears.

What the band plays is known. In spectra of 21 ms, twice as dense, the known sound at eight
delays (up to 85 ms) is compared with what is heard, bin by bin: only a leak keeps its phase to the
known sound, so the player's own sound averages out even where both strike together. Loud moments of
the player weigh little (Enzner and Vary 2006, Frequency-domain adaptive Kalman filter for acoustic
echo control, weigh in the same way). What is found beyond chance is the leak's gain; the power that
it explains is subtracted, doubled, and decays no faster than a room does.

Levels stay those of the player; the sound is made for spectra, not for ears. It comes out later by
`delay_frames`, and as it is while the band is silent. Limits: what comes back distorted, later than
that, or by a way that has just changed stays in.
"""

import math
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Reals = NDArray[np.float64]
Spectrum = NDArray[np.complexfloating[Any, Any]]
Sums = NDArray[np.complex128]

_WINDOW_S = 0.0213
_OVERLAP = 2
_TAPS = 8
_HISTORY = _TAPS
_FORGOTTEN_S = 17.0
_AROUND, _WIDELY_AROUND = 3, 6
"""Bins to either side over which gains, and the player's power, are evened out."""
_POWER_STAYS = 0.4
_BEYOND_CHANCE = 12.0
"""Times the variance of what no leak at all would show, since spectra overlap and tones last."""
_SUBTRACTED = 2.0
_DECAY = 0.7
_LEAST_GAIN = 0.02
_FAINT = 1e-9
_LEARNED_EVERY = 4
_SILENT_HOPS = 4 * _HISTORY


class LeakSuppressor:
    """Takes what the band plays out of one channel of sound.

    Parameters
    ----------
    rate_hz
        Of both sounds.

    Attributes
    ----------
    delay_frames
        How much later the sound comes out.
    """

    def __init__(self, rate_hz: float) -> None:
        self._size = 1 << max(round(math.log2(rate_hz * _WINDOW_S)), 5)
        self._hop = self._size // _OVERLAP
        self.delay_frames = self._size - self._hop
        bins = self._size // 2 + 1
        circle = 2.0 * np.pi * np.arange(self._size) / self._size
        self._window = np.sqrt(0.5 - 0.5 * np.cos(circle)).astype(np.float32)
        self._heard, self._played, self._out = (np.zeros(self._size, np.float32) for _ in range(3))
        self._filled = 0
        self._hops = 0
        self._silent_hops = _SILENT_HOPS
        self._history = np.zeros((_HISTORY, bins), np.complex64)
        self._together = np.zeros((_TAPS, bins), np.complex128)
        self._alone, self._chance = np.zeros((_TAPS, bins)), np.zeros((_TAPS, bins))
        self._gains = np.zeros((_TAPS, bins))
        self._power, self._leak = np.zeros(bins), np.zeros(bins)
        self._kept = math.exp(-self._hop / rate_hz / _FORGOTTEN_S)

    def feed(self, heard: Floats, played: Floats) -> Floats:
        """Take the next samples of both sounds; return what is the player's, as it gets ready."""
        ready: list[Floats] = []
        place = 0
        while place < len(heard):
            count = min(self._hop - self._filled, len(heard) - place)
            at = self._size - self._hop + self._filled
            fresh = heard[place : place + count]
            self._heard[at : at + count] = np.where(np.isfinite(fresh), fresh, 0.0)
            self._played[at : at + count] = played[place : place + count]
            place, self._filled = place + count, self._filled + count
            if self._filled == self._hop:
                ready.append(self._end_hop())
        return np.concatenate(ready) if ready else np.zeros(0, np.float32)

    def _end_hop(self) -> Floats:
        self._filled = 0
        is_silent = not self._played[-self._hop :].any()
        self._silent_hops = self._silent_hops + 1 if is_silent else 0
        sound = self._heard * self._window
        if self._silent_hops < _SILENT_HOPS:
            sound = self._suppressed(sound)
        self._out += sound * self._window * np.float32(2.0 / _OVERLAP)
        done = self._out[: self._hop].copy()
        for held, fresh in ((self._heard, None), (self._played, None), (self._out, 0.0)):
            held[: -self._hop] = held[self._hop :]
            if fresh is not None:
                held[-self._hop :] = fresh
        return done

    def _suppressed(self, sound: Floats) -> Floats:
        spectrum = np.fft.rfft(sound)
        self._hops += 1
        self._history[self._hops % _HISTORY] = np.fft.rfft(self._played * self._window)
        if self._silent_hops == 0:
            _compare(
                spectrum,
                self._history,
                self._hops,
                self._kept,
                (self._together, self._alone, self._chance, self._power),
            )
            if self._hops % _LEARNED_EVERY == 0:
                _learn(self._together, self._alone, self._chance, self._gains)
        _subtract(spectrum, self._history, self._hops, self._gains, self._leak)
        return np.fft.irfft(spectrum, self._size).astype(np.float32)


@njit(cache=True, nogil=True, error_model="numpy")
def _squared(number: complex) -> float:
    return float(number.real * number.real + number.imag * number.imag)


@njit(cache=True, nogil=True, error_model="numpy")
def _compare(
    spectrum: Spectrum,
    history: Spectrum,
    hops: int,
    kept: float,
    sums: tuple[Sums, Reals, Reals, Reals],
) -> None:
    """Add what a hop tells of every bin and delay, weighed by how loud it is thereabouts."""
    together, alone, chance, power = sums
    bins, total = len(spectrum), 0.0
    first, last = 0, 0
    for k in range(bins):
        while last < min(k + _WIDELY_AROUND + 1, bins):
            total += _squared(spectrum[last])
            last += 1
        while first < k - _WIDELY_AROUND:
            total -= _squared(spectrum[first])
            first += 1
        mean = max(total, 0.0) / (last - first)
        power[k] = max(mean, _POWER_STAYS * power[k] + (1.0 - _POWER_STAYS) * mean)
        weight = 1.0 / (power[k] + _FAINT)
        heard = _squared(spectrum[k])
        for tap in range(_TAPS):
            played = history[(hops - tap) % _HISTORY, k]
            known = weight * _squared(played)
            together[tap, k] = kept * together[tap, k] + weight * spectrum[k] * np.conj(played)
            alone[tap, k] = kept * alone[tap, k] + known
            chance[tap, k] = kept * kept * chance[tap, k] + weight * known * heard


@njit(cache=True, nogil=True, error_model="numpy")
def _learn(together: Sums, alone: Reals, chance: Reals, gains: Reals) -> None:
    """Find the gain of power of every bin and delay, as far as it is beyond chance."""
    bins = together.shape[1]
    beyond = np.zeros(bins + 1)
    for tap in range(_TAPS):
        for k in range(bins):
            found = _squared(together[tap, k]) - _BEYOND_CHANCE * chance[tap, k]
            beyond[k + 1] = beyond[k] + found / (alone[tap, k] ** 2 + _FAINT)
        for k in range(bins):
            first, last = max(k - _AROUND, 0), min(k + _AROUND + 1, bins)
            gains[tap, k] = max(beyond[last] - beyond[first], 0.0) / (last - first)


@njit(cache=True, nogil=True, error_model="numpy")
def _subtract(spectrum: Spectrum, history: Spectrum, hops: int, gains: Reals, leak: Reals) -> None:
    """Take out of a spectrum the power that the leak explains."""
    for k in range(len(spectrum)):
        explained = 0.0
        for tap in range(_TAPS):
            played = history[(hops - tap) % _HISTORY, k]
            explained += gains[tap, k] * _squared(played)
        leak[k] = max(explained, _DECAY * leak[k])
        left = 1.0 - _SUBTRACTED * leak[k] / (_squared(spectrum[k]) + 1e-12)
        spectrum[k] *= np.float32(math.sqrt(max(left, _LEAST_GAIN**2)))
