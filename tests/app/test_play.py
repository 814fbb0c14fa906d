"""The live program makes do with what this machine has, and says what it could not have."""

import socket
import sys

import pytest

from accompanist.app import band
from accompanist.app.gig import Gig
from accompanist.app.main import main
from accompanist.devices.clock import SystemClock


@pytest.fixture(autouse=True)
def everything_is_compiled(monkeypatch):
    """Start at once: what is compiled beforehand does not matter here."""
    monkeypatch.setattr("accompanist.app.play.warm_if_cold", lambda: None)


def test_without_its_osc_library_the_band_plays_on_and_says_what_is_missing(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "pyliblo3", None)

    assert band._surfaces(Gig("", 0, 0), SystemClock(), None) == []
    assert "OSC needs pyliblo3" in capsys.readouterr().err


def test_a_surface_port_that_is_taken_is_refused(capfd):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = str(taken.getsockname()[1])

        assert main(["play", "--synth", "none", "--osc-in", port]) == 2
    assert "choose another with --osc-in" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--osc-out", "nowhere"], "is no OSC address"),
        (["--style", "polka"], "is not a style"),
        (["--midi-out", "no such synth"], "MIDI"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(words, sentence, capfd):
    assert main(["play", "--synth", "none", "--osc-in", "0", *words]) == 2

    told = capfd.readouterr().err.strip().splitlines()
    assert len(told) == 1
    assert sentence in told[0]
