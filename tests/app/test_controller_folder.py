"""The player's own maps: one file a device, found again by the name of its port."""

import pytest

from accompanist.app import controller_folder
from accompanist.app.controller_folder import (
    controllers_folder,
    forget,
    found_for,
    keep,
    map_files,
)
from accompanist.control.controller_map import ControllerMap
from accompanist.control.errors import ControlError
from accompanist.control.ready_maps import ready_maps
from accompanist.music.errors import Refusal
from tests.control.hands_at_play import bound

PORT = "MPK mini 3:MPK mini 3 MIDI 1"
FILL = bound("fill", "note 36", 10)


@pytest.fixture(autouse=True)
def settings(tmp_path, monkeypatch):
    """An empty folder for settings."""
    monkeypatch.setattr(controller_folder, "settings_folder", lambda: tmp_path / "settings")


def test_a_device_without_any_map_turns_nothing():
    assert found_for(("Casio: MIDI 1",), None).maps == (ControllerMap("Casio: MIDI 1"),)


def test_a_device_without_a_map_of_its_own_has_a_ready_one_under_its_own_name():
    (found,) = found_for((PORT,), None).maps
    assert found.device == "MPK mini 3 MIDI 1"
    assert found.bindings == ready_maps()["mpk_mini_mk3"].bindings


def test_what_is_kept_is_found_again_in_place_of_the_ready_map():
    keep(ControllerMap("MPK mini 3 MIDI 1", bindings=(FILL,)))
    assert (controllers_folder() / "mpk-mini-3-midi-1.toml").exists()
    (found,) = found_for(("a2j:MPK mini 3 [31] (capture): MPK mini 3 MIDI 1",), None).maps
    assert found == ControllerMap("MPK mini 3 MIDI 1", bindings=(FILL,))


def test_what_is_learned_later_is_kept_in_the_same_file():
    keep(ControllerMap("Keys", bindings=(FILL,)))
    keep(ControllerMap("Keys", bindings=(FILL, bound("tap", "CC 3"))))
    assert len(map_files()) == 1
    assert len(found_for(("Keys",), None).maps[0].bindings) == 2


def test_two_devices_whose_names_differ_in_marks_alone_have_a_file_each():
    keep(ControllerMap("Keys 1"))
    keep(ControllerMap("Keys-1"))
    assert sorted(path.name for path in map_files().values()) == ["keys-1-2.toml", "keys-1.toml"]


def test_a_chosen_map_comes_after_the_devices_own():
    keep(ControllerMap("Keys", bindings=(FILL,)))
    chosen = ready_maps()["fcb1010"]
    assert found_for(("Keys",), chosen).maps[1] == chosen
    assert found_for((), chosen).maps == (ControllerMap(""), chosen)


def test_a_device_heard_twice_is_one():
    assert len(found_for(("Keys", "Keys", "Board"), None).maps) == 2


def test_a_damaged_file_is_a_fault_and_the_device_turns_nothing():
    controllers_folder().mkdir(parents=True)
    path = controllers_folder() / "keys.toml"
    path.write_text('device = "Keys"\n[[control]]\nturns = "fil"\non = "CC 3"\n')
    found = found_for(("Keys",), None)
    assert found.maps == (ControllerMap("Keys"),)
    assert found.faults == (
        f"{path}, line 3: there is no parameter 'fil'; mend it, or delete the file",
    )


@pytest.mark.parametrize("payload", [b"\xff\xfe", b"device = ", b"a = " + b"[" * 5000])
def test_a_file_that_is_no_map_at_all_harms_no_other_device(payload):
    keep(ControllerMap("Keys", bindings=(FILL,)))
    (controllers_folder() / "board.toml").write_bytes(payload)
    assert found_for(("Keys",), None) == ((ControllerMap("Keys", bindings=(FILL,)),), ())
    assert "board.toml" in found_for(("Board",), None).faults[0]


def test_a_damaged_file_is_not_written_over():
    controllers_folder().mkdir(parents=True)
    path = controllers_folder() / "keys.toml"
    path.write_text('device = "Keys"\ntakeover = 3\n')
    with pytest.raises(Refusal, match="line 2"):
        keep(ControllerMap("Keys", bindings=(FILL,)))
    assert "takeover = 3" in path.read_text()


def test_a_forgotten_device_has_its_ready_map_again():
    keep(ControllerMap("MPK mini 3 MIDI 1", bindings=(FILL,)))
    forget("MPK mini 3 MIDI 1")
    assert found_for((PORT,), None).maps[0].bindings == ready_maps()["mpk_mini_mk3"].bindings


def test_only_what_is_kept_is_forgotten():
    keep(ControllerMap("Keys"))
    with pytest.raises(ControlError, match="'Piano' has no map of yours; there are: 'Keys'"):
        forget("Piano")
