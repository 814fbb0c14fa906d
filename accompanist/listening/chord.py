"""The chord that sounds: a forward filter over major and minor triads, and none.

Every onset weighs the triads (see `accompanist.listening.chord_evidence`). Chords change on beats
far more often than between, so a passing note does not flash a wrong chord. Sevenths and other
colours are read off the tones once the triad is known. A chord corrected within a moment of its
announcement revises it.

Limits: a chord is one of the triads with a colour; suspended and diminished ones are heard as the
triad nearest to them. The posterior has no chord before the first onset only.
"""

import numpy as np
from numpy.typing import NDArray

from accompanist.listening.chord_evidence import ChordEvidenceSource
from accompanist.music.chord import NO_CHORD, Chord
from accompanist.music.heard import ChordHeard

_SHARPNESS = 1.0
_OPENNESS = 0.8
"""Share of an expectation that is believed, so that the ear can still be surprised."""

_OVERTHROW = 1.2
_BETWEEN_BEATS = 0.1
"""Readiness above this means a beat, where an expected change is let in."""

_CORRECTION_S = 0.35
_COLOUR = 0.42
_COLOURS = {
    False: (("7", 10), ("maj7", 11), ("maj6", 9)),
    True: (("min7", 10), ("min6", 9)),
}


class ChordTracker:
    """Follows the chord through onsets."""

    def __init__(self, source: ChordEvidenceSource) -> None:
        self._source = source
        self._posterior = np.zeros(25)
        self._posterior[24] = 1.0
        self._coming = np.full(24, 1.0 / 24)
        self._change = 0.0
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

    def resume(self, chord: Chord, confidence: float) -> None:
        """Hold a chord as if it had been heard with this confidence."""
        self.chord = chord
        self._posterior[:] = 0.0
        self._posterior[:24] = (1.0 - confidence) / 24
        self._posterior[_triad(chord)] += confidence

    def expect(self, chord: Chord, probability: float) -> None:
        """Hold a chord likelier than others wherever the harmony may change from now on."""
        trust = 0.0 if chord.root is None else _OPENNESS * probability
        self._coming[:] = (1.0 - trust) / 24
        self._coming[_triad(chord) % 24] += trust
        self._change = trust if _triad(chord) != _triad(self.chord) else 0.0

    def hear(
        self,
        now_s: float,
        onset_s: float,
        view: NDArray[np.float32],
        bass: int | None,
        readiness: float,
    ) -> ChordHeard | None:
        """Take in the view of an onset; return the chord if another is heard now.

        `readiness` is how likely the harmony changes at such an onset, 0–1; `bass` is the lowest
        pitch sounding.
        """
        if not view[0].any():
            return None
        odds = _SHARPNESS * self._source.weigh(view)
        if readiness > _BETWEEN_BEATS:
            readiness = max(readiness, self._change)
        prior = (1.0 - readiness) * self._posterior[:24] + readiness * self._coming
        prior += self._posterior[24] / 24
        posterior = prior * np.exp(odds - odds.max())
        self._posterior[:24] = posterior / posterior.sum()
        self._posterior[24] = 0.0
        return self._decide(now_s, onset_s, view, bass)

    def _decide(
        self, now_s: float, onset_s: float, view: NDArray[np.float32], bass: int | None
    ) -> ChordHeard | None:
        best = int(np.argmax(self._posterior))
        held = _triad(self.chord)
        if best == held or self._posterior[best] < _OVERTHROW * self._posterior[held]:
            return None
        self.chord = _coloured(best, view, bass)
        at_s, revises = onset_s, None
        before = self._announced
        if before is not None and now_s - before.announced_s < _CORRECTION_S:
            at_s, revises = before.at_s, before.announced_s
        self._announced = ChordHeard(now_s, at_s, self.chord, self.confidence, revises)
        return self._announced


def _triad(chord: Chord) -> int:
    """Place of a chord among the 25 posteriors."""
    if chord.root is None:
        return 24
    return chord.root + 12 * chord.quality.startswith("min")


def _coloured(triad: int, view: NDArray[np.float32], bass: int | None) -> Chord:
    root, minor = triad % 12, triad >= 12
    quality = "min" if minor else "maj"
    for colour, interval in _COLOURS[minor]:
        if view[0, (root + interval) % 12] > _COLOUR:
            quality = colour
            break
    tones = Chord(root, quality).pitch_classes
    slash = bass % 12 if bass is not None and bass % 12 in tones else root
    return Chord(root, quality, None if slash == root else slash)
