"""The ear for harmony: what sounds, and which chord and key that makes.

Keys are weighed ten times a second. A chord is weighed with every onset, and before it is complete
at a glimpse; whether it counts from the onset or from the beat beside it, the beat's ear says.
"""

import math

import numpy as np
from numpy.typing import NDArray

from accompanist.dsp.tone_features import STEP_S
from accompanist.listening.chord import ChordTracker, Glimpse
from accompanist.listening.chord_evidence import ChordEvidenceSource, view_of
from accompanist.listening.key import KeyTracker
from accompanist.listening.key_evidence import KeyEvidenceSource
from accompanist.listening.key_profile import heard_of
from accompanist.listening.sounding import SoundingNotes
from accompanist.music.chord import Chord, parse_chord
from accompanist.music.events import PERCUSSION_CHANNEL, PerformerEvent
from accompanist.music.heard import ChordHeard, KeyHeard
from accompanist.music.key import Key, parse_key
from accompanist.music.whereabouts import Whereabouts

_KEYS_KNOW_S = 4.0
"""For so long after the last key was struck or let go, sound has no say in harmony."""


class HarmonyEar:
    """Hears keys and chords.

    Parameters
    ----------
    source, key_source
        Weigh chords and keys; keys are weighed by rule unless given.

    Attributes
    ----------
    has_bass
        Whether the lowest note that sounds may be named as a chord's bass.
    """

    def __init__(
        self, source: ChordEvidenceSource, key_source: KeyEvidenceSource | None = None
    ) -> None:
        self.has_bass = True
        self._key = KeyTracker(key_source)
        self._chord = ChordTracker(source)
        self._sounding = SoundingNotes()
        self._played_s = -math.inf

    @property
    def key(self) -> Key:
        """Key held."""
        return self._key.key

    @property
    def key_posterior(self) -> NDArray[np.float32]:
        """Probabilities (25,): major keys, minor keys, none."""
        return self._key.posterior

    @property
    def chord(self) -> Chord:
        """Chord held."""
        return self._chord.chord

    @property
    def chord_confidence(self) -> float:
        """Probability of the chord held."""
        return self._chord.confidence

    @property
    def chord_posterior(self) -> NDArray[np.float32]:
        """Probabilities (25,): chords with a major third or none, with a minor third, no chord."""
        return self._chord.posterior

    @property
    def moved(self) -> bool:
        """Whether the last onset changed the chord."""
        return self._chord.moved

    def resume(self, where: Whereabouts) -> None:
        """Hold the key and the chord held there."""
        self._key.resume(parse_key(where.key))
        self._chord.resume(parse_chord(where.chord), where.chord_confidence)

    def held(self, now_s: float) -> list[KeyHeard | ChordHeard]:
        """What is held, said again."""
        said: list[KeyHeard | ChordHeard] = []
        if self.key.tonic is not None:
            said.append(KeyHeard(now_s, self.key, self._key.confidence))
        if self.chord.root is not None:
            said.append(ChordHeard(now_s, now_s, self.chord, self.chord_confidence))
        return said

    def hear(self, event: PerformerEvent) -> None:
        """Take an event; drums have no tones."""
        if event.channel != PERCUSSION_CHANNEL:
            self._played_s = event.time_s
            self._sounding.hear(event)

    def expect(self, chord: Chord, probability: float) -> None:
        """Hear a chord more readily from now on."""
        self._chord.expect(chord, probability)

    def glimpse(
        self, now_s: float, began_s: float, readiness: float, struck: int
    ) -> ChordHeard | None:
        """Look at an onset so far (see `ChordTracker.glimpse`); its harmony began at `began_s`."""
        return self._chord.glimpse(now_s, self._seen(now_s, began_s, readiness), struck)

    def settle(self, now_s: float, began_s: float, readiness: float) -> ChordHeard | None:
        """Take in a whole onset; return the chord if another is heard now."""
        return self._chord.hear(now_s, self._seen(now_s, began_s, readiness))

    def listen_for_key(self, now_s: float, dt_s: float) -> KeyHeard | None:
        """Take in what sounds, for `dt_s` seconds; return the key if another is heard now."""
        self._sounding.forget(now_s)
        if self._key.hear(heard_of(self._sounding, now_s), dt_s):
            return KeyHeard(now_s, self.key, self._key.confidence)
        return None

    def hear_sound(
        self,
        now_s: float,
        began_s: float,
        chances: tuple[NDArray[np.float64], NDArray[np.float64]],
    ) -> list[KeyHeard | ChordHeard]:
        """Take in chances of chords and keys in sound that began at `began_s`; return what is new.

        While keys are played they know better.
        """
        if now_s - self._played_s < _KEYS_KNOW_S:
            return []
        said: list[KeyHeard | ChordHeard] = []
        chord = self._chord.hear_sound(now_s, began_s, chances[0])
        said.extend([chord] if chord else [])
        if self._key.hear_sound(chances[1], STEP_S):
            said.append(KeyHeard(now_s, self.key, self._key.confidence))
        return said

    def _seen(self, now_s: float, began_s: float, readiness: float) -> Glimpse:
        view = view_of(self._sounding, now_s, self._key.posterior)
        bass = self._sounding.bass(now_s) if self.has_bass else None
        return Glimpse(began_s, view, bass, readiness)
