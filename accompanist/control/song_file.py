"""Song files: TOML that a musician can read and write, a song a file, and lists of them.

A song::

    title = "Blue Room"
    style = "jazz"
    variation = "B"
    tempo_bpm = [96, 132]              # or one number
    metre = 4                          # beats in a bar
    key = "Bb major"
    count_in = "1 bar"
    end_with = "ritardando"
    after = "end"                      # or "repeat": from the beginning
    programs = [{ channel = 1, program = 5 }]

    [set]                              # any control by its name
    intensity = 0.4
    "bass/level" = 0.7

    [[section]]
    name = "A"
    chords = "Bbmaj7 | G7 | Cm7 F7 | %"
    times = 2

    [[section]]
    name = "solo"
    bars = 16                          # without chords: free
    variation = "C"
    set = { density = 0.7 }

Bars are parted by ``|``; chords within a bar share its beats; ``%`` is the bar before again. All
but `title` may be left out. A set list is a file with ``songs = ["one.toml", "two.toml"]``.
"""

import difflib
import tomllib
from pathlib import Path
from typing import Any

from accompanist.control.errors import ControlError
from accompanist.music.chord import Chord
from accompanist.music.chord_symbol import parse_symbol
from accompanist.music.key import NO_KEY, Key, parse_key
from accompanist.music.parameter import ROOT, Value
from accompanist.music.parameter_values import ParameterValues
from accompanist.music.parameters import PARAMETERS
from accompanist.music.song import Program, Settings, Song, SongSection

LARGEST_BYTES = 65_536
"""Of a song, and of all songs of a set: they go to every process of the program."""

MOST_SONGS, MOST_BARS = 256, 4096

_SLOWEST_BPM, _FASTEST_BPM = 30.0, 300.0
_SONG_CONTROLS = ("style", "variation", "count_in", "start_with", "end_with")
_SECTION_CONTROLS = ("style", "variation")
_SONG = {"title", "metre", "tempo_bpm", "key", "after", "programs", "set", "section"}
_SECTION = {"name", "chords", "bars", "times", "set"}
_AFTER = ("end", "repeat")
_NAMES = tuple(parameter.name for parameter in PARAMETERS)


def read_texts(path: Path) -> tuple[str, ...]:
    """Texts of the songs of a set list, or of the one song of a song file; every one is a song.

    Raises
    ------
    ControlError
        If a file cannot be read, or is no song.
    """
    text = _text(path)
    table = _table(path, text)
    if "songs" not in table:
        song_of(text, path)
        return (text,)
    names = table["songs"]
    named = isinstance(names, list) and all(isinstance(name, str) for name in names)
    if not named or not 0 < len(names) <= MOST_SONGS:
        raise ControlError(f'{path} needs 1 to {MOST_SONGS} songs, such as: songs = ["one.toml"]')
    texts = tuple(_text(path.parent / name) for name in names)
    for name, text in zip(names, texts, strict=True):
        song_of(text, path.parent / name)
    if sum(map(len, texts)) > LARGEST_BYTES:
        raise ControlError(f"the songs of {path} are larger than {LARGEST_BYTES} bytes; leave some")
    return texts


def song_of(text: str, path: Path) -> Song:
    """The song that a file's text is.

    Raises
    ------
    ControlError
        If it is none.
    """
    try:
        return _read(_table(path, text))
    except KeyError as error:
        raise ControlError(f"song {path} lacks {error}; add it") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise ControlError(f"song {path}: {error}; mend it") from error


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            payload = file.read(LARGEST_BYTES + 1)
        if len(payload) > LARGEST_BYTES:
            raise ControlError(f"{path} is larger than {LARGEST_BYTES} bytes; a song is small")
        return payload.decode("utf-8")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ControlError(f"{path} cannot be read ({reason}); name a song file") from error
    except UnicodeDecodeError as error:
        raise ControlError(f"{path} is not text; name a song file in TOML") from error


def _table(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ControlError(f"{path} is not TOML ({error}); mend it") from error


def _read(table: dict[str, Any]) -> Song:
    _know(table, _SONG | set(_SONG_CONTROLS))
    beats = table.get("metre", 4)
    if type(beats) is not int or not 2 <= beats <= 7:
        raise ValueError(f"metre is 2 to 7 beats, not {beats!r}")
    after = table.get("after", "end")
    if after not in _AFTER:
        raise ValueError(f"after is {' or '.join(_AFTER)}, not {after!r}")
    sections = tuple(_section(section, beats) for section in _tables(table, "section"))
    if sum(len(section.bars) for section in sections) > MOST_BARS:
        raise ValueError(f"a song has at most {MOST_BARS} bars")
    return Song(
        title=_title(table),
        beats_per_bar=beats,
        tempo_bpm=_tempi(table["tempo_bpm"]) if "tempo_bpm" in table else None,
        key=_key(table.get("key")),
        ends=after == "end",
        settings=_settings(table, _SONG_CONTROLS),
        programs=tuple(_program(entry) for entry in _tables(table, "programs")),
        sections=sections,
    )


def _title(table: dict[str, Any]) -> str:
    if "title" not in table:
        raise ValueError('it has no title, such as: title = "Blue Room"')
    return str(table["title"])


def _tables(table: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = table.get(name, [])
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise ValueError(f"{name} is a list of tables, such as [[{name}]]")
    return found


def _section(table: dict[str, Any], beats: int) -> SongSection:
    name = str(table.get("name", "without a name"))
    try:
        _know(table, _SECTION | set(_SECTION_CONTROLS))
        if "name" not in table or not {"chords", "bars"} & set(table):
            raise ValueError("it has a name, and chords or a number of bars")
        bars = _bars(str(table["chords"]), beats) if "chords" in table else None
        count = _count("bars", table.get("bars", len(bars or ())))
        if bars is not None and count != len(bars):
            raise ValueError(f"it has {len(bars)} bars of chords, not {count}")
        times = _count("times", table.get("times", 1))
        settings = _settings(table, _SECTION_CONTROLS)
    except ValueError as error:
        raise ValueError(f"section {name}: {error}") from error
    return SongSection(name, (bars or ((),) * count) * times, settings)


def _bars(chart: str, beats: int) -> tuple[tuple[Chord, ...], ...]:
    bars: list[tuple[Chord, ...]] = []
    written = chart.replace("\n", " ").strip().strip("|").split("|")
    for number, bar in enumerate(written, start=1):
        symbols = bar.split()
        if symbols == ["%"]:
            if not bars:
                raise ValueError("% has no bar before it")
            bars.append(bars[-1])
            continue
        if not 0 < len(symbols) <= beats:
            raise ValueError(f"bar {number} of {chart.strip()!r} needs 1 to {beats} chords")
        chords = [parse_symbol(symbol) for symbol in symbols]
        bars.append(tuple(chords[beat * len(chords) // beats] for beat in range(beats)))
    return tuple(bars)


def _tempi(value: Any) -> tuple[float, float]:  # noqa: ANN401
    tempi = value if isinstance(value, list) else [value, value]
    numbers = all(isinstance(tempo, int | float) for tempo in tempi)
    if len(tempi) != 2 or not numbers or not _SLOWEST_BPM <= tempi[0] <= tempi[1] <= _FASTEST_BPM:
        raise ValueError(
            f"tempo_bpm is a number or two, the slower first, from {_SLOWEST_BPM:g} to "
            f"{_FASTEST_BPM:g}, not {value!r}"
        )
    return float(tempi[0]), float(tempi[1])


def _key(name: object) -> Key:
    return NO_KEY if name is None else parse_key(str(name))


def _program(entry: dict[str, Any]) -> Program:
    _know(entry, {"channel", "program", "bank"})
    channel, program, bank = entry["channel"], entry["program"], entry.get("bank")
    for what, number, highest in (("channel", channel, 16), ("program", program, 128)):
        if type(number) is not int or not 1 <= number <= highest:
            raise ValueError(f"a {what} is 1 to {highest}, not {number!r}")
    if bank is not None and (type(bank) is not int or not 0 <= bank < 16384):
        raise ValueError(f"a bank is 0 to 16383, not {bank!r}")
    return Program(channel, program, bank)


def _settings(table: dict[str, Any], controls: tuple[str, ...]) -> Settings:
    chosen = table.get("set", {})
    if not isinstance(chosen, dict):
        raise ValueError("set is a table of controls, such as { density = 0.7 }")
    named = {name: table[name] for name in controls if name in table} | chosen
    values = ParameterValues()
    taken: list[tuple[str, Value]] = []
    for name, value in named.items():
        if name not in _NAMES:
            meant = difflib.get_close_matches(name, _NAMES, n=1)
            guess = f" (did you mean {meant[0]}?)" if meant else ""
            raise ValueError(f"there is no control {name!r}{guess}")
        parameter, settled = values.take(f"{ROOT}/{name}", value)
        if parameter.kind == "trigger":
            raise ValueError(f"{name} is pressed, not set")
        taken.append((name, settled))
    return tuple(taken)


def _count(what: str, number: object) -> int:
    if type(number) is not int or not 1 <= number <= MOST_BARS:
        raise ValueError(f"{what} is a whole number from 1 on, not {number!r}")
    return number


def _know(table: dict[str, Any], names: set[str]) -> None:
    strange = sorted(set(table) - names)
    if strange:
        raise ValueError(f"{strange[0]!r} means nothing here; it may be {', '.join(sorted(names))}")
