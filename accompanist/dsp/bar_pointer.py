"""Kernels of the bar pointer: a probability for every beat phase at every tempo.

`weights` has shape (tempi, phases) and sums to 1. Row k beats every ``periods_s[k]`` seconds (log
spaced, fastest first); column i is the phase ``i / phases`` of a beat. Between onsets the pointer
of every row runs on by ``dt / period``; at an onset each cell is weighed by how well its phase and
tempo explain it. After Whiteley, Cemgil & Godsill (ISMIR 2006), on onsets instead of frames.

Limits: the kernels trust their shapes; they allocate nothing.
"""

import math
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

FloatArray = NDArray[np.floating[Any]]

NEAR_BEATS = 0.15
MOST_PASSED = 16
"""A gap of more missed beats weighs no less than one of so many."""

WIDEST_SPREAD = 0.3


@njit(cache=True)
def beats_missed(start: float, shift: float) -> int:
    """Whole beats between two onsets, a phase `start` and `shift` beats apart, that had none.

    A beat near either onset was played, if early or late; only those between are missed.
    """
    passed = math.ceil(start + shift - NEAR_BEATS) - 1.0 - math.floor(start + NEAR_BEATS)
    return min(max(int(passed), 0), MOST_PASSED)


@njit(cache=True)
def spread_of(drift: float, dt_s: float, period_s: float) -> float:
    """Share of a row's weight that moves to each neighbouring tempo in `dt_s` seconds."""
    return min(0.5 * drift * dt_s / period_s, WIDEST_SPREAD)


@njit(cache=True, fastmath=True)
def shift_row(
    row: FloatArray, shift: float, missed: float, kept: FloatArray, out: FloatArray
) -> None:
    """Run one tempo's row on by `shift` beats, each missed beat weighing `missed`.

    `kept` (phases,) is left with the row before it moves, what was missed weighed in.
    """
    phases = len(row)
    steps = shift * phases
    whole = math.floor(steps)
    part = steps - whole
    for i in range(phases):
        kept[i] = row[i]
    if shift > 1.0 - 2.0 * NEAR_BEATS - 1.0 / phases:
        for i in range(phases):
            for _ in range(beats_missed(i / phases, shift)):
                kept[i] *= missed
    turn = whole % phases
    out[turn] = (1.0 - part) * kept[0] + part * kept[phases - 1]
    for i in range(1, phases - turn):
        out[i + turn] = (1.0 - part) * kept[i] + part * kept[i - 1]
    for i in range(max(phases - turn, 1), phases):
        out[i + turn - phases] = (1.0 - part) * kept[i] + part * kept[i - 1]


@njit(cache=True, fastmath=True)
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
        Shapes (tempi, phases) and (tempi + 1, phases); `weights` is changed in place.
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
        shift_row(weights[k], dt_s / periods_s[k], missed, scratch[tempi], scratch[k])
    for k in range(tempi):
        spread = spread_of(drift, dt_s, periods_s[k])
        below = scratch[max(k - 1, 0)]
        above = scratch[min(k + 1, tempi - 1)]
        here, out = scratch[k], weights[k]
        for i in range(phases):
            out[i] = (1.0 - 2.0 * spread) * here[i] + spread * (below[i] + above[i])


@njit(cache=True, fastmath=True)
def weigh(weights: FloatArray, likelihood: FloatArray, prior: FloatArray, restart: float) -> float:
    """Take an onset's evidence in, and return how well it was expected (1: no better than chance).

    `likelihood` (tempi, phases) averages 1; `prior` (tempi,) sums to 1. The share `restart` of the
    weight starts afresh, so that a jump can be followed.
    """
    tempi, phases = weights.shape
    total = 0.0
    for k in range(tempi):
        fresh = restart * prior[k] / phases
        row, like = weights[k], likelihood[k]
        for i in range(phases):
            row[i] = ((1.0 - restart) * row[i] + fresh) * like[i]
            total += row[i]
    if total <= 1e-30:
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


@njit(cache=True, fastmath=True)
def _gather(
    weights: FloatArray, scratch: FloatArray, rows: int, columns: int, out: FloatArray
) -> None:
    """Weight (tempi, phases) of the neighbourhood of every cell, into `out`."""
    tempi, phases = weights.shape
    for k in range(tempi):
        row, wide = weights[k], scratch[k]
        total = 0.0
        for j in range(-columns, columns + 1):
            total += row[j % phases]
        wide[0] = total
        for i in range(1, phases):
            total += row[(i + columns) % phases] - row[i - columns - 1]
            wide[i] = total
    for k in range(tempi):
        gathered = out[k]
        for i in range(phases):
            gathered[i] = scratch[k, i]
        for r in range(max(k - rows, 0), min(k + rows + 1, tempi)):
            if r == k:
                continue
            beside = scratch[r]
            for i in range(phases):
                gathered[i] += beside[i]


@njit(cache=True, fastmath=True)
def peaks(
    weights: FloatArray,
    scratch: FloatArray,
    gathered: FloatArray,
    rows: int,
    columns: int,
    found: NDArray[np.int64],
) -> int:
    """Cells whose neighbourhoods hold the most weight, heaviest first, none within another's.

    Parameters
    ----------
    weights, scratch, gathered
        Shapes (tempi, phases), (tempi + 1, phases) and (tempi, phases); the last two are written.
    rows, columns
        Half the size of a neighbourhood.
    found
        Shape (most, 2), filled with rows and columns.

    Returns
    -------
    int
        How many were found.
    """
    tempi, phases = weights.shape
    _gather(weights, scratch, rows, columns, gathered)
    for number in range(len(found)):
        best, best_row, best_column = 0.0, -1, 0
        for k in range(tempi):
            row = gathered[k]
            for i in range(phases):
                if row[i] > best:
                    best, best_row, best_column = row[i], k, i
        if best_row < 0:
            return number
        found[number, 0], found[number, 1] = best_row, best_column
        for k in range(max(best_row - 2 * rows, 0), min(best_row + 2 * rows + 1, tempi)):
            for j in range(-2 * columns, 2 * columns + 1):
                gathered[k, (best_column + j) % phases] = 0.0
    return len(found)
