"""Notes heard are held against those played."""

import numpy as np
import pytest

from accompanist.training.performances import Notes
from accompanist.training.pitch_lines import (
    HeardNote,
    delays_s,
    matched,
    moments_right,
    note_f,
    notes_heard,
)

ON_S = np.array([0.0, 0.5, 1.0, 1.5])
PLAYED = Notes(ON_S, ON_S + 0.46, np.array([60, 62, 64, 65]), np.full(4, 90), np.zeros(4, int))


def heard(*notes):
    return [HeardNote(began_s, began_s + 0.05, ended_s, pitch) for began_s, ended_s, pitch in notes]


def test_what_is_heard_right_is_all_right():
    notes = heard(*zip(ON_S, ON_S + 0.46, (60, 62, 64, 65), strict=True))
    assert note_f(notes, PLAYED, 0.05) == 1.0
    assert moments_right(notes, PLAYED) == 1.0
    assert delays_s(notes, PLAYED) == pytest.approx([0.05] * 4)


def test_an_octave_off_is_wrong_and_so_is_too_late():
    notes = heard((0.0, 0.46, 72), (0.5, 0.96, 62), (1.1, 1.46, 64))
    assert matched(notes, PLAYED, 0.07) == [(1, 1)]
    assert note_f(notes, PLAYED, 0.07) == pytest.approx(2 / 7)


def test_nothing_heard_is_nothing_right():
    assert note_f([], PLAYED, 0.05) == 0.0
    assert moments_right([], PLAYED) == 0.0


def test_a_note_that_sounds_to_the_end_ends_there():
    time_s = np.arange(16000) / 16000
    (note,) = notes_heard(np.float32(0.2) * np.sin(2 * np.pi * 440 * time_s), 16000, alone=False)[
        -1:
    ]
    assert (note.pitch, note.ended_s) == (69, 1.0)
