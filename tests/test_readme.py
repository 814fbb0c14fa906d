"""What the documents claim: commands that work, links that lead somewhere, tables in step."""

import importlib
import importlib.util
import re
import shlex
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from accompanist.app.main import COMMANDS, main
from accompanist.control.song_file import read_texts, song_of
from accompanist.devices.band_file import write_band
from accompanist.music.parameters import FEEDBACK, PARAMETERS
from tests.conftest import poll, program
from tests.performances import two_hands

ROOT = Path(__file__).resolve().parent.parent
GUIDES = ("docs/start.md", "docs/stage.md", "docs/troubleshooting.md")
PAGES = {
    name: (ROOT / name).read_text(encoding="utf-8")
    for name in ("README.md", *GUIDES, "docs/controls.md")
}
README = PAGES["README.md"]
EXAMPLES = ROOT / "docs" / "examples"
OURS = "python3 run.py "
RUN_HERE = ("render", "listen", "devices", "controllers", "styles", "doctor", "layout")
WITHIN_S = 300


def blocks(page: str, language: str) -> list[str]:
    """Code of a page, as it would be typed; what stands in a list is indented there."""
    pattern = rf"^( *)```{language}\n(.*?)^ *```$"
    found = re.findall(pattern, page, re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", code, flags=re.MULTILINE) for indent, code in found]


def commands(page: str) -> list[str]:
    """Lines of the page's shell blocks, lines that go on joined."""
    lines = "".join(blocks(page, "sh")).replace("\\\n", " ").splitlines()
    return [line.partition("#")[0].strip() for line in lines if line.strip()]


def words_of(line: str) -> list[str]:
    return shlex.split(line.removeprefix(OURS))


def band_commands(page: str) -> list[str]:
    return [
        line for line in commands(page) if line.startswith(OURS) and words_of(line)[0] != "test"
    ]


ALL_LINES = list(dict.fromkeys(line for page in PAGES.values() for line in commands(page)))
BAND_LINES = list(dict.fromkeys(line for page in PAGES.values() for line in band_commands(page)))


@pytest.mark.parametrize("line", BAND_LINES)
def test_a_command_of_a_page_is_one_the_band_understands(line, monkeypatch):
    words = words_of(line)
    command = next(command for command in COMMANDS if command.name == words[0])
    monkeypatch.setattr(importlib.import_module(command.module), "run", lambda args: 0)

    assert main(words) == 0


def runs_here(line: str) -> bool:
    """Whether it needs no device and no past, and is quick."""
    words = words_of(line)
    return words[0] in RUN_HERE and "session.jsonl" not in words


@pytest.mark.parametrize("line", [line for line in BAND_LINES if runs_here(line)])
def test_a_command_of_a_page_does_its_work(line, tmp_path):
    write_band(tmp_path / "song.mid", two_hands("C:maj A:min F:maj G:maj", bars=6), [], [])
    shutil.copytree(EXAMPLES, tmp_path / "docs" / "examples")
    words = words_of(line)

    subprocess.run(
        [sys.executable, "-m", "accompanist", *words], cwd=tmp_path, check=True, timeout=WITHIN_S
    )

    for option, name in pairwise(words):
        if option in ("-o", "--audio", "--log", "--plot"):
            assert (tmp_path / name).stat().st_size > 0


@pytest.mark.parametrize(
    "line", [li for li in BAND_LINES if words_of(li)[0] == "play" and "--song" in li]
)
def test_a_set_that_a_page_plays_is_there(line):
    words = words_of(line)

    assert read_texts(ROOT / words[words.index("--song") + 1])


def test_the_readme_shows_every_command():
    shown = {words_of(line)[0] for line in band_commands(README)}

    assert shown == {command.name for command in COMMANDS}


def test_the_two_commands_are_the_first_thing_to_type():
    assert commands(README)[:2] == ["python3 run.py play", "python3 run.py test"]


@pytest.mark.parametrize("line", [li for li in ALL_LINES if li.startswith("oscsend")])
def test_an_osc_message_of_a_page_turns_a_control(line):
    _, _, port, address, _, value = shlex.split(line)
    parameter = next(parameter for parameter in PARAMETERS if parameter.address == address)

    assert port == "8000"
    assert parameter.checked(value) != parameter.default


@pytest.mark.parametrize("line", [li for li in ALL_LINES if li.startswith("jackd")])
def test_a_sound_server_starts_as_a_page_says_but_for_the_sound_card(line):
    words = [word.replace("alsa", "dummy") for word in shlex.split(line)]
    name = "started-by-a-page"
    server = subprocess.Popen(
        [program("jackd", "jackd2"), "-n", name, *words[1:]],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        ports = [program("jack_lsp", "jackd2"), "-s", name]
        poll(lambda: b"system:" in subprocess.run(ports, capture_output=True).stdout)
    finally:
        server.terminate()
        server.wait(timeout=10)


@pytest.mark.parametrize("name", ["sclang", "pd"])
def test_a_synth_is_started_as_its_patch_says(name):
    line = next(line for line in commands(README) if line.startswith(f"{name} "))

    assert line in "".join(page.read_text() for page in ROOT.glob("patches/*/README.md"))


def test_a_guide_has_no_line_that_no_test_here_looks_at():
    guided = [line for name in GUIDES for line in commands(PAGES[name])]

    assert [line for line in guided if not line.startswith((OURS, "oscsend ", "jackd "))] == []


def anchors(page: str) -> set[str]:
    """What the headings of a page are called in links."""
    titles = re.findall(r"^#+ (.*)$", page, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


LINKS = [
    (name, target)
    for name, page in PAGES.items()
    for target in [*re.findall(r"\]\(([^)]+)\)", page), *re.findall(r'src="([^"]+)"', page)]
]


@pytest.mark.parametrize(("page", "target"), LINKS)
def test_a_link_of_a_page_leads_somewhere(page, target):
    if target.startswith("https://"):
        return
    path, _, anchor = target.partition("#")
    file = (ROOT / page).parent / path if path else ROOT / page
    assert file.exists()
    if anchor:
        assert anchor in anchors(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", [*GUIDES, "docs/controls.md"])
def test_the_readme_leads_to_every_guide(page):
    assert f"]({page})" in README


NAMES = {each.name for each in (*PARAMETERS, *FEEDBACK)}
SAID = [
    (name, said)
    for name in GUIDES
    for said in dict.fromkeys(re.findall(r"`([a-z]+(?:[_/][a-z]+)+)`", PAGES[name]))
]
SONG_WORDS = {"tempo_bpm"}


@pytest.mark.parametrize(("page", "said"), SAID)
def test_a_control_that_a_guide_names_is_one(page, said):
    assert said in NAMES | SONG_WORDS


def table(page: str, heading: str) -> list[str]:
    """First cells of the tables below such a heading of their first column."""
    rows = re.findall(rf"^\| {heading} \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", page, re.MULTILINE)
    return [row.split("|")[1] for rows_of_one in rows for row in rows_of_one.splitlines()]


def test_every_control_in_the_tables_of_the_stage_guide_is_one():
    named = [name for cell in table(PAGES["docs/stage.md"], "control") for name in cell.split("`")]
    named = [name for name in named if name.strip()]

    assert len(named) > 40
    assert set(named) <= NAMES


def test_every_symptom_says_where_to_look_and_what_to_do():
    _, *symptoms = re.split(r"^## ", PAGES["docs/troubleshooting.md"], flags=re.MULTILINE)

    assert len(symptoms) >= 20
    for symptom in symptoms:
        assert "**Look**" in symptom and "**Do**" in symptom, symptom.splitlines()[0]


def test_every_symptom_is_in_the_list_above():
    page = PAGES["docs/troubleshooting.md"]
    listed = set(re.findall(r"\]\(#([^)]+)\)", page.partition("\n## ")[0]))

    assert listed == anchors(page) - {"troubleshooting"}


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: path.name)
def test_an_example_is_a_song_or_a_set(path):
    songs = [song_of(text, path) for text in read_texts(path)]

    assert all(song.title and song.settings for song in songs)


@pytest.mark.parametrize("name", ["lantern-yard.toml", "evening.toml"])
def test_the_stage_guide_shows_an_example_as_it_is(name):
    assert (EXAMPLES / name).read_text(encoding="utf-8") in blocks(PAGES["docs/stage.md"], "toml")


def test_the_set_plays_every_example():
    songs = {song_of(text, EXAMPLES).title for text in read_texts(EXAMPLES / "evening.toml")}

    assert len(songs) == len(list(EXAMPLES.glob("*.toml"))) - 1


def test_the_page_of_controls_is_in_step_with_the_tree():
    spec = importlib.util.spec_from_file_location("controls", ROOT / "docs" / "controls.py")
    controls = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(controls)

    assert controls.PAGE.read_text(encoding="utf-8") == controls.page()
