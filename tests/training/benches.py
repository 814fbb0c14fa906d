"""Benches run as their users run them, but in this process."""

import importlib.util
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

_FOLDER = Path(__file__).resolve().parents[2] / "bench"

Run = Callable[..., tuple[int, dict | None]]


def runner(name: str, out_option: str, monkeypatch: pytest.MonkeyPatch, out: Path) -> Run:
    """Something that runs ``bench/NAME.py`` with words; returns exit code and the JSON written."""
    spec = importlib.util.spec_from_file_location(f"bench_{name}", _FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, f"bench_{name}", module)
    spec.loader.exec_module(module)

    def run(*words):
        monkeypatch.setattr(sys, "argv", [f"{name}.py", *map(str, words), out_option, str(out)])
        code = module.main()
        return code, json.loads(out.read_text()) if out.exists() else None

    return run
