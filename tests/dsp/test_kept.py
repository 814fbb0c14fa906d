"""Where compiled code is kept: with its sources, and no longer than they last."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from accompanist.dsp import kept


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    """A home of which the program knows nothing yet."""
    monkeypatch.setattr(kept, "home", lambda: tmp_path)
    monkeypatch.delenv(kept.VARIABLE, raising=False)
    return tmp_path


def test_any_change_of_any_source_changes_the_fingerprint(tmp_path):
    (tmp_path / "ring.py").write_text("def push(): ...")
    before = kept.fingerprint(tmp_path)

    (tmp_path / "ring.py").write_text("def push(row): ...")
    changed = kept.fingerprint(tmp_path)
    (tmp_path / "mixer.py").write_text("")

    assert len({before, changed, kept.fingerprint(tmp_path)}) == 3


def test_compiled_code_is_kept_in_the_folder_of_its_sources(home):
    kept.settle()

    assert kept.folder() == home / "accompanist" / kept.fingerprint()


def test_a_folder_of_ones_own_choice_is_left_alone(home, monkeypatch):
    monkeypatch.setenv(kept.VARIABLE, str(home / "mine"))

    kept.settle()

    assert kept.folder() == home / "mine"


def test_a_folder_inherited_from_other_sources_is_not(home, monkeypatch):
    monkeypatch.setenv(kept.VARIABLE, str(home / "accompanist" / "0123456789abcdef"))

    kept.settle()

    assert kept.folder().name == kept.fingerprint()


def test_it_is_complete_once_that_is_noted_and_only_for_these_sources(home, monkeypatch):
    kept.settle()
    before = kept.is_complete()
    kept.note_complete()

    assert not before
    assert kept.is_complete()
    monkeypatch.setattr(kept, "fingerprint", lambda: "of other sources")
    assert not kept.is_complete()


def test_only_the_last_few_folders_are_kept(home):
    for number in range(6):
        former = home / "accompanist" / f"former-{number}"
        former.mkdir(parents=True)
        os.utime(former, (number, number))
    kept.settle()

    kept.note_complete()

    names = {path.name for path in (home / "accompanist").iterdir()}
    assert names == {kept.fingerprint(), "former-3", "former-4", "former-5"}


def test_a_home_that_cannot_be_written_is_borne(home, monkeypatch):
    (home / "accompanist").write_text("in the way")
    kept.settle()

    kept.note_complete()

    assert not kept.is_complete()


def test_asking_loads_no_compiler():
    script = "import sys; from accompanist.dsp import kept; print('numba' in sys.modules)"

    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout

    assert said.strip() == "False"
