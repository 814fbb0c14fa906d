"""What the band expects next: a learned guess and a remembered one, and the surer of them speaks.

The network knows how songs usually go; the memory knows how this one went. Memory is believed only
as far as the performer plays harmony at all: over a single line it mistakes its own ideas for what
it heard. Where the network fails, memory alone goes on.
"""

from dataclasses import replace

import numpy as np

from accompanist.music.chord import Chord
from accompanist.players.player import Anticipator, BeatEvidence

_FADING = 0.9
"""How much of the past counts, a beat, for whether the performer plays harmony."""


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
    in_a_bar
        Chord expected a bar after the beat last expected, and its probability; None if unknown.
    faults
        What went wrong since somebody last looked.
    """

    def __init__(self, learned: Anticipator, remembered: Anticipator) -> None:
        self._learned = learned
        self._remembered = remembered
        self._harmony = 0.5
        self.in_a_bar: tuple[Chord, float] | None = None
        self.faults: list[str] = []

    @property
    def state(self) -> object:
        """Both memories, and how much harmony the performer plays."""
        return self._learned.state, self._remembered.state, self._harmony

    @state.setter
    def state(self, remembered: object) -> None:
        assert isinstance(remembered, tuple)
        self._learned.state, self._remembered.state, self._harmony = remembered

    def reset(self) -> None:
        """Forget the piece."""
        self._learned.reset()
        self._remembered.reset()
        self._harmony = 0.5
        self.in_a_bar = None

    def expect(self, beat: BeatEvidence) -> tuple[Chord, float]:
        """Chord expected on the beat after this one, and its probability."""
        chord, probability, self.in_a_bar = self._surest(beat, look_further=True)
        return chord, probability

    def expect_after(self, beat: BeatEvidence, chord: Chord, beat_in_bar: int) -> Chord:
        """Chord of the beat after the coming one, if `chord` is played on that one.

        Nothing of this thought is remembered. `beat_in_bar` is the coming beat's.
        """
        remembered = self.state
        following, _, _ = self._surest(_imagined(beat, chord, beat_in_bar), look_further=False)
        self.state = remembered
        return following

    def _surest(
        self, beat: BeatEvidence, *, look_further: bool
    ) -> tuple[Chord, float, tuple[Chord, float] | None]:
        """The surer guess of the next beat, and of a bar later if that is asked for."""
        if beat.chroma.any():
            is_harmony = not np.array_equal(beat.bass_chroma, beat.melody)
            self._harmony += (1.0 - _FADING) * (is_harmony - self._harmony)
        recalled = self._believed(self._remembered.expect(beat))
        further = self._remembered.in_a_bar if look_further else None
        further = None if further is None else self._believed(further)
        try:
            guess = self._learned.expect(beat)
        except Exception as error:
            self.faults.append(f"anticipation model failed ({error}); memory goes on")
            return *recalled, further
        known = [said for said in (self._learned.in_a_bar, further) if look_further and said]
        surest = max(known, key=lambda said: said[1], default=None)
        return *(guess if guess[1] > recalled[1] else recalled), surest

    def _believed(self, said: tuple[Chord, float]) -> tuple[Chord, float]:
        """A guess of the memory's, believed as far as the performer plays harmony."""
        return said[0], said[1] * self._harmony


def _imagined(beat: BeatEvidence, chord: Chord, beat_in_bar: int) -> BeatEvidence:
    """Return the beat after `beat` as it will be heard if just this chord is played."""
    chroma = np.zeros_like(beat.chroma)
    bass = np.zeros_like(beat.bass_chroma)
    posterior = np.zeros_like(beat.chord_posterior)
    if chord.root is None:
        posterior[24] = 1.0
    else:
        chroma[list(chord.pitch_classes)] = 1.0 / len(chord.pitch_classes)
        bass[chord.root] = 1.0
        posterior[chord.root + 12 * chord.is_minor] = 1.0
    return replace(
        beat,
        beat=beat.beat + 1,
        beat_in_bar=beat_in_bar,
        chroma=chroma,
        bass_chroma=bass,
        chord=chord,
        chord_posterior=posterior,
    )
