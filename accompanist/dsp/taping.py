"""What callbacks and readers do with a tape (see `accompanist.dsp.tape`): write, read, find times.

Compiled; nothing here waits, allocates or raises. What is no longer on the tape reads as silence;
what is not there yet as the last sample that is, so that nothing leaps.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from accompanist.dsp.native import load_acquire, store_release
from accompanist.dsp.tape import (
    ANCHOR,
    ANCHORS,
    FIRST_ANCHOR,
    HEAD,
    LATENCY_NS,
    RATE_HZ,
    TAPE_FRAMES,
    Tape,
)

LOOP_MARGIN_NS = 20_000_000
"""A driver may state more latency than there is."""


@njit(cache=True, nogil=True, error_model="numpy")
def head_of(words: NDArray[np.int64]) -> int:
    """Frames written so far."""
    return int(load_acquire(words, HEAD))


@njit(cache=True, nogil=True, error_model="numpy")
def anchor(words: NDArray[np.int64], frame: int, time_ns: int) -> None:
    """Leave word of when a frame begins, for the writer only."""
    place = FIRST_ANCHOR + 2 * (words[ANCHOR] % ANCHORS)
    words[place], words[place + 1] = frame, time_ns
    store_release(words, ANCHOR, words[ANCHOR] + 1)


@njit(cache=True, nogil=True, error_model="numpy")
def publish(words: NDArray[np.int64], frames: int) -> None:
    """Let readers have so many frames, for the writer only."""
    store_release(words, HEAD, frames)


@njit(cache=True, nogil=True, error_model="numpy")
def put_mean(tape: Tape, first: int, sound: NDArray[np.float32]) -> None:
    """Write the mean of the channels of a block that begins with a frame, for the writer only."""
    channels = sound.shape[1]
    for place in range(len(sound)):
        total = np.float32(0.0)
        for channel in range(channels):
            total += sound[place, channel]
        tape.samples[(first + place) % TAPE_FRAMES] = total / np.float32(channels)
    publish(tape.words, first + len(sound))


@njit(cache=True, nogil=True, error_model="numpy")
def read_into(tape: Tape, first: int, out: NDArray[np.float32]) -> None:
    """Copy what was written from a frame on; the reader sees to it that it is there."""
    for place in range(len(out)):
        out[place] = tape.samples[(first + place) % TAPE_FRAMES]


@njit(cache=True, nogil=True, error_model="numpy")
def ns_of(words: NDArray[np.int64], frame: float) -> float:
    """Time of a frame, by the newest anchor; 0 before the first."""
    left = load_acquire(words, ANCHOR)
    if left == 0:
        return 0.0
    place = FIRST_ANCHOR + 2 * ((left - 1) % ANCHORS)
    return float(words[place + 1] + (frame - words[place]) * 1e9 / words[RATE_HZ])


@njit(cache=True, nogil=True, error_model="numpy")
def frame_of(words: NDArray[np.int64], time_ns: float) -> float:
    """Frame at a time, by the newest anchor; before the first nothing was written there."""
    left = load_acquire(words, ANCHOR)
    if left == 0:
        return -1.0
    place = FIRST_ANCHOR + 2 * ((left - 1) % ANCHORS)
    return float(words[place] + (time_ns - words[place + 1]) * words[RATE_HZ] / 1e9)


@njit(cache=True, nogil=True, error_model="numpy")
def shift_between(heard: NDArray[np.int64], played: NDArray[np.int64], frame: int) -> float:
    """Frame of what is played that comes back at the earliest when `frame` is heard.

    Both latencies are taken into account, less `LOOP_MARGIN_NS`, but nothing is expected back
    before it was rendered.
    """
    loop_ns = max(heard[LATENCY_NS] + played[LATENCY_NS] - LOOP_MARGIN_NS, 0)
    return frame_of(played, ns_of(heard, float(frame)) - loop_ns)


@njit(cache=True, nogil=True, error_model="numpy")
def follow(kept: NDArray[np.float64], at: float, frame: int, step: float) -> float:
    """Where a frame is found on another tape, without the jitter of two clocks.

    Parameters
    ----------
    kept
        Shape (1,): where frame 0 was found; updated when it has moved by a frame.
    at
        Where the clocks say that it is found.
    frame
        The frame.
    step
        Frames of the other tape a frame.

    Returns
    -------
    float
        Whole where both tapes have one rate.
    """
    origin = at - frame * step
    if abs(origin - kept[0]) > 1.0:
        kept[0] = math.floor(origin + 0.5)
    return float(kept[0] + frame * step)


@njit(cache=True, nogil=True, error_model="numpy")
def sample_at(tape: Tape, at: float, head: int) -> float:
    """Sample at a place between frames."""
    at = min(at, head - 1.0)
    before = math.floor(at)
    if before < 0 or before <= head - TAPE_FRAMES:
        return 0.0
    share = at - before
    first = float(tape.samples[before % TAPE_FRAMES])
    if share == 0.0:
        return first
    return first + share * (float(tape.samples[(before + 1) % TAPE_FRAMES]) - first)


@njit(cache=True, nogil=True, error_model="numpy")
def borrow_into(tape: Tape, at: float, step: float, out: NDArray[np.float32]) -> None:
    """Copy what another tape has from a place on, at one's own rate."""
    head = head_of(tape.words)
    for place in range(len(out)):
        out[place] = sample_at(tape, at + place * step, head)
