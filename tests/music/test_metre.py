"""Metres that can be felt, and those that cannot."""

import pytest

from accompanist.music.metre import Metre


def test_a_metre_counts_quarters_unless_said_otherwise():
    assert Metre(3) == Metre(3, 4)


def test_a_bar_without_beats_is_refused():
    with pytest.raises(ValueError, match="at least one beat"):
        Metre(0)


@pytest.mark.parametrize("unit", [0, 3, 6, 12, 32, -4])
def test_a_beat_that_is_no_note_value_is_refused(unit):
    with pytest.raises(ValueError, match="note value"):
        Metre(4, unit)
