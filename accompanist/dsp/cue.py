"""Cues: what the band, the stage and the performer tell whatever sounds, as rows of a ring.

Times are nanoseconds of the machine's steady clock (`native.now_ns`). A lane is who sounds: the
performer, a part, or the reflex that answers the performer's keys in the same moment. A lane's
generation lies in shared memory: a note whose row carries an older one never begins, so a whole
lane is taken back by adding one to it, until the very frame is written.
"""

import numpy as np
from numpy.typing import NDArray

from accompanist.dsp.instruments import SEATS

Words = NDArray[np.int64]
"""A ring, a row, or any other block of 64-bit numbers."""

RING_ROWS, COLUMNS = 4096, 8
RING_WORDS = 16 + RING_ROWS * COLUMNS
"""Size of a ring (see `accompanist.dsp.ring`), named here so that sizes can be known without it."""

KIND, LANE, A, B, NOTE_ID, ON_NS, OFF_NS, GENERATION = range(COLUMNS)
"""Columns of a row."""

NOTE, CUT, SILENCE, RELEASE, MESSAGE, PERFORM = range(1, 7)
LEVEL, STYLE, BEAT, CHORD, ATTACK, SEAT = range(7, 13)
CLOCK, REST = range(13, 15)
HUSH, SETTLE = range(15, 17)
"""Kinds of rows:

NOTE: of a lane, pitch A, velocity B, from ON to OFF.
CUT: a note ends at OFF; one that would begin there or later never does. It only ends earlier than
it would, but if A is 1 it lasts on until OFF.
SILENCE: everything ends now, nothing sent before begins, and channels are silenced too (panic).
RELEASE: everything ends now, and nothing sent before begins; the instruments stay as they are.
After either, no note begins that was meant for a time before OFF.
MESSAGE: a MIDI message A (see `packed`) to send at ON, or at once if ON is 0.
PERFORM: a MIDI message A that the performer played at ON.
LEVEL: loudness of a lane, A millionths.
STYLE: instruments of a style, by its place A in the list of styles, for notes from ON on.
BEAT: number NOTE_ID sounds at ON, beats OFF apart; it is beat LANE (from 0) of a bar of A; B is 1
while the band plays a groove, GENERATION while it plays at all.
CHORD: the label of the chord that sounds, in the bytes of the columns after KIND.
ATTACK: something struck was heard at ON in the audio input, strength A in thousandths.
SEAT: the built-in synth gives a lane an instrument for notes from ON on, or at once if ON is 0:
B zones from A on, balance NOTE_ID millionths.
CLOCK: for the ticks of the MIDI clock, beat number NOTE_ID lasts from ON to OFF; A is 1 if they are
counted from the beat before. None are sent after one that lasts no time.
REST: the band is silent from ON on; A is 1 if it then goes on where it was.
HUSH: while A is 1 no note of a lane begins, and what sounds of it ends now.
SETTLE: the band says that control A (see `accompanist.dsp.immediate`) stands at B.
"""

LANES = (*SEATS, "reflex")
PERFORMER_LANE, REFLEX_LANE = 0, len(SEATS)


def packed(message: tuple[int, ...]) -> int:
    """A MIDI message of one to three bytes as one number: bytes from the lowest, then the size."""
    return sum(byte << (8 * place) for place, byte in enumerate(message)) | len(message) << 24


def unpacked(number: int) -> tuple[int, ...]:
    """The bytes of a packed message."""
    return tuple(number >> (8 * place) & 0xFF for place in range(number >> 24))
