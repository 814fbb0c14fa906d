"""Pitch of one voice in a sound that comes in sample by sample.

The sound is brought down to about 12 kHz. Every 5 ms each lag that can be a period is weighed by
how little the sound differs from itself so much earlier: the normalised square difference of
McLeod and Wyvill ("A smarter way to find pitch", ICMC 2005), which is that of YIN (de Cheveigné and
Kawahara, JASA 111, 2002) put between -1 and 1. Differences are summed hop by hop, so a short lag
looks back 20 ms and a long one as far as its own length: high notes are known sooner than low ones.
The tops of its lobes are the periods that may be; the first that is nearly as high as the highest
is the likeliest.

What is found does not depend on how the sound is cut into blocks. Limits: 35 to 2200 Hz.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

WORKING_RATE_HZ = 12000.0
HOP_S = 0.005
LOWEST_HZ, HIGHEST_HZ = 35.0, 2200.0

POWER, LEAP, SHARE, FOUND, FIRST = range(5)
"""Words of a frame: mean power of its hop, and of the hop's differences; share that the three
lowest partials of the likeliest pitch have in the sound; how many pitches may be; then the pitch,
in MIDI numbers, and the clarity of each, the likeliest first.
"""
MOST_FOUND = 4
FRAME_WORDS = FIRST + 2 * MOST_FOUND

_LOUDEST = np.float32(4.0)
_TAPS_A_SAMPLE = 12
_CUTOFF = 0.4
_LOW_CUT_HZ = 20.0
_DARK_HZ = 400.0
_WINDOW_S = 0.02
_NEARLY = 0.09
_TIMES = 1.5
_WORTH_NAMING = 0.5
_FAINTEST_POWER = 1e-10
_TINY = 1e-15
_A4, _A4_HZ = 69.0, 440.0
_PARTIALS_S = 0.045
_PARTIALS = 3

_TAP, _SKIPPED, _FILLED, _PLACE, _TAKEN = range(5)
_IN, _HIGH, _OUT, _KEEP, _DARK = range(5)
_PERIOD, _HEIGHT = range(2)
_MOST_TOPS = 64


class PitchEar(NamedTuple):
    """State of the ear, and the arrays that it works in.

    Attributes
    ----------
    rate_hz
        Of the sound brought down.
    hop
        Its samples from frame to frame.
    """

    rate_hz: float
    hop: int
    counts: NDArray[np.int64]
    low_pass: NDArray[np.float32]
    incoming: NDArray[np.float32]
    high_pass: NDArray[np.float64]
    past: NDArray[np.float32]
    window: NDArray[np.float32]
    differences: NDArray[np.float32]
    powers: NDArray[np.float32]
    reaches: NDArray[np.int64]
    clarity: NDArray[np.float64]
    tops: NDArray[np.float64]


def new_pitch_ear(rate_hz: float) -> PitchEar:
    """An ear that has heard silence so far."""
    skips = max(1, round(rate_hz / WORKING_RATE_HZ))
    rate = rate_hz / skips
    hop = max(1, round(HOP_S * rate))
    lags = math.ceil(rate / LOWEST_HZ) + 2
    taps = _TAPS_A_SAMPLE * skips + 1 if skips > 1 else 1
    around = np.arange(taps) - taps // 2
    low_pass = np.sinc(2 * _CUTOFF / skips * around) * np.hanning(taps + 2)[1:-1]
    needed_s = np.maximum(_WINDOW_S, np.arange(lags) / rate)
    reaches = np.ceil(needed_s * rate / hop - 1e-9).astype(np.int64)
    keep = math.exp(-2.0 * math.pi * _LOW_CUT_HZ / rate)
    dark = 1.0 - math.exp(-2.0 * math.pi * _DARK_HZ / rate)
    deepest, seen = int(reaches.max()), round(_PARTIALS_S * rate)
    counts = np.zeros(5, np.int64)
    counts[_TAKEN] = skips
    return PitchEar(
        rate,
        hop,
        counts,
        (low_pass / low_pass.sum()).astype(np.float32),
        np.zeros(2 * taps, np.float32),
        np.array([0.0, 0.0, 0.0, keep, dark]),
        np.zeros(max(lags, seen) + hop, np.float32),
        np.hanning(seen + 2)[1:-1].astype(np.float32),
        np.zeros((deepest, lags), np.float32),
        np.zeros((deepest, lags), np.float32),
        reaches,
        np.zeros(lags),
        np.zeros((_MOST_TOPS, 2)),
    )


@njit(cache=True, nogil=True, error_model="numpy")
def find_pitches(
    ear: PitchEar, sound: NDArray[np.float32], begin: int, frames: NDArray[np.float64]
) -> tuple[int, int]:
    """Hear `sound` from `begin` on, until it ends or `frames` is full.

    Returns
    -------
    tuple
        Where in `sound` to go on, and how many rows of `frames` were written.
    """
    counts, taps, written = ear.counts, len(ear.low_pass), 0
    skips = counts[_TAKEN]
    for place in range(begin, len(sound)):
        if written == len(frames):
            return place, written
        sample = sound[place]
        if not math.isfinite(sample):
            sample = np.float32(0.0)
        sample = min(max(sample, -_LOUDEST), _LOUDEST)
        ear.incoming[counts[_TAP]] = sample
        ear.incoming[counts[_TAP] + taps] = sample
        counts[_TAP] = (counts[_TAP] + 1) % taps
        counts[_SKIPPED] += 1
        if counts[_SKIPPED] < skips:
            continue
        counts[_SKIPPED] = 0
        _bring_down(ear)
        if counts[_FILLED] == ear.hop:
            counts[_FILLED] = 0
            _end_hop(ear, frames[written])
            written += 1
    return len(sound), written


@njit(cache=True, nogil=True, error_model="numpy")
def _bring_down(ear: PitchEar) -> None:
    """Filter one sample of the working rate, without what lies below hearing."""
    total, oldest = np.float32(0.0), ear.counts[_TAP]
    for tap in range(len(ear.low_pass)):
        total += ear.low_pass[tap] * ear.incoming[oldest + tap]
    state = ear.high_pass
    high = total - state[_IN] + state[_KEEP] * state[_HIGH]
    state[_IN] = total
    state[_HIGH] = high if abs(high) > _TINY else 0.0
    state[_OUT] += state[_DARK] * (state[_HIGH] - state[_OUT])
    newest = len(ear.past) - ear.hop + ear.counts[_FILLED]
    ear.past[newest] = np.float32(state[_OUT])
    ear.counts[_FILLED] += 1


@njit(cache=True, nogil=True, error_model="numpy")
def _end_hop(ear: PitchEar, frame: NDArray[np.float64]) -> None:
    past, hop = ear.past, ear.hop
    _take_differences(ear)
    frame[:] = 0.0
    row, first = ear.counts[_PLACE], len(past) - hop
    frame[POWER] = ear.powers[row, 0] / (2 * hop)
    frame[LEAP] = ear.differences[row, 1] / hop
    ear.counts[_PLACE] = (row + 1) % len(ear.differences)
    if _weigh(ear):
        _find(ear, frame)
    if frame[FOUND] > 0.0:
        frame[SHARE] = _share(ear, frame[FIRST])
    for place in range(first):
        past[place] = past[place + hop]


@njit(cache=True, nogil=True, error_model="numpy")
def _take_differences(ear: PitchEar) -> None:
    """Sum this hop's square differences, and the powers that they are held against."""
    past, hop, lags = ear.past, ear.hop, len(ear.reaches)
    first = len(past) - hop
    differences = ear.differences[ear.counts[_PLACE]]
    powers = ear.powers[ear.counts[_PLACE]]
    differences[:] = 0.0
    power = 0.0
    for place in range(first, len(past)):
        sample = past[place]
        power += sample * sample
        for lag in range(lags):
            difference = sample - past[place - lag]
            differences[lag] += difference * difference
    earlier = power
    for lag in range(lags):
        powers[lag] = power + earlier
        come, gone = past[first - 1 - lag], past[len(past) - 1 - lag]
        earlier = max(earlier + come * come - gone * gone, 0.0)


@njit(cache=True, nogil=True, error_model="numpy")
def _weigh(ear: PitchEar) -> bool:
    """Weigh every lag; return whether anything sounds."""
    deepest, lags = ear.differences.shape
    newest = ear.counts[_PLACE] - 1 + deepest
    loudest = 0.0
    for lag in range(lags):
        difference = power = 0.0
        for back in range(ear.reaches[lag]):
            row = (newest - back) % deepest
            difference += ear.differences[row, lag]
            power += ear.powers[row, lag]
        loudest = max(loudest, power / ear.reaches[lag])
        ear.clarity[lag] = 1.0 - difference / power if power > 0.0 else 0.0
    return loudest > _FAINTEST_POWER * 2 * ear.hop


@njit(cache=True, nogil=True, error_model="numpy")
def _find(ear: PitchEar, frame: NDArray[np.float64]) -> None:
    """Name the likeliest pitch, then the others, the clearest first."""
    count, tops = _tops(ear), ear.tops
    highest = 0.0
    for top in range(count):
        highest = max(highest, tops[top, _HEIGHT])
    if highest < _WORTH_NAMING:
        return
    chosen = 0
    while 1.0 - tops[chosen, _HEIGHT] > _NEARLY + _TIMES * (1.0 - highest):
        chosen += 1
    found = 0
    while chosen >= 0 and found < MOST_FOUND:
        place = FIRST + 2 * found
        frame[place] = _A4 + 12.0 * math.log2(ear.rate_hz / (tops[chosen, _PERIOD] * _A4_HZ))
        frame[place + 1] = tops[chosen, _HEIGHT]
        tops[chosen, _HEIGHT] = 0.0
        found += 1
        chosen = -1
        for top in range(count):
            least = _WORTH_NAMING if chosen < 0 else tops[chosen, _HEIGHT]
            if tops[top, _HEIGHT] > least:
                chosen = top
    frame[FOUND] = found


@njit(cache=True, nogil=True, error_model="numpy")
def _tops(ear: PitchEar) -> int:
    """Find the top of every lobe after the one about no lag; return how many there are."""
    clarity, tops, lags = ear.clarity, ear.tops, len(ear.clarity)
    count, lag = 0, 1
    while lag < lags and clarity[lag] > 0.0:
        lag += 1
    while lag < lags - 1 and count < len(tops):
        top = 0
        while lag < lags - 1 and clarity[lag] > 0.0:
            is_top = clarity[lag] >= clarity[lag - 1] and clarity[lag] > clarity[lag + 1]
            if is_top and (top == 0 or clarity[lag] > clarity[top]):
                top = lag
            lag += 1
        lag += 1
        if top == 0:
            continue
        before, here, after = clarity[top - 1], clarity[top], clarity[top + 1]
        aside = 0.5 * (before - after) / (before - 2.0 * here + after)
        if top + aside >= ear.rate_hz / HIGHEST_HZ:
            tops[count, _PERIOD] = top + aside
            tops[count, _HEIGHT] = min(here - 0.25 * (before - after) * aside, 1.0)
            count += 1
    return count


@njit(cache=True, nogil=True, error_model="numpy")
def _share(ear: PitchEar, pitch: float) -> float:
    """Share of the sound's power that the three lowest partials of a pitch have."""
    window, first = ear.window, len(ear.past) - len(ear.window)
    turn = 2.0 * math.pi * _A4_HZ * 2.0 ** ((pitch - _A4) / 12.0) / ear.rate_hz
    weight = power = partials = 0.0
    for place in range(len(window)):
        sample = ear.past[first + place]
        weight += window[place]
        power += window[place] * sample * sample
    for partial in range(1, _PARTIALS + 1):
        real, imaginary = 0.0, 0.0
        cosine, sine = math.cos(partial * turn), math.sin(partial * turn)
        along, across = 1.0, 0.0
        for place in range(len(window)):
            sample = window[place] * ear.past[first + place]
            real += sample * along
            imaginary += sample * across
            along, across = along * cosine - across * sine, along * sine + across * cosine
        partials += real * real + imaginary * imaginary
    return min(2.0 * partials / (weight * power), 1.0) if power > 0.0 else 0.0
