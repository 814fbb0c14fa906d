"""The seam between the engine and anyone in the band: a frame in, planned notes out.

A frame is a sixteenth of a beat. The engine asks for frames in order: harmony, then drums, then
bass for the same frame, so that each hears those before it. When a plan is revised, the engine
puts the player's state back and asks for the frame again; a player therefore keeps all memory in
`state` and draws randomness only from `Frame.seed`.
"""

from dataclasses import dataclass, field, fields
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from accompanist.music.band import PlannedNote
from accompanist.music.chord import Chord
from accompanist.music.heard import Accents
from accompanist.music.key import Key

Memory = Any
"""What somebody remembers, as a value that later steps do not change; only they look inside."""


@dataclass(frozen=True, slots=True)
class PerformerOnset:
    """A note of the performer, on the beat count."""

    onset_beats: float
    pitch: int
    velocity: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The performer's line, moved to the band's turn on the beat count, and who takes it up."""

    part: str
    onsets: tuple[PerformerOnset, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """All that a player may know when it plays one sixteenth of a beat.

    Attributes
    ----------
    index
        Sixteenths since beat 0; the frame begins at ``index / 4`` beats.
    beat_in_bar, step
        Place in the bar: beat from 0, and sixteenth within the beat 0–3.
    beats_per_bar, tempo_bpm, swing
        Metre, tempo, and the off-beat eighth's place in the beat (0.5 straight).
    sixteenth_swing
        The off-beat sixteenth's place in half a beat (0.5 straight).
    level
        How the performer feels the pulse: ``half``, ``normal`` or ``double`` time.
    accents
        How loud the performer plays strong beats, weak beats and off-beats; 1 is the mean.
    bar
        Bars since the band began.
    chord, next_chord
        What sounds (or will) in this frame, and what is expected a beat later.
    chord_probability
        How sure `chord` is, 0–1.
    chord_posterior, key_posterior
        Shapes (25,) and (25,), float32: major triads C–B, minor triads C–B, none; major keys,
        minor keys, none. Both sum to 1.
    recent
        The performer's onsets of the last two bars, oldest first, none later than now.
    ensemble
        What has been planned so far for this frame and the two bars before it, all parts.
    section, section_bar
        ``intro``, ``groove``, ``fill``, ``break`` or ``ending``, and which bar of an arranged one.
    style, variation
        What the band plays like, and how full: ``A`` to ``D``.
    intensity, density, complexity, outside
        How hard, how much and how intricately to play, and how far from the expected, 0–1:
        what is set, what the variation adds, and what the performer's playing asks for.
    dynamics
        What the performer's present dynamics add to the intensity, or take from it.
    learned
        Parts whose model knows the style.
    swing_is_set
        Whether swing was set by hand, so that it goes for a style with a swing of its own too.
    answer
        What the band answers in its turn; None while it does not.
    """

    index: int
    beat_in_bar: int
    step: int
    beats_per_bar: int
    tempo_bpm: float
    swing: float
    sixteenth_swing: float
    level: str
    accents: Accents
    bar: int
    chord: Chord
    next_chord: Chord
    chord_probability: float
    key: Key
    chord_posterior: NDArray[np.float32]
    key_posterior: NDArray[np.float32]
    recent: tuple[PerformerOnset, ...]
    ensemble: tuple[PlannedNote, ...]
    section: str
    section_bar: int
    style: str
    variation: str
    intensity: float
    density: float
    complexity: float
    outside: float
    dynamics: float
    learned: tuple[str, ...]
    seed: int
    swing_is_set: bool = False
    answer: Answer | None = None

    @property
    def loudness(self) -> float:
        """Intensity with the performer's dynamics, 0–1."""
        return min(max(self.intensity + self.dynamics, 0.0), 1.0)

    def hearing(self, ensemble: tuple[PlannedNote, ...]) -> "Frame":
        """The same frame once the others are heard.

        Every frame is handed on twice or thrice: this takes a quarter of the time that
        `dataclasses.replace` does, .3 ms less for a bar planned again.
        """
        frame = object.__new__(Frame)
        for name in _FIELDS:
            object.__setattr__(frame, name, getattr(self, name))
        object.__setattr__(frame, "ensemble", ensemble)
        return frame


_FIELDS = tuple(place.name for place in fields(Frame))


class Player(Protocol):
    """One musician of the band."""

    part: str

    state: Memory
    """Everything remembered: it can be put back, and the player goes on from there."""

    def reset(self) -> None:
        """Forget everything, as before the first note."""

    def play(self, frame: Frame) -> tuple[PlannedNote, ...]:
        """Notes whose onset belongs to `frame` (offset within half a sixteenth of it)."""


class Anticipator(Protocol):
    """Whoever guesses the chord of the coming beat, from what was heard until now."""

    state: Memory
    """Everything remembered: it can be put back, and the player goes on from there."""

    @property
    def in_a_bar(self) -> tuple[Chord, float] | None:
        """Chord expected a bar after the beat last expected, and how likely; None if unknown."""

    def reset(self) -> None:
        """Forget everything."""

    def expect(self, beat: "BeatEvidence") -> tuple[Chord, float]:
        """Chord expected on the beat after this one, and its probability."""


class Rememberer(Anticipator, Protocol):
    """An anticipator by this piece alone."""

    recalled: NDArray[np.float32]
    """Chances (2, 24) of triads on the beat last expected, and a bar later."""


def nothing_recalled() -> NDArray[np.float32]:
    """What is recalled of a piece before any of it was heard: every triad alike."""
    return np.full((2, 24), 1 / 24, np.float32)


@dataclass(frozen=True, slots=True)
class BeatEvidence:
    """What one beat of the performer held, given when it is nearly over.

    `chroma` (12,) and `bass_chroma` (12,) are float32 sounding weights by pitch class that sum to
    1 (or are all zero): all notes, and the lowest sounding note over time. `melody` (12,) is the
    same for the highest. `chord` is the listener's label, with its posterior and that of the key.
    `recalled` (2, 24) is what the piece's own past lets expect: chances of triads on the next beat,
    and a bar later.
    """

    beat: int
    beat_in_bar: int
    beats_per_bar: int
    chroma: NDArray[np.float32]
    bass_chroma: NDArray[np.float32]
    melody: NDArray[np.float32]
    chord: Chord
    chord_posterior: NDArray[np.float32]
    key_posterior: NDArray[np.float32]
    recalled: NDArray[np.float32] = field(default_factory=nothing_recalled)
