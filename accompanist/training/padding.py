"""Sequences of unequal length in one batch, and what their features usually are."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

_LEAST_DEVIATION = 0.02
"""Of a feature that hardly ever changes, so that a rare change does not deafen the rest."""


def padded(rows: Sequence[ArrayLike], fill: float, length: int = 0) -> Tensor:
    """Rows (n, ...) of one shape but for n, as (batch, longest, ...), filled up with `fill`.

    `length` is the least of the length that comes out.
    """
    arrays = [np.asarray(row) for row in rows]
    longest = max(length, *(len(array) for array in arrays))
    batch = np.full((len(arrays), longest, *arrays[0].shape[1:]), fill, np.float32)
    for number, array in enumerate(arrays):
        batch[number, : len(array)] = array
    return torch.from_numpy(batch)


def usual(features: Sequence[NDArray[np.float32]]) -> tuple[Tensor, Tensor]:
    """Mean and deviation (features,) over all rows of sequences (n, features)."""
    values = np.concatenate(features)
    deviation = np.maximum(values.std(0), _LEAST_DEVIATION)
    return torch.from_numpy(values.mean(0)), torch.from_numpy(deviation)
