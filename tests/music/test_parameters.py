"""The parameter tree: what may be set, and what a setting becomes."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.music.band import PARTS
from accompanist.music.parameter import ROOT, Parameter
from accompanist.music.parameter_values import ParameterValues
from accompanist.music.parameters import PARAMETERS, STYLES

numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
anything = numbers | st.text() | st.just(math.nan) | st.just(math.inf)
parameters = st.sampled_from(PARAMETERS)


def by_name(name: str) -> Parameter:
    return next(parameter for parameter in PARAMETERS if parameter.name == name)


def test_every_address_is_its_own():
    assert len({parameter.address for parameter in PARAMETERS}) == len(PARAMETERS)


def test_an_address_is_the_name_below_the_root():
    assert by_name("bass/mute").address == "/accompanist/bass/mute"


def test_every_part_can_be_muted_levelled_and_sourced():
    names = {parameter.name for parameter in PARAMETERS}

    assert {f"{part}/{what}" for part in PARTS for what in ("mute", "level", "source")} <= names


@given(parameters)
def test_every_parameter_says_what_it_does_in_a_sentence(parameter):
    assert parameter.help[0].isupper()
    assert parameter.help.endswith(".")


@given(parameters)
def test_every_default_is_a_value_the_parameter_takes_as_it_is(parameter):
    assert parameter.checked(parameter.default) == parameter.default


@given(parameters, anything)
def test_a_value_is_refused_or_becomes_one_that_is_taken_as_it_is(parameter, value):
    try:
        taken = parameter.checked(value)
    except ValueError:
        return
    assert parameter.checked(taken) == taken


@given(parameters.filter(lambda parameter: parameter.kind in ("share", "integer")), numbers)
def test_a_number_is_kept_within_its_range(parameter, number):
    assert parameter.minimum <= parameter.checked(number) <= parameter.maximum


@given(parameters.filter(lambda parameter: parameter.kind in ("toggle", "trigger")), numbers)
def test_a_switch_is_on_from_a_half_upward(parameter, number):
    assert parameter.checked(number) == (1 if number >= 0.5 else 0)


@pytest.mark.parametrize(
    ("name", "value", "taken"),
    [
        ("intensity", 2.0, 1.0),
        ("intensity", -1, 0.0),
        ("intensity", "0.25", 0.25),
        ("ending_bars", 2.6, 3),
        ("ending_bars", 1000, 64),
        ("style", "jazz", "jazz"),
        ("bass/mute", 1.0, 1),
    ],
)
def test_a_value_is_taken_in_the_parameters_own_type(name, value, taken):
    assert by_name(name).checked(value) == taken
    assert type(by_name(name).checked(value)) is type(taken)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, "loud", "", None])
def test_what_is_no_number_is_refused_where_one_is_needed(value):
    with pytest.raises(ValueError, match="intensity takes a number"):
        by_name("intensity").checked(value)


@pytest.mark.parametrize("value", ["polka", 1, 0.5, "Jazz"])
def test_an_unknown_style_is_refused_with_the_known_ones(value):
    with pytest.raises(ValueError, match=", ".join(STYLES)):
        by_name("style").checked(value)


def test_values_begin_at_their_defaults():
    assert all(value == parameter.default for parameter, value in ParameterValues())


def test_a_value_taken_is_the_present_value():
    values = ParameterValues()

    values.take(f"{ROOT}/bass/level", 0.3)

    assert values["bass/level"] == values.share("bass/level") == 0.3


def test_a_toggle_is_on_once_it_is_set():
    values = ParameterValues()
    assert not values.on("drums/mute")

    values.take(f"{ROOT}/drums/mute", 1)

    assert values.on("drums/mute")


def test_a_trigger_keeps_no_value():
    values = ParameterValues()

    _, taken = values.take(f"{ROOT}/tap", 1)

    assert taken == 1
    assert values["tap"] == 0


def test_an_unknown_address_is_refused():
    with pytest.raises(ValueError, match="there is no parameter /accompanist/reverb"):
        ParameterValues().take("/accompanist/reverb", 1)


def test_a_refused_value_changes_nothing():
    values = ParameterValues()

    with pytest.raises(ValueError, match="style"):
        values.take(f"{ROOT}/style", "polka")

    assert values["style"] == "pop"


@pytest.mark.parametrize(
    ("on", "silenced"),
    [
        ((), set()),
        (("bass/mute",), {"bass"}),
        (("bass/solo",), {"drums", "harmony"}),
        (("bass/solo", "drums/solo"), {"harmony"}),
        (("bass/solo", "bass/mute"), {"drums", "bass", "harmony"}),
    ],
)
def test_a_part_is_silent_when_muted_or_while_others_play_solo(on, silenced):
    values = ParameterValues()
    for name in on:
        values.take(f"{ROOT}/{name}", 1)
    assert values.silenced == silenced
