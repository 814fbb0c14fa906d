"""Kernels of the bar pointer: a probability for every beat phase at every tempo.

`weights` has shape (tempi, phases) and sums to 1. Row k beats every ``periods_s[k]`` seconds (log
spaced, fastest first); column i is the phase ``i / phases`` of a beat. Between onsets the pointer
of every row runs on by ``dt / period``; at an onset each cell is weighed by how well its phase and
tempo explain it. After Whiteley, Cemgil & Godsill (ISMIR 2006), on onsets instead of frames.

Limits: the kernels trust their shapes; they allocate nothing.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

NEAR_BEATS = 0.15


@njit(cache=True)
def run_on(
    weights: FloatArray,
    scratch: FloatArray,
    periods_s: FloatArray,
    dt_s: float,
    drift: float,
    missed: float,
) -> None:
    """Let `dt_s` seconds pass.

    Parameters
    ----------
    weights, scratch
        Shape (tempi, phases); `weights` is changed in place.
    periods_s
        Shape (tempi,), seconds per beat.
    dt_s
        Elapsed time, seconds, ≥ 0.
    drift
        Variance that log tempo gains per beat, in squared rows.
    missed
        Weight of a beat that passed without an onset, 0–1.
    """
    tempi, phases = weights.shape
    for k in range(tempi):
        shift = dt_s / periods_s[k] * phases
        whole = math.floor(shift)
        part = shift - whole
        for i in range(phases):
            source = (i - whole) % phases
            moved = (1.0 - part) * weights[k, source] + part * weights[k, source - 1]
            # A beat near either onset was played, if early or late; only those between are missed.
            start = source / phases
            end = start + shift / phases
            passed = math.ceil(end - NEAR_BEATS) - 1.0 - math.floor(start + NEAR_BEATS)
            scratch[k, i] = moved * missed ** max(passed, 0.0)
    for k in range(tempi):
        spread = min(0.5 * drift * dt_s / periods_s[k], 0.3)
        below = max(k - 1, 0)
        above = min(k + 1, tempi - 1)
        for i in range(phases):
            weights[k, i] = (1.0 - 2.0 * spread) * scratch[k, i] + spread * (
                scratch[below, i] + scratch[above, i]
            )


@njit(cache=True)
def weigh(
    weights: FloatArray,
    phase_likelihood: FloatArray,
    tempo_likelihood: FloatArray,
    prior: FloatArray,
    restart: float,
) -> float:
    """Take an onset's evidence in, and return how well it was expected (1: no better than chance).

    `phase_likelihood` (phases,) and `tempo_likelihood` (tempi,) average 1; `prior` (tempi,) sums
    to 1. The share `restart` of the weight starts afresh, so that a jump can be followed.
    """
    tempi, phases = weights.shape
    total = 0.0
    for k in range(tempi):
        fresh = restart * prior[k] / phases
        for i in range(phases):
            weight = (1.0 - restart) * weights[k, i] + fresh
            weight *= phase_likelihood[i] * tempo_likelihood[k]
            weights[k, i] = weight
            total += weight
    if total <= 1e-300:
        for k in range(tempi):
            for i in range(phases):
                weights[k, i] = prior[k] / phases
        return 0.0
    for k in range(tempi):
        for i in range(phases):
            weights[k, i] /= total
    return total


@njit(cache=True)
def neighbourhood(
    weights: FloatArray, row: int, column: int, rows: int, columns: int
) -> tuple[float, float, float]:
    """Weight around a cell, and the mean row and (circular) column offset of that weight."""
    tempi, phases = weights.shape
    mass = 0.0
    row_sum = 0.0
    column_sum = 0.0
    for k in range(max(row - rows, 0), min(row + rows + 1, tempi)):
        for j in range(-columns, columns + 1):
            weight = weights[k, (column + j) % phases]
            mass += weight
            row_sum += weight * (k - row)
            column_sum += weight * j
    if mass <= 0.0:
        return 0.0, 0.0, 0.0
    return mass, row_sum / mass, column_sum / mass


@njit(cache=True)
def strongest(weights: FloatArray, rows: int, columns: int) -> tuple[int, int]:
    """Cell whose neighbourhood holds the most weight."""
    tempi, phases = weights.shape
    best = -1.0
    best_row = 0
    best_column = 0
    for k in range(tempi):
        for i in range(phases):
            # Only a local peak can be the strongest; this spares the sum elsewhere.
            here = weights[k, i]
            if here < weights[k, i - 1] or here < weights[k, (i + 1) % phases]:
                continue
            mass = 0.0
            for r in range(max(k - rows, 0), min(k + rows + 1, tempi)):
                for j in range(-columns, columns + 1):
                    mass += weights[r, (i + j) % phases]
            if mass > best:
                best = mass
                best_row = k
                best_column = i
    return best_row, best_column
