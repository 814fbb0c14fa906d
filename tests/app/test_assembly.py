"""Putting an engine together."""

import pytest

from accompanist.app import assembly
from accompanist.inference.model import StreamingModel, models_directory
from accompanist.music.heard import BeatHeard
from accompanist.training.beat_scores import beat_scores
from accompanist.training.listening_scores import take
from accompanist.training.stress import CASES


def test_every_shipped_model_has_a_place_in_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[str] = []

    def recorded(name: str) -> StreamingModel:
        used.append(name)
        return StreamingModel(name)

    monkeypatch.setattr(assembly, "StreamingModel", recorded)
    assembly.assemble()
    assert sorted(used) == sorted(path.stem for path in models_directory().glob("*.onnx"))


def test_the_tempo_taken_up_again_after_a_ritardando_is_found_within_a_bar() -> None:
    performance = CASES["ritardando_a_tempo"](2006)
    heard = take(performance, assembly.assemble(with_band=False)).heard
    beats = [value for value in heard if isinstance(value, BeatHeard)]
    assert beat_scores(performance, beats)["CMLt"] > 0.9
