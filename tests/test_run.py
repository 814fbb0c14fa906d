"""run.py on machines that lack something: it installs, or says in one sentence what to do."""

import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="apt-get lives on Debian alone")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder with what run.py needs of a clone, and no environment yet."""
    folder = tmp_path / "clone"
    folder.mkdir()
    shutil.copy(ROOT / "run.py", folder)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@pytest.fixture
def run(clone: Path) -> ModuleType:
    """The clone's run.py, to be called in this process."""
    spec = importlib.util.spec_from_file_location("run_of_clone", clone / "run.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An otherwise empty PATH, so that every program that tests need is missing."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def add_program(folder: Path, name: str, script: str) -> Path:
    """Put a shell script there; it notes its words in NAME.calls, which is returned."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\necho "$*" >> {folder}/{name}.calls\n{script}\n')
    path.chmod(0o755)
    return folder / f"{name}.calls"


def add_environment(clone: Path, run: ModuleType, script: str) -> Path:
    """Make the clone look installed, with a script in place of its Python."""
    calls = add_program(clone / ".venv" / "bin", "python", script)
    (clone / ".venv" / "ready-to-test").write_text(run.fingerprint())
    return calls


def as_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)


def as_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)


def test_a_user_without_sudo_is_told_the_exact_line(run, programs, monkeypatch, capfd):
    apt = add_program(programs, "apt-get", "exit 0")
    as_user(monkeypatch)

    assert run.main(["test"]) == 2

    said = capfd.readouterr().err
    assert said.count("\n") == 1
    assert "sudo apt-get update && sudo apt-get install -y" in said
    assert "jackd2" in said
    assert "fluidsynth" in said
    assert not apt.exists()


def test_a_user_whose_sudo_asks_for_a_password_is_told_the_exact_line(
    run, programs, monkeypatch, capfd
):
    add_program(programs, "apt-get", "exit 0")
    add_program(programs, "sudo", "exit 1")
    as_user(monkeypatch)

    assert run.main(["test"]) == 2
    assert "sudo apt-get install -y" in capfd.readouterr().err


def test_a_user_with_free_sudo_has_the_parts_installed_without_questions(
    run, programs, monkeypatch
):
    add_program(programs, "apt-get", "exit 0")
    sudo = add_program(programs, "sudo", "exit 0")
    as_user(monkeypatch)

    assert run.install_system_parts("test") == ""

    install = sudo.read_text().splitlines()[-1]
    assert install.startswith("-n env DEBIAN_FRONTEND=noninteractive apt-get")
    assert "install -y" in install
    assert "jackd2" in install


def test_root_has_the_parts_installed(run, programs, monkeypatch):
    add_program(programs, "env", 'shift; "$@"')
    apt = add_program(programs, "apt-get", "exit 0")
    as_root(monkeypatch)

    assert run.install_system_parts("test") == ""

    update, install = apt.read_text().splitlines()
    assert update.endswith("update")
    assert {"jackd2", "fluidsynth", "liblo-tools", "puredata-core", "supercollider-server"} <= set(
        install.split()
    )


def test_an_apt_that_fails_leaves_the_line_to_run(run, programs, monkeypatch, capfd):
    add_program(programs, "env", 'shift; "$@"')
    add_program(programs, "apt-get", "exit 100")
    as_root(monkeypatch)

    assert run.main(["test"]) == 2
    assert "run 'sudo apt-get update && sudo apt-get install -y" in capfd.readouterr().err


def test_a_system_without_apt_is_told_what_parts_it_lacks(run, programs, capfd):
    assert run.main(["test"]) == 2
    assert "jackd2, jack-example-tools, fluidsynth" in capfd.readouterr().err


@pytest.mark.parametrize(("exit_code", "package"), [(0, "libasound2t64"), (100, "libasound2")])
def test_a_part_goes_by_the_name_this_release_knows(
    run, programs, monkeypatch, capfd, exit_code, package
):
    monkeypatch.setattr(run.ctypes.util, "find_library", lambda name: None)
    add_program(programs, "apt-get", "exit 0")
    add_program(programs, "apt-cache", f"exit {exit_code}")
    as_user(monkeypatch)

    assert run.main(["play"]) == 2
    assert f" {package} libportaudio2'" in capfd.readouterr().err


def test_play_asks_for_no_part_that_only_tests_need(run, programs, monkeypatch):
    monkeypatch.setattr(run.ctypes.util, "find_library", lambda name: f"lib{name}.so")
    monkeypatch.setattr(run.sys, "version_info", SupposedVersion(3, 12, 1))

    assert run.missing_system_parts("play") == []


def test_a_python_without_rtmidi_wheels_needs_the_parts_to_build_it(run, programs, monkeypatch):
    monkeypatch.setattr(run.sys, "version_info", SupposedVersion(3, 13, 0))

    assert {"g++", "pkg-config"} <= set(run.missing_system_parts("play"))


class SupposedVersion(tuple):
    """A `sys.version_info` of our choice."""

    def __new__(cls, *numbers: int) -> "SupposedVersion":
        return super().__new__(cls, numbers)

    major = property(lambda self: self[0])
    minor = property(lambda self: self[1])


def test_a_debian_python_without_venv_needs_that_package(run, monkeypatch):
    monkeypatch.setattr(run.importlib.util, "find_spec", lambda name: None)

    venv = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    assert venv in run.missing_system_parts("play")


def test_an_old_python_is_told_so(run, monkeypatch, capfd):
    monkeypatch.setattr(run.sys, "version_info", SupposedVersion(3, 10, 4))

    assert run.main(["play"]) == 2
    assert capfd.readouterr().err.startswith("accompanist needs Python 3.11 or later")


def test_a_pip_that_fails_leaves_the_line_to_run(clone, run, monkeypatch, capfd):
    (clone / "pyproject.toml").write_text("this is not TOML")
    monkeypatch.setattr(run, "missing_system_parts", lambda wanted: [])

    assert run.main(["play"]) == 2

    said = capfd.readouterr().err.splitlines()[-1]
    assert said.startswith("pip could not install the band")
    assert f"{clone}/.venv/bin/python -m pip install" in said
    assert not run.is_ready("play")


def test_without_words_it_explains_itself(run, capfd):
    assert run.main([]) == 2
    assert "python3 run.py play" in capfd.readouterr().out


def test_a_second_run_starts_at_once_and_hands_its_words_on(clone, run):
    calls = add_environment(clone, run, "exit 7")

    before_s = time.monotonic()
    result = subprocess.run([sys.executable, clone / "run.py", "render", "a.mid", "-o", "b.mid"])

    assert time.monotonic() - before_s < 1.0
    assert result.returncode == 7
    assert calls.read_text() == "-m accompanist render a.mid -o b.mid\n"


def test_changed_requirements_are_installed_anew(clone, run):
    add_environment(clone, run, "exit 0")
    assert run.is_ready("test")

    with (clone / "pyproject.toml").open("a") as requirements:
        requirements.write("\n")
    assert not run.is_ready("test")


def test_an_environment_for_tests_can_play(clone, run):
    add_environment(clone, run, "exit 0")

    assert run.is_ready("play")


def test_test_checks_style_and_types_then_runs_the_tests_last(clone, run):
    calls = add_environment(clone, run, "exit 0")

    assert run.main(["test", "-k", "chord"]) == 0
    assert calls.read_text().splitlines() == [
        "-m ruff check .",
        "-m ruff format --check .",
        "-m mypy",
        "-m pytest -k chord",
    ]


@pytest.mark.parametrize("failing", ["ruff check", "ruff format", "mypy", "pytest"])
def test_any_failing_check_fails_the_run(clone, run, failing):
    add_environment(clone, run, f'case "$*" in *"{failing}"*) exit 1;; esac')

    assert run.main(["test"]) == 1


def test_a_run_without_any_test_fails(clone, run):
    add_environment(clone, run, 'case "$*" in *pytest*) exit 5;; esac')

    assert run.main(["test"]) == 5


def test_continuous_integration_runs_the_readmes_test_command():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert script.splitlines()[-1] == "exec python3 run.py test"
    assert "python3 run.py test" in readme
