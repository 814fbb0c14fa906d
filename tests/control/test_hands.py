"""What a controller sends turns parameters, and what steers is no music."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.control.controller_map import ControllerMap
from accompanist.control.hands import Hands
from accompanist.music.events import (
    Attack,
    Controller,
    ControlTurn,
    NoteOff,
    NoteOn,
    Pedal,
    ProgramChange,
    SoundFrame,
    ToneOn,
)
from accompanist.music.parameter_values import ParameterValues
from tests.control.hands_at_play import Player, bound, key, press, surface, touch, turned


def test_a_knob_turns_its_parameter():
    player = Player(bound("intensity", "CC 74"))
    assert player.turns(Controller(1.0, 74, 127)) == [(1.0, "intensity", 1.0)]


def test_a_knob_that_is_picked_up_stays_until_it_passes_the_value():
    player = Player(bound("intensity", "CC 74"), takeover="pickup")
    assert player.turns(Controller(1.0, 74, 127)) == []
    assert player.turns(Controller(1.1, 74, 20)) == [(1.1, "intensity", 20 / 127)]


def test_a_binding_may_take_over_in_its_own_way():
    player = Player(bound("intensity", "CC 74", takeover="jump"), takeover="pickup")
    assert player.turns(Controller(1.0, 74, 127)) == [(1.0, "intensity", 1.0)]


def test_two_turns_within_a_moment_follow_each_other_before_the_engine_took_one():
    player = Player(bound("intensity", "CC 20", encoder="twos complement"))
    clicks = [Controller(1.0 + 0.0001 * place, 20, 1) for place in range(3)]
    assert [value for _, _, value in player.turns(*clicks)] == [0.51, 0.52, 0.53]


def test_an_encoder_goes_on_from_where_a_surface_left_the_value():
    player = Player(bound("intensity", "CC 20", encoder="binary offset"))
    assert player.turns(surface(1.0, "intensity", 0.9), Controller(1.0, 20, 63)) == [
        (1.0, "intensity", 0.89)
    ]


def test_a_choice_is_set_by_ranges_of_a_knob():
    player = Player(bound("variation", "CC 20"))
    chosen = [player.turns(Controller(float(said), 20, said)) for said in (0, 40, 70, 127)]
    assert [turns[0][2] for turns in chosen if turns] == ["A", "B", "C", "D"]


def test_a_key_steps_through_choices_and_begins_again():
    player = Player(bound("variation", "note 36"))
    values = [player.turns(*key(at_s, 36))[0][2] for at_s in (1.0, 2.0, 3.0, 4.0)]
    assert values == ["C", "D", "A", "B"]


@pytest.mark.parametrize(
    ("more", "values"),
    [({}, [0.75, 1.0, 0.0]), ({"step": -0.5}, [0.0, 1.0, 0.5]), ({"value": 0.9}, [0.9] * 3)],
)
def test_a_key_steps_a_share_or_sets_it(more, values):
    player = Player(bound("intensity", "note 36", **more))
    assert [player.turns(*key(at_s, 36))[0][2] for at_s in (1.0, 2.0, 3.0)] == values


def test_a_key_pulls_a_trigger_once_a_stroke():
    assert Player(bound("fill", "note 36")).turns(*key(1.0, 36)) == [(1.0, "fill", 1)]


def test_a_switch_turns_a_toggle_over():
    player = Player(bound("bass/mute", "CC 80"))
    assert player.turns(*press(1.0, 80), *press(2.0, 80)) == [
        (1.0, "bass/mute", 1),
        (2.0, "bass/mute", 0),
    ]


def test_a_switch_turns_over_what_a_surface_turned():
    player = Player(bound("bass/mute", "CC 80"))
    assert player.turns(surface(0.5, "bass/mute", 1), *press(1.0, 80)) == [(1.0, "bass/mute", 0)]


def test_a_toggle_that_is_held_is_on_as_long_as_the_key_is_down():
    player = Player(bound("dip", "note 36", hold=True))
    assert player.turns(*key(1.0, 36, length_s=2.0)) == [(1.0, "dip", 1), (3.0, "dip", 0)]


def test_a_long_press_has_a_job_of_its_own():
    player = Player(bound("fill", "CC 80", long="ending"))
    assert player.turns(*press(1.0, 80), *press(2.0, 80, length_s=1.5)) == [
        (1.1, "fill", 1),
        (2.6, "ending", 1),
    ]


def test_a_long_press_is_known_without_another_event():
    player = Player(bound("fill", "CC 80", long="ending"))
    player.play(Controller(1.0, 80, 127))
    assert player.turns(until_s=1.59) == []
    assert player.turns(until_s=1.61) == [(1.6, "ending", 1)]


def test_a_latching_switch_works_with_every_press():
    player = Player(bound("fill", "CC 80", switch="latching"))
    assert player.turns(Controller(1.0, 80, 127), Controller(3.0, 80, 0)) == [
        (1.0, "fill", 1),
        (3.0, "fill", 1),
    ]


def test_a_program_pulls_a_trigger_and_another_does_not():
    player = Player(bound("fill", "program 5"))
    assert player.turns(ProgramChange(1.0, 4), ProgramChange(2.0, 5)) == [(1.0, "fill", 1)]


def test_a_program_of_any_number_chooses_by_its_number():
    player = Player(bound("style", "program"), bound("fill", "program 2"))
    assert player.turns(*(ProgramChange(float(n), n) for n in (3, 1, 100))) == [
        (3.0, "style", "jazz"),
        (1.0, "fill", 1),
    ]


def test_what_is_bound_on_a_channel_is_music_on_another():
    player = Player(bound("fill", "note 36", 10))
    elsewhere = key(1.0, 36, channel=0)
    assert player.play(*elsewhere) == elsewhere
    assert turned(player.play(*key(2.0, 36, channel=9))) == [(2.0, "fill", 1)]


def test_a_key_that_steers_is_no_music_nor_is_its_release():
    player = Player(bound("fill", "note 36"))
    tune = key(1.0, 60)
    heard = player.play(tune[0], *key(1.0, 36, length_s=0.05), tune[1])
    assert [event for event in heard if not isinstance(event, ControlTurn)] == tune


def test_a_key_that_was_music_when_it_was_struck_is_let_go_as_music():
    player = Player()
    player.play(NoteOn(1.0, 36, 90))
    player.hands.use([ControllerMap("Keys", bindings=(bound("fill", "note 36"),))])
    assert player.play(NoteOff(2.0, 36)) == [NoteOff(2.0, 36)]


def test_the_sustain_pedal_is_the_players_unless_a_map_says_so():
    pedal = Pedal(1.0, True)
    assert Player().play(pedal) == [pedal]
    assert Player(bound("fill", "CC 64")).turns(pedal) == [(1.0, "fill", 1)]


def test_controllers_and_programs_that_nobody_asked_for_go_no_further():
    soft, wheel = Controller(1.0, 67, 127), Controller(1.0, 1, 3)
    assert Player().play(soft, wheel, ProgramChange(1.0, 3), Attack(1.0, 0.5)) == [
        soft,
        Attack(1.0, 0.5),
    ]


def test_sound_steers_nothing():
    frame, tone = SoundFrame(1.0, -20.0, bytes(204), bytes(72)), ToneOn(1.0, 60, 90, 0.95)
    assert Player(bound("fill", "note 60")).play(frame, tone) == [frame, tone]


def test_the_first_map_counts_where_two_know_a_message():
    player = Player(bound("fill", "CC 80"))
    player.hands.use(
        [
            player.hands.maps[0],
            ControllerMap("Board", bindings=(bound("break", "CC 80"), bound("ending", "CC 81"))),
        ]
    )
    assert player.turns(*press(1.0, 80), *press(2.0, 81)) == [
        (1.0, "fill", 1),
        (2.0, "ending", 1),
    ]


def test_the_key_after_learn_split_is_the_split_and_no_note():
    player = Player()
    heard = player.play(surface(1.0, "input/learn_split", 1), *key(2.0, 55), *key(3.0, 60))
    assert turned(heard) == [(2.0, "input/split", 55)]
    assert [event for event in heard if not isinstance(event, ControlTurn)] == key(3.0, 60)


def test_the_split_is_not_learned_while_the_lock_is_on():
    player = Player()
    player.values.take("/accompanist/lock", 1)
    strokes = key(2.0, 55)
    assert player.play(surface(1.0, "input/learn_split", 1), *strokes)[1:] == strokes


def test_a_touch_reaches_the_engine_never():
    assert Player().play(touch(1.0, "intensity")) == []


def test_keys_that_steer_are_named_by_channel():
    player = Player(
        bound("fill", "note 36", 10), bound("tap", "note 37"), bound("stop", "CC 64", 2)
    )
    assert sorted(player.hands.silent_keys()) == [
        *((channel, 37) for channel in range(9)),
        (9, 36),
        *((channel, 37) for channel in range(9, 16)),
    ]
    assert list(player.hands.silent_pedals()) == [1]


EVENTS = st.lists(
    st.one_of(
        st.builds(Controller, st.floats(0, 20), st.sampled_from((20, 21, 80)), st.integers(0, 127)),
        st.builds(NoteOn, st.floats(0, 20), st.sampled_from((36, 60)), st.integers(1, 127)),
        st.builds(NoteOff, st.floats(0, 20), st.sampled_from((36, 60))),
        st.builds(ProgramChange, st.floats(0, 20), st.integers(0, 127)),
        st.builds(surface, st.floats(0, 20), st.just("intensity"), st.floats(0, 1)),
    ),
    max_size=40,
).map(lambda events: sorted(events, key=lambda event: event.time_s))
EVERYTHING = (
    bound("intensity", "CC 20"),
    bound("density", "CC 21", encoder="auto"),
    bound("fill", "CC 80", long="ending"),
    bound("dip", "note 36", hold=True),
    bound("style", "program"),
)


@given(EVENTS, st.lists(st.floats(0, 25), max_size=10))
def test_it_does_not_matter_how_time_is_cut(events, cuts):
    whole, cut = Player(*EVERYTHING), Player(*EVERYTHING)
    pieces, at_s = [], 0.0
    for until_s in [*sorted(cuts), 25.0]:
        now = [event for event in events if at_s <= event.time_s < until_s]
        pieces += cut.play(*now, until_s=until_s)
        at_s = until_s
    assert pieces == whole.play(*events, until_s=25.0)


@given(EVENTS)
def test_every_turn_fits_and_comes_in_time_and_no_bound_key_is_struck(events):
    heard = Player(*EVERYTHING).play(*events, until_s=25.0)
    values = ParameterValues()
    for event in heard:
        if isinstance(event, ControlTurn):
            values.take(event.address, event.value)
    assert [event.time_s for event in heard] == sorted(event.time_s for event in heard)
    assert not any(isinstance(event, NoteOn) and event.pitch == 36 for event in heard)


def test_hands_without_a_map_let_everything_pass():
    tune = [*key(1.0, 60), Pedal(1.2, True)]
    assert Hands(ParameterValues()).steer(tune, 2.0, 0.0) == tune
