"""The guard starts again whoever falls, finds out who is to blame, and knows when it is over."""

import os
import time

import pytest

from accompanist.app.gig import Gig
from accompanist.app.guard import MOST_FALLS, Guard
from accompanist.control.osc_port import OscPort
from accompanist.devices.stage_door import BEGAN_NS, CLOSING, StageDoor

STANDS, FALLS, IS_REFUSED = "tests.app.waiting", "tests.app.falling", "tests.app.refusing"


@pytest.fixture
def door():
    door = StageDoor.create()
    yield door
    door.remove()


@pytest.fixture
def port():
    port = OscPort.opened(0)
    yield port
    port.close()


@pytest.fixture
def watch(door, port, monkeypatch):
    """Watch over processes that stand in for stage and band; returns the exit code."""
    monkeypatch.setenv("PYTHONPATH", ".")

    def run(stage, band):
        monkeypatch.setattr("accompanist.app.guard._PROCESSES", {"stage": stage, "band": band})
        gig = Gig(str(door.path), time.perf_counter_ns(), os.getpid())
        return Guard(gig, door, port).watch()

    return run


def test_a_part_at_play_in_too_many_falls_rests_and_the_others_go_on(watch, capfd):
    assert watch(STANDS, FALLS) == 0

    told = capfd.readouterr().err.splitlines()
    assert told.count("the band fell and is started again; the groove goes on") == MOST_FALLS + 1
    assert f"drums made the band fall {MOST_FALLS + 1} times and is muted" in told


@pytest.mark.parametrize(("stage", "band"), [(STANDS, IS_REFUSED), (IS_REFUSED, STANDS)])
def test_who_is_refused_at_the_start_ends_it_all_with_exit_code_2(watch, door, stage, band):
    assert watch(stage, band) == 2
    assert door.told(CLOSING)


def test_once_it_has_begun_a_refusal_is_a_fall_like_any_other(watch, door, monkeypatch, capfd):
    door.tell(BEGAN_NS, 1)
    falls = iter(range(3))

    def end_after_three_falls(guard):
        mourn(guard)
        if next(falls) == 2:
            door.tell(CLOSING, 1)

    mourn = Guard._mourn_band
    monkeypatch.setattr(Guard, "_mourn_band", end_after_three_falls)

    watch(STANDS, IS_REFUSED)
    assert capfd.readouterr().err.count("the band fell") == 3
