"""The chord that sounds: a forward filter over major and minor triads, and none.

Every onset weighs the triads by the tones that sound (see `SoundingNotes`), with a bonus for the
root in the bass and for triads of the key. Chords change on beats far more often than between, so
a passing note does not flash a wrong chord. Sevenths and other colours are read off the tones once
the triad is known. A chord corrected within a moment of its announcement revises it.
"""

import numpy as np
from numpy.typing import NDArray

from accompanist.music.chord import NO_CHORD, Chord
from accompanist.music.heard import ChordHeard

_TRIADS = np.zeros((24, 12))
for _root in range(12):
    for _row, _third in ((_root, 4), (12 + _root, 3)):
        _TRIADS[_row, [_root, (_root + _third) % 12, (_root + 7) % 12]] = (1.0, 0.9, 0.8)
_FOREIGN = 0.55
_SHARPNESS = 5.0
_BASS_BONUS = (1.0, 0.2)
_KEY_BONUS = 0.5
_OVERTHROW = 1.5
_CORRECTION_S = 0.45
_COLOURS = {
    False: (("7", 10), ("maj7", 11), ("maj6", 9)),
    True: (("min7", 10), ("min6", 9)),
}
_KEY_TRIADS = np.zeros((25, 24))
for _tonic in range(12):
    for _step, _minor in ((0, 0), (2, 1), (4, 1), (5, 0), (7, 0), (9, 1)):
        _KEY_TRIADS[_tonic, 12 * _minor + (_tonic + _step) % 12] = 1.0
    for _step, _minor in ((0, 1), (3, 0), (5, 1), (7, 0), (7, 1), (8, 0), (10, 0)):
        _KEY_TRIADS[12 + _tonic, 12 * _minor + (_tonic + _step) % 12] = 1.0


class ChordTracker:
    """Follows the chord through onsets."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget everything heard."""
        self._posterior = np.full(25, 1e-3)
        self._posterior[24] = 1.0
        self._posterior /= self._posterior.sum()
        self.chord: Chord = NO_CHORD
        self._announced: ChordHeard | None = None

    @property
    def posterior(self) -> NDArray[np.float32]:
        """Probabilities (25,): major triads, minor triads, none."""
        return self._posterior.astype(np.float32)

    @property
    def confidence(self) -> float:
        """Probability of the triad held."""
        return float(self._posterior[_triad(self.chord)])

    def hear(
        self,
        now_s: float,
        onset_s: float,
        chroma: NDArray[np.float64],
        bass: int | None,
        key_posterior: NDArray[np.float32],
        readiness: float,
    ) -> ChordHeard | None:
        """Take in what sounds at an onset; return the chord if another is heard now.

        `readiness` is how likely the harmony changes at such an onset, 0–1.
        """
        total = float(chroma.sum())
        if total <= 0.0:
            return None
        share = chroma / total
        score = _TRIADS @ share - _FOREIGN * ((_TRIADS == 0.0) @ share)
        if bass is not None:
            root = bass % 12
            score[[root, 12 + root]] += _BASS_BONUS[0] * 0.5
            for row in range(24):
                if _TRIADS[row, root] > 0.0:
                    score[row] += _BASS_BONUS[1]
        score += _KEY_BONUS * (key_posterior.astype(np.float64) @ _KEY_TRIADS)
        spread = np.append(np.full(24, 0.98 / 24), 0.02)
        prior = (1.0 - readiness) * self._posterior + readiness * spread
        likelihood = np.append(np.exp(_SHARPNESS * (score - score.max())), 1e-3)
        posterior = prior * likelihood
        self._posterior = posterior / posterior.sum()
        return self._decide(now_s, onset_s, share, bass)

    def _decide(
        self, now_s: float, onset_s: float, share: NDArray[np.float64], bass: int | None
    ) -> ChordHeard | None:
        best = int(np.argmax(self._posterior))
        held = _triad(self.chord)
        if best == held or best == 24:
            return None
        if self._posterior[best] < _OVERTHROW * self._posterior[held]:
            return None
        self.chord = _coloured(best, share, bass)
        revised = self._announced
        at_s, revises = onset_s, None
        if revised is not None and now_s - revised.announced_s < _CORRECTION_S:
            at_s, revises = revised.at_s, revised.announced_s
        self._announced = ChordHeard(now_s, at_s, self.chord, self.confidence, revises)
        return self._announced


def _triad(chord: Chord) -> int:
    """Place of a chord among the 25 posteriors."""
    if chord.root is None:
        return 24
    return chord.root + 12 * chord.quality.startswith("min")


def _coloured(triad: int, share: NDArray[np.float64], bass: int | None) -> Chord:
    root, minor = triad % 12, triad >= 12
    quality = "min" if minor else "maj"
    for colour, interval in _COLOURS[minor]:
        if share[(root + interval) % 12] > 0.12:
            quality = colour
            break
    tones = Chord(root, quality).pitch_classes
    slash = bass % 12 if bass is not None and bass % 12 in tones else root
    return Chord(root, quality, None if slash == root else slash)
