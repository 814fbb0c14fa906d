"""What distinguishes a beat to the ear that looks for bars: its accents, and what it recalls.

A beat owns the quarter of a beat before it and the three quarters after it. It is described by what
is struck on it and in its twelve parts, and by how much its harmony, its bass and its rhythm are
those of one to eight beats ago: bars repeat, and harmony moves on their lines.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

BEFORE_BEATS = 0.25
AFTER_BEATS = 0.75
NEAR_BEATS = 0.15
PARTS = 12
RECALLED = 8
TONES = 12
MEMORY = PARTS + TONES + 1
"""A remembered beat: loudness of its parts, of its pitch classes, and its bass (-1 for none)."""

FEATURES = 14 + 2 * PARTS + 3 * RECALLED + 3
_BASS = 55.0


@njit(cache=True)
def likeness(a: FloatArray, b: FloatArray) -> float:
    """Cosine between two rows; 0 where either is empty."""
    ab, aa, bb = 0.0, 0.0, 0.0
    for i in range(len(a)):
        ab += a[i] * b[i]
        aa += a[i] * a[i]
        bb += b[i] * b[i]
    return ab / math.sqrt(aa * bb) if aa > 0.0 and bb > 0.0 else 0.0


@njit(cache=True)
def describe_beat(
    beat: float,
    position: FloatArray,
    loudness: FloatArray,
    size: FloatArray,
    lowest: FloatArray,
    highest: FloatArray,
    tones: NDArray[np.int64],
    period_s: float,
    usual: FloatArray,
    memory: FloatArray,
    out: NDArray[np.float32],
) -> None:
    """Describe one beat, and remember it.

    Parameters
    ----------
    beat
        Which beat it is.
    position, loudness, size, lowest, highest, tones
        Onsets in and around it: position in beats, loudest key 0–1, number of keys, lowest and
        highest pitch, pitch classes as bits.
    period_s
        Seconds from beat to beat.
    usual
        Shape (5,): beats described so far, and the usual loudness, size, lowest and highest pitch
        of an onset; updated.
    memory
        Shape (RECALLED, MEMORY), the beat before first; updated.
    out
        Shape (FEATURES,), written.
    """
    parts, low_parts = np.zeros(PARTS), np.zeros(PARTS)
    chroma = np.zeros(TONES)
    loud, full, low, high, near_low, near_tones = 0.0, 0.0, 127.0, 0.0, 127.0, 0
    bass, bass_pitch, after = -1.0, 127.0, AFTER_BEATS
    count, heard = 0, usual[0]
    for j in range(len(position)):
        off = position[j] - beat
        if off < -BEFORE_BEATS or off >= AFTER_BEATS:
            continue
        count += 1
        part = min(int((off + BEFORE_BEATS) * PARTS + 0.5), PARTS - 1)
        parts[part] += loudness[j]
        if lowest[j] < _BASS:
            low_parts[part] += loudness[j]
            if lowest[j] < bass_pitch:
                bass_pitch = lowest[j]
        for tone in range(TONES):
            if (tones[j] >> tone) & 1:
                chroma[tone] += loudness[j]
        if abs(off) < NEAR_BEATS:
            near_tones |= tones[j]
            near_low = min(near_low, lowest[j])
            loud = max(loud, loudness[j])
            full += size[j]
            low, high = min(low, lowest[j]), max(high, highest[j])
        elif off > 0.0:
            after = min(after, off)
        pace = max(0.03, 1.0 / (8.0 + heard))
        usual[1] += pace * (loudness[j] - usual[1])
        usual[2] += pace * (size[j] - usual[2])
        usual[3] += pace * (lowest[j] - usual[3])
        usual[4] += pace * (highest[j] - usual[4])
    if bass_pitch < 127.0:
        bass = bass_pitch % 12.0
    is_struck = loud > 0.0
    last = memory[0]
    shared, own, fresh = 0.0, 0.0, 0.0
    for tone in range(TONES):
        if (near_tones >> tone) & 1:
            own += 1.0
            shared += 1.0 if last[PARTS + tone] > 0.0 else 0.0
        fresh += 1.0 if chroma[tone] > 0.0 and last[PARTS + tone] == 0.0 else 0.0
    at = 0
    scalars = (
        1.0 if is_struck else 0.0,
        4.0 * (loud - usual[1]) if is_struck else 0.0,
        loud,
        full / 4.0,
        (full - usual[2]) / 2.0 if is_struck else 0.0,
        (low - usual[3]) / 12.0 if is_struck else 0.0,
        (high - usual[4]) / 12.0 if is_struck else 0.0,
        1.0 if near_low < _BASS else 0.0,
        1.0 if bass >= 0.0 else 0.0,
        shared / own if own > 0.0 else 0.5,
        fresh / 3.0,
        count / 6.0,
        after,
        math.log2(period_s / 0.5),
    )
    for value in scalars:
        out[at] = value
        at += 1
    for part in range(PARTS):
        out[at] = parts[part]
        out[at + PARTS] = low_parts[part]
        at += 1
    at += PARTS
    for back in range(RECALLED):
        past = memory[back]
        out[at] = likeness(parts, past[:PARTS])
        out[at + RECALLED] = likeness(chroma, past[PARTS : PARTS + TONES])
        out[at + 2 * RECALLED] = (
            0.0 if bass < 0.0 or past[PARTS + TONES] < 0.0
            else 1.0 if bass == past[PARTS + TONES]
            else -1.0
        )  # fmt: skip
        at += 1
    at += 2 * RECALLED
    out[at] = math.log2(1.0 + heard) / 4.0
    out[at + 1] = 1.0 if heard == 0.0 else 0.0
    out[at + 2] = usual[2] / 4.0
    for back in range(RECALLED - 1, 0, -1):
        memory[back] = memory[back - 1]
    memory[0, :PARTS] = parts
    memory[0, PARTS : PARTS + TONES] = chroma
    memory[0, PARTS + TONES] = bass
    usual[0] += 1.0


@njit(cache=True)
def fresh_memory() -> FloatArray:
    """Memory (RECALLED, MEMORY) of nothing."""
    memory = np.zeros((RECALLED, MEMORY))
    memory[:, PARTS + TONES] = -1.0
    return memory


@njit(cache=True)
def fresh_usual() -> FloatArray:
    """What onsets are before any was heard (5,)."""
    return np.array([0.0, 0.6, 2.0, 55.0, 70.0])


@njit(cache=True)
def describe_beats(
    beats: int,
    position: FloatArray,
    loudness: FloatArray,
    size: FloatArray,
    lowest: FloatArray,
    highest: FloatArray,
    tones: NDArray[np.int64],
    periods_s: FloatArray,
    out: NDArray[np.float32],
) -> None:
    """Describe beats 0 to `beats` - 1 into `out` (beats, FEATURES), in order; onsets in order."""
    memory, usual = fresh_memory(), fresh_usual()
    first, count = 0, len(position)
    for beat in range(beats):
        while first < count and position[first] < beat - BEFORE_BEATS:
            first += 1
        last = first
        while last < count and position[last] < beat + AFTER_BEATS:
            last += 1
        here = slice(first, last)
        describe_beat(
            float(beat), position[here], loudness[here], size[here], lowest[here], highest[here],
            tones[here], periods_s[beat], usual, memory, out[beat],
        )  # fmt: skip
