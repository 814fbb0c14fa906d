"""What the doctor finds out about the ways to reach and steer the band."""

import importlib.machinery
import socket

import pytest

from accompanist.app import access, controller_folder
from accompanist.app.finding import ATTENTION, OK
from accompanist.app.plays import Play
from accompanist.control.controller_map import ControllerMap
from tests.control.hands_at_play import bound


@pytest.fixture
def udp_port():
    """A port that another program holds."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """An empty folder for settings."""
    monkeypatch.setattr(controller_folder, "settings_folder", lambda: tmp_path)
    return tmp_path / "controllers"


def test_a_free_port_is_given_back():
    for check in (access.osc, access.stage_view):
        assert check(0).state == OK
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as before:
        before.bind(("127.0.0.1", 0))
        port = before.getsockname()[1]

    assert access.osc(port).fact == f"port {port} is free"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as after:
        after.bind(("127.0.0.1", port))


def test_a_port_that_another_program_holds_comes_with_the_line_that_takes_the_next(udp_port):
    finding = access.osc(udp_port)

    assert finding.state == ATTENTION
    assert finding.fact == f"port {udp_port} is taken by another program"
    assert finding.remedy == f"end that, or run: accompanist play --osc-in {udp_port + 1}"


def test_a_port_that_a_playing_band_holds_is_said_to_be_the_bands(udp_port):
    play = Play.begin()
    try:
        assert access.osc(udp_port).fact == f"port {udp_port} is taken by the band that plays now"
    finally:
        play.forget()


def test_a_taken_port_of_the_stage_view_is_told_too():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        assert access.stage_view(port).remedy.endswith(f"play --stage-view {port + 1}")


def test_maps_of_controllers_are_counted(settings):
    assert "none of yours yet" in access.controllers().fact

    controller_folder.keep(ControllerMap("Organ", bindings=(bound("fill", "note 36", 10),)))

    assert access.controllers().state == OK
    assert "1 of yours" in access.controllers().fact


def test_a_damaged_map_is_told_with_its_file(settings):
    settings.mkdir()
    (settings / "organ.toml").write_text("device = 3")

    finding = access.controllers()

    assert finding.state == ATTENTION
    assert "organ.toml" in finding.remedy


@pytest.mark.parametrize(
    ("check", "state", "package"),
    [(access.zeroconf, ATTENTION, "zeroconf"), (access.link, OK, "LinkPython-extern")],
)
def test_a_missing_library_comes_with_the_line_that_installs_it(monkeypatch, check, state, package):
    monkeypatch.setattr(access, "find_spec", lambda module: None)

    assert check().state == state
    assert check().remedy.endswith(f"-m pip install {package}")


def test_a_library_that_is_there_needs_no_remedy(monkeypatch):
    there = importlib.machinery.ModuleSpec("zeroconf", None)
    monkeypatch.setattr(access, "find_spec", lambda module: there)

    assert access.zeroconf().remedy == ""
