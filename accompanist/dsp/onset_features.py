"""What distinguishes an onset to the ear that looks for the beat: intervals, accents, recurrence.

An onset is described by itself and up to `LOOKBACK - 1` onsets before it: log intervals, loudness
and size against the recent past, bass and top and their steps, shared pitch classes, time since
the last accent of several kinds, and three combs: how much weight lies one, two and four lags ago,
by loudness for all onsets and for the lowest ones, and by length for those that were long. Lags are
log spaced, so tempo only shifts the combs. Drums have registers: kick low, snare in the middle,
cymbals high.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

LOOKBACK = 64
LAGS_PER_OCTAVE = 12
SHORTEST_LAG_S = 0.2
LAGS = 42
BASS_LAGS = 48
SCALARS = 27
FEATURES = SCALARS + 2 * LAGS + BASS_LAGS
_NEIGHBOURS = (1, 2, 3, 4, 6, 8)


_KICKS, _SNARES, _TOMS = (35, 36), (37, 38, 39, 40), (41, 43, 45, 47, 48, 50)


def _registers() -> NDArray[np.int64]:
    registers = np.full(128, 86, np.int64)
    registers[list(_KICKS)], registers[list(_SNARES)], registers[list(_TOMS)] = 36, 62, 52
    return registers


PAD_REGISTERS = _registers()
"""The pitch (128,) that stands for a General MIDI drum: kicks, toms, snares, cymbals, ascending."""


@njit(cache=True)
def group_onsets(
    on_s: FloatArray, pitch: NDArray[np.int64], velocity: NDArray[np.int64], spread_s: float
) -> tuple[FloatArray, NDArray[np.int64], int]:
    """Group notes (in order of onset) struck within `spread_s` of the first.

    Returns onset times (mean of their notes), the first note of each onset, and their number.
    """
    count = len(on_s)
    times = np.empty(count)
    firsts = np.empty(count, np.int64)
    groups = 0
    i = 0
    while i < count:
        first = i
        total = 0.0
        while i < count and on_s[i] < on_s[first] + spread_s:
            total += on_s[i]
            i += 1
        times[groups] = total / (i - first)
        firsts[groups] = first
        groups += 1
    return times, firsts, groups


@njit(cache=True)
def log_interval(seconds: float) -> float:
    """Octaves by which an interval is longer than half a second, from 16 ms to 8 s."""
    return math.log2(min(max(seconds, 1 / 64), 8.0) / 0.5)


@njit(cache=True)
def _shared(a: int, b: int) -> float:
    """Share of the pitch classes of mask `a` that mask `b` has too."""
    both = a & b
    shared = 0
    total = 0
    for tone in range(12):
        shared += (both >> tone) & 1
        total += (a >> tone) & 1
    return shared / max(total, 1)


@njit(cache=True)
def _strike(comb: FloatArray, offset: int, lags: int, lag_s: float, weight: float) -> None:
    """Add `weight` at a lag, shared between the two nearest teeth."""
    place = math.log2(lag_s / SHORTEST_LAG_S) * LAGS_PER_OCTAVE
    tooth = math.floor(place)
    part = place - tooth
    if 0 <= tooth < lags:
        comb[offset + tooth] += weight * (1.0 - part)
    if 0 <= tooth + 1 < lags:
        comb[offset + tooth + 1] += weight * part


@njit(cache=True)
def describe(
    times_s: FloatArray,
    loudness: FloatArray,
    size: FloatArray,
    lowest: FloatArray,
    highest: FloatArray,
    tones: NDArray[np.int64],
    started_s: float,
    has_tones: bool,
    out: NDArray[np.float32],
) -> None:
    """Describe the last onset of the arrays (at most `LOOKBACK` of them, oldest first).

    Parameters
    ----------
    times_s, loudness, size, lowest, highest, tones
        Time, loudest key 0–1, number of keys, lowest and highest pitch, pitch classes as bits.
    started_s
        Time of the first onset of all.
    has_tones
        Whether keys were struck rather than drums.
    out
        Shape (FEATURES,), written.
    """
    last = len(times_s) - 1
    now_s = times_s[last]
    values = np.zeros(FEATURES)
    at = 0
    for back in _NEIGHBOURS:
        values[at] = log_interval(now_s - times_s[last - back]) if last >= back else 4.0
        at += 1
    mean_loudness = 0.0
    mean_size = 0.0
    near = max(last - 16, 0)
    for j in range(near, last):
        mean_loudness += loudness[j] / (last - near)
        mean_size += size[j] / (last - near)
    if last == 0:
        mean_loudness, mean_size = loudness[0], size[0]
    before = max(last - 1, 0)
    louder_s, fuller_s, lower_s, higher_s, bass_s, same_bass_s = 8.0, 8.0, 8.0, 8.0, 8.0, 8.0
    recent_tones = 0
    recent = 0
    loud_sum = 0.0
    for j in range(last - 1, -1, -1):
        ago_s = now_s - times_s[j]
        if ago_s < 2.0:
            recent_tones |= tones[j]
            recent += 1
        if loudness[j] >= loudness[last] - 0.02:
            louder_s = min(louder_s, ago_s)
        if size[j] >= size[last]:
            fuller_s = min(fuller_s, ago_s)
        if lowest[j] <= lowest[last] + 2:
            lower_s = min(lower_s, ago_s)
        if highest[j] >= highest[last]:
            higher_s = min(higher_s, ago_s)
        if lowest[j] < 52:
            bass_s = min(bass_s, ago_s)
        if lowest[j] % 12 == lowest[last] % 12:
            same_bass_s = min(same_bass_s, ago_s)
        if ago_s < 8.0:
            loud_sum += loudness[j] * math.exp(-ago_s / 4.0)
    own = (
        loudness[last] - 0.6,
        4.0 * (loudness[last] - mean_loudness),
        size[last] / 4.0,
        (size[last] - mean_size) / 2.0,
        (lowest[last] - 55.0) / 20.0,
        (highest[last] - 70.0) / 20.0,
        (lowest[last] - lowest[before]) / 12.0,
        (highest[last] - highest[before]) / 12.0,
        _shared(tones[last], tones[before]) if last else 0.0,
        _shared(tones[last], recent_tones),
        log_interval(louder_s),
        log_interval(fuller_s),
        log_interval(lower_s),
        log_interval(higher_s),
        log_interval(bass_s),
        log_interval(same_bass_s),
        1.0 if lowest[last] < 52 else 0.0,
        recent / 10.0,
        math.log2(1.0 + min(now_s - started_s, 63.0)) / 3.0,
        1.0 if last == 0 else 0.0,
        1.0 if has_tones else 0.0,
    )
    for value in own:
        values[at] = value
        at += 1
    scale = 2.0 / (1.0 + loud_sum)
    for j in range(last):
        ago_s = now_s - times_s[j]
        if ago_s < 0.1 or ago_s > 12.0:
            continue
        weight = scale * loudness[j] * math.exp(-ago_s / 4.0)
        _strike(values, SCALARS, LAGS, ago_s, weight)
        _strike(values, SCALARS, LAGS, 0.5 * ago_s, 0.6 * weight)
        _strike(values, SCALARS, LAGS, 0.25 * ago_s, 0.4 * weight)
        if lowest[j] <= lowest[last] + 5 and lowest[j] < 60:
            _strike(values, SCALARS + LAGS, BASS_LAGS, ago_s, weight)
            _strike(values, SCALARS + LAGS, BASS_LAGS, 0.5 * ago_s, 0.6 * weight)
        length_s = min(times_s[j + 1] - times_s[j], 2.0)
        long = 0.5 * length_s * math.exp(-ago_s / 4.0)
        _strike(values, SCALARS + LAGS + BASS_LAGS, LAGS, ago_s, long)
        _strike(values, SCALARS + LAGS + BASS_LAGS, LAGS, 0.5 * ago_s, 0.6 * long)
        _strike(values, SCALARS + LAGS + BASS_LAGS, LAGS, 0.25 * ago_s, 0.4 * long)
    for k in range(FEATURES):
        out[k] = values[k]
