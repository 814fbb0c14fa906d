"""The chord that sounds: a forward filter over major and minor triads, and none.

Every onset weighs the triads (see `accompanist.listening.chord_evidence`). Chords change on beats
far more often than between, so a passing note does not flash a wrong chord. Sevenths and other
colours are read off the tones once the triad is known. A chord corrected within a moment of its
announcement revises it. While fingers may still come down, a chord that is clear already is heard
at a glimpse; the whole onset then has the last word.

Limits: a chord is one of the triads with a colour; suspended and diminished ones are heard as the
triad nearest to them. The posterior has no chord before the first onset only.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accompanist.listening.chord_evidence import ChordEvidenceSource, struck_whole
from accompanist.music.chord import NO_CHORD, Chord
from accompanist.music.heard import ChordHeard

_STRUCK_WHOLE, _STRUCK_APART = 5.0, 3.0
"""Log odds of a triad all of whose tones were just struck and no foreign ones, and what is added
where no tone of the last chord was: what the hand says so plainly is believed in any key."""

_OPENNESS = 0.8
"""Share of an expectation that is believed, so that the ear can still be surprised."""

_OVERTHROW = 1.2
_BETWEEN_BEATS = 0.1
"""Readiness above this means a beat, where an expected change is let in."""

_CORRECTION_S = 0.35
_STRUCK = 3
_SURE, _SURE_OF_FEW = 0.5, 0.9
"""How likely a chord must be to be heard at a glimpse, with so many keys struck, or fewer."""

_COLOUR = 0.42
_COLOURS = {
    False: (("7", 10), ("maj7", 11), ("maj6", 9)),
    True: (("min7", 10), ("min6", 9)),
}


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What is known of an onset.

    Attributes
    ----------
    onset_s
        When its harmony began.
    view
        What sounds, (ROWS, 12) as `view_of` makes it.
    bass
        The lowest pitch sounding.
    readiness
        How likely the harmony changes at such an onset, 0–1.
    """

    onset_s: float
    view: NDArray[np.float32]
    bass: int | None
    readiness: float


class ChordTracker:
    """Follows the chord through onsets.

    Attributes
    ----------
    chord
        The chord held.
    moved
        Whether the last onset taken in changed the chord.
    """

    def __init__(self, source: ChordEvidenceSource) -> None:
        self._source = source
        self._posterior = np.zeros(25)
        self._posterior[24] = 1.0
        self._settled, self._settled_chord = self._posterior, NO_CHORD
        self._coming = np.full(24, 1.0 / 24)
        self._change = 0.0
        self.chord: Chord = NO_CHORD
        self.moved = False
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
        self._posterior = np.zeros(25)
        self._posterior[:24] = (1.0 - confidence) / 24
        self._posterior[_triad(chord)] += confidence
        self.chord = chord
        self._settled, self._settled_chord = self._posterior, chord

    def expect(self, chord: Chord, probability: float) -> None:
        """Hold a chord likelier than others wherever the harmony may change from now on."""
        trust = 0.0 if chord.root is None else _OPENNESS * probability
        self._coming[:] = (1.0 - trust) / 24
        self._coming[_triad(chord) % 24] += trust
        self._change = trust if _triad(chord) != _triad(self._settled_chord) else 0.0

    def glimpse(self, now_s: float, glimpsed: Glimpse, struck: int) -> ChordHeard | None:
        """Look at an onset of which more may come; return its chord if that is clear already.

        `struck` is the number of keys struck so far. What is thought of the onset is settled by
        `hear`, as if it had not been glimpsed.
        """
        posterior = self._weighed(glimpsed)
        if posterior is None:
            return None
        best = self._best(posterior)
        sure = _SURE if struck >= _STRUCK else _SURE_OF_FEW
        if best is None or posterior[best] < sure or best == _triad(self.chord):
            return None
        self._posterior = posterior
        return self._announce(now_s, glimpsed, _coloured(best, glimpsed.view, glimpsed.bass))

    def hear(self, now_s: float, heard: Glimpse) -> ChordHeard | None:
        """Take in the view of an onset; return the chord if another is heard now."""
        self.moved = False
        posterior = self._weighed(heard)
        if posterior is None:
            return None
        best = self._best(posterior)
        self._settled = self._posterior = posterior
        if best is not None:
            self.moved = True
            self._settled_chord = _coloured(best, heard.view, heard.bass)
        if self._settled_chord == self.chord:
            return None
        return self._announce(now_s, heard, self._settled_chord)

    def _weighed(self, heard: Glimpse) -> NDArray[np.float64] | None:
        """Posterior (25,) after an onset; None if it held no tone."""
        if not heard.view[0].any():
            return None
        stays = heard.view[2, list(self._settled_chord.pitch_classes)].any()
        plain = _STRUCK_WHOLE + (0.0 if stays else _STRUCK_APART)
        odds = self._source.weigh(heard.view) + plain * struck_whole(heard.view)
        readiness = heard.readiness
        if readiness > _BETWEEN_BEATS:
            readiness = max(readiness, self._change)
        prior = (1.0 - readiness) * self._settled[:24] + readiness * self._coming
        prior += self._settled[24] / 24
        posterior = np.zeros(25)
        posterior[:24] = prior * np.exp(odds - odds.max())
        posterior /= posterior.sum()
        return posterior

    def _best(self, posterior: NDArray[np.float64]) -> int | None:
        """The triad that overthrows the settled one; None if that stands."""
        best = int(np.argmax(posterior))
        held = _triad(self._settled_chord)
        stands = best == held or posterior[best] < _OVERTHROW * posterior[held]
        return None if stands else best

    def _announce(self, now_s: float, heard: Glimpse, chord: Chord) -> ChordHeard:
        self.chord = chord
        at_s, revises = heard.onset_s, None
        before = self._announced
        if before is not None and now_s - before.announced_s < _CORRECTION_S:
            at_s, revises = before.at_s, before.announced_s
        self._announced = ChordHeard(now_s, at_s, chord, self.confidence, revises)
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
