"""Beats of rendered excerpts, as the network that hears bars in sound learns from them."""

import numpy as np

from accompanist.dsp.sound_beat_features import FEATURES
from accompanist.listening.bar_evidence import PLACES
from accompanist.training.bar_examples import UNKNOWN
from accompanist.training.sound_bar_examples import bent_bars, true_bars
from accompanist.training.sound_rendered import BeatSound


def sound(downbeats, beats=32):
    random = np.random.default_rng(0)
    frames = round(beats * 0.5 / 0.04)
    return BeatSound(
        random.integers(0, 256, (frames, 204)).astype(np.uint8),
        random.integers(0, 256, (frames, 72)).astype(np.uint8),
        0.5 * np.arange(beats),
        np.asarray(downbeats, np.int8),
    )


def in_three(beats=32):
    return [int(beat % 3 == 0) for beat in range(beats)]


def test_true_beats_go_round_the_bar():
    bars = true_bars(sound(in_three()), np.random.default_rng(0))
    lengths, places = zip(*(PLACES[place] for place in bars.places), strict=True)

    assert bars.features.shape == (len(bars.places), FEATURES)
    assert set(lengths) == {3}
    assert set(np.diff(places) % 3) == {1}


def test_an_excerpt_that_begins_with_a_bar_is_not_always_heard_from_there():
    drawn = [bent_bars(sound(in_three()), np.random.default_rng(seed)) for seed in range(12)]

    assert len({PLACES[bars.places[0]] for bars in drawn if bars.places[0] != UNKNOWN}) == 3


def test_bars_that_nobody_knows_are_not_learned():
    assert bent_bars(sound([-1] * 32), np.random.default_rng(0)) is None
    assert true_bars(sound([0] * 32), np.random.default_rng(0)) is None
