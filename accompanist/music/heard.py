"""What the listener announces: each value says when it was said and what it speaks of.

`announced_s` is the engine time of the announcement, `at_s` the time it is about.
"""

from dataclasses import dataclass

from accompanist.music.chord import Chord
from accompanist.music.key import Key
from accompanist.music.metre import Metre


@dataclass(frozen=True, slots=True)
class BeatHeard:
    """A beat at `at_s`, counted from 0 at the first announced beat; bars count from 0 too."""

    announced_s: float
    at_s: float
    beat: int
    bar: int
    downbeat: bool
    tempo_bpm: float
    confidence: float


@dataclass(frozen=True, slots=True)
class TempoHeard:
    """The tempo as now felt, announced when it has moved audibly."""

    announced_s: float
    tempo_bpm: float
    confidence: float


@dataclass(frozen=True, slots=True)
class MetreHeard:
    """The metre from now on."""

    announced_s: float
    metre: Metre


@dataclass(frozen=True, slots=True)
class KeyHeard:
    """The key from now on."""

    announced_s: float
    key: Key
    confidence: float


@dataclass(frozen=True, slots=True)
class ChordHeard:
    """A chord that began at `at_s`; `revises` is the `announced_s` of the one it corrects."""

    announced_s: float
    at_s: float
    chord: Chord
    confidence: float
    revises: float | None = None


@dataclass(frozen=True, slots=True)
class ChordExpected:
    """The chord the band will play at `at_s` unless it hears otherwise.

    For every beat announced there is one a bar after it, and then, last, one on the beat.
    """

    announced_s: float
    at_s: float
    chord: Chord
    probability: float


@dataclass(frozen=True, slots=True)
class StateHeard:
    """How sure the beat is: ``lost``, ``locking`` or ``locked``."""

    announced_s: float
    state: str


Accents = tuple[float, float, float]
"""Loudness of strong beats (1, and 3 in four), weak beats and off-beats; 1 is the mean."""

NO_ACCENTS: Accents = (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class FeelHeard:
    """The feel from now on.

    `swing` is the share of a beat before the off-beat eighth (0.5 straight, 0.67 triplet), which
    is straight unless `shuffled`, and `sixteenth_swing` the same for half a beat; `level` says
    whether the pulse is felt as it is announced, ``normal``, or in ``half`` or ``double`` time.
    """

    announced_s: float
    swing: float
    level: str
    shuffled: bool = False
    accents: Accents = NO_ACCENTS
    sixteenth_swing: float = 0.5


@dataclass(frozen=True, slots=True)
class CountInHeard:
    """The performer counted in, or was counted in; the first bar begins at `at_s`."""

    announced_s: float
    at_s: float
    tempo_bpm: float


@dataclass(frozen=True, slots=True)
class TapHeard:
    """Four taps, or one more, say that the next beat is at `at_s`, and the tempo from there."""

    announced_s: float
    at_s: float
    tempo_bpm: float


@dataclass(frozen=True, slots=True)
class HoldHeard:
    """The beat waits at a fermata, or (`holding` false) no longer does.

    The performer holds a chord after they broadened, or holds the band by hand.
    """

    announced_s: float
    holding: bool


@dataclass(frozen=True, slots=True)
class InputHeard:
    """What is played on from now on: one of `INPUT_MODELS`, and whether by an MPE controller."""

    announced_s: float
    model: str
    mpe: bool


Heard = (
    BeatHeard
    | TempoHeard
    | MetreHeard
    | KeyHeard
    | ChordHeard
    | ChordExpected
    | StateHeard
    | FeelHeard
    | CountInHeard
    | TapHeard
    | HoldHeard
    | InputHeard
)
