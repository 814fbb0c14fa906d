"""One line at the foot of the terminal: what the Play page shows, for whoever looks over.

It is written anew when something changed, over itself and never wrapped: in a narrow terminal what
matters least is left out. The next chord is the last that was expected to differ from the one that
sounds; where audio comes in its level stands there too. Faults stand above the line, a sentence
each, the same one not again within half a minute. Where output is no terminal there is no line.
"""

import sys
from collections.abc import Callable
from typing import Self, TextIO
from unicodedata import east_asian_width

from accompanist.app.terminal import TO_THE_END, columns_of, say, write
from accompanist.engine import Announcement
from accompanist.music.band import Fault, InputLevel
from accompanist.music.chord import NO_CHORD, Chord
from accompanist.music.heard import BeatHeard, ChordExpected, ChordHeard, KeyHeard, StateHeard
from accompanist.music.section import BOTH, SectionBegun, TurnBegun
from accompanist.music.song import SongBegun, SongSectionBegun
from accompanist.music.whereabouts import SILENT_STATES

_PLACES = {
    "state": (3, 7),
    "tempo": (1, 7),
    "bar": (2, 5),
    "chord": (0, 8),
    "next": (6, 10),
    "key": (7, 8),
    "section": (5, 8),
    "turn": (4, 0),
    "input": (8, 10),
}
"""What stands in the line from left to right: what is dropped last, and usual lengths."""

_AT_FIRST = {
    "state": "lost",
    "tempo": "  – bpm",
    "bar": "–",
    "chord": "–",
    "next": "→ –",
    "key": "no key",
    "section": "waiting",
}
_NO_VARIATION = (*SILENT_STATES, "counting")
_TURNS = {"you": "your turn", "band": "band's turn"}
_SHORTEST = 8
_APART = "  "
_WAVERS_BPM = 1.0
_AGAIN_AFTER_S = 30.0
_MOST_TOLD = 64
_LEVEL_STEP_DB = 3


class StageLine:
    """Rewrites itself on every beat, section and chord; an observer.

    Parameters
    ----------
    stream
        Where it is written.
    columns
        Returns how many letters a line of the terminal holds now.
    """

    def __init__(
        self, stream: TextIO = sys.stderr, columns: Callable[[TextIO], int] = columns_of
    ) -> None:
        self._stream = stream
        self._columns = columns
        self._alive = stream.isatty()
        self._beat_in_bar, self._tempo_bpm = 0, 0
        self._chord = self._next = NO_CHORD
        self._song = self._song_section = ""
        self._said = dict(_AT_FIRST)
        self._shown = ""
        self._told: dict[str, float] = {}

    def show(self, announcement: Announcement) -> None:
        """Take what is announced."""
        match announcement:
            case BeatHeard():
                self._beat_in_bar = 1 if announcement.downbeat else self._beat_in_bar + 1
                self._said["tempo"] = f"{self._steady(announcement.tempo_bpm):3} bpm"
                self._said["bar"] = f"{announcement.bar + 1}.{self._beat_in_bar}"
            case SectionBegun(section=section, variation=variation):
                plain = section in _NO_VARIATION
                self._said["section"] = section if plain else f"{section} {variation}"
            case TurnBegun(whose=whose):
                self._said["turn"] = "" if whose == BOTH else _TURNS[whose]
            case KeyHeard():
                self._said["key"] = announcement.key.name
            case ChordHeard():
                self._said["chord"] = _name(announcement.chord)
                if announcement.chord == self._next:
                    self._said["next"] = _AT_FIRST["next"]
                self._chord = announcement.chord
            case ChordExpected() if announcement.chord != self._chord:
                self._said["next"] = f"→ {_name(announcement.chord)}"
                self._next = announcement.chord
            case SongBegun(number=number, count=count, title=title):
                place = f"{number}/{count} " if count > 1 else ""
                self._song, self._song_section = place + _plain(title), ""
            case SongSectionBegun(name=name):
                self._song_section = f"{_plain(name)} of "
            case StateHeard():
                self._said["state"] = announcement.state
            case InputLevel(level_db=level_db, is_clipping=is_clipping):
                self._said["input"] = "in TOO LOUD" if is_clipping else self._input(level_db)
            case Fault():
                self._tell(announcement)
                return
            case _:
                return
        self._rewrite()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the line behind."""
        if self._shown:
            write("\n", self._stream)

    def _steady(self, tempo_bpm: float) -> int:
        """Tempo in whole beats a minute, which does not waver between two."""
        if abs(tempo_bpm - self._tempo_bpm) > _WAVERS_BPM:
            self._tempo_bpm = round(tempo_bpm)
        return self._tempo_bpm

    def _input(self, level_db: float) -> str:
        """Level of the audio input in steps that the eye can follow."""
        return f"in {_LEVEL_STEP_DB * round(level_db / _LEVEL_STEP_DB):3.0f} dB"

    def _rewrite(self) -> None:
        if not self._alive:
            return
        song = f"{self._song_section}{self._song}"
        line = fitting(self._said, song, self._columns(self._stream) - 1)
        # Written over, not wiped first, so that it doesn't flicker.
        if line != self._shown and write(f"\r{line}{TO_THE_END}", self._stream):
            self._shown = line

    def _tell(self, fault: Fault) -> None:
        last_s = self._told.pop(fault.what, None)
        if last_s is not None and fault.announced_s - last_s < _AGAIN_AFTER_S:
            self._told[fault.what] = last_s
            return
        self._told[fault.what] = fault.announced_s
        if len(self._told) > _MOST_TOLD:
            self._told.pop(next(iter(self._told)))
        say(fault.what, self._stream)
        self._shown = ""
        self._rewrite()


def fitting(said: dict[str, str], song: str, columns: int) -> str:
    """One line of no more than so many columns, of what is to be said by the name of its place.

    The song takes what room is left, or none.
    """
    names = [name for name in _PLACES if said.get(name)]
    line = ""
    while names:
        line = _APART.join(said[name].ljust(_PLACES[name][1]) for name in names).rstrip()
        tight = _APART.join(said[name].strip() for name in names)
        if len(tight) <= columns:
            break
        names.remove(max(names, key=lambda name: _PLACES[name][0]))
    if not names:
        return ""
    if len(line) > columns:
        line = tight
    room = columns - len(line) - len(_APART)
    fits = song and (_width(song) <= room or room >= _SHORTEST)
    return f"{line}{_APART}{_cut(song, room)}" if fits else line


def _cut(text: str, columns: int) -> str:
    """As much of a text as there is room for."""
    if _width(text) <= columns:
        return text
    while _width(text) >= columns:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _width(text: str) -> int:
    """Columns that a text takes: letters of East Asia take two."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _plain(text: str) -> str:
    """Somebody else's text without what would steer the terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _name(chord: Chord) -> str:
    return "–" if chord.root is None else chord.label
