"""Examples for the network that hears bars in sound: beats of rendered excerpts, described.

Beats are true ones, jittered a little, as beats are that were heard and not known; now and then a
beat is counted that there was not, or one is left out. Listening begins at any beat.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accompanist.dsp.frame_features import FRAME_S
from accompanist.dsp.sound_beat_features import FEATURES, describe_beats, fresh_memory
from accompanist.training.bar_examples import UNKNOWN, places_of
from accompanist.training.sound_augmenting import augmented
from accompanist.training.sound_rendered import BeatSound

LEAST_BEATS = 20
_JITTER_S = 0.015
_HEARD_BEATS = (0.5, 1.1)
"""A beat is described so long after it: its frames take time to come."""

_TRUE_HEARD_BEATS = 0.65
_SLIPS = 0.3
_SOON, _FIRST_BEATS = 0.7, 8


@dataclass(frozen=True, slots=True)
class SoundBars:
    """Beats in order: features (n, FEATURES) and true places (n,), `UNKNOWN` where they are."""

    features: NDArray[np.float32]
    places: NDArray[np.int64]


def bent_bars(sound: BeatSound, random: np.random.Generator) -> SoundBars | None:
    """An excerpt bent and miscounted at random; None where its bars are not known."""
    places = known_places(sound)
    if places is None:
        return None
    bands, tones, stretch = augmented(sound.bands, sound.tones, random)
    beats_s = sound.beats_s * stretch
    first = _first_beat(len(beats_s), random)
    beats_s, places = beats_s[first:], places[first:]
    if random.random() < _SLIPS:
        beats_s, places = _slipped(beats_s, places, random)
    beats_s = beats_s + random.normal(0.0, _JITTER_S, len(beats_s))
    return _bars(
        bands, tones, np.maximum.accumulate(beats_s), places, random.uniform(*_HEARD_BEATS)
    )


def true_bars(sound: BeatSound, random: np.random.Generator) -> SoundBars | None:
    """An excerpt as it is, from any of its first beats; None where its bars are not known."""
    places = known_places(sound)
    if places is None:
        return None
    first = int(random.integers(_FIRST_BEATS))
    beats_s, places = sound.beats_s[first:], places[first:]
    return _bars(sound.bands, sound.tones, beats_s, places, _TRUE_HEARD_BEATS)


def known_places(sound: BeatSound) -> NDArray[np.int64] | None:
    """The place of each beat, as an index into ``PLACES``; None where there is little to know."""
    if len(sound.beats_s) < LEAST_BEATS or (sound.downbeats < 0).any():
        return None
    places = places_of(sound.downbeats > 0)
    return places if (places != UNKNOWN).any() else None


def _first_beat(beats: int, random: np.random.Generator) -> int:
    """Where to begin: soon, mostly. An excerpt begins with a bar, which should be no help."""
    least = min(_FIRST_BEATS, beats - LEAST_BEATS + 1)
    return int(random.integers(least if random.random() < _SOON else beats - LEAST_BEATS + 1))


def _slipped(
    beats_s: NDArray[np.float64], places: NDArray[np.int64], random: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """A beat too many or too few is counted somewhere."""
    at = int(random.integers(2, len(beats_s) - 1))
    if random.random() < 0.5:
        between_s = (beats_s[at - 1] + beats_s[at]) / 2.0
        return np.insert(beats_s, at, between_s), np.insert(places, at, UNKNOWN)
    return np.delete(beats_s, at), np.delete(places, at)


def _bars(
    bands: NDArray[np.uint8],
    tones: NDArray[np.uint8],
    beats_s: NDArray[np.float64],
    places: NDArray[np.int64],
    heard_beats: float,
) -> SoundBars:
    features = np.empty((len(beats_s) - 2, FEATURES), np.float32)
    ends_s = FRAME_S * np.arange(1.0, len(bands) + 1.0)
    describe_beats(beats_s, heard_beats, ends_s, bands, tones, fresh_memory(), features)
    return SoundBars(features, places[1:-1])
