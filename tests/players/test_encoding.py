"""What networks are told of their own past."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from accompanist.players.encoding import History, recalled_rows, recalled_width


def walked(rows: np.ndarray) -> list[History]:
    """The history before each row, and after the last."""
    histories = [History.silent(rows.shape[1])]
    for row in rows:
        histories.append(histories[-1].followed_by(row))
    return histories


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 7), st.integers(1, 150), st.integers(0, 2**32))
def test_a_piece_read_at_once_is_told_the_same_as_one_played(
    beats: int, frames: int, seed: int
) -> None:
    rows = np.random.default_rng(seed).random((frames, 3)).astype(np.float32)
    at_once = recalled_rows(rows, 4 * beats)
    assert at_once.shape == (frames, recalled_width(3))
    played = [np.concatenate(h.recalled(beats)) for h in walked(rows)[:-1]]
    np.testing.assert_allclose(at_once, played, atol=1e-6)


def test_what_is_usual_is_the_mean_of_the_bars_known() -> None:
    rows = np.repeat(np.array([1.0, 3.0, 8.0], np.float32), 16)[:, None]
    usual = [float(walked(rows[:frames])[-1].recalled(4)[3][0]) for frames in (0, 16, 32, 48)]
    assert usual == [0.0, 1.0, 2.0, 4.0]
