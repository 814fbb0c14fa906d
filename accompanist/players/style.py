"""Styles: what drums, bass and harmony play by rule, read from ``styles/NAME.toml``.

A style has a natural bar of `beats` quarter beats and writes everything as text grids, one
character a sixteenth, one string a bar; spaces are for the eye. A part of several bars repeats
them in turn.

* Drum grids: ``.`` nothing, ``1``–``9`` a hit, by loudness. Layers add up; each enters at a
  density, complexity or intensity.
* Bass lines: ``R 2 3 5 6 7 8`` degrees above the chord's bass, ``a`` an approach into the next
  chord, ``k`` the root if the kick sounds, ``-`` held, ``.`` rest. The last line whose density and
  complexity are reached is played.
* Comping rhythms: ``X`` loud chord, ``x`` soft chord, ``u`` upper voices, ``1``–``6`` a single
  voice from the lowest, ``-`` held, ``.`` rest; chosen like bass lines.

A bar that the style does not know is put together from bars of four and three beats: a style of
four names in `other_metre` the style whose grids it borrows for three, and the other way round.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from accompanist.music.band import FRAMES_PER_BEAT, PARTS
from accompanist.music.errors import Refusal
from accompanist.music.parameters import STYLES

STYLES_DIRECTORY = Path(__file__).resolve().parent / "styles"

DRUM_PITCHES: dict[str, int] = {
    "kick": 36,
    "rim": 37,
    "snare": 38,
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

_DRUM_MARKS = ".123456789"
_BASS_MARKS = "R235678ak-."
_HARMONY_MARKS = "Xxu123456-."


class StyleError(Refusal):
    """A style cannot be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class DrumLayer:
    """Grids by General MIDI pitch, heard from some density, complexity and intensity on."""

    density: float
    complexity: float
    intensity: float
    intensity_below: float
    grids: Mapping[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Line:
    """A bass line or a comping rhythm: one string a bar, of `voices` notes for chords."""

    density: float
    complexity: float
    bars: tuple[str, ...]
    voices: int = 1


@dataclass(frozen=True, slots=True)
class Style:
    """Everything that the understudies know about a style.

    `swing` is the off-beat eighth's place in the beat; `late_ms` is how far a part lays back;
    `arrival` is what the drummer hits on the first beat after a fill, loudness by pitch.
    """

    name: str
    help: str
    beats: int
    other_metre: str
    swing: float
    late_ms: Mapping[str, float]
    groove: tuple[DrumLayer, ...]
    fills: tuple[DrumLayer, ...]
    ending: DrumLayer
    arrival: Mapping[int, int]
    bass: tuple[Line, ...]
    harmony: tuple[Line, ...]


def load_styles(directory: Path = STYLES_DIRECTORY) -> dict[str, Style]:
    """Every style of the parameter tree, and those that they borrow from, by name.

    Raises
    ------
    StyleError
        If a file is missing, is not TOML, or is not a style.
    """
    styles: dict[str, Style] = {}
    wanted = list(STYLES)
    while wanted:
        name = wanted.pop()
        if name not in styles:
            styles[name] = read_style(directory / f"{name}.toml")
            wanted.append(styles[name].other_metre)
    for style in styles.values():
        if {style.beats, styles[style.other_metre].beats} != {3, 4}:
            raise StyleError(
                f"style {style.name} has {style.beats} beats, and so has {style.other_metre}; "
                f"name a style of the other metre in other_metre"
            )
    return styles


def read_style(path: Path) -> Style:
    """Read one style file.

    Raises
    ------
    StyleError
        If the file is missing, is not TOML, or is not a style.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise StyleError(f"style {path.stem} cannot be read ({error}); reinstall it") from error
    try:
        return _style(path.stem, table)
    except (KeyError, TypeError, AttributeError) as error:
        raise StyleError(f"style {path.stem} lacks or misspells {error}; mend {path}") from error
    except ValueError as error:
        raise StyleError(f"style {path.stem}: {error}; mend {path}") from error


def _style(name: str, table: dict[str, Any]) -> Style:
    beats = table["beats"]
    if beats not in (3, 4):
        raise ValueError(f"a bar has 3 or 4 beats, not {beats}")
    if not 0.5 <= table["swing"] <= 0.75:
        raise ValueError(f"swing lies between 0.5 and 0.75, not at {table['swing']}")
    late_ms = table["late_ms"]
    drums = table["drums"]
    style = Style(
        name=name,
        help=str(table["help"]),
        beats=beats,
        other_metre=str(table["other_metre"]),
        swing=float(table["swing"]),
        late_ms={part: float(late_ms[part]) for part in PARTS},
        groove=tuple(_layer(layer, beats) for layer in drums["groove"]),
        fills=tuple(_layer(layer, beats) for layer in drums["fill"]),
        ending=_layer(drums["ending"], beats),
        arrival={DRUM_PITCHES[voice]: int(loud) for voice, loud in drums["arrival"].items()},
        bass=tuple(_line(line, beats, _BASS_MARKS) for line in table["bass"]),
        harmony=tuple(_line(line, beats, _HARMONY_MARKS) for line in table["harmony"]),
    )
    for part, lines in (("groove", style.groove), ("fill", style.fills)):
        if not lines or lines[0].density + lines[0].complexity > 0:
            raise ValueError(f"the first {part} must be for every density and complexity")
    for part, chosen in (("bass", style.bass), ("harmony", style.harmony)):
        if not chosen or chosen[0].density + chosen[0].complexity > 0:
            raise ValueError(f"the first {part} line must be for every density and complexity")
    return style


def _layer(table: dict[str, Any], beats: int) -> DrumLayer:
    knobs = {"density": 0.0, "complexity": 0.0, "intensity": 0.0, "intensity_below": 2.0}
    values = {knob: float(table.get(knob, default)) for knob, default in knobs.items()}
    grids = {
        DRUM_PITCHES[voice]: _bars(voice, bars, beats, _DRUM_MARKS)
        for voice, bars in table.items()
        if voice not in knobs
    }
    return DrumLayer(grids=grids, **values)


def _line(table: dict[str, Any], beats: int, marks: str) -> Line:
    return Line(
        density=float(table.get("density", 0.0)),
        complexity=float(table.get("complexity", 0.0)),
        bars=_bars("line", table["line"], beats, marks),
        voices=int(table.get("voices", 1)),
    )


def _bars(voice: str, bars: Iterable[str], beats: int, marks: str) -> tuple[str, ...]:
    packed = tuple(bar.replace(" ", "") for bar in bars)
    length = beats * FRAMES_PER_BEAT
    for bar in packed:
        if len(bar) != length:
            raise ValueError(f"a bar of {voice} has {len(bar)} sixteenths instead of {length}")
        if strange := bar.strip(marks):
            raise ValueError(f"{strange[0]!r} in {voice} is not one of {marks}")
    if not packed:
        raise ValueError(f"{voice} has no bars")
    return packed
