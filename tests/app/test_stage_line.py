"""The line at the foot of the terminal says where the band is."""

import io

import pytest

from accompanist.app.stage_line import StageLine
from accompanist.music.chord import Chord
from accompanist.music.heard import BeatHeard, ChordExpected, ChordHeard, KeyHeard, StateHeard
from accompanist.music.key import Key
from accompanist.music.section import SectionBegun

BEAT = BeatHeard(1.0, 1.1, 8, 2, True, 96.4, 0.9)
SMALLEST_TERMINAL = 80


class Terminal(io.StringIO):
    """A terminal of which the last line can be read."""

    def isatty(self) -> bool:
        return True

    @property
    def line(self) -> str:
        return self.getvalue().rpartition("\x1b[K")[2]


def line_after(*announcements: object) -> str:
    terminal = Terminal()
    line = StageLine(terminal)
    for announcement in announcements:
        line.show(announcement)
    return terminal.line


def test_a_band_that_has_not_played_yet_waits():
    assert "96 bpm  waiting" in line_after(BEAT)


@pytest.mark.parametrize("section", ["intro", "groove", "fill", "break", "ending"])
def test_a_section_is_said_with_its_variation(section):
    said = line_after(BEAT, SectionBegun(1.0, 1.1, section, "pop", "C"))
    assert f"96 bpm  {section} C " in said


@pytest.mark.parametrize("section", ["waiting", "resting", "stopped"])
def test_silence_has_no_variation(section):
    said = line_after(BEAT, SectionBegun(1.0, 1.1, section, "pop", "C"))
    assert f"96 bpm  {section}  " in said


def test_the_longest_line_fits_the_smallest_terminal():
    chord = Chord(3, "maj(9)", 10)
    longest = (
        StateHeard(0.0, "locking"),
        BeatHeard(1.0, 1.1, 8000, 1999, True, 204.0, 0.9),
        SectionBegun(1.0, 1.1, "groove", "electronic", "D"),
        KeyHeard(1.0, Key(6, "minor"), 0.9),
        ChordHeard(1.0, 1.0, chord, 0.9),
        ChordExpected(1.0, 1.1, chord, 0.9),
    )
    assert len(line_after(*longest)) < SMALLEST_TERMINAL


def test_nothing_is_written_where_nobody_reads():
    stream = io.StringIO()
    with StageLine(stream) as line:
        line.show(BEAT)
    assert stream.getvalue() == ""
