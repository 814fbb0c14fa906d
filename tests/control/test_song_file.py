"""Songs and set lists are read from TOML, and refused in a sentence that says what to mend."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accompanist.control.errors import ControlError
from accompanist.control.song_file import read_texts, song_of
from accompanist.music.chord import Chord
from accompanist.music.key import Key
from accompanist.music.song import Program

SONG = """
title = "Blue Room"
style = "jazz"
tempo_bpm = [96, 132]
key = "Bb major"
count_in = "1 bar"
programs = [{ channel = 1, program = 5 }]

[set]
intensity = 0.4
"bass/level" = 0.7

[[section]]
name = "A"
chords = "Bbmaj7 | G7 | Cm7 F7 | %"
times = 2

[[section]]
name = "solo"
bars = 16
variation = "C"
set = { density = 0.7 }
"""


def read_set(path):
    return tuple(song_of(text, path) for text in read_texts(path))


@pytest.fixture
def written(tmp_path):
    def write(text: str, name: str = "song.toml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def refusal(path) -> str:
    with pytest.raises(ControlError) as refused:
        read_set(path)
    return str(refused.value)


def test_a_song_says_what_it_is(written):
    (song,) = read_set(written(SONG))
    assert (song.title, song.beats_per_bar, song.key) == ("Blue Room", 4, Key(10, "major"))
    assert (song.tempo_bpm, song.usual_tempo_bpm) == ((96.0, 132.0), 114.0)
    assert song.programs == (Program(1, 5),)


def test_what_a_song_sets_are_controls_with_their_own_values(written):
    (song,) = read_set(written(SONG))
    assert dict(song.settings) == {
        "style": "jazz",
        "count_in": "1 bar",
        "intensity": 0.4,
        "bass/level": 0.7,
    }
    assert dict(song.sections[1].settings) == {"variation": "C", "density": 0.7}


def test_sections_follow_each_other_with_repeats_written_out(written):
    (song,) = read_set(written(SONG))
    assert [len(section.bars) for section in song.sections] == [8, 16]
    assert list(song.starts()) == [0, 8]


def test_chords_share_the_beats_of_a_bar_and_a_bar_can_be_repeated(written):
    (song,) = read_set(written(SONG))
    c_minor, f = Chord(0, "min7"), Chord(5, "7")
    assert [song.chord_at(2, beat) for beat in range(4)] == [c_minor, c_minor, f, f]
    assert [song.chord_at(3, beat) for beat in range(4)] == [c_minor, c_minor, f, f]


def test_a_section_without_chords_is_free_and_so_is_what_comes_after_the_end(written):
    (song,) = read_set(written(SONG))
    assert song.chord_at(8, 0) is None
    assert song.chord_at(24, 0) is None


def test_a_song_that_repeats_begins_again(written):
    (song,) = read_set(written(SONG.replace("count_in", 'after = "repeat"\ncount_in')))
    assert song.chord_at(24, 0) == Chord(10, "maj7")


def test_a_set_list_names_songs_beside_it(written):
    written('title = "one"', "one.toml")
    written('title = "two"', "two.toml")
    songs = read_set(written('songs = ["two.toml", "one.toml"]', "set.toml"))
    assert [song.title for song in songs] == ["two", "one"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('title = "Blue Room"', ""), "it has no title"),
        (("Cm7 F7", "Cm7 H7"), "'H7' is no chord symbol"),
        (("Bbmaj7 |", "Bbmaj7 | A B C D E |"), "needs 1 to 4 chords"),
        (('"jazz"', '"jass"'), "'jass' is not a style"),
        (("intensity", "intensty"), "there is no control 'intensty' (did you mean intensity?)"),
        (("[96, 132]", "[132, 96]"), "the slower first"),
        (("program = 5", "program = 500"), "a program is 1 to 128"),
        (("times = 2", "times = 0"), "times is a whole number"),
        (("bars = 16", "bas = 16"), "'bas' means nothing here"),
        (("count_in", "fill"), "'fill' means nothing here"),
        (('name = "A"', ""), "section without a name: it has a name, and chords or"),
        (
            ('name = "solo"\nbars = 16', 'name = "solo"'),
            "section solo: it has a name, and chords or",
        ),
        (
            ("programs = [", "programs = 3 # ["),
            "programs is a list of tables, such as [[programs]]",
        ),
        (("set = {", "set = 3 #"), "set is a table of controls"),
        (("channel = 1, ", ""), "lacks 'channel'"),
        (("intensity = 0.4", "fill = 1"), "fill is pressed, not set"),
        (("Bb major", "H major"), "H"),
        (('"Blue Room"', '"Blue Room'), "is not TOML"),
    ],
)
def test_a_mistake_is_told_in_a_sentence_with_the_file(written, change, said):
    path = written(SONG.replace(*change))
    assert said in refusal(path)
    assert str(path) in refusal(path)


def test_a_missing_song_of_a_set_is_named(written, tmp_path):
    path = written('songs = ["gone.toml"]', "set.toml")
    assert f"{tmp_path / 'gone.toml'} cannot be read" in refusal(path)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_anything_else_is_refused_and_nothing_worse(tmp_path_factory, payload):
    path = tmp_path_factory.mktemp("song") / "song.toml"
    path.write_bytes(payload)
    try:
        read_set(path)
    except ControlError as error:
        assert str(path) in str(error)
