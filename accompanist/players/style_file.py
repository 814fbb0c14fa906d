"""Style files: ``styles/NAME.toml``, which a musician can read and write.

A style has a natural bar of `beats` beats and writes everything as text grids: one string a bar,
one character for each of the `parts` of a beat (4 sixteenths unless it says 3 or 6; a beat of six
is a dotted quarter). Spaces are for the eye. What is written for several bars repeats in turn.

* Drum grids: ``.`` nothing, ``1``–``9`` a hit, by loudness. Layers add up; each enters at a
  density, complexity or intensity, and a layer with a `chance` gives each of its hits only that.
* Bass lines: ``R 2 3 5 6 7 8`` degrees above the chord's bass, ``a`` an approach into the next
  chord, ``k`` the root if the kick sounds, ``-`` held, ``.`` rest. The last line whose density and
  complexity are reached is played.
* Comping rhythms: ``X`` loud chord, ``x`` soft chord, ``u`` upper voices, ``1``–``6`` a single
  voice from the lowest, ``-`` held, ``.`` rest; chosen like bass lines.
* Variations A to D add to density, intensity and complexity; a layer or line that says
  ``variations = "CD"`` is heard in these alone.
* ``[intro]``, ``[break]`` and ``[ending]`` hold drum grids, one bass line and one comping rhythm,
  all of the same number of bars; a part they don't write is silent.
* `models` names the parts whose learned players know the style; the others are played by rule.

A bar that the style does not know is put together from bars of four and three beats: `other_metre`
names the style whose grids are borrowed for three, or by a style of three for all others.
"""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from accompanist.music.band import PARTS
from accompanist.music.parameters import STYLES
from accompanist.music.section import ARRANGED, VARIATIONS
from accompanist.players.style import (
    DRUM_PITCHES,
    Amounts,
    DrumLayer,
    Line,
    Section,
    Style,
    StyleError,
)

STYLES_DIRECTORY = Path(__file__).resolve().parent / "styles"

LEAST_FILLS = 3

_DRUM_MARKS = ".123456789"
_MARKS = {"bass": "R235678ak-.", "harmony": "Xxu123456-."}
_ALL = "".join(VARIATIONS)
_VOICES_OF_A_SECTION = 4


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
        if (style.beats == 3) == (styles[style.other_metre].beats == 3):
            raise StyleError(
                f"style {style.name} has {style.beats} beats, and {style.other_metre} is no help "
                f"in the other metre; name a style of the other metre in other_metre"
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
    beats, parts = table["beats"], table.get("parts", 4)
    if beats not in (2, 3, 4):
        raise ValueError(f"a bar has 2, 3 or 4 beats, not {beats}")
    if parts not in (3, 4, 6):
        raise ValueError(f"a beat has 3, 4 or 6 parts, not {parts}")
    if not 0.5 <= table["swing"] <= 0.75:
        raise ValueError(f"swing lies between 0.5 and 0.75, not at {table['swing']}")
    late_ms, drums, length = table["late_ms"], table["drums"], beats * parts
    lines = {
        part: tuple(_line(line, length, _MARKS[part]) for line in table[part])
        for part in ("bass", "harmony")
    }
    style = Style(
        name=name,
        help=str(table["help"]),
        beats=beats,
        parts=parts,
        other_metre=str(table["other_metre"]),
        swing=float(table["swing"]),
        late_ms={part: float(late_ms[part]) for part in PARTS},
        models=_models(table["models"]),
        variations={letter: _amounts(table["variation"][letter]) for letter in VARIATIONS},
        groove=tuple(_layer(layer, length) for layer in drums["groove"]),
        fills=tuple(_layer(layer, length) for layer in drums["fill"]),
        arrival={DRUM_PITCHES[voice]: int(loud) for voice, loud in drums["arrival"].items()},
        bass=lines["bass"],
        harmony=lines["harmony"],
        sections={section: _section(table[section], length) for section in ARRANGED},
    )
    _check(style)
    return style


def _check(style: Style) -> None:
    """Refuse a style that would leave a part with nothing to play."""
    firsts: dict[str, DrumLayer | Line | None] = {
        "groove": next(iter(style.groove), None),
        "fill": next(iter(style.fills), None),
        "bass": next(iter(style.bass), None),
        "harmony": next(iter(style.harmony), None),
    }
    for part, first in firsts.items():
        if first is None or first.density + first.complexity > 0 or first.variations != _ALL:
            raise ValueError(f"the first {part} must be for every density, complexity, variation")
    if len(style.fills) < LEAST_FILLS:
        raise ValueError(f"it has {len(style.fills)} fills instead of {LEAST_FILLS} or more")


def _models(parts: list[str]) -> tuple[str, ...]:
    for part in parts:
        if part not in PARTS:
            raise ValueError(f"{part!r} in models is no part; parts are {', '.join(PARTS)}")
    return tuple(parts)


def _amounts(table: dict[str, Any]) -> Amounts:
    return Amounts(**{knob: float(amount) for knob, amount in table.items()})


def _layer(table: dict[str, Any], length: int) -> DrumLayer:
    knobs = {
        "density": 0.0,
        "complexity": 0.0,
        "intensity": 0.0,
        "intensity_below": 2.0,
        "chance": 1.0,
    }
    values = {knob: float(table.get(knob, default)) for knob, default in knobs.items()}
    voices = {voice: bars for voice, bars in table.items() if voice not in {*knobs, "variations"}}
    return DrumLayer(variations=_letters(table), grids=_grids(voices, length), **values)


def _grids(voices: Mapping[str, Iterable[str]], length: int) -> dict[int, tuple[str, ...]]:
    return {
        DRUM_PITCHES[voice]: _bars(voice, bars, length, _DRUM_MARKS)
        for voice, bars in voices.items()
    }


def _line(table: dict[str, Any], length: int, marks: str) -> Line:
    return Line(
        variations=_letters(table),
        density=float(table.get("density", 0.0)),
        complexity=float(table.get("complexity", 0.0)),
        bars=_bars("line", table["line"], length, marks),
        voices=int(table.get("voices", 1)),
    )


def _section(table: dict[str, Any], length: int) -> Section:
    counts = {len(bars) for bars in table.values()}
    if len(counts) != 1:
        raise ValueError("everything in an intro, break or ending needs the same number of bars")
    bars = counts.pop()
    silent = ["." * length] * bars
    lines = {
        part: Line(
            _ALL,
            0.0,
            0.0,
            _bars(part, table.get(part, silent), length, marks),
            _VOICES_OF_A_SECTION,
        )
        for part, marks in _MARKS.items()
    }
    drums = {voice: written for voice, written in table.items() if voice not in _MARKS}
    return Section(bars, _grids(drums, length), **lines)


def _letters(table: dict[str, Any]) -> str:
    letters = str(table.get("variations", _ALL))
    if not letters or letters.strip(_ALL):
        raise ValueError(f"variations are some of {_ALL}, not {letters!r}")
    return letters


def _bars(voice: str, bars: Iterable[str], length: int, marks: str) -> tuple[str, ...]:
    packed = tuple(bar.replace(" ", "") for bar in bars)
    for bar in packed:
        if len(bar) != length:
            raise ValueError(f"a bar of {voice} has {len(bar)} places instead of {length}")
        if strange := bar.strip(marks):
            raise ValueError(f"{strange[0]!r} in {voice} is not one of {marks}")
    if not packed:
        raise ValueError(f"{voice} has no bars")
    return packed
