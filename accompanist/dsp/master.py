"""The sum of all voices: evened out in loudness, and bent below full scale."""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

Bus = NDArray[np.float64]

_POWER = 0

_LOUDNESS_S = 0.3
_EVENED_POWER = 10 ** (-2.8)
_MAKE_UP = 2.0
_KNEE = 0.6
_CEILING = 0.97
_LEAST_POWER = 1e-30
"""Smaller numbers would soon be so small that processors compute them slowly."""


def new_bus() -> Bus:
    """The state of the sum, silent."""
    return np.zeros(1)


@njit(cache=True, nogil=True, error_model="numpy")
def even_out(out: NDArray[np.float32], bus: Bus, rate_hz: float) -> None:
    """Even out loudness (two to one, over a third of a second), then bend what is too loud.

    Above the knee a value is bent towards the ceiling, so that nothing reaches full scale.
    """
    smoothing = 1.0 / (_LOUDNESS_S * rate_hz)
    power = bus[_POWER]
    room = _CEILING - _KNEE
    for i in range(len(out)):
        left, right = float(out[i, 0]), float(out[i, 1])
        power += (left * left + right * right - power) * smoothing
        power = max(power, _LEAST_POWER)
        gain = _MAKE_UP
        if power > _EVENED_POWER:
            gain *= math.sqrt(math.sqrt(_EVENED_POWER / power))
        for side in range(2):
            value = out[i, side] * gain
            if abs(value) > _KNEE:
                bent = _KNEE + room * math.tanh((abs(value) - _KNEE) / room)
                value = math.copysign(bent, value)
            out[i, side] = np.float32(value)
    bus[_POWER] = power
