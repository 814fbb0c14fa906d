"""What density and intensity were worth in music played without such controls."""

import numpy as np

from accompanist.training.controls import Ranks, amounts


def busy(onsets_per_frame, frames=64):
    onsets = np.full(frames, float(onsets_per_frame))
    return amounts("pop", 4, onsets, 0.5 * onsets, ahead=False)


def test_amounts_behind_know_nothing_of_what_is_ahead():
    onsets = np.zeros(64)
    onsets[32:] = 1.0
    assert amounts("pop", 4, onsets, onsets, ahead=False).density[32] == 0.0
    assert amounts("pop", 4, onsets, onsets, ahead=True).density[32] == 2.0


def test_the_usual_amount_ranks_in_the_middle():
    ranks = Ranks([busy(1), busy(2), busy(3)])
    density, _ = ranks.of(busy(2))
    assert abs(density[40] - 0.5) < 0.15


def test_busier_music_ranks_higher():
    ranks = Ranks([busy(1), busy(2), busy(3)])
    assert ranks.of(busy(1))[0][40] < ranks.of(busy(2))[0][40] < ranks.of(busy(3))[0][40]


def test_a_style_never_met_ranks_in_the_middle():
    other = amounts("waltz", 3, np.ones(12), np.ones(12), ahead=False)
    density, intensity = Ranks([busy(1)]).of(other)
    assert set(density) == set(intensity) == {0.5}
