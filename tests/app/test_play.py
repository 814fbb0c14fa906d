"""The live program makes do with what this machine has."""

import sys

import pytest

from accompanist.app.main import main
from accompanist.control.osc_server import OscServer


@pytest.fixture
def no_rehearsal(monkeypatch):
    """Start at once: what is compiled beforehand does not matter here."""
    monkeypatch.setattr("accompanist.app.play.WARM_UP_S", 0.0)


def test_without_its_osc_library_the_band_plays_on_and_says_what_is_missing(
    no_rehearsal, monkeypatch, capsys
):
    monkeypatch.setitem(sys.modules, "pyliblo3", None)
    assert main(["play", "--osc-out", "nowhere"]) == 2
    told = capsys.readouterr()
    assert "OSC needs pyliblo3" in told.err
    assert "the band plays to the built-in demonstration" in told.out


def test_a_surface_port_that_is_taken_is_refused(no_rehearsal, capsys):
    taken = OscServer(0, now_s=lambda: 0.0)
    try:
        assert main(["play", "--osc-in", str(taken.port)]) == 2
    finally:
        taken.close()
    assert "choose another with --osc-in" in capsys.readouterr().err
