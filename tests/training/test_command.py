"""What ``accompanist train`` takes and refuses."""

import argparse
import importlib.util
from pathlib import Path
from types import SimpleNamespace

import pytest

from accompanist.app.train import listening
from accompanist.music.errors import Refusal
from accompanist.training import command


def parsed(*words):
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return parser.parse_args(words)


def test_the_model_folder_and_checkpoints_have_places_of_their_own():
    args = parsed("drums", "--data", "d")
    assert (args.out, args.checkpoints, args.resume) == (
        Path("models"),
        Path("build/checkpoints"),
        False,
    )


def test_an_unknown_part_is_refused(capsys):
    with pytest.raises(SystemExit) as ended:
        parsed("kazoo", "--data", "d")
    assert ended.value.code == 2
    assert "kazoo" in capsys.readouterr().err


def test_all_parts_are_trained_one_after_the_other(monkeypatch, tmp_path):
    trained = []

    def module(name):
        return SimpleNamespace(train=lambda options: trained.append(name))

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object())
    monkeypatch.setattr(importlib, "import_module", module)
    assert command.run(parsed("all", "--data", str(tmp_path)), listening) == 0
    assert trained == list(command.PARTS.values())


def test_without_torch_the_extra_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(Refusal, match=r"live-accompanist\[train\]"):
        command.run(parsed("drums", "--data", str(tmp_path)), listening)


def test_missing_data_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object())
    with pytest.raises(Refusal, match="is not a folder of data"):
        command.run(parsed("drums", "--data", str(tmp_path / "nowhere")), listening)


def test_no_epochs_are_too_few(monkeypatch, tmp_path):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object())
    with pytest.raises(Refusal, match="at least one epoch"):
        command.run(parsed("drums", "--data", str(tmp_path), "--epochs", "0"), listening)
