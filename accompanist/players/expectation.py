"""What the band expects next: a learned guess that is told what is remembered of this piece.

The network knows how songs usually go, and is told on every beat how this one went; it has learned
how far that is to be believed, which over a single line is not far. Where the network fails, memory
alone goes on.
"""

from dataclasses import replace

import numpy as np

from accompanist.music.chord import Chord
from accompanist.players.player import Anticipator, BeatEvidence, Rememberer


class Expectation:
    """Two anticipators, of whom the first is told what the second recalls.

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

    def __init__(self, learned: Anticipator, remembered: Rememberer) -> None:
        self._learned = learned
        self._remembered = remembered
        self.in_a_bar: tuple[Chord, float] | None = None
        self.faults: list[str] = []

    @property
    def state(self) -> object:
        """Both memories."""
        return self._learned.state, self._remembered.state

    @state.setter
    def state(self, remembered: object) -> None:
        assert isinstance(remembered, tuple)
        self._learned.state, self._remembered.state = remembered

    def reset(self) -> None:
        """Forget the piece."""
        self._learned.reset()
        self._remembered.reset()
        self.in_a_bar = None

    def expect(self, beat: BeatEvidence) -> tuple[Chord, float]:
        """Chord expected on the beat after this one, and its probability."""
        chord, probability, self.in_a_bar = self._guess(beat)
        return chord, probability

    def expect_after(self, beat: BeatEvidence, chord: Chord, beat_in_bar: int) -> Chord:
        """Chord of the beat after the coming one, if `chord` is played on that one.

        Nothing of this thought is remembered. `beat_in_bar` is the coming beat's.
        """
        remembered = self.state
        following, _, _ = self._guess(_imagined(beat, chord, beat_in_bar))
        self.state = remembered
        return following

    def _guess(self, beat: BeatEvidence) -> tuple[Chord, float, tuple[Chord, float] | None]:
        """What comes on the next beat, how surely, and what a bar later."""
        recalled = self._remembered.expect(beat)
        try:
            guess = self._learned.expect(replace(beat, recalled=self._remembered.recalled))
        except Exception as error:
            self.faults.append(f"anticipation model failed ({error}); memory goes on")
            return *recalled, self._remembered.in_a_bar
        return *guess, self._learned.in_a_bar


def sounding(beat: BeatEvidence, chord: Chord) -> BeatEvidence:
    """Return a beat as it is heard if just this chord is played."""
    chroma = np.zeros_like(beat.chroma)
    bass = np.zeros_like(beat.bass_chroma)
    posterior = np.zeros_like(beat.chord_posterior)
    if chord.root is None:
        posterior[24] = 1.0
    else:
        chroma[list(chord.pitch_classes)] = 1.0 / len(chord.pitch_classes)
        bass[chord.root] = 1.0
        posterior[chord.root + 12 * chord.is_minor] = 1.0
    return replace(beat, chroma=chroma, bass_chroma=bass, chord=chord, chord_posterior=posterior)


def _imagined(beat: BeatEvidence, chord: Chord, beat_in_bar: int) -> BeatEvidence:
    """Return the beat after `beat` as it will be heard if just this chord is played."""
    following = replace(beat, beat=beat.beat + 1, beat_in_bar=beat_in_bar)
    return sounding(following, chord)
