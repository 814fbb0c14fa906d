"""The ``controllers`` command: what every map turns, and a device's own map deleted."""

import json

import pytest

from accompanist.app import controller_folder
from accompanist.app.controller_folder import keep
from accompanist.app.main import main
from accompanist.control.controller_map import ControllerMap
from tests.control.hands_at_play import bound


@pytest.fixture(autouse=True)
def settings(tmp_path, monkeypatch):
    """A folder for settings with one device in it."""
    monkeypatch.setattr(controller_folder, "settings_folder", lambda: tmp_path / "settings")
    keep(ControllerMap("Keys", bindings=(bound("fill", "CC 80", 1, long="ending"),)))


def test_your_own_maps_and_the_ready_ones_are_listed(capsys):
    assert main(["controllers"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["Keys", "yours", "1", "controls", "Keys"]
    assert lines[1].split() == ["fcb1010", "ready", "12", "controls", "FCB1010"]
    assert lines[-1].startswith("your own are kept in ")


def test_one_map_says_all_that_it_turns(capsys):
    assert main(["controllers", "Keys"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Keys (yours, takeover pickup)",
        "  CC 80 on channel 1           fill; held: ending",
    ]


def test_the_facts_are_json(capsys):
    assert main(["controllers", "Keys", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [
        {
            "name": "Keys",
            "whose": "yours",
            "device": "Keys",
            "takeover": "pickup",
            "controls": [{"turns": "fill", "on": "CC 80", "channel": 1, "long": "ending"}],
        }
    ]


def test_a_forgotten_device_is_listed_no_more(capsys):
    assert main(["controllers", "--forget", "Keys"]) == 0
    assert capsys.readouterr().out.endswith("keys.toml is deleted\n")
    assert main(["controllers", "Keys"]) == 2


@pytest.mark.parametrize(
    "words",
    [
        ["controllers", "--forget", "Organ"],
        ["controllers", "Organ"],
        ["play", "--controller", "Organ"],
        ["render", "x.mid", "-o", "y.mid", "--controller", "organ.toml"],
    ],
)
def test_a_map_that_is_not_there_is_one_sentence(words, capsys):
    assert main(words) == 2
    said = capsys.readouterr().err
    assert said.startswith("accompanist: ")
    assert said.count("\n") == 1
