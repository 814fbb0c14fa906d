"""The chord that sounds: a forward filter over every quality on every root, and none.

Every onset weighs all chords (see `accompanist.listening.chord_evidence`). Chords change on beats
far more often than between, so a passing note does not flash a wrong chord. First the family is
settled (a root with its third), then the quality within it; both are held until another is clearly
likelier. A chord corrected within a moment of its announcement revises it. While fingers may still
come down, a chord that is clear already is heard at a glimpse; the whole onset then has the last
word.

Limits: chords of more than four tones are heard as the seventh chord or the triad they rest on,
unless the player's own table names them. The posterior has no chord before the first onset only.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from accompanist.listening.chord_evidence import ChordEvidenceSource
from accompanist.listening.chord_states import WEIGHED, ChordStates, struck_exactly, struck_whole
from accompanist.music.chord import NO_CHORD, Chord
from accompanist.music.heard import ChordHeard

_STRUCK_WHOLE, _STRUCK_APART = 3.0, 7.0
"""Log odds of a chord all of whose tones were just struck and no foreign ones, and what is added
where no tone of the last chord was: what the hand says so plainly is believed in any key."""

_STRUCK_EXACTLY = 2.5
"""Log odds of a chord whose tones, and no others, were just struck, or its shape without a root."""

_OWN = 10.0
"""Log odds by which a chord of the player's own table, played as written, leads all others."""

_OWN_COMING = 0.01
_OPENNESS = 0.8
"""Share of an expectation that is believed, so that the ear can still be surprised."""

_EXACTLY = 0.5
"""Share of an expectation that is for its very quality, not for its family."""

_OVERTHROW, _OVERTHROW_COLOUR = 1.5, 1.5
_BETWEEN_BEATS = 0.1
"""Readiness above this means a beat, where an expected change and another colour are let in."""

_CORRECTION_S = 0.35
_NONE = 24
_STRUCK = 3
_SURE, _SURE_OF_FEW = 0.5, 0.9
"""How likely a chord must be to be heard at a glimpse, with so many keys struck, or fewer."""

_SURE_IN_SOUND = 0.3
"""How likely the first chord has to be that is heard in sound."""


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
        Whether the last onset taken in changed the family of the chord.
    """

    def __init__(self, source: ChordEvidenceSource) -> None:
        self._source = source
        self._states = ChordStates()
        self._posterior = np.zeros(len(self._states) + 1)
        self._posterior[-1] = 1.0
        self._settled, self._settled_chord = self._posterior, NO_CHORD
        self._expected = np.zeros(len(self._states))
        self._trust = 0.0
        self._change = 0.0
        self.chord: Chord = NO_CHORD
        self.moved = False
        self._announced: ChordHeard | None = None
        self._triads = [
            self._states.place(Chord(root, quality))
            for quality in ("maj", "min")
            for root in range(12)
        ]

    @property
    def posterior(self) -> NDArray[np.float32]:
        """Probabilities (25,): chords with a major third or none, with a minor third, no chord."""
        found = np.zeros(25, np.float32)
        places = np.arange(len(self._states)) % 12 + 12 * self._states.minor
        found[:24] = np.bincount(places, self._posterior[:-1], 24)
        found[24] = self._posterior[-1]
        return found

    @property
    def confidence(self) -> float:
        """Probability of the family of the chord held."""
        if self.chord.root is None:
            return float(self._posterior[-1])
        return float(self._families(self._posterior)[self._group(self.chord)])

    def resume(self, chord: Chord, confidence: float) -> None:
        """Hold a chord as if it had been heard with this confidence."""
        self._posterior = np.zeros(len(self._states) + 1)
        self._posterior[:-1] = (1.0 - confidence) / len(self._states)
        self._posterior[-1 if chord.root is None else self._states.place(chord)] += confidence
        self.chord = chord
        self._settled, self._settled_chord = self._posterior, chord

    def expect(self, chord: Chord, probability: float) -> None:
        """Hold a chord likelier than others wherever the harmony may change from now on."""
        self._trust = self._change = 0.0
        if chord.root is None:
            return
        place, group = self._states.place(chord), self._group(chord)
        family = self._states.groups == group
        self._expected = (1.0 - _EXACTLY) * family / family.sum()
        self._expected[place] += _EXACTLY
        self._trust = _OPENNESS * probability
        held = self._settled_chord
        if held.root is None or self._group(held) != group:
            self._change = self._trust

    def glimpse(self, now_s: float, glimpsed: Glimpse, struck: int) -> ChordHeard | None:
        """Look at an onset of which more may come; return its chord if that is clear already.

        `struck` is the number of keys struck so far. What is thought of the onset is settled by
        `hear`, as if it had not been glimpsed.
        """
        posterior = self._weighed(glimpsed)
        if posterior is None:
            return None
        group = self._overthrowing(posterior)
        sure = _SURE if struck >= _STRUCK else _SURE_OF_FEW
        if group is None or self._families(posterior)[group] < sure:
            return None
        if self.chord.root is not None and group == self._group(self.chord):
            return None
        self._posterior = posterior
        return self._announce(now_s, glimpsed.onset_s, self._named(posterior, group, glimpsed.bass))

    def hear(self, now_s: float, heard: Glimpse) -> ChordHeard | None:
        """Take in the view of an onset; return the chord if another is heard now."""
        self.moved = False
        posterior = self._weighed(heard)
        if posterior is None:
            return None
        group = self._overthrowing(posterior)
        self._settled = self._posterior = posterior
        if group is not None:
            self.moved = True
            self._settled_chord = self._named(posterior, group, heard.bass)
        elif heard.readiness > _BETWEEN_BEATS:
            self._recolour(posterior)
        if self._settled_chord == self.chord:
            return None
        return self._announce(now_s, heard.onset_s, self._settled_chord)

    def hear_sound(
        self, now_s: float, began_s: float, chances: NDArray[np.float64]
    ) -> ChordHeard | None:
        """Take in chances (25,) of chords, as `posterior` has them, that sound makes likely.

        Returns the chord if another is heard now; it began to sound at `began_s`. Of qualities
        sound tells no more than the third.
        """
        posterior = np.zeros(len(self._states) + 1)
        posterior[self._triads] = chances[:24]
        posterior[-1] = chances[24]
        self._settled = self._posterior = posterior
        likeliest = int(np.argmax(chances))
        needed = _SURE_IN_SOUND if self._settled_chord.root is None else 0.0
        if likeliest == _NONE or chances[likeliest] < needed:
            return None
        group = self._overthrowing(posterior)
        if group is None:
            return None
        self._settled_chord = self._named(posterior, group, None)
        return self._announce(now_s, began_s, self._settled_chord)

    def _weighed(self, heard: Glimpse) -> NDArray[np.float64] | None:
        """Posterior of all states and none after an onset; None if it held no tone."""
        if not heard.view[0].any():
            return None
        said = self._source.weigh(heard.view, self._settled_chord)
        readiness = heard.readiness
        if readiness > _BETWEEN_BEATS:
            readiness = max(readiness, self._change)
        coming = np.full(len(self._states), _OWN_COMING / len(self._states))
        coming[:WEIGHED] += said.following
        coming = (1.0 - self._trust) * coming + self._trust * self._expected
        prior = (1.0 - readiness) * self._stays(readiness) + readiness * coming
        prior += self._settled[-1] / len(self._states)
        odds = self._odds(said.odds, heard)
        posterior = np.zeros(len(self._states) + 1)
        posterior[:-1] = prior * np.exp(odds - odds.max())
        posterior /= posterior.sum()
        return posterior

    def _odds(self, weighed: NDArray[np.float64], heard: Glimpse) -> NDArray[np.float64]:
        """Log odds of all states, with what the hand says plainly."""
        stays = heard.view[2, list(self._settled_chord.pitch_classes)].any()
        plain = _STRUCK_WHOLE + (0.0 if stays else _STRUCK_APART)
        weighed = weighed + plain * struck_whole(heard.view)
        weighed += _STRUCK_EXACTLY * struck_exactly(heard.view)
        own = self._states.own_played(heard.view)
        lead = np.where(own, _OWN, -_OWN)
        if heard.bass is not None:
            lead[heard.bass % 12 :: 12] += 1.0
        return np.concatenate([weighed, weighed.max() + lead])

    def _stays(self, recolours: float) -> NDArray[np.float64]:
        """What was settled, and a share of it in all qualities on the same root."""
        settled = self._settled[:-1]
        roots = settled.reshape(-1, 12)
        spread = np.tile(roots.mean(axis=0), len(roots))
        return np.asarray((1.0 - recolours) * settled + recolours * spread)

    def _families(self, posterior: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probabilities of families on their roots."""
        return np.bincount(self._states.groups, posterior[:-1]).astype(np.float64)

    def _group(self, chord: Chord) -> int:
        return int(self._states.groups[self._states.place(chord)])

    def _overthrowing(self, posterior: NDArray[np.float64]) -> int | None:
        """The family that overthrows the settled one; None if that stands."""
        families = self._families(posterior)
        best = int(np.argmax(families))
        if self._settled_chord.root is None:
            return best
        held = self._group(self._settled_chord)
        stands = best == held or families[best] < _OVERTHROW * families[held]
        return None if stands else best

    def _named(self, posterior: NDArray[np.float64], group: int, bass: int | None) -> Chord:
        """The likeliest chord of a family, over its bass if that is one of its tones."""
        inside = np.where(self._states.groups == group, posterior[:-1], 0.0)
        chord = self._states.chords[int(np.argmax(inside))]
        slash = None if bass is None or bass % 12 == chord.root else bass % 12
        return Chord(chord.root, chord.quality, slash if slash in chord.pitch_classes else None)

    def _recolour(self, posterior: NDArray[np.float64]) -> None:
        """Hear the settled chord in another quality, if that has become much likelier."""
        held = self._settled_chord
        if held.root is None:
            return
        best = self._named(posterior, self._group(held), held.bass)
        likelier = posterior[self._states.place(best)]
        if likelier > _OVERTHROW_COLOUR * posterior[self._states.place(held)]:
            self._settled_chord = best

    def _announce(self, now_s: float, at_s: float, chord: Chord) -> ChordHeard:
        self.chord = chord
        revises = None
        before = self._announced
        if before is not None and now_s - before.announced_s < _CORRECTION_S:
            at_s, revises = before.at_s, before.announced_s
        self._announced = ChordHeard(now_s, at_s, chord, self.confidence, revises)
        return self._announced
