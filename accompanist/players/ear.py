"""Who listens, as far as players need it: beat, metre, feel, key and chord."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from accompanist.music.chord import Chord
from accompanist.music.heard import Accents
from accompanist.music.key import Key
from accompanist.music.metre import Metre


class HarmonyEar(Protocol):
    """Who hears keys and chords."""

    @property
    def key(self) -> Key:
        """Key held."""

    @property
    def key_posterior(self) -> NDArray[np.float32]:
        """Probabilities (25,): major keys, minor keys, none."""

    @property
    def chord(self) -> Chord:
        """Chord held."""

    @property
    def chord_confidence(self) -> float:
        """Probability of the chord held."""

    @property
    def chord_posterior(self) -> NDArray[np.float32]:
        """Probabilities (25,): major triads, minor triads, none."""

    def expect(self, chord: Chord, probability: float) -> None:
        """Hear a chord more readily from now on."""


class Feel(Protocol):
    """Who hears the feel."""

    @property
    def swing(self) -> float:
        """Share of a beat before the off-beat eighth."""

    @property
    def sixteenth_swing(self) -> float:
        """Share of half a beat before its off-beat sixteenth."""

    @property
    def level(self) -> str:
        """``half``, ``normal`` or ``double`` time."""

    @property
    def accents(self) -> Accents:
        """Loudness of strong beats, weak beats and off-beats."""


class Ear(Protocol):
    """Who hears the beat."""

    @property
    def harmony(self) -> HarmonyEar:
        """The ear for key and chord."""

    @property
    def metre(self) -> Metre:
        """Metre held."""

    @property
    def tempo_bpm(self) -> float:
        """Tempo of the beats announced."""

    @property
    def feel(self) -> Feel:
        """The ear for swing, accents and the level of the pulse."""

    def beats_at(self, time_s: float) -> float:
        """Beats counted at `time_s`."""

    def beat_in_bar(self, beat: int) -> int:
        """Place of a beat in its bar."""
