"""The live program makes do with what this machine has, and says what it could not have."""

import socket
from contextlib import ExitStack, nullcontext

import pytest

from accompanist.app import band
from accompanist.app.gig import Gig
from accompanist.app.main import main
from accompanist.devices.clock import SystemClock
from accompanist.devices.stage_door import BEGAN_NS, StageDoor


@pytest.fixture(autouse=True)
def everything_is_compiled(monkeypatch):
    """Start at once: what is compiled beforehand does not matter here."""
    monkeypatch.setattr("accompanist.app.play.warm_if_cold", lambda: None)


def test_machines_are_allowed_only_where_others_may_come_at_all(capfd):
    assert main(["play", "--synth", "none", "--allow", "192.0.2.7"]) == 2
    assert "takes --lan" in capfd.readouterr().err


def test_a_machine_that_nobody_knows_cannot_be_allowed(capfd):
    words = ["--osc-in", "0", "--lan", "--allow", "no..such..host"]

    assert main(["play", "--synth", "none", *words]) == 2
    assert "--allow no..such..host is no machine known here" in capfd.readouterr().err


def test_a_surface_port_that_is_taken_is_refused(capfd):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = str(taken.getsockname()[1])

        assert main(["play", "--synth", "none", "--osc-in", port]) == 2
    assert "choose another with --osc-in" in capfd.readouterr().err


def test_a_stage_view_port_that_is_taken_is_refused(capfd):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

        assert main(["play", "--synth", "none", "--osc-in", "0", "--stage-view", port]) == 2
    assert "choose another with --stage-view" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("words", "port", "is_paired"),
    [
        ([], None, False),
        (["--stage-view"], 8080, False),
        (["--stage-view", "8181"], 8181, False),
        (["--stage-view", "--lan"], 8080, True),
    ],
)
def test_other_machines_are_let_in_by_a_pairing_word_alone(monkeypatch, words, port, is_paired):
    gigs = []
    monkeypatch.setattr("accompanist.app.play.announced", lambda port: nullcontext())
    monkeypatch.setattr("accompanist.app.play.watch_over", lambda gig, *_: gigs.append(gig) or 0)

    assert main(["play", *words]) == 0
    assert (gigs[0].stage_view, bool(gigs[0].pairing)) == (port, is_paired)


def test_the_terminal_says_once_where_the_stage_view_is(capsys):
    door = StageDoor.create()
    try:
        for _ in ("the first band", "the one after a fall"):
            with ExitStack() as house:
                gig = Gig("", 0, 0, stage_view=0, pairing="abcdefgh")
                views = band._stage_views(gig, SystemClock(), door, house)
                door.tell(BEGAN_NS, 1)
        assert capsys.readouterr().out.count("the stage view is at http://") == 1
        assert views[0].address.endswith("/?pair=abcdefgh")
    finally:
        door.remove()


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
