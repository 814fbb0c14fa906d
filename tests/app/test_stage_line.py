"""The line at the foot of the terminal says where the band is."""

import io
from dataclasses import replace
from unicodedata import east_asian_width

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.app.stage_line import StageLine
from accompanist.music.band import Fault, InputLevel
from accompanist.music.chord import NO_CHORD, Chord
from accompanist.music.heard import BeatHeard, ChordExpected, ChordHeard, KeyHeard, StateHeard
from accompanist.music.key import Key
from accompanist.music.section import SectionBegun, TurnBegun
from accompanist.music.song import SongBegun, SongSectionBegun

BEAT = BeatHeard(1.0, 1.1, 8, 2, True, 96.4, 0.9)
NEXT_BEAT = BeatHeard(1.6, 1.7, 9, 2, False, 96.4, 0.9)
SMALLEST_TERMINAL = 80


class Terminal(io.StringIO):
    """A terminal of which the last line can be read."""

    def isatty(self) -> bool:
        return True

    @property
    def line(self) -> str:
        return self.getvalue().rpartition("\r")[2].removesuffix("\x1b[K")


def shown(*announcements: object, columns: int = SMALLEST_TERMINAL) -> Terminal:
    terminal = Terminal()
    line = StageLine(terminal, lambda _: columns)
    for announcement in announcements:
        line.show(announcement)
    return terminal


def line_after(*announcements: object, columns: int = SMALLEST_TERMINAL) -> str:
    return shown(*announcements, columns=columns).line


MIDDLE_OF_A_SONG = (
    StateHeard(0.0, "locked"),
    BEAT,
    NEXT_BEAT,
    SectionBegun(1.0, 1.1, "groove", "pop", "C"),
    KeyHeard(1.0, Key(2, "minor"), 0.9),
    ChordHeard(1.0, 1.0, Chord(10, "maj7"), 0.9),
    ChordExpected(1.0, 1.1, Chord(7, "min7"), 0.9),
)

LONGEST = (
    StateHeard(0.0, "locking"),
    BeatHeard(1.0, 1.1, 8000, 1999, True, 204.0, 0.9),
    SectionBegun(1.0, 1.1, "groove", "electronic", "D"),
    KeyHeard(1.0, Key(6, "minor"), 0.9),
    ChordHeard(1.0, 1.0, Chord(3, "minmaj7", 9), 0.9),
    ChordExpected(1.0, 1.1, Chord(3, "minmaj7", 9), 0.9),
    TurnBegun(1.0, 1.1, "band"),
)


def test_what_comes_to_be_known_moves_nothing():
    unknown, known = line_after(StateHeard(0.0, "locking")), line_after(*MIDDLE_OF_A_SONG)

    for before, after in (("–", "3.2"), ("→ –", "→ G:min7"), ("no key", "D minor")):
        assert unknown.index(f"  {before}  ") == known.index(f"  {after}  ")


def test_it_says_what_the_play_page_shows():
    assert line_after(*MIDDLE_OF_A_SONG) == (
        "locked    96 bpm  3.2    Bb:maj7   → G:min7    D minor   groove C"
    )


def test_a_band_that_has_not_played_yet_waits():
    assert line_after(BEAT).endswith("waiting")


@pytest.mark.parametrize("section", ["intro", "groove", "fill", "break", "ending"])
def test_a_section_is_said_with_its_variation(section):
    assert line_after(BEAT, SectionBegun(1.0, 1.1, section, "pop", "C")).endswith(f" {section} C")


@pytest.mark.parametrize("section", ["waiting", "counting", "resting", "stopped"])
def test_silence_has_no_variation(section):
    assert line_after(BEAT, SectionBegun(1.0, 1.1, section, "pop", "C")).endswith(f" {section}")


def test_no_chord_has_no_name():
    said = line_after(BEAT, ChordHeard(1.0, 1.0, NO_CHORD, 0.9))

    assert said.split()[-6:] == ["–", "→", "–", "no", "key", "waiting"]


def test_the_next_chord_is_one_that_differs_from_what_sounds():
    g, d = Chord(7, "maj"), Chord(2, "7")
    heard, stays, goes = (
        ChordHeard(1.0, 1.0, g, 0.9),
        ChordExpected(1.1, 1.5, g, 0.6),
        ChordExpected(1.0, 3.0, d, 0.6),
    )

    assert "→ D:7" in line_after(BEAT, heard, goes, stays)
    assert "→ –" in line_after(BEAT, heard, goes, stays, ChordHeard(3.0, 3.0, d, 0.9))


def test_a_tempo_that_wavers_by_less_than_a_beat_a_minute_is_shown_steady():
    beats = [replace(BEAT, tempo_bpm=tempo_bpm) for tempo_bpm in (96.4, 95.6, 96.9, 97.2)]

    assert [line_after(*beats[: count + 1]).split()[1] for count in range(4)] == [
        *("96", "96", "96", "97"),
    ]


@pytest.mark.parametrize(("whose", "said"), [("you", "your turn"), ("band", "band's turn")])
def test_whose_turn_it_is_is_said_while_there_are_turns(whose, said):
    assert line_after(BEAT, TurnBegun(1.0, 1.1, whose)).endswith(f"  {said}")
    assert "turn" not in line_after(BEAT, TurnBegun(1.0, 1.1, whose), TurnBegun(2.0, 2.1, "both"))


def test_the_longest_line_fits_the_smallest_terminal_whole():
    said = line_after(*LONGEST)

    assert len(said) < SMALLEST_TERMINAL
    assert said.endswith("band's turn")


@given(st.integers(2, 200), st.text(max_size=60))
def test_no_line_is_longer_than_its_terminal(columns, title):
    said = line_after(*LONGEST, SongBegun(1.0, 2, 5, title), columns=columns)

    assert sum(2 if east_asian_width(letter) in "WF" else 1 for letter in said) < columns
    assert said.isprintable()


def test_the_song_of_a_set_is_said_with_its_section():
    song = SongBegun(0.0, 2, 5, "Blue Room")

    assert line_after(BEAT, song).endswith("  2/5 Blue Room")
    assert line_after(BEAT, song, SongSectionBegun(1.0, 1.1, "A")).endswith("  A of 2/5 Blu…")
    assert line_after(BEAT, SongBegun(0.0, 1, 1, "Blue Room")).endswith("  Blue Room")


def test_a_long_title_is_cut_to_the_room_there_is():
    song = SongBegun(0.0, 2, 5, "A Title That Goes On For Longer Than Any Terminal Is Wide")

    said = line_after(*MIDDLE_OF_A_SONG, song)
    assert said.endswith("  2/5 A Title…")
    assert len(said) < SMALLEST_TERMINAL


def test_a_narrow_terminal_keeps_what_matters_most():
    assert line_after(*MIDDLE_OF_A_SONG, columns=30) == "locked  96 bpm  3.2  Bb:maj7"
    assert line_after(*MIDDLE_OF_A_SONG, columns=21) == "96 bpm  3.2  Bb:maj7"
    assert line_after(*MIDDLE_OF_A_SONG, columns=9) == "Bb:maj7"


def test_what_did_not_change_is_not_written_again():
    again = shown(*MIDDLE_OF_A_SONG, *MIDDLE_OF_A_SONG[3:])

    assert again.getvalue() == shown(*MIDDLE_OF_A_SONG).getvalue()


def test_nothing_is_wiped_before_it_is_written_over():
    for written in shown(*MIDDLE_OF_A_SONG).getvalue().split("\r")[1:]:
        assert written.index("\x1b[K") == len(written) - len("\x1b[K")


def test_a_fault_stands_above_the_line_which_comes_back():
    screen = shown(BEAT, Fault(2.0, "style is locked; unlock first")).getvalue()

    before, after = screen.split("style is locked; unlock first\n")
    assert before.endswith("\r\x1b[K")
    assert after.startswith("\rlost")


def test_the_same_fault_is_told_once_in_half_a_minute():
    faults = [Fault(at_s, "style is locked; unlock first") for at_s in (1.0, 5.0, 30.0, 31.5)]

    assert shown(*faults).getvalue().count("unlock first") == 2


def test_the_level_of_the_audio_input_stands_there_in_steps_the_eye_can_follow():
    assert line_after(InputLevel(1.0, -22.0, False)).endswith("in -21 dB")
    assert "in -21 dB" in line_after(InputLevel(1.0, -20.0, False))


def test_an_input_that_is_too_loud_says_so():
    assert "in TOO LOUD" in line_after(InputLevel(1.0, -3.0, True))


def test_without_a_terminal_there_is_no_line_but_faults_are_told():
    stream = io.StringIO()
    with StageLine(stream) as line:
        line.show(BEAT)
        line.show(Fault(2.0, "style is locked; unlock first"))
    assert stream.getvalue() == "style is locked; unlock first\n"
