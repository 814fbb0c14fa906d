"""The understudies' own ear: which triad a beat holds, by its notes, its bass and the key.

Triads are counted 0–23 as keys are: major from C, then minor from C. A seventh chord or another
colour counts as the triad of its root and third. Weights were set by hand: a beat is worth a few
notes, its bass a couple more, and the listener's own verdict about as much as one.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from accompanist.music.chord import Chord
from accompanist.players.player import BeatEvidence

TRIADS = 24

_NOTES_IN_A_BEAT = 4.0
_BASSES_IN_A_BEAT = 2.0
_VERDICTS_IN_A_BEAT = 0.5
_LEAST_POSTERIOR = 0.1
_CHROMATIC = 0.1

_TONE = {0: 0.33, 7: 0.24}
_THIRD = 0.27
_BASS_TONE = {0: 0.7, 7: 0.12}
_BASS_THIRD = 0.1

# Weight of triads in a key, by (semitones above the tonic, minor).
_MAJOR_KEY = {(0, 0): 4, (2, 1): 2, (4, 1): 1, (5, 0): 3, (7, 0): 3, (9, 1): 3}
_MINOR_KEY = {(0, 1): 4, (3, 0): 2, (5, 1): 2, (7, 1): 1, (7, 0): 2, (8, 0): 3, (10, 0): 2}


def triad(chord: Chord) -> int:
    """Place of a chord among 24; the chord must have a root."""
    assert chord.root is not None
    return chord.root + 12 * chord.is_minor


def triad_at(place: int) -> Chord:
    """The plain triad at a place among 24."""
    return Chord(place % 12, "min" if place >= 12 else "maj")


def log_likelihood(beat: BeatEvidence) -> NDArray[np.float64]:
    """How well each triad explains a beat, shape (24,), up to a constant."""
    tones, basses, _ = _tables()
    posterior = np.maximum(beat.chord_posterior[:TRIADS], _LEAST_POSTERIOR)
    likelihood: NDArray[np.float64] = (
        _NOTES_IN_A_BEAT * tones @ beat.chroma
        + _BASSES_IN_A_BEAT * basses @ beat.bass_chroma
        + _VERDICTS_IN_A_BEAT * np.log(posterior)
    )
    return likelihood


def usual_in_key(beat: BeatEvidence) -> NDArray[np.float64]:
    """Probability of each triad, shape (24,), knowing nothing but the key's posterior."""
    _, _, usual = _tables()
    known = beat.key_posterior[:TRIADS].astype(np.float64)
    mixed: NDArray[np.float64] = known @ usual + (1.0 - known.sum()) / TRIADS
    mixed /= mixed.sum()
    return mixed


@lru_cache(maxsize=1)
def _tables() -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Log weights of tones and basses by triad, and of triads by key."""
    tones = np.zeros((TRIADS, 12))
    basses = np.zeros((TRIADS, 12))
    usual = np.full((TRIADS, TRIADS), _CHROMATIC)
    for place in range(TRIADS):
        minor = place >= 12
        third = 3 if minor else 4
        for step in range(12):
            pitch_class = (place + step) % 12
            tones[place, pitch_class] = _THIRD if step == third else _TONE.get(step, 0.16 / 9)
            basses[place, pitch_class] = (
                _BASS_THIRD if step == third else _BASS_TONE.get(step, 0.08 / 9)
            )
        for (step, minor_triad), weight in (_MINOR_KEY if minor else _MAJOR_KEY).items():
            usual[place, (place + step) % 12 + 12 * minor_triad] = weight
    usual /= usual.sum(axis=1, keepdims=True)
    return np.log(tones), np.log(basses), usual
