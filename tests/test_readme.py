"""What the documents claim: commands that work, links that lead somewhere, tables in step."""

import importlib
import importlib.util
import re
import shlex
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from accompanist.app.main import COMMANDS, main
from accompanist.devices.band_file import write_band
from accompanist.music.parameters import PARAMETERS
from tests.performances import two_hands

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
OURS = "python3 run.py "
RUN_HERE = ("render", "listen", "devices", "controllers", "styles", "doctor", "layout")


def commands(page: str) -> list[str]:
    """Lines of the page's shell blocks, lines that go on joined."""
    blocks = re.findall(r"^```sh\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    lines = "".join(blocks).replace("\\\n", " ").splitlines()
    return [line.partition("#")[0].strip() for line in lines if line.strip()]


def words_of(line: str) -> list[str]:
    return shlex.split(line.removeprefix(OURS))


BAND_COMMANDS = [
    line for line in commands(README) if line.startswith(OURS) and words_of(line)[0] != "test"
]


@pytest.mark.parametrize("line", BAND_COMMANDS)
def test_a_command_of_the_readme_is_one_the_band_understands(line, monkeypatch):
    words = words_of(line)
    command = next(command for command in COMMANDS if command.name == words[0])
    monkeypatch.setattr(importlib.import_module(command.module), "run", lambda args: 0)

    assert main(words) == 0


@pytest.mark.parametrize("line", [li for li in BAND_COMMANDS if words_of(li)[0] in RUN_HERE])
def test_a_command_of_the_readme_does_its_work(line, tmp_path):
    write_band(tmp_path / "song.mid", two_hands("C:maj A:min F:maj G:maj", bars=6), [], [])
    words = words_of(line)

    subprocess.run([sys.executable, "-m", "accompanist", *words], cwd=tmp_path, check=True)

    for option, name in pairwise(words):
        if option in ("-o", "--audio", "--log", "--plot"):
            assert (tmp_path / name).stat().st_size > 0


def test_the_readme_shows_every_command():
    shown = {words_of(line)[0] for line in BAND_COMMANDS}

    assert shown == {command.name for command in COMMANDS}


def test_the_two_commands_are_the_first_thing_to_type():
    assert commands(README)[:2] == ["python3 run.py play", "python3 run.py test"]


@pytest.mark.parametrize("line", [li for li in commands(README) if li.startswith("oscsend")])
def test_an_osc_message_of_the_readme_turns_a_control(line):
    _, _, port, address, _, value = shlex.split(line)
    parameter = next(parameter for parameter in PARAMETERS if parameter.address == address)

    assert port == "8000"
    assert parameter.checked(value) != parameter.default


@pytest.mark.parametrize("program", ["sclang", "pd"])
def test_a_synth_is_started_as_its_patch_says(program):
    line = next(line for line in commands(README) if line.startswith(f"{program} "))

    assert line in "".join(page.read_text() for page in ROOT.glob("patches/*/README.md"))


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)#]+)\)", README))
def test_a_link_of_the_readme_leads_somewhere(target):
    assert target.startswith("https://") or (ROOT / target).exists()


def test_the_page_of_controls_is_in_step_with_the_tree():
    spec = importlib.util.spec_from_file_location("controls", ROOT / "docs" / "controls.py")
    controls = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(controls)

    assert controls.PAGE.read_text(encoding="utf-8") == controls.page()
