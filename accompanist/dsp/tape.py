"""Tape: sound in shared memory, from the one callback that writes it to whoever reads along.

Sample `n` lies at ``n % TAPE_FRAMES`` for as long as the tape is; the writer never waits, and who
falls behind loses the oldest. Every block leaves an anchor, a frame and its time, so that each
sample has a time of the machine's steady clock. A stream that begins anew counts from 0 in a new
epoch, perhaps at another rate. Written and read by `accompanist.dsp.taping`.

Nothing here imports numba, so that the guard can know sizes.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

TAPE_FRAMES = 1 << 19
"""Eleven seconds at 48 kHz, nearly three at 192."""

EPOCH, HEAD, RATE_HZ, LATENCY_NS, CLIPPED, NOT_NUMBERS, LOST, ANCHOR = range(8)
"""Words: number of the stream, 0 before the first; frames written; rate; what the driver says that
the device takes; frames of full scale, frames that were no numbers, and blocks before which sound
was lost on its way; how many anchors were left."""
ANCHORS = 64
FIRST_ANCHOR = 16
TAPE_WORDS = FIRST_ANCHOR + 2 * ANCHORS


class Tape(NamedTuple):
    """Words and samples, in memory of one's own or shared."""

    words: NDArray[np.int64]
    samples: NDArray[np.float32]


def new_tape() -> Tape:
    """An empty tape in memory of one's own."""
    return Tape(np.zeros(TAPE_WORDS, np.int64), np.zeros(TAPE_FRAMES, np.float32))


def rewind(tape: Tape, rate_hz: float, latency_ns: int) -> None:
    """Begin a new epoch; nobody may be writing."""
    words = tape.words
    words[HEAD] = words[ANCHOR] = 0
    words[CLIPPED] = words[NOT_NUMBERS] = words[LOST] = 0
    words[RATE_HZ], words[LATENCY_NS] = round(rate_hz), latency_ns
    words[EPOCH] += 1
