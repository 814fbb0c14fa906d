"""What the doctor finds out about the machine itself."""

import os
import subprocess
import sys

import pytest

from accompanist.app import machine
from accompanist.app.finding import ATTENTION, BROKEN, OK, usable
from accompanist.dsp import kept
from accompanist.music.errors import Refusal

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for its rights")


def test_python_is_named_with_its_system():
    assert sys.version.split()[0] in machine.python().fact


def test_every_library_that_runs_here_is_named_with_its_version():
    finding = machine.libraries()

    assert finding.state == OK
    assert all(name in finding.fact for name in ("numpy", "onnxruntime", "python-rtmidi"))


def test_a_missing_library_comes_with_the_line_that_installs_it(monkeypatch):
    monkeypatch.setattr(machine, "LIBRARIES", ("numpy", "no-such-library"))

    finding = machine.libraries()

    assert finding.state == ATTENTION
    assert finding.remedy.endswith("-m pip install no-such-library")


@linux_only
def test_asking_for_priority_leaves_none_behind():
    before = os.sched_getscheduler(0)

    machine.rights()

    assert os.sched_getscheduler(0) == before


@linux_only
@pytest.mark.skipif(os.name == "posix" and os.geteuid() != 0, reason="only root can drop rights")
def test_refused_rights_come_with_their_remedy():
    script = (
        "import os, resource; os.setgid(65534); os.setuid(65534);"
        "resource.setrlimit(resource.RLIMIT_RTPRIO, (0, 0));"
        "resource.setrlimit(resource.RLIMIT_MEMLOCK, (0, 0));"
        "from accompanist.app import machine;"
        "priority, memory = machine.rights();"
        "print(priority.state, memory.state, memory.remedy)"
    )
    script = f"import accompanist.app.machine; {script}"

    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout

    assert said.startswith("attention attention")
    assert "limits.d" in said


@pytest.mark.parametrize(("name", "state"), [("performance", OK), ("powersave", ATTENTION)])
def test_a_governor_that_saves_power_deserves_attention(tmp_path, name, state):
    path = tmp_path / "scaling_governor"
    path.write_text(f"{name}\n")

    finding = machine.governor(path)

    assert finding.state == state
    assert name in finding.fact


def test_a_governor_that_cannot_be_read_is_no_fault(tmp_path):
    assert machine.governor(tmp_path / "absent").state == OK


def test_code_that_is_not_all_compiled_comes_with_the_line_that_compiles_it(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "kept"))

    finding = machine.compiled_code()

    assert finding.state == ATTENTION
    assert finding.remedy == "run: accompanist doctor --warm"


def test_code_that_is_all_compiled_is_fine_and_its_place_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    kept.note_complete()

    assert machine.compiled_code().state == OK
    assert str(tmp_path) in machine.compiled_code().fact


def test_a_place_for_code_that_cannot_be_written_deserves_attention(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "file"))

    assert machine.compiled_code().remedy == "set NUMBA_CACHE_DIR to a folder of yours"


def test_what_refuses_to_load_is_broken_and_its_remedy_told():
    def load() -> str:
        raise Refusal("model drums is damaged; reinstall it")

    finding = usable("model drums", load)

    assert (finding.state, finding.remedy) == (BROKEN, "model drums is damaged; reinstall it")
