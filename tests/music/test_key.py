"""Keys: their names, scales and places among 24."""

import pytest
from hypothesis import given

from accompanist.music.key import NO_KEY, Key, key_at
from tests.music.strategies import keys, pitch_classes


def test_c_major_has_the_white_keys_and_so_has_a_minor():
    assert Key(0).pitch_classes == Key(9, "minor").pitch_classes == {0, 2, 4, 5, 7, 9, 11}


@given(pitch_classes)
def test_a_minor_key_shares_its_tones_with_the_major_key_a_third_above(tonic):
    assert Key(tonic, "minor").pitch_classes == Key((tonic + 3) % 12).pitch_classes


@given(keys)
def test_a_key_is_found_again_at_its_place(key):
    assert key_at(key.index) == key


def test_the_24_keys_are_all_different():
    assert len({key_at(index) for index in range(24)}) == 24


@pytest.mark.parametrize(
    ("key", "name"), [(Key(2, "minor"), "D minor"), (Key(10), "Bb major"), (NO_KEY, "no key")]
)
def test_a_key_is_named_by_tonic_and_mode(key, name):
    assert key.name == name


def test_no_key_has_no_tones_and_no_place():
    assert NO_KEY.pitch_classes == frozenset()
    with pytest.raises(ValueError, match="no key has no place"):
        _ = NO_KEY.index


def test_a_mode_not_spoken_here_is_refused():
    with pytest.raises(ValueError, match="'dorian' is not a mode"):
        Key(2, "dorian")
