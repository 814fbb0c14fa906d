"""Maps follow the devices that are attached, and what is learned is written down."""

import pytest

from accompanist.app import controller_folder
from accompanist.app.attached import LOOK_EVERY_S, Attached
from accompanist.app.controller_folder import controllers_folder, found_for, keep
from accompanist.app.gig import Names
from accompanist.control.controller_map import ControllerMap
from accompanist.devices.stage_door import StageDoor
from accompanist.dsp.sounding import KEYS
from tests.conftest import poll
from tests.control.hands_at_play import Player, bound, key, touch

FILL = bound("fill", "note 36", 10)
SILENT_36 = 9 << 7 | 36


@pytest.fixture(autouse=True)
def settings(tmp_path, monkeypatch):
    """An empty folder for settings."""
    monkeypatch.setattr(controller_folder, "settings_folder", lambda: tmp_path / "settings")


@pytest.fixture
def door():
    made = StageDoor.create()
    yield made
    made.remove()


class Looking:
    """Looks as time passes, half a second a look."""

    def __init__(self, attached: Attached) -> None:
        self.attached = attached
        self.now_s = 0.0
        self.faults: list[str] = []

    def until(self, condition) -> None:
        def look():
            self.now_s += LOOK_EVERY_S
            self.faults += self.attached.look(self.now_s)
            return condition()

        poll(look, what="the map")


def test_the_map_of_the_device_is_there_from_the_beginning(door):
    keep(ControllerMap("Keys", bindings=(FILL,)))
    Names(midi_in="Keys", heard=("Keys",)).write(door)
    player = Player()
    Attached(player.hands, door)
    assert player.hands.maps == (ControllerMap("Keys", bindings=(FILL,)),)


def test_a_device_that_comes_later_brings_its_map(door):
    keep(ControllerMap("Board", bindings=(FILL,)))
    Names(midi_in="Keys").write(door)
    player = Player()
    looking = Looking(Attached(player.hands, door))
    Names(midi_in="Keys", heard=("Board", "Keys")).write(door)
    looking.until(lambda: len(player.hands.maps) == 2)
    assert [each.device for each in player.hands.maps] == ["Keys", "Board"]


def test_what_is_learned_is_kept_and_found_by_the_name_of_the_device(door):
    Names(midi_in="Keys", heard=("Keys",)).write(door)
    player = Player()
    looking = Looking(Attached(player.hands, door))
    player.learn()
    player.play(touch(1.0, "fill"), *key(2.0, 36, channel=9))
    looking.until(lambda: (controllers_folder() / "keys.toml").exists())
    assert found_for(("Keys",), None).maps == (ControllerMap("Keys", bindings=(FILL,)),)


def test_what_is_learned_last_is_kept_when_the_gig_ends(door):
    Names(midi_in="Keys").write(door)
    player = Player()
    attached = Attached(player.hands, door)
    player.learn()
    player.play(touch(1.0, "fill"), *key(2.0, 36, channel=9))
    assert attached.close() == []
    assert found_for(("Keys",), None).maps[0].bindings == (FILL,)


def test_the_first_thing_learned_keeps_the_ready_map_beside_it(door):
    Names(midi_in="nanoKONTROL2").write(door)
    player = Player()
    attached = Attached(player.hands, door)
    ready = player.hands.maps[0].bindings
    player.learn()
    player.play(touch(1.0, "fill"), *key(2.0, 36, channel=9))
    attached.close()
    assert found_for(("nanoKONTROL2",), None).maps[0].bindings == (*ready, FILL)


def test_the_stage_is_told_which_keys_and_pedals_are_silent(door):
    keep(ControllerMap("Keys", bindings=(FILL, bound("tap", "CC 64", 3))))
    Names(midi_in="Keys").write(door)
    player = Player()
    looking = Looking(Attached(player.hands, door))
    assert door.silent[SILENT_36] == 1
    assert door.silent[KEYS + 2] == 1
    assert door.silent.sum() == 2
    player.learn()
    player.play(touch(1.0, "fill"), touch(2.0, "fill"))
    looking.until(lambda: door.silent[SILENT_36] == 0)


def test_a_damaged_map_is_one_sentence_and_the_band_plays_on(door):
    controllers_folder().mkdir(parents=True)
    (controllers_folder() / "keys.toml").write_text('device = "Keys"\nknob = 3\n')
    Names(midi_in="Keys").write(door)
    looking = Looking(Attached(Player().hands, door))
    looking.until(lambda: looking.faults)
    (fault,) = looking.faults
    assert fault.endswith("; mend it, or delete the file")
    assert "keys.toml, line 2: " in fault


def test_what_cannot_be_kept_is_said(door):
    controllers_folder().mkdir(parents=True)
    (controllers_folder() / "keys.toml").write_text('device = "Keys"\nknob = 3\n')
    Names(midi_in="Keys").write(door)
    player = Player()
    attached = Attached(player.hands, door)
    player.learn()
    player.play(touch(1.0, "fill"), *key(2.0, 36))
    assert [fault[:28] for fault in attached.close()[1:]] == ["what was learned is not kept"]
