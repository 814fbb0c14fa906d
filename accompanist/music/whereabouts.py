"""Where the band is in the piece, so that a band that fell silent finds its place again.

Taken from one engine and given to a fresh one (see `Engine.whereabouts` and `Engine.resume`); in
between it is text. What players remember of the piece is not kept, nor which keys are down.
"""

import json
import math
from dataclasses import asdict, dataclass, fields

from accompanist.music.chord import parse_chord
from accompanist.music.heard import BeatHeard
from accompanist.music.key import parse_key
from accompanist.music.parameter import Value
from accompanist.music.parameter_values import ParameterValues

LARGEST_TEXT = 20_000
"""Characters; a longer text is not the band's."""

STATES = ("lost", "locking", "locked")
SILENT_STATES = ("waiting", "resting", "stopped")
PLAYING_STATES = ("playing", "ending")
FORM_STATES = (*PLAYING_STATES, "counting", *SILENT_STATES)

MOST_COUNTED = 64
"""Beats of a count-in, at most."""

_BEYOND = 1e12
_POSITIVE = ("tempo_bpm", "beats_per_bar")
_NOT_NEGATIVE = ("now_s", "resting_s", "beat_in_bar", "form_bar", "next_note_id", "counting")
_SHARES = ("confidence", "chord_confidence", "swing")


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A place in the piece, and how everything is set.

    Attributes
    ----------
    now_s
        Engine time at which it was taken.
    state
        How sure the beat is: ``lost``, ``locking`` or ``locked``.
    beat, at_s, bar, beat_in_bar
        Last beat announced, its time, its bar, and its place there; `beat` is −1 before the first.
    beats_per_bar, tempo_bpm, confidence, swing
        Metre, tempo and feel from that beat on, and how sure they are.
    resting_s
        Seconds since the performer's last note.
    key, chord, chord_confidence
        Names of what is heard, such as ``D minor`` and ``G:min7``.
    band_chord
        Chord that the band goes by.
    form_state, form_bar, section, requested
        Where in the form the band is: bars since it began, the section or nothing while silent,
        and whether it was asked to begin.
    parameters
        Addresses and values.
    next_note_id, seed
        First number that no note has, and the seed of the players' chances.
    counting
        Beats of a count-in that were still to come.
    song, song_shift
        Number of the song in its set, from 0 (−1 without one), and the bars skipped in it.
    """

    now_s: float
    state: str
    beat: int
    at_s: float
    bar: int
    beat_in_bar: int
    beats_per_bar: int
    tempo_bpm: float
    confidence: float
    swing: float
    resting_s: float
    key: str
    chord: str
    chord_confidence: float
    band_chord: str
    form_state: str
    form_bar: int
    section: str
    requested: bool
    parameters: tuple[tuple[str, Value], ...]
    next_note_id: int
    seed: int
    counting: int = 0
    song: int = -1
    song_shift: int = 0

    @property
    def period_s(self) -> float:
        """Seconds from beat to beat."""
        return 60.0 / self.tempo_bpm

    def beats_passed(self, now_s: float) -> int:
        """Beats that began after the last announced one, until `now_s`, had the band gone on."""
        if self.beat < 0:
            return 0
        return max(0, math.floor((now_s - self.at_s) / self.period_s))

    def downbeats_passed(self, now_s: float) -> int:
        """How many of `beats_passed` began a bar."""
        return (self.beat_in_bar + self.beats_passed(now_s)) // self.beats_per_bar

    def last_beat(self, now_s: float) -> BeatHeard:
        """The last beat that began until `now_s`, had the band gone on."""
        passed, place = self.beats_passed(now_s), self.last_place(now_s)
        at_s, bar = self.at_s + passed * self.period_s, self.bar + self.downbeats_passed(now_s)
        beat, downbeat = self.beat + passed, place == 0
        return BeatHeard(now_s, at_s, beat, bar, downbeat, self.tempo_bpm, self.confidence)

    def last_place(self, now_s: float) -> int:
        """Place of that beat in its bar."""
        return (self.beat_in_bar + self.beats_passed(now_s)) % self.beats_per_bar

    def to_text(self) -> str:
        """JSON of less than `LARGEST_TEXT` characters."""
        named = asdict(self) | {"parameters": dict(self.parameters)}
        return json.dumps(named, ensure_ascii=False, allow_nan=False)

    @staticmethod
    def from_text(text: str) -> "Whereabouts":
        """Read what `to_text` wrote.

        Raises
        ------
        ValueError
            If it is damaged: not such a text, or values that cannot be.
        """
        if len(text) >= LARGEST_TEXT:
            raise ValueError("a text this long does not say where the band is")
        try:
            named = json.loads(text)
            named["parameters"] = tuple(named["parameters"].items())
            where = Whereabouts(**named)
        except (RecursionError, TypeError, KeyError, AttributeError) as error:
            raise ValueError("this text does not say where the band is") from error
        _check(where)
        return where


def _check(where: Whereabouts) -> None:
    for field in fields(where):
        if not _fits(getattr(where, field.name), field.type):
            raise ValueError(f"{field.name} is damaged")
    sound = (
        where.state in STATES
        and where.form_state in FORM_STATES
        and all(getattr(where, name) > 0 for name in _POSITIVE)
        and all(getattr(where, name) >= 0 for name in _NOT_NEGATIVE)
        and all(0.0 <= getattr(where, name) <= 1.0 for name in _SHARES)
        and where.beat >= -1
        and where.counting <= MOST_COUNTED
        and where.song >= -1
        and where.beat_in_bar < where.beats_per_bar
    )
    if not sound:
        raise ValueError("the band cannot be there")
    parse_key(where.key)
    parse_chord(where.chord)
    parse_chord(where.band_chord)
    values = ParameterValues()
    for address, value in where.parameters:
        values.take(address, value)


def _fits(value: object, kind: object) -> bool:
    """Whether a value is of a field's type; whole numbers may stand for others."""
    if kind is float:
        return type(value) in (int, float) and abs(value) < _BEYOND  # type: ignore[arg-type]
    if kind is int:
        return type(value) is int
    return not isinstance(kind, type) or isinstance(value, kind)
