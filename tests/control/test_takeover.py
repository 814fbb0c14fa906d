"""Knobs take over without a jump, and encoders count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.control.controller_map import ENCODERS, clicked
from accompanist.control.takeover import (
    MOST,
    NEAR,
    Knob,
    clicks,
    encoder_like,
    position_of,
    value_at,
)
from accompanist.music.parameters import PARAMETERS

NAMED = {parameter.name: parameter for parameter in PARAMETERS}
INTENSITY, STYLE, SPLIT = NAMED["intensity"], NAMED["style"], NAMED["input/split"]
TURNED = [p for p in PARAMETERS if p.kind in ("share", "integer", "choice")]

SAID = st.integers(0, 127)
WAY = st.lists(SAID, min_size=1, max_size=30)


def turned(knob: Knob, way: list[int], present):
    """What each position turns the parameter to, as it is turned."""
    for said in way:
        after = knob.turn(said, present)
        present = present if after is None else after
        yield after


def test_a_knob_that_jumps_is_where_it_is_at_once():
    assert list(turned(Knob(INTENSITY, "jump"), [127], 0.5)) == [1.0]


def test_a_knob_is_picked_up_when_it_passes_the_value():
    assert list(turned(Knob(INTENSITY, "pickup"), [100, 90, 50, 40], 0.5)) == [
        None,
        None,
        50 / MOST,
        40 / MOST,
    ]


def test_a_knob_that_rests_at_the_value_is_picked_up_at_once():
    assert list(turned(Knob(INTENSITY, "pickup"), [64, 70], 0.5)) == [64 / MOST, 70 / MOST]


def test_a_value_turned_by_somebody_else_is_picked_up_again():
    knob = Knob(INTENSITY, "pickup")
    assert knob.turn(64, 0.5) == 64 / MOST
    assert knob.turn(65, 0.9) is None
    assert knob.turn(120, 0.9) == 120 / MOST


def test_a_knob_that_scales_goes_along_at_once_and_arrives_at_the_end():
    first, second, last = turned(Knob(INTENSITY, "scale"), [0, 64, 127], 0.5)
    assert first is None
    assert 0.5 < second < 1.0
    assert last == 1.0


def test_choices_lie_in_equal_ranges():
    chosen = {value_at(STYLE, said / MOST) for said in range(128)}
    assert chosen == set(STYLE.choices)
    assert value_at(STYLE, 0.0) == STYLE.choices[0]
    assert value_at(STYLE, 1.0) == STYLE.choices[-1]


@pytest.mark.parametrize("parameter", TURNED, ids=lambda p: p.name)
def test_every_value_lies_where_it_is_found_again(parameter):
    values = parameter.choices or (parameter.minimum, parameter.default, parameter.maximum)
    for value in values:
        assert value_at(parameter, position_of(parameter, value)) == parameter.checked(value)


@given(way=WAY, present=st.floats(0, 1))
def test_pickup_never_jumps_by_more_than_the_knob_was_moved(way, present):
    knob, was = Knob(INTENSITY, "pickup"), None
    for said in way:
        after = knob.turn(said, present)
        moved = NEAR if was is None else max(abs(said - was) / MOST, NEAR)
        if after is not None:
            assert abs(after - present) <= moved + 1e-9
            present = after
        was = said


@given(
    way=WAY,
    parameter=st.sampled_from(TURNED),
    takeover=st.sampled_from(("pickup", "jump", "scale")),
    data=st.data(),
)
def test_a_knob_never_leaves_the_range(way, parameter, takeover, data):
    choices = parameter.choices or (parameter.minimum, parameter.default, parameter.maximum)
    present = parameter.checked(data.draw(st.sampled_from(choices)))
    for after in turned(Knob(parameter, takeover), way, present):
        assert after is None or after == parameter.checked(after)


@given(way=WAY, present=st.floats(0, 1))
def test_a_knob_that_scales_goes_the_way_it_is_turned(way, present):
    knob, was = Knob(INTENSITY, "scale"), None
    for said in way:
        after = knob.turn(said, present)
        if after is not None:
            assert (after - present) * (said - was) > 0
            present = after
        was = said


@pytest.mark.parametrize(
    ("encoder", "right", "left"),
    [
        ("twos complement", 1, 127),
        ("binary offset", 65, 63),
        ("signed bit", 1, 65),
        ("auto", 1, 127),
        ("auto", 1, 65),
    ],
)
def test_an_encoder_counts_a_click_to_each_side(encoder, right, left):
    assert (clicks(right, encoder), clicks(left, encoder)) == (1, -1)


@given(
    way=WAY,
    parameter=st.sampled_from(TURNED),
    encoder=st.sampled_from(ENCODERS),
    step=st.none() | st.floats(0.001, 5),
)
def test_an_encoder_never_leaves_the_range(way, parameter, encoder, step):
    present = parameter.default
    for said in way:
        present = clicked(parameter, present, clicks(said, encoder), step)
        assert present == parameter.checked(present)


@pytest.mark.parametrize(
    ("said", "encoder"),
    [
        ([1, 1, 2], "auto"),
        ([1, 1, 127], "twos complement"),
        ([127, 127, 127], "twos complement"),
        ([65, 65, 66], "binary offset"),
        ([65, 65, 63], "binary offset"),
        ([1, 1, 66], "signed bit"),
        ([64, 65, 66, 67], None),
        ([1, 2, 3, 4], None),
        ([90, 90, 91], None),
    ],
)
def test_an_encoder_is_known_by_what_it_says(said, encoder):
    assert encoder_like(said) == encoder


@given(st.lists(SAID, min_size=2, max_size=12, unique=True))
def test_a_knob_with_ends_is_never_taken_for_an_encoder(said):
    assert encoder_like(said) is None
