"""A band that knows the song: its chords, its sections and its end.

The performer counts in at 104 and plays C major, A minor, F and G, a bar each; bar 0 is the band's
first.
"""

from functools import cache
from pathlib import Path

import pytest

from accompanist.app.assembly import assemble
from accompanist.control.song_file import song_of
from accompanist.music.band import BandNote, ControlTaken
from accompanist.music.chord import Chord
from accompanist.music.events import ControlTurn, NoteOff, NoteOn
from accompanist.music.heard import BeatHeard, ChordExpected
from accompanist.music.parameter import ROOT
from accompanist.music.section import SectionBegun
from accompanist.music.song import Program, SongBegun, SongSectionBegun
from accompanist.music.whereabouts import Whereabouts
from tests.performances import two_hands

BEAT_S = 60 / 104
BEGAN_S = 1.0 + 4 * BEAT_S

KNOWN = """
title = "Known"
style = "rock"
tempo_bpm = [90, 120]
key = "C major"
programs = [{ channel = 1, program = 5 }]

[[section]]
name = "verse"
chords = "C | Am | F | G"

[[section]]
name = "chorus"
chords = "F | G | Em | Am"
variation = "D"
set = { density = 0.8 }
"""

FREE = """
title = "Free"
style = "ballad"

[[section]]
name = "all"
bars = 64
"""


def at(bar: float) -> float:
    return BEGAN_S + 4 * bar * BEAT_S


def turn(bar: float, name: str, value: object = 1) -> ControlTurn:
    return ControlTurn(at(bar), f"{ROOT}/{name}", value)


def performed(bars: int, tempo_bpm: float = 104.0) -> list:
    strokes = [1.0 + beat * BEAT_S for beat in range(4)]
    count = [key for on_s in strokes for key in (NoteOn(on_s, 60, 90), NoteOff(on_s + 0.1, 60))]
    return [*count, *two_hands("C:maj A:min F:maj G:maj", bars, tempo_bpm, BEGAN_S)]


@cache
def played(texts: tuple[str, ...], turns: tuple = (), bars: int = 12) -> tuple:
    """Everything that is announced while the performer plays so many bars."""
    engine = assemble(seed=2, songs=[song_of(text, Path("song.toml")) for text in texts])
    for event in sorted([*turns, *performed(bars)], key=lambda event: event.time_s):
        engine.hear(event)
    return tuple(engine.advance(at(bars)))


def told(said: tuple, kind: type) -> list:
    return [value for value in said if isinstance(value, kind)]


def chords(said: tuple) -> dict[int, Chord]:
    """What the band went by on each beat, counted from its first bar."""
    return {
        round((value.at_s - BEGAN_S) / BEAT_S): value.chord
        for value in told(said, ChordExpected)
        if value.at_s - value.announced_s < 2 * BEAT_S
    }


def test_a_song_is_taken_up_at_once_with_what_it_sets():
    said = played((KNOWN, FREE))
    begun = told(said, SongBegun)
    assert [(one.number, one.count, one.title) for one in begun] == [(1, 2, "Known")]
    assert begun[0].programs == (Program(1, 5),)
    set_first = [(turn.address, turn.value) for turn in told(said, ControlTaken)][:1]
    assert set_first == [(f"{ROOT}/style", "rock")]


def test_without_songs_nothing_is_said_of_any():
    assert not told(played((), (), 4), SongBegun)


def test_the_band_goes_by_the_chords_that_are_written():
    went_by = chords(played((KNOWN,)))
    written = [Chord(0), Chord(9, "min"), Chord(5), Chord(7)]
    written += [Chord(5), Chord(7), Chord(4, "min"), Chord(9, "min")]
    assert [went_by[beat] for beat in range(32)] == [c for c in written for _ in range(4)]


def test_the_bass_strikes_the_roots_that_are_written():
    notes = told(played((KNOWN,)), BandNote)
    on_downbeats = {
        round((n.on_s - BEGAN_S) / BEAT_S / 4): n.pitch % 12
        for n in notes
        if n.part == "bass" and abs((n.on_s - BEGAN_S) / BEAT_S / 4 % 1 - 0.5) > 0.47
    }
    assert [on_downbeats[bar] for bar in range(4, 8)] == [5, 7, 4, 9]


def test_the_band_goes_by_ear_where_it_is_told_to():
    went_by = chords(played((KNOWN,), (turn(-0.5, "song/follow", 0),)))
    assert went_by[24] == Chord(5)
    assert went_by[28] == Chord(7)


def joined(labels: str) -> list[tuple[str, int]]:
    """Sections of a song that is played without a count-in, and the bar in which each is told."""
    engine = assemble(seed=2, songs=[song_of(KNOWN, Path("song.toml"))])
    for event in two_hands(labels, 7, 104.0, 1.0):
        engine.hear(event)
    begun = told(tuple(engine.advance(1.0 + 7 * 4 * BEAT_S)), SongSectionBegun)
    return [(one.name, round((one.at_s - 1.0) / BEAT_S / 4)) for one in begun]


def test_a_band_that_comes_in_later_goes_on_where_the_performer_is():
    assert joined("C:maj A:min F:maj G:maj F:maj G:maj E:min") == [("verse", 2), ("chorus", 4)]


def test_after_a_vamp_or_other_chords_the_song_begins_with_the_band():
    assert joined("C:maj C:maj C:maj A:min F:maj G:maj F:maj") == [("verse", 2), ("chorus", 6)]
    assert joined("D:min G:7 C:maj A:min F:maj G:maj F:maj") == [("verse", 2), ("chorus", 6)]


def test_sections_are_told_as_they_begin():
    begun = told(played((KNOWN,)), SongSectionBegun)
    assert [one.name for one in begun] == ["verse", "chorus"]
    assert [one.at_s for one in begun] == pytest.approx([at(0), at(4)], abs=0.05)


def test_a_section_sets_its_controls_and_its_variation_begins_on_the_bar_line():
    said = played((KNOWN,))
    dense = [t for t in told(said, ControlTaken) if t.address == f"{ROOT}/density"]
    assert [(t.value, t.source) for t in dense] == [(0.8, "song")]
    full = next(one for one in told(said, SectionBegun) if one.variation == "D")
    assert full.at_s == pytest.approx(at(4), abs=0.05)


def test_the_band_ends_with_the_song():
    sections = told(played((KNOWN,)), SectionBegun)
    ending = next(one for one in sections if one.section == "ending")
    assert ending.at_s == pytest.approx(at(8), abs=0.05)


def test_a_song_that_repeats_begins_again():
    begun = told(played((KNOWN.replace("style", 'after = "repeat"\nstyle'),)), SongSectionBegun)
    assert [one.name for one in begun][:3] == ["verse", "chorus", "verse"]


def test_a_section_can_be_skipped():
    begun = told(played((KNOWN,), (turn(1.3, "song/skip"),)), SongSectionBegun)
    assert [one.name for one in begun] == ["verse", "chorus"]
    assert begun[1].at_s == pytest.approx(at(2), abs=0.05)


def test_what_the_next_section_sets_is_told_when_it_is_called_for():
    said = played((KNOWN,), (turn(1.3, "song/skip"),))
    full = next(t for t in told(said, ControlTaken) if t.value == "D")
    assert full.announced_s == pytest.approx(at(1.3))


def test_a_section_can_be_repeated():
    begun = told(played((KNOWN,), (turn(3.3, "song/repeat"),)), SongSectionBegun)
    assert [one.name for one in begun] == ["verse", "verse", "chorus"]


def test_the_next_song_is_taken_up_at_once_while_the_band_is_silent():
    said = played((KNOWN, FREE), (ControlTurn(0.5, f"{ROOT}/song/next", 1),), 4)
    assert [one.title for one in told(said, SongBegun)] == ["Known", "Free"]
    assert told(said, SectionBegun)[-1].style == "ballad"


def test_the_next_song_comes_after_the_ending_while_the_band_plays():
    said = played((FREE, KNOWN), (turn(1.3, "song/next"),), 8)
    ending = next(one for one in told(said, SectionBegun) if one.section == "ending")
    assert ending.at_s == pytest.approx(at(2), abs=0.05)
    assert told(said, SongBegun)[-1].title == "Known"
    assert told(said, SongBegun)[-1].announced_s > ending.at_s


def test_two_turns_go_two_songs_on():
    silent = (ControlTurn(0.0, f"{ROOT}/song/next", 1),) * 2
    assert told(played((FREE, FREE, KNOWN), silent, 1), SongBegun)[-1].number == 3
    playing = (turn(1.3, "song/next"), turn(1.4, "song/next"))
    numbers = [one.number for one in told(played((FREE, FREE, KNOWN), playing, 8), SongBegun)]
    assert numbers == [1, 3]


def test_there_is_nothing_after_the_last_song():
    said = played((KNOWN,), (ControlTurn(0.5, f"{ROOT}/song/next", 1),), 4)
    assert [one.title for one in told(said, SongBegun)] == ["Known"]


def test_a_beat_at_twice_the_songs_tempo_is_counted_anew():
    slow = KNOWN.replace("[90, 120]", "[48, 60]")
    beats = told(played((slow,), (), 10), BeatHeard)
    assert beats[-1].tempo_bpm == pytest.approx(52.0, rel=0.05)


def test_a_band_that_fell_goes_on_in_the_same_place_of_the_song():
    songs = [song_of(KNOWN, Path("song.toml"))]
    engine = assemble(seed=2, songs=songs)
    events = sorted(performed(8), key=lambda event: event.time_s)
    for event in events:
        if event.time_s < at(5.4):
            engine.hear(event)
    engine.advance(at(5.4))
    where = Whereabouts.from_text(engine.whereabouts().to_text())
    other = assemble(seed=2, songs=songs)
    other.resume(where, at(5.6))
    for event in events:
        if event.time_s >= at(5.6):
            other.hear(event)
    went_by = chords(tuple(other.advance(at(7.9))))
    assert [went_by[beat] for beat in (24, 28)] == [Chord(4, "min"), Chord(9, "min")]


def test_a_song_in_three_is_counted_in_in_three():
    waltz = """
title = "Waltz"
style = "waltz"
metre = 3
tempo_bpm = 120
count_in = "2 bars"

[[section]]
name = "all"
chords = "C | F | G | C"
"""
    engine = assemble(seed=2, songs=[song_of(waltz, Path("song.toml"))])
    engine.hear(ControlTurn(0.5, f"{ROOT}/start", 1))
    said = tuple(engine.advance(9.0))
    beats = told(said, BeatHeard)
    assert [beat.downbeat for beat in beats[:9]] == [True, False, False] * 3
    groove = next(one for one in told(said, SectionBegun) if one.section == "groove")
    assert groove.at_s == pytest.approx(beats[6].at_s, abs=0.01)
    assert beats[0].tempo_bpm == pytest.approx(120.0)


def test_what_a_song_had_set_is_set_back_for_the_next():
    dense = KNOWN.replace("programs", "count_in = '1 bar'\nprograms")
    said = played((dense, FREE), (ControlTurn(0.5, f"{ROOT}/song/next", 1),), 2)
    turned = [(t.address, t.value) for t in told(said, ControlTaken) if t.source == "song"]
    assert (f"{ROOT}/count_in", "off") in turned
    assert turned[-1] == (f"{ROOT}/style", "ballad")
