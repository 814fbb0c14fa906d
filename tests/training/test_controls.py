"""What density, intensity and complexity were worth in music played without such controls."""

import numpy as np

from accompanist.training.controls import Ranks, amounts, voices_around


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
    assert abs(ranks.of(busy(2)).density[40] - 0.5) < 0.15


def test_busier_music_ranks_higher():
    ranks = Ranks([busy(1), busy(2), busy(3)])
    assert (
        ranks.of(busy(1)).density[40]
        < ranks.of(busy(2)).density[40]
        < ranks.of(busy(3)).density[40]
    )


def test_a_style_never_met_ranks_in_the_middle():
    other = amounts("waltz", 3, np.ones(12), np.ones(12), ahead=False)
    controls = Ranks([busy(1)]).of(other)
    assert set(controls.density) == set(controls.intensity) == set(controls.complexity) == {0.5}


def test_onsets_between_the_eighths_are_complex():
    eighths, sixteenths = np.zeros(64), np.zeros(64)
    eighths[::2] = sixteenths[::4] = sixteenths[3::4] = 1.0
    pieces = [amounts("pop", 4, onsets, onsets, ahead=True) for onsets in (eighths, sixteenths)]
    assert [piece.between[32] for piece in pieces] == [0.0, 0.5]
    plain, intricate = (Ranks(pieces).of(piece).complexity[32] for piece in pieces)
    assert plain < intricate


def test_voices_are_counted_over_the_bars_around():
    hits = np.zeros((64, 3), bool)
    hits[0, 0] = hits[20, 1] = hits[60, 2] = True
    assert voices_around(hits, 4, ahead=True)[16] == 2
    assert voices_around(hits, 4, ahead=False)[16] == 1
