"""Putting an engine together."""

import pytest

from accompanist.app import assembly
from accompanist.inference.model import StreamingModel, models_directory


def test_every_shipped_model_has_a_place_in_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[str] = []

    def recorded(name: str) -> StreamingModel:
        used.append(name)
        return StreamingModel(name)

    monkeypatch.setattr(assembly, "StreamingModel", recorded)
    assembly.assemble()
    assert sorted(used) == sorted(path.stem for path in models_directory().glob("*.onnx"))
