"""Examples for the bar network: what is played on the beats of bent performances.

The beats are true ones, and onsets stray from them a little, as they do from beats that are heard
rather than known; now and then a beat is counted that there was not, or one is left out. Half of
the examples are counted at another level than the true one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accompanist.dsp.beat_features import FEATURES, describe_beats
from accompanist.listening.bar_evidence import LENGTHS, LEVELS, PLACES
from accompanist.listening.evidence import PERIODS_S
from accompanist.training.evidence_examples import Bent, onset_arrays
from accompanist.training.songs import beats_of

BEATS = 160
LEVEL_SHARES = (0.5, 0.17, 0.17, 0.08, 0.08)
"""How often beats are counted at each of `LEVELS`; what the network says doesn't lean on it."""
UNKNOWN = -1
_SLIPS = 0.4
_ON_THE_BAR = 0.7
_GRID = 6
"""Places to a beat that beats of any level fall on."""

_INDEX = {place: index for index, place in enumerate(PLACES)}


@dataclass(frozen=True, slots=True)
class BarExample:
    """Beats in order: features (n, FEATURES), true places (n,), and their level in `LEVELS`.

    Places are `UNKNOWN` where they are, and at all levels but that of the beat.
    """

    features: NDArray[np.float32]
    places: NDArray[np.int64]
    level: int


@dataclass(frozen=True, slots=True)
class Counting:
    """Beats as somebody counts them: grid places (n,) from true beat 0, and the level."""

    at: NDArray[np.int64]
    level: int


def as_written(beats: int) -> Counting:
    """Count so many beats as they are."""
    return Counting(_GRID * np.arange(beats), 0)


def miscounted(bent: Bent, random: np.random.Generator) -> Counting:
    """Count at any level but impossible tempi; every other beat is mostly that of the bar line."""
    beats = len(bent.beats_s)
    period_s = float(np.median(np.diff(bent.beats_s)))
    slowest, fastest = max(PERIODS_S[-1], period_s), min(PERIODS_S[0], period_s)
    possible = [fastest <= period_s * level <= slowest for level in LEVELS]
    shares = np.where(possible, LEVEL_SHARES, 0.0)
    level = int(random.choice(len(LEVELS), p=shares / shares.sum()))
    downbeats = np.flatnonzero(bent.downbeats)
    on_the_bar = round(float((downbeats % 2).mean())) if len(downbeats) else 0
    odd = on_the_bar if random.random() < _ON_THE_BAR else 1 - on_the_bar
    at = np.arange(_GRID * odd, _GRID * (beats - 1) + 1, round(_GRID * LEVELS[level]))
    return Counting(at, level)


def places_of(downbeats: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The place of every beat, as an index into `PLACES`; beats before the first bar count back."""
    places = np.full(len(downbeats), UNKNOWN, np.int64)
    starts = np.flatnonzero(downbeats)
    if len(starts) < 2:
        return places
    lengths = np.append(np.diff(starts), np.diff(starts)[-1])
    for beat in range(len(downbeats)):
        bar = max(int(np.searchsorted(starts, beat, side="right")) - 1, 0)
        length = int(lengths[bar])
        if length in LENGTHS and -length <= beat - starts[bar] < length:
            places[beat] = _INDEX[length, (beat - starts[bar]) % length]
    return places


def bar_example(
    bent: Bent,
    stray_beats: float,
    random: np.random.Generator,
    counting: Counting | None = None,
) -> BarExample | None:
    """Beats from the first note on, of which there are at least eight; as written by default."""
    counting = counting or as_written(len(bent.beats_s))
    times_s, loud, size, low, high, tones = onset_arrays(
        bent.on_s, bent.pitch, bent.velocity, bent.has_tones
    )
    beats_s = np.interp(counting.at / _GRID, np.arange(len(bent.beats_s)), bent.beats_s)
    if len(beats_s) < 9:
        return None
    position = beats_of(times_s, beats_s)
    first = max(int(np.floor(position[0] + 0.25)), 0)
    last = min(int(position[-1]) + 1, len(beats_s) - 1, first + BEATS)
    if last - first < 8:
        return None
    places = np.full(last - first, UNKNOWN, np.int64)
    if counting.level == 0:
        places = places_of(bent.downbeats)[counting.at[first:last] // _GRID]
    moved = np.sort(position - first + random.normal(0.0, stray_beats, len(position)))
    if stray_beats > 0.0 and random.random() < _SLIPS:
        moved, places = _slipped(moved, places, random)
    features = np.empty((len(places), FEATURES), np.float32)
    periods_s = np.resize(np.diff(beats_s)[first:last], len(places))
    describe_beats(len(places), moved, loud, size, low, high, tones, periods_s, features)
    return BarExample(features, places, counting.level)


def _slipped(
    position: NDArray[np.float64], places: NDArray[np.int64], random: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """A beat too many or too few is counted somewhere."""
    at = int(random.integers(4, len(places)))
    after = position > at - 0.25
    if random.random() < 0.5 and len(places) < BEATS:
        return position + after, np.insert(places, at, UNKNOWN)
    # What lay on the beat left out falls on the one before it.
    return np.where(after, np.maximum(position - 1.0, at - 1.25), position), np.delete(places, at)
