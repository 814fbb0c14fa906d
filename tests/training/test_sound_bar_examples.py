"""Counted beats of rendered excerpts, as the network that hears bars in sound learns from them."""

import numpy as np

from accompanist.dsp.sound_beat_features import FEATURES
from accompanist.training.sound_bar_examples import BEATS, bent_bars, true_bars
from accompanist.training.sound_counts import Count
from accompanist.training.sound_rendered import BeatSound


def sound(beats):
    random = np.random.default_rng(0)
    frames = round(beats * 0.5 / 0.04)
    return BeatSound(
        random.integers(0, 256, (frames, 204)).astype(np.uint8),
        random.integers(0, 256, (frames, 72)).astype(np.uint8),
        0.5 * np.arange(beats),
        np.zeros(beats, np.int8),
    )


def counted(beats):
    return Count(0.5 * np.arange(beats), np.arange(beats), np.arange(beats))


def test_beats_are_described_but_for_the_first_and_the_last():
    bars = true_bars(sound(32), counted(32))

    assert bars.features.shape == (30, FEATURES)
    assert bars.places.tolist() == bars.readings.tolist() == list(range(1, 31))


def test_of_a_long_excerpt_the_beginning_is_described():
    assert len(true_bars(sound(200), counted(200)).places) == BEATS


def test_what_is_bent_keeps_its_truth():
    bars = bent_bars(sound(32), counted(32), np.random.default_rng(0))

    assert bars.places.tolist() == list(range(1, 31))
    assert not np.allclose(bars.features, true_bars(sound(32), counted(32)).features)


def test_now_and_then_a_beat_too_many_or_too_few_is_counted():
    right = Count(0.5 * np.arange(32), np.arange(32), np.zeros(32, np.int64))
    drawn = [bent_bars(sound(32), right, np.random.default_rng(seed)) for seed in range(40)]

    assert {len(bars.places) for bars in drawn} == {29, 30, 31}
