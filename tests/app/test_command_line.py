"""What is mistyped is told in one sentence, with what was meant or a line that works."""

import subprocess
import sys
from pathlib import Path

import pytest

from accompanist.app.called import VARIABLE
from accompanist.app.main import COMMANDS, main

ROOT = Path(__file__).resolve().parent.parent.parent


def refused(capsys, line: str) -> str:
    """The one sentence that a command line is refused with."""
    assert main(line.split()) == 2
    said = capsys.readouterr().err
    assert said.startswith("accompanist: ")
    assert said.count("\n") == 1
    return said.removeprefix("accompanist: ").rstrip("\n")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("plya", "there is no command 'plya'; did you mean play?"),
        ("--vresion", "'--vresion' means nothing here; did you mean --version?"),
        ("play --sytle jazz", "'--sytle' means nothing here; did you mean --style?"),
        ("play --sytle=jazz", "'--sytle' means nothing here; did you mean --style?"),
        ("styles polka", "'polka' means nothing here; see accompanist styles --help"),
        ("play --style", "--style needs a value; see accompanist play --help"),
        ("play --seed x", "--seed takes a whole number, not x; see accompanist play --help"),
        ("play --synth loud", "--synth takes builtin, none, not loud; see accompanist play --help"),
        ("play --lan=yes", "--lan takes no value, not yes; see accompanist play --help"),
        (
            "play --osc-in 80000",
            "--osc-in: '80000' is no port; give a number from 1 to 65535, or 0 for any free one",
        ),
        (
            "play --stage-view tablet",
            "--stage-view: 'tablet' is no port; give a number from 1 to 65535, "
            "or 0 for any free one",
        ),
        (
            "layout",
            "-o/--output is missing; for instance: accompanist layout -o accompanist.tosc",
        ),
        (
            "calibrate --show --forget organ",
            "--forget and --show exclude each other; see accompanist calibrate --help",
        ),
        ("calibrate --set organ 1", "--set needs 3 values; see accompanist calibrate --help"),
    ],
)
def test_what_is_mistyped_is_told_with_its_remedy(line, said, capsys):
    assert refused(capsys, line) == said


def test_a_command_that_is_like_none_comes_with_all_there_are(capsys):
    said = refused(capsys, "xyzzy")

    assert all(command.name in said for command in COMMANDS)


def test_what_is_to_be_typed_is_said_as_the_program_was_called(monkeypatch, capsys):
    monkeypatch.setenv(VARIABLE, "python3 run.py")

    assert "for instance: python3 run.py layout -o" in refused(capsys, "layout")
    assert "see python3 run.py styles --help" in refused(capsys, "styles polka")


def test_run_tells_the_program_how_it_was_called(tmp_path):
    copy = tmp_path / "run.py"
    copy.write_text((ROOT / "run.py").read_text(encoding="utf-8"), encoding="utf-8")
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\necho "${VARIABLE}"\n')
    python.chmod(0o755)
    say_ready = (
        "import pathlib, run; pathlib.Path('pyproject.toml').write_text('');"
        "pathlib.Path('.venv/ready-to-play').write_text(run.fingerprint())"
    )
    subprocess.run([sys.executable, "-c", say_ready], cwd=tmp_path, check=True)

    said = subprocess.run(
        [sys.executable, "run.py", "doctor"], cwd=tmp_path, capture_output=True, text=True
    )

    assert said.stdout == f"{sys.executable} run.py\n"
