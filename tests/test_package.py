"""The wheel: it holds models, sounds and styles, and plays from wherever it is installed."""

import site
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import mido
import pytest

from accompanist.control.ready_maps import ready_directory
from accompanist.devices.band_file import write_band
from accompanist.inference.model import models_directory
from accompanist.music.band import PARTS
from tests.performances import two_hands

ROOT = Path(__file__).resolve().parent.parent
DATA_SETS = {
    "FluidR3Mono_GM": "FluidR3Mono GM",
    "FluidR3_GM": "FluidR3 GM",
    "MuseScore_General": "MuseScore General",
    "groove": "Groove MIDI Dataset",
    "mcgill": "McGill Billboard",
    "openewld": "OpenEWLD",
    "pop909": "POP909, ",
    "pop909cl": "POP909-CL",
    "wjd": "Weimar Jazz Database",
}
MOST_BYTES = 40 * 1024 * 1024


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", folder, ROOT], check=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Programs of an environment that holds this wheel and borrows its libraries from ours."""
    home = tmp_path_factory.mktemp("installed")
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    command = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet"]
    subprocess.run([*command, "--no-deps", "--no-index", wheel], check=True)
    own = next(home.glob("lib/python*/site-packages"))
    (own / "libraries.pth").write_text("\n".join(site.getsitepackages()))
    return home / "bin"


@pytest.fixture(autouse=True)
def no_path_to_the_checkout(monkeypatch):
    """Let no program find the package where it was not installed."""
    monkeypatch.delenv("PYTHONPATH", raising=False)


def contents(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_models_travel_inside_with_their_cards(wheel):
    for part in PARTS:
        assert f"accompanist/models/{part}.onnx" in contents(wheel)
        assert f"accompanist/models/{part}.toml" in contents(wheel)


def test_ready_maps_travel_inside(wheel):
    for path in ready_directory().glob("*.toml"):
        assert f"accompanist/controllers/{path.name}" in contents(wheel)


def test_every_file_of_the_package_travels_inside(wheel):
    files = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "accompanist").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert files <= contents(wheel)


def test_licence_and_notices_travel_inside(wheel):
    names = {Path(name).name for name in contents(wheel) if ".dist-info/" in name}

    assert {"LICENSE", "NOTICE"} <= names


@pytest.mark.parametrize("card", sorted(models_directory().glob("*.toml")), ids=lambda c: c.stem)
def test_the_notice_names_every_data_set_that_a_model_learned_from(card):
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    learned_from = tomllib.loads(card.read_text(encoding="utf-8"))["data"]

    assert learned_from
    assert all(DATA_SETS[name] in notice for name in learned_from)


def test_the_wheel_is_small_enough_to_carry_about(wheel):
    assert wheel.stat().st_size < MOST_BYTES


def test_installed_elsewhere_the_band_plays_to_a_performance(installed, tmp_path):
    write_band(tmp_path / "song.mid", two_hands("C:maj A:min F:maj G:maj", bars=12), [], [])

    subprocess.run(
        [installed / "accompanist", "render", "song.mid", "-o", "band.mid", "--audio", "band.wav"],
        cwd=tmp_path,
        check=True,
    )

    sounding = {
        track.name.lower()
        for track in mido.MidiFile(tmp_path / "band.mid").tracks
        if any(message.type == "note_on" for message in track)
    }
    assert set(PARTS) <= sounding
    assert (tmp_path / "band.wav").stat().st_size > 1_000_000


def test_installed_elsewhere_it_finds_the_ready_maps(installed, tmp_path):
    said = subprocess.run(
        [installed / "accompanist", "controllers", "nanokontrol2"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    ).stdout

    assert "intensity" in said


def test_installed_elsewhere_it_runs_its_own_code_and_not_the_checkouts(installed, tmp_path):
    found = subprocess.run(
        [installed / "python", "-c", "import accompanist; print(accompanist.__file__)"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    ).stdout

    assert Path(found).is_relative_to(installed.parent)
