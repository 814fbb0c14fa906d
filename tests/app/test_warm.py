"""Warming up: everything is compiled once, with progress, and nothing is left to compile after."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from accompanist.app import warm
from accompanist.app.main import main
from accompanist.app.warm import Step
from accompanist.dsp import kept
from accompanist.music.errors import Refusal
from tests.conftest import poll

PLAYED_S = 5.0
"""Of the demonstration: the whole band is in by then."""

STARTS = "the band plays to"

OTHER_PORTS = """
import time
from accompanist.devices.rtmidi_ports import RtMidiPorts
from accompanist.devices.stage_door import StageDoor
door = StageDoor.create()
ports = RtMidiPorts(door, None, jack=True)
ports.serve(time.perf_counter_ns() + 10**8)
ports.close()
door.remove()
"""


@pytest.fixture(scope="module")
def warmed(tmp_path_factory) -> tuple[Path, list[str]]:
    """A folder into which everything was compiled, and what was told meanwhile."""
    folder = tmp_path_factory.mktemp("compiled")
    told: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(kept.VARIABLE, str(folder))
        assert not kept.is_complete()
        warm.warm(told.append)
        assert kept.is_complete()
    return folder, told


def compiled_in(folder: Path) -> set[str]:
    """Names of what is compiled there."""
    return {path.name for path in folder.rglob("*.nb?")}


def run_program(*words: str, compiled: Path, folder: Path, **settings: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, *words],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(Path(__file__).parent.parent.parent),
            kept.VARIABLE: str(compiled),
            **settings,
        },
        stdout=(folder / "said").open("w"),
        stderr=subprocess.STDOUT,
    )


def play_a_little(compiled: Path, folder: Path, **settings: str) -> str:
    """Play to the demonstration, and return what was said."""
    words = ("-m", "accompanist", "play", "--osc-in", "0")
    program = run_program(*words, compiled=compiled, folder=folder, **settings)

    def said() -> str:
        return (folder / "said").read_text()

    try:
        poll(lambda: STARTS in said() or program.poll() is not None, 60.0, "the start")
        time.sleep(PLAYED_S)
    finally:
        program.send_signal(signal.SIGINT)
        program.wait(timeout=30)
    return said()


def test_every_step_is_told_once(warmed):
    _, told = warmed

    assert sorted(told) == sorted(step.name for steps in warm.HALVES.values() for step in steps)
    assert len(told) == warm.STEPS


def test_playing_through_jack_compiles_nothing_more(warmed, jack_server, tmp_path):
    folder, _ = warmed
    before = compiled_in(folder)

    assert STARTS in play_a_little(folder, tmp_path)
    assert compiled_in(folder) == before != set()


def test_playing_without_any_device_compiles_nothing_more(warmed, tmp_path):
    folder, _ = warmed
    before = compiled_in(folder)

    assert "session.wav" in play_a_little(folder, tmp_path, JACK_DEFAULT_SERVER="nobody's")
    assert compiled_in(folder) == before


def test_the_ports_of_the_system_compile_nothing_more(warmed, jack_server, tmp_path):
    folder, _ = warmed
    before = compiled_in(folder)

    ports = run_program("-c", OTHER_PORTS, compiled=folder, folder=tmp_path)

    assert ports.wait(timeout=60) == 0, (tmp_path / "said").read_text()
    assert compiled_in(folder) == before


def test_the_doctor_warms_up_when_asked(warmed, monkeypatch, capsys):
    folder, _ = warmed
    monkeypatch.setenv(kept.VARIABLE, str(folder))

    assert main(["doctor", "--warm", "--json"]) == 0

    findings = {entry["subject"]: entry for entry in json.loads(capsys.readouterr().out)}
    assert findings["compiled code"]["state"] == "ok"


@pytest.fixture
def nothing_to_compile(tmp_path, monkeypatch) -> Callable[[], bool]:
    """A folder where nothing is compiled, and nothing is to be."""
    monkeypatch.setenv(kept.VARIABLE, str(tmp_path))
    monkeypatch.setattr(warm, "HALVES", {})
    return kept.is_complete


def test_a_cold_start_says_why_it_takes_longer_and_the_next_one_says_nothing(
    nothing_to_compile, capsys
):
    warm.warm_if_cold()
    first = capsys.readouterr().err
    warm.warm_if_cold()

    assert first.startswith("compiling the band's sound, once\n")
    assert capsys.readouterr().err == ""
    assert nothing_to_compile()


def test_what_cannot_be_compiled_is_told_in_one_sentence(nothing_to_compile, monkeypatch):
    monkeypatch.setattr(warm, "HALVES", {"no such half": (Step("clock", print),)})

    with pytest.raises(Refusal, match=r"^compiling failed .*no such half.*; reinstall the band$"):
        warm.warm(print)

    assert not nothing_to_compile()
