"""Pitch classes and their names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.music.pitch import PITCH_CLASS_NAMES, parse_pitch_class, pitch_class_name


def test_names_are_spelled_as_a_lead_sheet_spells_them():
    assert " ".join(PITCH_CLASS_NAMES) == "C C# D Eb E F F# G Ab A Bb B"


@given(st.integers(0, 127))
def test_a_pitch_is_named_alike_in_every_octave(pitch):
    assert pitch_class_name(pitch) == pitch_class_name(pitch + 12)


@given(st.integers(0, 11))
def test_a_name_is_read_back_as_the_pitch_class_it_names(pitch_class):
    assert parse_pitch_class(pitch_class_name(pitch_class)) == pitch_class


@pytest.mark.parametrize(
    ("name", "pitch_class"),
    [("C", 0), ("B#", 0), ("Cb", 11), ("Db", 1), ("C#", 1), ("F##", 7), ("Bbb", 9), ("C#b", 0)],
)
def test_sharps_raise_and_flats_lower(name, pitch_class):
    assert parse_pitch_class(name) == pitch_class


@pytest.mark.parametrize("name", ["", "H", "c", "#", "C ", "Cm", "1", "N"])
def test_what_names_no_note_is_refused(name):
    with pytest.raises(ValueError, match="is not a note name"):
        parse_pitch_class(name)
