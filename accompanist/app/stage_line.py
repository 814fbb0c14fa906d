"""One line at the foot of the terminal: beat, tempo, section, key, chord, how sure it is."""

import sys
from typing import Self, TextIO

from accompanist.engine import Announcement
from accompanist.music.heard import BeatHeard, ChordExpected, ChordHeard, KeyHeard, StateHeard
from accompanist.music.section import SectionBegun
from accompanist.music.whereabouts import SILENT_STATES


class StageLine:
    """Rewrites itself on every beat, section and chord; silent where output is not a terminal."""

    def __init__(self, stream: TextIO = sys.stderr) -> None:
        self._stream = stream
        self._alive = stream.isatty()
        self._beat, self._tempo, self._section = "-", "  -", "waiting"
        self._key, self._chord, self._expected, self._state = "no key", "N", "N", "lost"

    def show(self, announcement: Announcement) -> None:
        """Take what is announced."""
        match announcement:
            case BeatHeard():
                self._beat = f"{announcement.bar + 1}{'*' if announcement.downbeat else '.'}"
                self._tempo = f"{announcement.tempo_bpm:3.0f}"
            case SectionBegun(section=section, variation=variation):
                self._section = section if section in SILENT_STATES else f"{section} {variation}"
            case KeyHeard():
                self._key = announcement.key.name
            case ChordHeard():
                self._chord = announcement.chord.label
            case ChordExpected():
                self._expected = announcement.chord.label
            case StateHeard():
                self._state = announcement.state
            case _:
                return
        if self._alive:
            self._stream.write(
                f"\r\x1b[K{self._state:<8} bar {self._beat:<5} {self._tempo} bpm  "
                f"{self._section:<8}  {self._key:<9} {self._chord:<10} next {self._expected}"
            )
            self._stream.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the line behind."""
        if self._alive:
            self._stream.write("\n")
