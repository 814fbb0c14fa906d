"""Warming up: everything is compiled once, with progress, and found again by the next start."""

import json

import pytest

from accompanist.app import warm
from accompanist.app.main import main
from accompanist.app.warm import Step
from accompanist.dsp import kept
from accompanist.music.errors import Refusal


@pytest.fixture
def cold(tmp_path, monkeypatch):
    """A place for compiled code where nothing is yet; tells what has been put there."""
    monkeypatch.setenv(kept.VARIABLE, str(tmp_path))
    return lambda: sorted(path.name for path in tmp_path.rglob("*.nb?"))


def test_everything_is_compiled_once_and_every_step_told(cold):
    told: list[str] = []

    warm.warm(told.append)
    first = cold()
    warm.warm(told.append)

    names = sorted(step.name for steps in warm.HALVES.values() for step in steps)
    assert sorted(told) == sorted(2 * names)
    assert len(told) == 2 * warm.STEPS
    assert first == cold() != []
    assert kept.is_complete()


def test_a_cold_start_says_why_it_takes_longer_and_the_next_one_says_nothing(
    cold, monkeypatch, capsys
):
    monkeypatch.setattr(warm, "HALVES", {"sound": ()})

    warm.warm_if_cold()
    first = capsys.readouterr().err
    warm.warm_if_cold()

    assert first.startswith("compiling the band's sound, once\n")
    assert capsys.readouterr().err == ""


def test_what_cannot_be_compiled_is_told_in_one_sentence(cold, monkeypatch):
    monkeypatch.setattr(warm, "HALVES", {"no such half": (Step("clock", print),)})

    with pytest.raises(Refusal, match=r"^compiling failed .*no such half.*; reinstall"):
        warm.warm(print)

    assert not kept.is_complete()


def test_the_doctor_warms_up_when_asked(cold, capsys):
    assert main(["doctor", "--warm", "--json"]) == 0

    findings = {entry["subject"]: entry for entry in json.loads(capsys.readouterr().out)}
    assert findings["compiled code"]["state"] == "ok"
