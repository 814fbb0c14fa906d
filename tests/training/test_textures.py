"""Pieces made by rule: any metre, any texture, notes on exact parts of beats."""

import numpy as np
import pytest

from accompanist.music.chord import parse_chord
from accompanist.training.arrangements import ScoreNote
from accompanist.training.chart import Chart
from accompanist.training.evidence_examples import noise
from accompanist.training.performances import MELODY
from accompanist.training.textures import BARS, arranged, texture

SHEET = Chart(
    "sheet",
    3,
    tuple(parse_chord("C:maj") for _ in range(24)),
    tuple(ScoreNote(float(beat), 1.0, 72 + beat % 5, 80) for beat in range(24)),
)


@pytest.mark.parametrize("seed", range(8))
def test_notes_lie_on_halves_or_thirds_of_beats_or_what_divides_them(seed: int) -> None:
    piece = texture(np.random.default_rng(seed))
    fine = piece.beats * 12
    assert np.abs(fine - np.rint(fine)).max() < 1e-6
    assert piece.beats.max() < BARS * np.diff(np.flatnonzero(piece.downbeats)).max()


def test_metres_from_two_to_seven_are_drawn() -> None:
    random = np.random.default_rng(0)
    lengths = {int(np.diff(np.flatnonzero(texture(random).downbeats))[0]) for _ in range(150)}
    assert lengths == {2, 3, 4, 5, 6, 7}


def test_textures_change_in_some_pieces_and_not_in_others() -> None:
    def unevenness(seed: int) -> float:
        piece = texture(np.random.default_rng(seed))
        counts = np.bincount((piece.beats / 16).astype(int))[:-1]
        return float(counts.std() / counts.mean())

    uneven = [unevenness(seed) for seed in range(40)]
    assert min(uneven) < 0.1
    assert max(uneven) > 0.4


def test_a_sheet_keeps_its_tune_whatever_is_under_it() -> None:
    for seed in range(6):
        piece = arranged(SHEET, np.random.default_rng(seed))
        tune = piece.beats[piece.role == MELODY]
        assert set(range(24)) <= set(tune.tolist())
        assert np.flatnonzero(piece.downbeats)[:3].tolist() == [0, 3, 6]


def test_noise_has_no_even_intervals() -> None:
    example = noise(np.random.default_rng(0))
    gaps_s = np.diff(example.time_s)
    assert gaps_s.std() > 0.7 * gaps_s.mean()
