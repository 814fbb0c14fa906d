"""What was asked of a control finds the MIDI message that answers it, or counts as lost."""

import numpy as np

from accompanist.app.bench.controls import Asked

MS = 1_000_000
VOLUME, OTHER = 0x2007B1, 0x2107B1


def heard(*records: tuple[int, int]) -> np.ndarray:
    """Records of messages at so many milliseconds."""
    return np.array([(at_ms * MS, message, 0) for at_ms, message in records], np.int64)


def test_the_first_such_message_afterwards_is_the_answer():
    asked = Asked([(10 * MS, VOLUME)])
    asked.answer(heard((9, VOLUME), (11, OTHER), (12, VOLUME), (13, VOLUME)), began_ns=5 * MS)

    assert (asked.took_ms, asked.at_s, asked.lost) == ([2.0], [0.005], 0)


def test_what_comes_too_late_or_never_is_lost():
    asked = Asked([(0, VOLUME), (400 * MS, OTHER)])
    asked.answer(heard((300, VOLUME)), began_ns=0)

    assert (asked.took_ms, asked.lost) == ([], 2)
