"""What surfaces are shown, said as OSC."""

import pytest

from accompanist.control.shown import Display, shown_before_the_first_section, shown_defaults
from accompanist.music.band import ControlRefused, ControlTaken, InputLevel
from accompanist.music.chord import NO_CHORD, Chord
from accompanist.music.heard import (
    BeatHeard,
    ChordExpected,
    ChordHeard,
    FeelHeard,
    InputHeard,
    KeyHeard,
    MetreHeard,
    StateHeard,
)
from accompanist.music.key import NO_KEY, Key
from accompanist.music.metre import Metre
from accompanist.music.parameters import PARAMETERS
from accompanist.music.section import SectionBegun, TurnBegun
from accompanist.music.song import SongBegun, SongSectionBegun


def beat(number: int, bar: int, downbeat: bool) -> BeatHeard:
    return BeatHeard(1.0, 1.1, number, bar, downbeat, 96.43, 0.9)


def test_every_lasting_parameter_has_something_to_show():
    lasting = [p.address for p in PARAMETERS if p.kind != "trigger"]
    assert list(shown_defaults()) == lasting


def test_a_share_is_shown_as_a_float():
    taken = ControlTaken(0.0, "/accompanist/density", 0.25, "osc")
    assert Display().messages(taken) == {"/accompanist/density": [("f", 0.25)]}


def test_a_style_is_shown_by_name():
    taken = ControlTaken(0.0, "/accompanist/style", "jazz", "osc")
    assert Display().messages(taken) == {"/accompanist/style": [("s", "jazz")]}


def test_a_control_that_was_refused_is_shown_as_it_stays():
    refused = ControlRefused(0.0, "/accompanist/style", "pop", "osc")
    assert Display().messages(refused) == {"/accompanist/style": [("s", "pop")]}


def test_a_trigger_leaves_nothing_to_show():
    assert Display().messages(ControlTaken(0.0, "/accompanist/tap", 1, "osc")) == {}


def test_beats_count_from_one_within_the_bar():
    display = Display()
    waltz = [beat(0, 0, True), beat(1, 0, False), beat(2, 0, False), beat(3, 1, True)]
    shown = [display.messages(each) for each in waltz]
    assert [m["/accompanist/heard/beat"] for m in shown] == [
        [("i", 1)],
        [("i", 2)],
        [("i", 3)],
        [("i", 1)],
    ]
    assert [m["/accompanist/heard/bar"][0][1] for m in shown] == [1, 1, 1, 2]


def test_a_metre_is_shown_by_the_beats_that_a_bar_has():
    shown = Display().messages(MetreHeard(0.0, Metre(7, 8)))
    assert shown == {"/accompanist/heard/metre": [("i", 7)]}


def test_whose_turn_it_is_is_shown():
    shown = Display().messages(TurnBegun(1.0, 1.1, "band"))
    assert shown == {"/accompanist/heard/turn": [("s", "band")]}
    assert shown_before_the_first_section()["/accompanist/heard/turn"] == [("s", "both")]


def test_a_song_and_its_sections_are_shown():
    display = Display()
    assert display.messages(SongBegun(0.0, 2, 5, "Blue Room")) == {
        "/accompanist/heard/song": [("s", "2/5 Blue Room")],
        "/accompanist/heard/song_section": [("s", "–")],
    }
    assert display.messages(SongSectionBegun(1.0, 1.1, "bridge")) == {
        "/accompanist/heard/song_section": [("s", "bridge")]
    }


def test_tempo_is_shown_to_a_tenth():
    shown = Display().messages(beat(0, 0, True))
    assert shown["/accompanist/heard/tempo"] == [("f", 96.4)]


def test_keys_and_chords_are_shown_by_name():
    display = Display()
    assert display.messages(KeyHeard(0.0, Key(2, "minor"), 0.8)) == {
        "/accompanist/heard/key": [("s", "D minor")]
    }
    assert display.messages(ChordHeard(0.0, 0.0, Chord(7, "min7"), 0.8)) == {
        "/accompanist/heard/chord": [("s", "G:min7")]
    }


def test_no_key_and_no_chord_have_names_too():
    display = Display()
    assert display.messages(KeyHeard(0.0, NO_KEY, 0.1)) == {
        "/accompanist/heard/key": [("s", "no key")]
    }
    assert display.messages(ChordHeard(0.0, 0.0, NO_CHORD, 0.1)) == {
        "/accompanist/heard/chord": [("s", "N")]
    }


def test_the_expected_chord_comes_with_its_probability():
    expected = ChordExpected(0.0, 1.0, Chord(0, "7"), 0.625)
    assert Display().messages(expected) == {
        "/accompanist/heard/chord_expected": [("s", "C:7"), ("f", 0.625)]
    }


def test_the_state_of_the_beat_is_shown():
    assert Display().messages(StateHeard(0.0, "locked")) == {
        "/accompanist/heard/state": [("s", "locked")]
    }


@pytest.mark.parametrize("section", ["fill", "resting"])
def test_section_and_variation_are_shown_by_name(section):
    assert Display().messages(SectionBegun(1.0, 1.1, section, "funk", "C")) == {
        "/accompanist/heard/section": [("s", section)],
        "/accompanist/heard/variation": [("s", "C")],
    }


@pytest.mark.parametrize(("mpe", "shown"), [(False, "right hand"), (True, "right hand, MPE")])
def test_what_is_played_on_is_shown(mpe, shown):
    assert Display().messages(InputHeard(0.0, "right hand", mpe)) == {
        "/accompanist/heard/input": [("s", shown)]
    }


@pytest.mark.parametrize("is_clipping", [False, True])
def test_the_level_of_the_audio_input_is_shown_and_whether_it_is_too_loud(is_clipping):
    assert Display().messages(InputLevel(0.0, -23.0, is_clipping)) == {
        "/accompanist/heard/input_level": [("f", -23.0)],
        "/accompanist/heard/input_clipping": [("i", int(is_clipping))],
    }


@pytest.mark.parametrize(
    ("feel", "shown"),
    [
        (FeelHeard(0.0, 0.5, "normal"), "straight"),
        (FeelHeard(0.0, 0.624, "normal", True), "swing 0.62"),
        (FeelHeard(0.0, 0.5, "normal", sixteenth_swing=0.6), "swung 16ths 0.60"),
        (FeelHeard(0.0, 0.5, "half"), "straight, half time"),
    ],
)
def test_the_feel_is_shown_in_words(feel, shown):
    assert Display().messages(feel) == {"/accompanist/heard/feel": [("s", shown)]}
