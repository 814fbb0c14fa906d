"""What distinguishes a moment of sound to the ear for harmony.

Two frames (see `accompanist.dsp.spectrum`) together are described by the mean level of each
semitone, how far it stands out from its neighbours, and which pitch classes stood out over the last
second, over eight and over a minute; in the bass over the last second too.

Limits: the kernels trust their shapes; they allocate nothing.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from accompanist.dsp.semitones import SEMITONES

FRAMES = 2
"""Frames heard at once."""

STEP_S = 0.08
_BASS_SEMITONES = 24
_NEAR = 3
_MEMORIES_S = (1.0, 8.0, 60.0, 1.0)
"""Of all pitch classes; the last is that of the bass."""

MEMORIES = len(_MEMORIES_S)
_FADES: NDArray[np.float32] = np.exp(-STEP_S / np.array(_MEMORIES_S)).astype(np.float32)
FEATURES = 2 * SEMITONES + 12 * MEMORIES
MEMORY = 12 * MEMORIES
"""Length of what is remembered, zeros at first."""


@njit(cache=True, fastmath=True)
def describe_tones(
    tones: NDArray[np.uint8], memory: NDArray[np.float32], out: NDArray[np.float32]
) -> None:
    """Describe the next frames.

    Parameters
    ----------
    tones
        Levels (FRAMES, SEMITONES), 0–255.
    memory
        Shape (MEMORY,), what was remembered; updated.
    out
        Shape (FEATURES,), written.
    """
    kept = memory.reshape(MEMORIES, 12)
    for tone in range(SEMITONES):
        level = np.float32(0.0)
        for frame in range(FRAMES):
            level += tones[frame, tone] / np.float32(255.0 * FRAMES)
        out[tone] = level
    for m in range(MEMORIES):
        for pitch_class in range(12):
            kept[m, pitch_class] *= _FADES[m]
    for tone in range(SEMITONES):
        around, count = np.float32(0.0), 0
        for near in range(max(tone - _NEAR, 0), min(tone + _NEAR + 1, SEMITONES)):
            around += out[near]
            count += 1
        clear = max(out[tone] - around / np.float32(count), np.float32(0.0))
        out[SEMITONES + tone] = clear
        for m in range(MEMORIES):
            if m < MEMORIES - 1 or tone < _BASS_SEMITONES:
                kept[m, tone % 12] += clear
    at = 2 * SEMITONES
    for m in range(MEMORIES):
        whole = np.float32(1e-6)
        for pitch_class in range(12):
            whole += kept[m, pitch_class]
        for pitch_class in range(12):
            out[at] = math.sqrt(kept[m, pitch_class] / whole)
            at += 1


@njit(cache=True)
def describe_all_tones(tones: NDArray[np.uint8], out: NDArray[np.float32]) -> None:
    """Describe consecutive frames (n * FRAMES, SEMITONES), from the beginning, into (n, FEATURES).

    Frames that are left over are not heard.
    """
    memory = np.zeros(MEMORY, np.float32)
    for n in range(len(out)):
        describe_tones(tones[n * FRAMES : (n + 1) * FRAMES], memory, out[n])
