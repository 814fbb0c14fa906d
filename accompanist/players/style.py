"""Styles: what drums, bass and harmony play by rule.

Everything here is written by musicians in ``styles/NAME.toml`` (see `style_file`). A layer or a
line is heard from some density, complexity and intensity on, and in some variations only; an
arranged section (intro, break, ending) is played as it stands.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from accompanist.music.errors import Refusal

DRUM_PITCHES: dict[str, int] = {
    "kick": 36,
    "rim": 37,
    "snare": 38,
    "clap": 39,
    "low_tom": 43,
    "hat": 42,
    "pedal_hat": 44,
    "mid_tom": 45,
    "open_hat": 46,
    "high_tom": 48,
    "crash": 49,
    "ride": 51,
    "bell": 53,
    "tambourine": 54,
    "cowbell": 56,
    "high_conga": 63,
    "low_conga": 64,
    "shaker": 70,
    "clave": 75,
}
"""General MIDI percussion, by the names used in style files."""


class StyleError(Refusal):
    """A style cannot be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much is played, how hard and how intricately: shares, or what is added to them."""

    density: float
    intensity: float
    complexity: float


@dataclass(frozen=True, slots=True)
class DrumLayer:
    """Grids by General MIDI pitch, in some variations, from some density and so on.

    Each of its hits sounds with a `chance` of its own; 1 is always.
    """

    variations: str
    density: float
    complexity: float
    intensity: float
    intensity_below: float
    chance: float
    grids: Mapping[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Line:
    """A bass line or a comping rhythm: one string a bar, of `voices` notes for chords."""

    variations: str
    density: float
    complexity: float
    bars: tuple[str, ...]
    voices: int


@dataclass(frozen=True, slots=True)
class Section:
    """An arranged section of so many bars; drum grids by General MIDI pitch."""

    bars: int
    drums: Mapping[int, tuple[str, ...]]
    bass: Line
    harmony: Line


@dataclass(frozen=True, slots=True)
class Style:
    """Everything that the understudies know about a style.

    `parts` is how many places a beat is written in. `swing` is the off-beat eighth's place in the
    beat; `late_ms` is how far a part lays back; `models` are the parts whose learned players know
    the style. `arrival` is what the drummer hits on the first beat after a fill, loudness by pitch.
    """

    name: str
    help: str
    beats: int
    parts: int
    other_metre: str
    swing: float
    late_ms: Mapping[str, float]
    models: tuple[str, ...]
    variations: Mapping[str, Amounts]
    groove: tuple[DrumLayer, ...]
    fills: tuple[DrumLayer, ...]
    arrival: Mapping[int, int]
    bass: tuple[Line, ...]
    harmony: tuple[Line, ...]
    sections: Mapping[str, Section]

    def source(self, part: str) -> str:
        """Who plays a part of this style unless asked otherwise: ``model`` or ``understudy``."""
        return "model" if part in self.models else "understudy"


def in_metre(styles: Mapping[str, Style], name: str, beats: int) -> Style:
    """The style that a group of so many beats is played in: a style, or the one it borrows from."""
    style = styles[name]
    return style if (beats == 3) == (style.beats == 3) else styles[style.other_metre]


def groups(beats_per_bar: int) -> tuple[int, ...]:
    """A bar as groups of at most four beats: fours where it can, threes, and a two at the end.

    One to four beats are one group; five is 3 + 2, six 3 + 3, seven 4 + 3.
    """
    if beats_per_bar <= 4:
        return (beats_per_bar,)
    if beats_per_bar % 4 == 0:
        return (4,) * (beats_per_bar // 4)
    if beats_per_bar % 3 == 0:
        return (3,) * (beats_per_bar // 3)
    fours, rest = divmod(beats_per_bar, 4)
    if rest == 1:
        return (4,) * (fours - 1) + (3, 2)
    return (4,) * fours + (rest,)


def section_bars(styles: Mapping[str, Style], name: str, beats_per_bar: int, section: str) -> int:
    """How many bars of so many beats an arranged section of a style has."""
    return in_metre(styles, name, groups(beats_per_bar)[0]).sections[section].bars
