"""MIDI learn: touch a control, move a knob, and it turns that control from then on."""

import pytest

from accompanist.control.controller_map import ControllerMap
from accompanist.music.events import Controller, ControlTurn, NoteOff, NoteOn, Pedal, ProgramChange
from accompanist.music.parameters import PARAMETERS
from tests.control.hands_at_play import Player, bound, key, press, surface, touch, turned


@pytest.fixture
def player():
    learning = Player()
    learning.learn()
    return learning


def learned(player: Player):
    """The last binding of the performer's own map."""
    return player.hands.maps[0].bindings[-1]


def knob(number: int, *way: int, at_s: float = 2.0) -> list[Controller]:
    return [Controller(at_s + 0.05 * place, number, said) for place, said in enumerate(way)]


def test_learning_says_what_to_do():
    player = Player()
    player.play(surface(1.0, "learn", 1))
    assert player.said() == ["touch a control"]


def test_a_knob_is_learned_and_turns_the_control(player):
    player.play(touch(1.0, "intensity"))
    assert player.said() == ["move a control for intensity"]
    player.play(*knob(74, 60, 61, 63, 66), until_s=3.0)
    assert player.said() == ["intensity is on CC 74"]
    assert learned(player) == bound("intensity", "CC 74", 1)
    assert player.turns(*knob(74, 64, 127, at_s=4.0))[-1][1:] == ("intensity", 1.0)


def test_the_map_that_learned_is_handed_over_once(player):
    player.play(touch(1.0, "fill"), *key(2.0, 36))
    assert [each.bindings for each in player.hands.take_taught()] == [
        (bound("fill", "note 36", 1),)
    ]
    assert player.hands.take_taught() == []


def test_a_key_is_learned_at_once_and_is_no_music(player):
    assert player.play(touch(1.0, "fill"), *key(2.0, 36)) == []
    assert player.said()[-1] == "fill is on note 36"


@pytest.mark.parametrize("name", ["fill", "bass/mute"])
def test_a_switch_is_learned_when_it_is_let_go(player, name):
    player.play(touch(1.0, name), *press(2.0, 80))
    assert learned(player) == bound(name, "CC 80", 1)


def test_a_switch_for_a_share_steps_it(player):
    player.play(touch(1.0, "intensity"), *press(2.0, 80))
    assert learned(player) == bound("intensity", "CC 80", 1, step=0.25)


def test_a_switch_for_choices_steps_through_them(player):
    player.play(touch(1.0, "style"), *press(2.0, 80))
    assert learned(player) == bound("style", "CC 80", 1, step=1.0)


def test_a_switch_that_does_not_come_up_latches(player):
    player.play(touch(1.0, "fill"), Controller(2.0, 80, 127), until_s=4.0)
    assert player.said()[-1] == "fill is on CC 80, a latching switch"
    assert learned(player) == bound("fill", "CC 80", 1, switch="latching")


def test_a_latching_switch_may_be_up_first(player):
    player.play(touch(1.0, "fill"), Controller(2.0, 80, 0), until_s=4.0)
    assert learned(player).switch == "latching"


def test_an_encoder_is_known_by_how_it_counts(player):
    player.play(touch(1.0, "intensity"), *knob(20, 65, 65, 66, 65), until_s=3.0)
    assert player.said()[-1] == "intensity is on CC 20, an encoder"
    assert learned(player) == bound("intensity", "CC 20", 1, encoder="binary offset")


def test_an_encoder_turned_left_is_no_button(player):
    player.play(touch(1.0, "intensity"), *knob(20, 127, 127, 127, 127), until_s=3.0)
    assert learned(player).encoder == "twos complement"


def test_a_pedal_with_ends_is_a_knob(player):
    player.play(touch(1.0, "intensity"), *knob(11, 0, 30, 80, 127), until_s=3.0)
    assert learned(player) == bound("intensity", "CC 11", 1)


def test_a_program_is_learned_for_a_trigger(player):
    player.play(touch(1.0, "fill"), ProgramChange(2.0, 4))
    assert learned(player) == bound("fill", "program 5", 1)


def test_programs_are_learned_for_choices_as_a_whole(player):
    player.play(touch(1.0, "style"), ProgramChange(2.0, 4))
    assert learned(player) == bound("style", "program", 1)
    assert player.turns(ProgramChange(3.0, 3)) == [(3.0, "style", "jazz")]


def test_the_sustain_pedal_is_not_learned(player):
    pedal = [Pedal(2.0, True), Pedal(2.5, False)]
    assert player.play(touch(1.0, "fill"), *pedal) == pedal
    assert player.hands.maps[0].bindings == ()


def test_a_knob_for_a_trigger_is_pressed_in_its_upper_half(player):
    player.play(touch(1.0, "fill"), *knob(74, 10, 20, 40, 60), until_s=3.0)
    assert player.turns(*knob(74, 60, 90, 120, 10, 100, at_s=4.0)) == [
        (4.05, "fill", 1),
        (pytest.approx(4.2), "fill", 1),
    ]


def test_what_is_turned_on_a_surface_is_only_named(player):
    player.values.take("/accompanist/intensity", 0.3)
    heard = player.play(surface(1.0, "intensity", 0.9))
    assert heard == [ControlTurn(1.0, "/accompanist/intensity", 0.3, "osc")]
    assert player.said() == ["move a control for intensity"]


def test_a_trigger_pressed_on_a_surface_is_only_named(player):
    assert player.play(surface(1.0, "fill", 1)) == []
    player.play(*key(2.0, 36))
    assert learned(player) == bound("fill", "note 36", 1)


@pytest.mark.parametrize("name", ["panic", "stop"])
def test_panic_and_stop_always_work(player, name):
    assert player.play(surface(1.0, name, 1)) == [surface(1.0, name, 1)]
    assert player.said() == [f"move a control for {name}"]


def test_what_a_song_sets_is_no_touch(player):
    turn = ControlTurn(1.0, "/accompanist/style", "jazz", "song")
    assert player.play(turn) == [turn]
    assert player.said() == []


def test_what_is_bound_still_works_until_a_control_is_touched(player):
    player.hands.use([ControllerMap("Keys", bindings=(bound("fill", "note 36"),))])
    assert player.turns(*key(1.0, 36)) == [(1.0, "fill", 1)]


def test_a_message_has_one_job(player):
    player.play(touch(1.0, "intensity"), *knob(74, 60, 61, 62, 63), until_s=3.0)
    player.play(touch(4.0, "density"), *knob(74, 60, 61, 62, 63, at_s=5.0), until_s=6.0)
    assert player.hands.maps[0].bindings == (bound("density", "CC 74", 1),)


def test_a_switch_with_a_job_is_given_a_second_by_a_long_press(player):
    player.play(touch(1.0, "fill"), *press(2.0, 80))
    player.play(touch(3.0, "ending"), *press(4.0, 80, length_s=1.0))
    assert player.said()[-1] == "ending is on CC 80, held"
    assert learned(player) == bound("fill", "CC 80", 1, long="ending")
    assert player.turns(*press(6.0, 80), *press(7.0, 80, length_s=1.0)) == [
        (6.1, "fill", 1),
        (7.6, "ending", 1),
    ]


def test_a_key_with_a_job_is_given_another_by_a_short_press(player):
    player.play(touch(1.0, "fill"), *key(2.0, 36))
    player.play(touch(3.0, "ending"), *key(4.0, 36))
    assert player.hands.maps[0].bindings == (bound("ending", "note 36", 1),)


def test_touched_twice_a_control_is_forgotten(player):
    player.play(touch(1.0, "fill"), *key(2.0, 36))
    player.play(touch(3.0, "fill"), touch(4.0, "fill"))
    assert player.said()[-1] == "fill is forgotten"
    assert player.hands.maps[0].bindings == ()
    assert player.play(*key(5.0, 36)) == key(5.0, 36)


def test_a_second_job_is_forgotten_alone(player):
    player.hands.use([ControllerMap("Keys", bindings=(bound("fill", "CC 80", long="ending"),))])
    player.play(touch(3.0, "ending"), touch(4.0, "ending"))
    assert player.hands.maps[0].bindings == (bound("fill", "CC 80"),)


def test_a_control_on_nothing_is_said_to_be_so(player):
    player.play(touch(3.0, "fill"), touch(4.0, "fill"))
    assert player.said()[-1] == "fill is on nothing"
    assert player.hands.take_taught() == []


def test_a_fader_that_is_dragged_is_touched_once(player):
    player.play(touch(1.0, "fill"), *key(2.0, 36))
    drag = [surface(3.0 + 0.1 * place, "intensity", 0.1 * place) for place in range(9)]
    player.play(touch(3.0, "intensity"), *drag)
    assert player.said()[-1] == "move a control for intensity"


def test_a_fader_that_says_where_it_is_before_it_says_it_is_touched_is_touched_once(player):
    player.play(surface(3.0, "intensity", 0.2), touch(3.01, "intensity"))
    assert player.said() == ["move a control for intensity"]


def test_a_fader_that_says_the_value_it_has_is_touched(player):
    player.play(touch(1.0, "intensity"), *key(2.0, 36))
    player.play(surface(3.0, "intensity", 0.5), surface(3.1, "intensity", 0.7))
    player.play(surface(4.0, "intensity", 0.5))
    assert player.said()[-1] == "intensity is forgotten"


def test_a_button_pressed_twice_on_a_surface_is_forgotten(player):
    player.play(touch(1.0, "fill"), *key(2.0, 36))
    player.play(surface(3.0, "fill", 1), surface(4.0, "fill", 1))
    assert player.said()[-1] == "fill is forgotten"


def test_learning_ends_with_its_toggle(player):
    player.play(touch(1.0, "fill"), surface(2.0, "learn", 0))
    assert player.said()[-1] == "off"
    assert player.play(*key(3.0, 36)) == key(3.0, 36)


def test_nothing_is_learned_while_the_lock_is_on(player):
    player.values.take("/accompanist/lock", 1)
    turn = surface(1.0, "intensity", 0.9)
    assert player.play(turn) == [turn]
    assert player.said() == []


def test_learning_is_begun_by_a_foot_too():
    player = Player(bound("learn", "CC 80"))
    player.play(*press(1.0, 80))
    assert player.said() == ["touch a control"]
    player.play(touch(2.0, "fill"), *key(3.0, 36))
    assert player.said()[-1] == "fill is on note 36"


def test_a_key_held_while_it_is_learned_is_let_go_in_silence(player):
    player.play(touch(1.0, "fill"), NoteOn(2.0, 36, 90))
    assert player.play(NoteOff(5.0, 36)) == []


def test_only_the_message_that_came_first_is_watched(player):
    other = Controller(2.1, 67, 127)
    heard = player.play(touch(1.0, "intensity"), *knob(74, 60, 61), other, until_s=2.3)
    assert heard == [other]


def test_a_device_that_knows_the_message_learns_it(player):
    board = ControllerMap("Board", bindings=(bound("fill", "CC 80", 1),))
    player.hands.use([ControllerMap("Keys"), board])
    player.play(touch(1.0, "ending"), *press(2.0, 80))
    assert player.hands.maps == (ControllerMap("Keys"), board.bound(bound("ending", "CC 80", 1)))
    assert [each.device for each in player.hands.take_taught()] == ["Board"]


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda parameter: parameter.name)
def test_every_parameter_can_be_learned(player, parameter):
    player.play(touch(1.0, parameter.name), *key(2.0, 36))
    assert learned(player) == bound(parameter.name, "note 36", 1)
    player.play(surface(3.0, "learn", 0))
    assert turned(player.play(*key(4.0, 36)))[0][1] == parameter.name
