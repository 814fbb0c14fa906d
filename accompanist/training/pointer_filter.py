"""The bar pointer as a layer to learn through: evidence in, the weight it leaves on the truth out.

The same filter runs live (see `accompanist.dsp.bar_pointer`). Training the network through it makes
evidence that is right once the filter has added up all that was heard, where evidence judged onset
by onset repeats itself and is believed too much.

The gradient is that of the forward recursion, worked out by hand: weights a are run on (a linear
map), mixed with a restart, multiplied by the likelihood and normalised, onset by onset.
"""

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import numpy as np
import torch
from numba import njit
from numpy.typing import NDArray
from torch import Tensor
from torch.autograd.function import FunctionCtx

from accompanist.dsp.bar_pointer import (
    NEAR_BEATS,
    WIDEST_SPREAD,
    beats_missed,
    run_on,
    shift_row,
    spread_of,
    weigh,
)

Array = NDArray[np.floating[Any]]

_THREADS = 2
_LEAST = 0.01
"""Added to the weight on the truth before its logarithm, so that a piece heard at the wrong tempo
altogether does not drown what all others teach."""

_NEAR_BEATS, _NEAR_S, _NEAR_ROWS = 0.035, 0.02, 1.5
"""How near is near: in beats, but never closer than people play and annotate, and in rows."""


@njit(cache=True, fastmath=True)
def _likelihood(phase: Array, tempo: Array, flat: float, out: Array) -> None:
    """Mix components (c, phases) and (c, tempi) and a flat one into `out` (tempi, phases)."""
    tempi, phases = out.shape
    for k in range(tempi):
        row = out[k]
        row[:] = flat
        for c in range(len(phase)):
            share = tempo[c, k]
            component = phase[c]
            for i in range(phases):
                row[i] += share * component[i]


@njit(cache=True, fastmath=True)
def _nearness(
    phase: float, row: float, periods_s: Array, near_phase: Array, near_row: Array
) -> None:
    """How near phases (phases,) and rows (tempi,) are to the truth, 1 where they meet it."""
    width = max(_NEAR_BEATS, _NEAR_S / periods_s[int(row)])
    for i in range(len(near_phase)):
        off = i / len(near_phase) - phase
        off -= math.floor(off + 0.5)
        near_phase[i] = math.exp(-0.5 * (off / width) ** 2)
    for k in range(len(near_row)):
        near_row[k] = math.exp(-0.5 * ((k - row) / _NEAR_ROWS) ** 2)


@njit(cache=True, fastmath=True, nogil=True)
def _forward(
    phase: Array, tempo: Array, flat: Array, drift: Array, missed: Array, restart: Array,
    dt_s: Array, truth_phase: Array, truth_row: Array, count: int, periods_s: Array, prior: Array,
    posterior: Array, mass: Array, reached: Array,
) -> None:  # fmt: skip
    """One sequence: fill posterior (n, tempi, phases), mass and reached (n,)."""
    tempi, phases = posterior.shape[1:]
    scratch = np.empty((tempi + 1, phases), posterior.dtype)
    like = np.empty((tempi, phases), posterior.dtype)
    near_phase, near_row = np.empty(phases, posterior.dtype), np.empty(tempi, posterior.dtype)
    weights = np.empty((tempi, phases), posterior.dtype)
    for k in range(tempi):
        weights[k, :] = prior[k] / phases
    for n in range(count):
        run_on(weights, scratch, periods_s, dt_s[n], drift[n], missed[n])
        _likelihood(phase[n], tempo[n], flat[n], like)
        mass[n] = weigh(weights, like, prior, restart[n])
        posterior[n] = weights
        _nearness(truth_phase[n], truth_row[n], periods_s, near_phase, near_row)
        reached[n] = near_row @ weights @ near_phase


@njit(cache=True, fastmath=True, nogil=True)
def _backward(
    phase: Array, tempo: Array, flat: Array, drift: Array, missed: Array, restart: Array,
    dt_s: Array, truth_phase: Array, truth_row: Array, count: int, periods_s: Array, prior: Array,
    posterior: Array, mass: Array, reached: Array, wanted: Array,
    d_phase: Array, d_tempo: Array, d_flat: Array, d_drift: Array, d_missed: Array,
    d_restart: Array,
) -> None:  # fmt: skip
    """Gradients of sum(wanted * log reached) with respect to all that was given."""
    tempi, phases = posterior.shape[1:]
    kind = posterior.dtype
    shape = (tempi, phases)
    like, grad = np.empty(shape, kind), np.zeros(shape, kind)
    shifted, d_shifted, kept = np.empty(shape, kind), np.empty(shape, kind), np.empty(shape, kind)
    near_phase, near_row = np.empty(phases, kind), np.empty(tempi, kind)
    start = np.empty(shape, kind)
    for k in range(tempi):
        start[k, :] = prior[k] / phases
    for n in range(count - 1, -1, -1):
        _likelihood(phase[n], tempo[n], flat[n], like)
        _nearness(truth_phase[n], truth_row[n], periods_s, near_phase, near_row)
        after = posterior[n]
        pull = wanted[n] / (reached[n] + _LEAST)
        inner = 0.0
        for k in range(tempi):
            row, held, wish = grad[k], after[k], pull * near_row[k]
            for i in range(phases):
                row[i] += wish * near_phase[i]
                inner += row[i] * held[i]
        for k in range(tempi):
            row = grad[k]
            for i in range(phases):
                row[i] = (row[i] - inner) / mass[n]
        # grad is now that of the weights before they were normalised.
        keep = 1.0 - restart[n]
        earlier = posterior[n - 1] if n else start
        before = d_shifted
        for k in range(tempi):
            shift_row(earlier[k], dt_s[n] / periods_s[k], missed[n], kept[k], shifted[k])
        for k in range(tempi):
            spread = spread_of(drift[n], dt_s[n], periods_s[k])
            below, above = shifted[max(k - 1, 0)], shifted[min(k + 1, tempi - 1)]
            here, out = shifted[k], before[k]
            for i in range(phases):
                out[i] = (1.0 - 2.0 * spread) * here[i] + spread * (below[i] + above[i])
        d_again = 0.0
        d_even = 0.0
        for k in range(tempi):
            fresh = prior[k] / phases
            row, flow, bank = grad[k], like[k], before[k]
            for i in range(phases):
                weighed = row[i] * (keep * bank[i] + restart[n] * fresh)
                d_even += weighed
                row[i] *= flow[i]
                d_again += row[i] * (fresh - bank[i])
                flow[i] = weighed
                row[i] *= keep
        d_flat[n] = d_even
        d_restart[n] = d_again
        for c in range(phase.shape[1]):
            for k in range(tempi):
                share, pushed = tempo[n, c, k], like[k]
                total = 0.0
                for i in range(phases):
                    d_phase[n, c, i] += pushed[i] * share
                    total += pushed[i] * phase[n, c, i]
                d_tempo[n, c, k] = total
        d_wide = 0.0
        d_shifted[:] = 0.0
        for k in range(tempi):
            beats = dt_s[n] / periods_s[k]
            spread = spread_of(drift[n], dt_s[n], periods_s[k])
            lower, higher = max(k - 1, 0), min(k + 1, tempi - 1)
            rate = 0.5 * beats if spread < WIDEST_SPREAD else 0.0
            row, low, mid, high = grad[k], shifted[lower], shifted[k], shifted[higher]
            for i in range(phases):
                d_wide += rate * row[i] * (low[i] + high[i] - 2.0 * mid[i])
            for i in range(phases):
                d_shifted[k, i] += (1.0 - 2.0 * spread) * row[i]
                d_shifted[lower, i] += spread * row[i]
                d_shifted[higher, i] += spread * row[i]
        d_drift[n] = d_wide
        d_skip = 0.0
        for k in range(tempi):
            d_skip += _unshift(d_shifted[k], dt_s[n] / periods_s[k], missed[n], kept[k], grad[k])
        d_missed[n] = d_skip


@njit(cache=True, fastmath=True)
def _unshift(pull: Array, shift: float, missed: float, kept: Array, out: Array) -> float:
    """Gradient of `shift_row` with respect to its row, into `out`; return that of `missed`."""
    phases = len(pull)
    steps = shift * phases
    whole = math.floor(steps)
    part = steps - whole
    turn = whole % phases
    for i in range(phases):
        to = i + turn if i + turn < phases else i + turn - phases
        further = to + 1 if to + 1 < phases else 0
        out[i] = (1.0 - part) * pull[to] + part * pull[further]
    d_missed = 0.0
    if shift > 1.0 - 2.0 * NEAR_BEATS - 1.0 / phases:
        for i in range(phases):
            passed = beats_missed(i / phases, shift)
            d_missed += out[i] * kept[i] * passed / missed
            for _ in range(passed):
                out[i] *= missed
    return d_missed


def nearness(phase: Tensor, row: Tensor, phases: int, periods_s: Tensor) -> tuple[Tensor, Tensor]:
    """How near every phase (…, phases) and row (…, tempi) is to the truth (…)."""
    width = (_NEAR_S / periods_s[row.long()]).clamp(min=_NEAR_BEATS)[..., None]
    off = torch.arange(phases) / phases - phase[..., None]
    off = off - torch.floor(off + 0.5)
    rows = torch.arange(len(periods_s)) - row[..., None]
    return torch.exp(-0.5 * (off / width) ** 2), torch.exp(-0.5 * (rows / _NEAR_ROWS) ** 2)


def _at_once(run: Callable[[int], None], count: int) -> None:
    """Run every sequence, two at a time: each is a thread's own work, outside the interpreter."""
    with ThreadPoolExecutor(_THREADS) as pool:
        list(pool.map(run, range(count)))


class PointerFilter(torch.autograd.Function):
    """Log of the weight near the truth (batch, n) that the filter reaches on evidence.

    Inputs in order: phase (batch, n, c, phases) and tempo (batch, n, c, tempi) of the components,
    each averaging 1 but for the component's share, which `phase` carries; flat, drift, missed and
    restart (batch, n); dt_s, true phase in beats and true row of tempo (batch, n); onsets in use
    (batch,); periods_s and prior (tempi,).
    """

    @staticmethod
    def forward(ctx: FunctionCtx, *given: Tensor) -> Tensor:
        """Run the filter over every sequence."""
        arrays = [tensor.detach().numpy() for tensor in given]
        *sequences, counts, periods_s, prior = arrays
        batch, length = sequences[0].shape[:2]
        shape = (batch, length, len(periods_s), sequences[0].shape[3])
        posterior = np.empty(shape, np.float32)
        mass, reached = np.ones((batch, length), np.float32), np.ones((batch, length), np.float32)

        def run(b: int) -> None:
            cast(Any, _forward)(
                *(values[b] for values in sequences), int(counts[b]), periods_s, prior,
                posterior[b], mass[b], reached[b],
            )  # fmt: skip

        _at_once(run, batch)
        ctx.kept = (sequences, counts, periods_s, prior, posterior, mass, reached)
        return torch.from_numpy(np.log(reached + _LEAST))

    @staticmethod
    def backward(ctx: FunctionCtx, *wanted: Tensor) -> tuple[Tensor | None, ...]:
        """Gradients of the six kinds of evidence."""
        sequences, counts, periods_s, prior, posterior, mass, reached = ctx.kept
        pulls = wanted[0].contiguous().numpy()
        gradients = [np.zeros_like(values) for values in sequences[:6]]

        def run(b: int) -> None:
            cast(Any, _backward)(
                *(values[b] for values in sequences), int(counts[b]), periods_s, prior,
                posterior[b], mass[b], reached[b], pulls[b],
                *(gradient[b] for gradient in gradients),
            )  # fmt: skip

        _at_once(run, len(pulls))
        return (*(torch.from_numpy(gradient) for gradient in gradients), *([None] * 6))
