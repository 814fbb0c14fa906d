"""A streaming model: stepped with its state, and refused when it does not match its card."""

import hashlib
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from accompanist.inference.model import ModelError, StreamingModel, models_directory


def write_model(folder: Path, name: str = "adder", card: str | None = None) -> Path:
    """A model that sums what it hears: total = 1 / (1 / (state + heard)), and a card for it."""
    heard = helper.make_tensor_value_info("heard", TensorProto.FLOAT, [1, 2])
    state_in = helper.make_tensor_value_info("state_in", TensorProto.FLOAT, [1, 2])
    total = helper.make_tensor_value_info("total", TensorProto.FLOAT, [1, 2])
    state_out = helper.make_tensor_value_info("state_out", TensorProto.FLOAT, [1, 2])
    nodes = [
        helper.make_node("Add", ["state_in", "heard"], ["state_out"]),
        helper.make_node("Reciprocal", ["state_out"], ["share"]),
        helper.make_node("Reciprocal", ["share"], ["total"]),
    ]
    graph = helper.make_graph(nodes, name, [heard, state_in], [total, state_out])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 9
    path = folder / f"{name}.onnx"
    onnx.save(model, path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / f"{name}.toml").write_text(card or f'name = "{name}"\nsha256 = "{digest}"\n')
    return path


def frame(left: float, right: float) -> np.ndarray:
    return np.array([[left, right]], np.float32)


def test_a_model_remembers_through_the_state_it_is_given_back(tmp_path):
    write_model(tmp_path)
    model = StreamingModel("adder", tmp_path)

    _, state = model.step(model.initial_state(), heard=frame(1, 2))
    outputs, _ = model.step(state, heard=frame(10, 20))

    np.testing.assert_allclose(outputs["total"], [[11, 22]], rtol=1e-6)


def test_state_is_no_output(tmp_path):
    write_model(tmp_path)
    model = StreamingModel("adder", tmp_path)

    outputs, state = model.step(model.initial_state(), heard=frame(1, 2))

    assert set(outputs) == {"total"}
    assert set(state) == {"state_in"}


def test_a_step_leaves_the_state_it_was_given_alone(tmp_path):
    write_model(tmp_path)
    model = StreamingModel("adder", tmp_path)
    before = model.initial_state()

    model.step(before, heard=frame(1, 2))

    assert not before["state_in"].any()


def test_the_card_comes_with_the_model(tmp_path):
    write_model(tmp_path)

    assert StreamingModel("adder", tmp_path).card["name"] == "adder"


def test_a_number_that_is_not_finite_is_an_error_for_the_understudy(tmp_path):
    write_model(tmp_path)
    model = StreamingModel("adder", tmp_path)

    with pytest.raises(ModelError, match="not finite"):
        model.step(model.initial_state(), heard=frame(np.nan, 2))


def test_a_missing_model_is_refused_with_its_remedy(tmp_path):
    with pytest.raises(ModelError, match=r"model drums cannot be read .*; reinstall it"):
        StreamingModel("drums", tmp_path)


def test_a_damaged_model_is_refused_with_its_remedy(tmp_path):
    path = write_model(tmp_path)
    path.write_bytes(path.read_bytes()[:-1])

    with pytest.raises(ModelError, match="differs from its card; reinstall it"):
        StreamingModel("adder", tmp_path)


@pytest.mark.parametrize("card", ["sha256 = ", "name = 'adder'\n"])
def test_a_card_that_cannot_vouch_for_its_model_is_refused(tmp_path, card):
    write_model(tmp_path, card=card)

    with pytest.raises(ModelError, match="reinstall it"):
        StreamingModel("adder", tmp_path)


def test_a_file_that_is_no_model_is_refused_though_its_card_vouches_for_it(tmp_path):
    payload = b"not a network"
    (tmp_path / "drums.onnx").write_bytes(payload)
    digest = hashlib.sha256(payload).hexdigest()
    (tmp_path / "drums.toml").write_text(f'sha256 = "{digest}"\n')

    with pytest.raises(ModelError, match="not usable"):
        StreamingModel("drums", tmp_path)


@pytest.mark.parametrize("path", sorted(models_directory().glob("*.onnx")), ids=lambda p: p.stem)
def test_a_shipped_model_loads_and_its_card_says_what_it_is(path):
    card = StreamingModel(path.stem).card

    assert card["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
