"""What comes in through the sound card: kept on tape for the band, its attacks told at once.

The mean of the channels that are listened to goes on the tape; frames of full scale in any of them,
and frames that are no numbers, are counted there. An attack becomes a cue at the time at which it
sounded before the input's latency.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from accompanist.dsp.attack import NO_ATTACK, Ear, hear, strength
from accompanist.dsp.clock_map import Words, ns_at
from accompanist.dsp.cue import ATTACK
from accompanist.dsp.ring import push
from accompanist.dsp.tape import CLIPPED, LATENCY_NS, NOT_NUMBERS, RATE_HZ, TAPE_FRAMES, Tape
from accompanist.dsp.taping import anchor, follow, head_of, publish, sample_at, shift_between

_FULL_SCALE = 0.9999


class Capture(NamedTuple):
    """What is worked on: both tapes, the detector, where it tells, the clock, what is followed."""

    heard: Tape
    played: Tape
    ear: Ear
    attacks: NDArray[np.int64]
    clock: Words
    shift: NDArray[np.float64]


@njit(cache=True, nogil=True, error_model="numpy")
def listen(
    capture: Capture, sound: NDArray[np.float32], first: int, channel: int, channels: int
) -> int:
    """Keep a block and tell its attacks; return how many found no room.

    Parameters
    ----------
    capture
        What is worked on.
    sound
        The block, shape (frames, channels).
    first
        Number of the block's first frame in the stream.
    channel, channels
        The first of those that are listened to, and how many they are.
    """
    words, played = capture.heard.words, capture.played
    step = played.words[RATE_HZ] / max(words[RATE_HZ], 1)
    anchor(words, first, ns_at(capture.clock, first))
    at = follow(capture.shift, shift_between(words, played.words, first), first, step)
    head, lost = head_of(played.words), 0
    for place in range(len(sound)):
        sample = _mixed(words, sound[place, channel : channel + channels])
        capture.heard.samples[(first + place) % TAPE_FRAMES] = sample
        back = hear(capture.ear, float(sample), sample_at(played, at + place * step, head))
        if back != NO_ATTACK:
            at_ns = ns_at(capture.clock, first + place - back) - words[LATENCY_NS]
            row = (ATTACK, 0, strength(capture.ear), 0, 0, at_ns, 0, 0)
            lost += not push(capture.attacks, row)
    publish(words, first + len(sound))
    return lost


@njit(cache=True, nogil=True, error_model="numpy")
def _mixed(words: Words, frame: NDArray[np.float32]) -> np.float32:
    """Mean of a frame's channels; what is odd about it is counted."""
    total, loudest = np.float32(0.0), np.float32(0.0)
    for sample in frame:
        total += sample
        loudest = max(loudest, abs(sample))
    words[CLIPPED] += loudest >= _FULL_SCALE
    if math.isfinite(total):
        return total / np.float32(len(frame))
    words[NOT_NUMBERS] += 1
    return np.float32(0.0)
