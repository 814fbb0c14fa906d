"""Songs: sections in order, their chords where they are known, and how everything is set for each.

A song counts its bars from 0, repeats written out. A section without chords is free: the band goes
by what it hears. Settings are parameters by name, as a performer would turn them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from accompanist.music.chord import Chord
from accompanist.music.key import NO_KEY, Key
from accompanist.music.parameter import Value

Settings = tuple[tuple[str, Value], ...]
"""Names of parameters, such as ``bass/mute``, and what they are set to."""


@dataclass(frozen=True, slots=True)
class Program:
    """A sound of an instrument that a song calls for: MIDI channel and program, both from 1.

    `bank` is the number of bank select (MSB × 128 + LSB), or none to leave it.
    """

    channel: int
    program: int
    bank: int | None = None


@dataclass(frozen=True, slots=True)
class SongSection:
    """A part of a song: its bars, each the chords of its beats, or nothing where it is free."""

    name: str
    bars: tuple[tuple[Chord, ...], ...]
    settings: Settings = ()


@dataclass(frozen=True, slots=True)
class Song:
    """A piece as it is known beforehand.

    Attributes
    ----------
    tempo_bpm
        Slowest and fastest tempo at which it is played; none if any will do.
    ends
        Whether the band ends with the last section; otherwise all begins again.
    settings, programs
        What is set, and sent, when the song is taken up.
    """

    title: str
    beats_per_bar: int = 4
    tempo_bpm: tuple[float, float] | None = None
    key: Key = NO_KEY
    ends: bool = True
    settings: Settings = ()
    programs: tuple[Program, ...] = ()
    sections: tuple[SongSection, ...] = field(default=())

    @property
    def usual_tempo_bpm(self) -> float | None:
        """The middle of its tempi."""
        return None if self.tempo_bpm is None else sum(self.tempo_bpm) / 2

    @property
    def own_settings(self) -> Settings:
        """All that it or one of its sections sets."""
        return (*self.settings, *(one for section in self.sections for one in section.settings))

    @property
    def bars(self) -> int:
        """Bars of all sections; 0 if the song has no form."""
        return sum(len(section.bars) for section in self.sections)

    def starts(self) -> Iterator[int]:
        """The bar in which each section begins."""
        bar = 0
        for section in self.sections:
            yield bar
            bar += len(section.bars)

    def chord_at(self, bar: int, beat: int) -> Chord | None:
        """Chord on a beat of a bar; none where it is free, and after the end."""
        if not self.bars or (self.ends and bar >= self.bars):
            return None
        bar %= self.bars
        for section in self.sections:
            if bar < len(section.bars):
                chords = section.bars[bar]
                return chords[min(beat, len(chords) - 1)] if chords else None
            bar -= len(section.bars)
        return None


@dataclass(frozen=True, slots=True)
class SongBegun:
    """A song is taken up: its place in the set, from 1, of so many, and what it has sent."""

    announced_s: float
    number: int
    count: int
    title: str
    programs: tuple[Program, ...] = ()


@dataclass(frozen=True, slots=True)
class SongSectionBegun:
    """From `at_s` on the band is in that section of the song."""

    announced_s: float
    at_s: float
    name: str
