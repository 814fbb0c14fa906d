"""The reflex: what answers each key of the performer in the same moment, without thinking.

A table holds up to `VOICES` answers for each pitch, as words that may be rewritten at any time, one
by one: channel, pitch, and percent of the key's velocity; 0 answers nothing. A key's release ends
exactly the answers that its stroke began, whatever the table says by then.
"""

from collections.abc import Collection
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from accompanist.dsp import midi_desk
from accompanist.dsp.cue import REFLEX_LANE
from accompanist.dsp.midi_desk import CHANNELS, NO_LANE, NOTE_ON, Desk
from accompanist.dsp.sounding import KEYS
from accompanist.dsp.waiting import NEVER

VOICES = 4
TABLE_WORDS = 128 * VOICES

_HARMONY_VOICES = 2
_CLEAR_OF = 3
"""Semitones that harmony keeps below the key and between its voices: a minor third."""
_DOUBLING, _HARMONY = 80, 75
"""Percent of the key's velocity, so that an answer stays behind what it answers."""
_FIRST_ID = -2


class Reflex(NamedTuple):
    """A reflex's memory.

    Attributes
    ----------
    table
        The answers of each pitch, `VOICES` words a pitch; read only.
    begun
        Note ids of what each key of the performer began, 0 for none; the last word counts them.
    answers
        The messages, as `cue.packed` makes them, that each key's answers began with.
    """

    table: NDArray[np.int64]
    begun: NDArray[np.int64]
    answers: NDArray[np.int64]


BEGUN_WORDS = KEYS * VOICES + 1


def new_reflex(table: NDArray[np.int64]) -> Reflex:
    """A reflex that reads its answers from a table of `TABLE_WORDS`."""
    return Reflex(table, np.zeros(BEGUN_WORDS, np.int64), np.zeros(KEYS * VOICES, np.int64))


def answer(pitch: int, percent: int = 100, channel: int = CHANNELS[REFLEX_LANE]) -> int:
    """Word for an answer at so many percent (1–255) of the key's velocity."""
    return channel | pitch << 8 | percent << 16


def reflex_table(mode: str, chord: Collection[int]) -> NDArray[np.int64]:
    """Answers of every pitch.

    Parameters
    ----------
    mode
        ``off``; ``thru``, the key itself; ``octave``, the key an octave up; or ``harmony``, the two
        nearest tones of the chord that lie a minor third or more below the key and each other.
    chord
        Pitch classes of the chord that sounds; without any, harmony is silent.

    Returns
    -------
    NDArray[np.int64]
        Shape `(TABLE_WORDS,)`.
    """
    table = np.zeros((128, VOICES), np.int64)
    for pitch in range(128):
        if mode == "thru":
            table[pitch, 0] = answer(pitch)
        elif mode == "octave" and pitch + 12 < 128:
            table[pitch, 0] = answer(pitch + 12, _DOUBLING)
        elif mode == "harmony":
            for voice, below in enumerate(_harmony(pitch, chord)):
                table[pitch, voice] = answer(below, _HARMONY)
    return table.reshape(-1)


def _harmony(pitch: int, chord: Collection[int]) -> list[int]:
    voices: list[int] = []
    for below in range(pitch - _CLEAR_OF, -1, -1):
        above = voices[-1] if voices else pitch
        if below % 12 in chord and above - below >= _CLEAR_OF:
            voices.append(below)
        if len(voices) == _HARMONY_VOICES:
            break
    return voices


@njit(cache=True, nogil=True, error_model="numpy")
def strike(reflex: Reflex, desk: Desk, channel: int, pitch: int, velocity: int, time: int) -> None:
    """Answer a key in the moment in which it is struck."""
    lift(reflex, desk, channel, pitch, time)
    first = ((channel << 7) + pitch) * VOICES
    for voice in range(VOICES):
        word = reflex.table[pitch * VOICES + voice]
        percent = word >> 16 & 0xFF
        if percent > 0:
            loudness = min(max(velocity * percent // 100, 1), 127)
            status, answered = NOTE_ON | word & 0x0F, word >> 8 & 0x7F
            message = midi_desk.three_bytes(status, answered, loudness)
            note_id = _FIRST_ID - reflex.begun[BEGUN_WORDS - 1]
            reflex.begun[BEGUN_WORDS - 1] += 1
            midi_desk.begin(desk, note_id, message, time, NEVER, NO_LANE, 0)
            reflex.begun[first + voice] = note_id
            reflex.answers[first + voice] = message


@njit(cache=True, nogil=True, error_model="numpy")
def lift(reflex: Reflex, desk: Desk, channel: int, pitch: int, time: int) -> None:
    """End what a key began."""
    first = ((channel << 7) + pitch) * VOICES
    for place in range(first, first + VOICES):
        if reflex.begun[place] != 0:
            midi_desk.end_note(desk, reflex.begun[place], time)
            reflex.begun[place] = 0
