"""Batches of sequences: what is missing is filled up, and features are known by their spread."""

import numpy as np
import pytest

from tests.training.tiny import torch_or_skip

torch_or_skip()

from accompanist.training.padding import padded, usual  # noqa: E402


def test_short_sequences_are_filled_up_to_the_longest() -> None:
    batch = padded([[1.0, 2.0, 3.0], [4.0]], -1.0)
    assert batch.tolist() == [[1.0, 2.0, 3.0], [4.0, -1.0, -1.0]]


def test_all_are_filled_up_to_the_length_asked_for() -> None:
    assert padded([np.ones((2, 3)), np.ones((1, 3))], 0.0, 5).shape == (2, 5, 3)


def test_a_feature_that_never_changes_is_given_a_little_spread() -> None:
    mean, deviation = usual([np.array([[1.0, 5.0]]), np.array([[3.0, 5.0]])])
    assert mean.tolist() == pytest.approx([2.0, 5.0])
    assert deviation.tolist() == pytest.approx([1.0, 0.02])
