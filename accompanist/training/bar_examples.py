"""Examples for the bar network: what is played on the beats of bent performances.

The beats are true ones, and onsets stray from them a little, as they do from beats that are heard
rather than known; now and then a beat is counted that there was not, or one is left out.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accompanist.dsp.beat_features import FEATURES, describe_beats
from accompanist.listening.bar_evidence import LENGTHS, PLACES
from accompanist.training.evidence_examples import Bent, onset_arrays
from accompanist.training.songs import beats_of

BEATS = 160
UNKNOWN = -1
_SLIPS = 0.4
_INDEX = {place: index for index, place in enumerate(PLACES)}


@dataclass(frozen=True, slots=True)
class BarExample:
    """Beats in order: features (n, FEATURES) and true places (n,), `UNKNOWN` where unknown."""

    features: NDArray[np.float32]
    places: NDArray[np.int64]


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


def bar_example(bent: Bent, stray_beats: float, random: np.random.Generator) -> BarExample | None:
    """Beats from the first note on, of which there are at least eight."""
    times_s, loud, size, low, high, tones = onset_arrays(
        bent.on_s, bent.pitch, bent.velocity, bent.has_tones
    )
    position = beats_of(times_s, bent.beats_s)
    first = max(int(np.floor(position[0] + 0.25)), 0)
    count = min(int(position[-1]) - first + 1, len(bent.beats_s) - 1 - first, BEATS)
    if count < 8:
        return None
    places = places_of(bent.downbeats)[first : first + count]
    moved = np.sort(position - first + random.normal(0.0, stray_beats, len(position)))
    if stray_beats > 0.0 and random.random() < _SLIPS:
        moved, places = _slipped(moved, places, random)
    features = np.empty((len(places), FEATURES), np.float32)
    periods_s = np.resize(np.diff(bent.beats_s)[first : first + count], len(places))
    describe_beats(len(places), moved, loud, size, low, high, tones, periods_s, features)
    return BarExample(features, places)


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
