"""Keys are scored by MIREX's weights, and every mistake has a name."""

import mir_eval
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.music.heard import KeyHeard
from accompanist.music.key import NO_KEY, Key, key_at
from accompanist.training.key_scores import (
    WEIGHTS,
    confusions,
    key_relations,
    key_scores,
    modulation_bars,
    relation,
)
from accompanist.training.performances import Performance, Span, notes_from

BEATS_S = 10.0 + 0.5 * np.arange(80)
SONG = Performance(
    "from D up to E flat",
    notes_from([(float(at_s), float(at_s) + 0.2, 60, 80, 0) for at_s in BEATS_S]),
    BEATS_S,
    np.arange(80) % 4 == 0,
    keys=(Span(10.0, 30.0, "D major"), Span(30.0, 50.0, "Eb major")),
)
D, B_MINOR, E_FLAT = Key(2), Key(11, "minor"), Key(3)


@pytest.mark.parametrize(
    ("heard", "named"),
    [
        (Key(2), "same"),
        (Key(9), "dominant"),
        (Key(7), "subdominant"),
        (Key(11, "minor"), "relative"),
        (Key(2, "minor"), "parallel"),
        (Key(4, "minor"), "other"),
        (NO_KEY, "none"),
    ],
)
def test_every_key_heard_in_d_major_has_a_name(heard: Key, named: str) -> None:
    assert relation(D, heard) == named


@given(st.integers(0, 23), st.integers(0, 23))
def test_weights_are_those_of_mir_eval(truth: int, heard: int) -> None:
    names = key_at(truth).name, key_at(heard).name
    expected = mir_eval.key.weighted_score(*names)
    assert WEIGHTS[relation(key_at(truth), key_at(heard))] == expected


def test_without_a_true_key_nothing_is_right() -> None:
    with pytest.raises(ValueError, match="true key"):
        relation(NO_KEY, D)


def test_the_key_held_is_asked_for_at_every_moment() -> None:
    heard = [KeyHeard(13.5, B_MINOR, 0.6), KeyHeard(20.0, D, 0.9), KeyHeard(31.0, E_FLAT, 0.9)]
    assert key_relations(SONG, heard) == {
        3.0: "none",
        5.0: "relative",
        8.0: "relative",
        12.0: "same",
        20.0: "other",
        30.0: "same",
    }
    assert key_scores(SONG, heard)["key@5s"] == 0.3


def test_shares_of_mistakes_add_up_to_one() -> None:
    shares = confusions(["same", "same", "relative", "none"])
    assert shares["same"] == 0.5
    assert sum(shares.values()) == 1.0
    assert confusions([]) == {}


def test_a_modulation_followed_after_three_seconds_took_a_bar_and_a_half() -> None:
    heard = [KeyHeard(13.0, D, 0.9), KeyHeard(33.0, E_FLAT, 0.9)]
    assert modulation_bars(SONG, heard) == [1.5]


def test_a_modulation_that_is_missed_took_for_ever() -> None:
    assert modulation_bars(SONG, [KeyHeard(13.0, D, 0.9)]) == [float("inf")]
    assert modulation_bars(SONG, [KeyHeard(29.0, E_FLAT, 0.9)]) == [0.0]
