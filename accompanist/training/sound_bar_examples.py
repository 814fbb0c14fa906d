"""Examples for the network that hears bars in sound: beats that somebody counts, described.

Beats are jittered a little, as those are that were heard and not known; now and then a beat is
counted that there was not, or one is left out. See `accompanist.training.sound_counts`.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from accompanist.dsp.frame_features import FRAME_S
from accompanist.dsp.sound_beat_features import FEATURES, describe_beats, fresh_memory
from accompanist.training.bar_examples import UNKNOWN
from accompanist.training.sound_augmenting import augmented
from accompanist.training.sound_counts import Count
from accompanist.training.sound_rendered import BeatSound

BEATS = 96
"""So many beats are described at most."""

_JITTER_S = 0.015
_HEARD_BEATS = (0.5, 1.1)
"""A beat is described so long after it: its frames take time to come."""

_TRUE_HEARD_BEATS = 0.65
_SLIPS = 0.2


@dataclass(frozen=True, slots=True)
class SoundBars:
    """Beats in order: features (n, FEATURES), true places and true readings (n,)."""

    features: NDArray[np.float32]
    places: NDArray[np.int64]
    readings: NDArray[np.int64]


def bent_bars(sound: BeatSound, count: Count, random: np.random.Generator) -> SoundBars:
    """An excerpt so counted, bent at random, sound and beats."""
    bands, tones, stretch = augmented(sound.bands, sound.tones, random)
    count = replace(count, times_s=count.times_s * stretch)
    if (count.readings == 0).all() and random.random() < _SLIPS:
        count = _slipped(count, random)
    jittered_s = count.times_s + random.normal(0.0, _JITTER_S, len(count.times_s))
    count = replace(count, times_s=np.maximum.accumulate(jittered_s))
    return _bars(bands, tones, count, random.uniform(*_HEARD_BEATS))


def true_bars(sound: BeatSound, count: Count) -> SoundBars:
    """An excerpt so counted, as it is."""
    return _bars(sound.bands, sound.tones, count, _TRUE_HEARD_BEATS)


def _slipped(count: Count, random: np.random.Generator) -> Count:
    """A beat too many or too few is counted somewhere."""
    at = int(random.integers(2, len(count.times_s) - 1))
    if random.random() < 0.5:
        between_s = (count.times_s[at - 1] + count.times_s[at]) / 2.0
        return Count(
            np.insert(count.times_s, at, between_s),
            np.insert(count.places, at, UNKNOWN),
            np.insert(count.readings, at, 0),
        )
    return Count(
        np.delete(count.times_s, at), np.delete(count.places, at), np.delete(count.readings, at)
    )


def _bars(
    bands: NDArray[np.uint8], tones: NDArray[np.uint8], count: Count, heard_beats: float
) -> SoundBars:
    counted = slice(1, min(len(count.times_s) - 1, BEATS + 1))
    features = np.empty((counted.stop - 1, FEATURES), np.float32)
    ends_s = FRAME_S * np.arange(1.0, len(bands) + 1.0)
    times_s = count.times_s[: counted.stop + 1]
    describe_beats(times_s, heard_beats, ends_s, bands, tones, fresh_memory(), features)
    return SoundBars(features, count.places[counted], count.readings[counted])
