"""What the band expects next: a learned guess and a remembered one, trusted as they deserve.

The network knows how songs usually go; the memory knows how this one went. Each is weighed by how
often it has lately named the triad that then sounded (hits and misses fade by `_FADING` a beat).
Where the network fails, memory alone goes on.
"""

from dataclasses import dataclass, replace

from accompanist.music.chord import NO_CHORD, Chord
from accompanist.players.player import Anticipator, BeatEvidence

_FADING = 0.96
_BEFOREHAND = 4.0
"""Beats each guesser is taken to have been right in half of, before any was heard."""


@dataclass(frozen=True, slots=True)
class _Record:
    """How a guesser has done, and what it guessed last."""

    hits: float = _BEFOREHAND / 2
    beats: float = _BEFOREHAND
    guess: Chord = NO_CHORD
    probability: float = 0.0

    @property
    def trust(self) -> float:
        return self.hits / self.beats

    def judged(self, heard: Chord) -> "_Record":
        if heard.root is None:
            return self
        hit = (self.guess.root, self.guess.is_minor) == (heard.root, heard.is_minor)
        return replace(self, hits=_FADING * self.hits + hit, beats=_FADING * self.beats + 1.0)


class Expectation:
    """Two anticipators heard as one.

    Parameters
    ----------
    learned
        The network's guess.
    remembered
        The guess from this piece alone, by rule; it never fails.

    Attributes
    ----------
    faults
        What went wrong since somebody last looked.
    """

    def __init__(self, learned: Anticipator, remembered: Anticipator) -> None:
        self._guessers = (learned, remembered)
        self._records = (_Record(), _Record())
        self.faults: list[str] = []

    @property
    def state(self) -> object:
        """Both memories and both records."""
        return (*(guesser.state for guesser in self._guessers), self._records)

    @state.setter
    def state(self, remembered: object) -> None:
        assert isinstance(remembered, tuple)
        *memories, self._records = remembered
        for guesser, memory in zip(self._guessers, memories, strict=True):
            guesser.state = memory

    def reset(self) -> None:
        """Forget the piece."""
        for guesser in self._guessers:
            guesser.reset()
        self._records = (_Record(), _Record())

    def expect(self, beat: BeatEvidence) -> tuple[Chord, float]:
        """Chord expected on the beat after this one, and its probability."""
        learned, remembered = (record.judged(beat.chord) for record in self._records)
        chord, probability = self._guessers[1].expect(beat)
        remembered = replace(remembered, guess=chord, probability=probability)
        try:
            chord, probability = self._guessers[0].expect(beat)
        except Exception as error:
            self.faults.append(f"anticipation model failed ({error}); memory goes on")
            probability = 0.0
        learned = replace(learned, guess=chord, probability=probability)
        self._records = (learned, remembered)
        return _agreed(learned, remembered)


def _agreed(learned: _Record, remembered: _Record) -> tuple[Chord, float]:
    """Return the guess that has more belief, both counted where they name the same chord."""
    trust = learned.trust + remembered.trust
    beliefs = [
        (record.trust * record.probability / max(trust, 1e-9), record.guess)
        for record in (learned, remembered)
    ]
    if learned.guess == remembered.guess:
        return learned.guess, sum(belief for belief, _ in beliefs)
    belief, guess = max(beliefs, key=lambda pair: pair[0])
    return guess, belief
