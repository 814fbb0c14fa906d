"""What comes in through the sound card: kept for whoever listens later, its attacks told at once.

The channels' mean goes to a ring of samples that holds the last seconds: sample `n` of the stream
lies at `n % len`. Whoever reads knows by the stream's count of frames what has been written, and
takes care not to fall a whole ring behind. An attack becomes a cue at the time at which it sounded
before the input's latency.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from accompanist.dsp.attack import NO_ATTACK, Ear, hear, strength
from accompanist.dsp.clock_map import Words, ns_at
from accompanist.dsp.cue import ATTACK
from accompanist.dsp.ring import push

KEPT_FRAMES = 1 << 18
"""More than five seconds at 48 kHz."""


@njit(cache=True, nogil=True, error_model="numpy")
def listen(
    sound: NDArray[np.float32],
    heard: NDArray[np.float32],
    ear: Ear,
    attacks: NDArray[np.int64],
    clock: Words,
    first: int,
    latency_ns: int,
) -> int:
    """Keep a block and tell its attacks; return how many found no room.

    Parameters
    ----------
    sound
        The block, shape (frames, channels).
    heard
        Ring of samples.
    ear
        State of the attacks' detector.
    attacks
        Ring of cues.
    clock
        The device's clock map.
    first
        Number of the block's first frame in the stream.
    latency_ns
        Of the input.
    """
    lost = 0
    channels = sound.shape[1]
    for place in range(len(sound)):
        total = np.float32(0.0)
        for channel in range(channels):
            total += sound[place, channel]
        sample = total / np.float32(channels)
        if not math.isfinite(sample):
            sample = np.float32(0.0)
        heard[(first + place) % len(heard)] = sample
        back = hear(ear, float(sample))
        if back != NO_ATTACK:
            at_ns = ns_at(clock, first + place - back) - latency_ns
            lost += not push(attacks, (ATTACK, 0, strength(ear), 0, 0, at_ns, 0, 0))
    return lost
