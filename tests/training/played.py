"""Takes of four chords going round, put together by hand."""

import numpy as np

from accompanist.training.anticipation_scores import true_chords
from accompanist.training.playing_songs import four_chords
from accompanist.training.playing_takes import Playing, named_chances

SONG = four_chords(8)
TRUTH = tuple(true_chords(SONG))


def playing(expected=TRUTH, notes=(), song=SONG, followed=None):
    """A take in which these chords were expected of each beat, and these notes sounded."""
    by_frame = tuple(chord for chord in expected for _ in range(4))
    chances = tuple(named_chances(chord, 0.9) for chord in expected)
    return Playing(
        song, tuple(notes), expected, expected, followed or by_frame, chances, np.zeros(1)
    )
