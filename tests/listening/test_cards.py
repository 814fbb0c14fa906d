"""The cards of the ears for harmony name their data and their baselines."""

import onnxruntime
import pytest

from accompanist.inference.model import StreamingModel, models_directory

EARS = ("key", "chord")


@pytest.mark.parametrize("name", EARS)
def test_inputs_and_outputs_are_those_on_the_card(name):
    session = onnxruntime.InferenceSession(models_directory() / f"{name}.onnx")
    card = StreamingModel(name).card
    assert {entry.name: entry.shape for entry in session.get_inputs()} == card["inputs"]
    assert {entry.name: entry.shape for entry in session.get_outputs()} == card["outputs"]


@pytest.mark.parametrize("name", EARS)
def test_every_set_is_named_with_its_licence(name):
    licences = StreamingModel(name).card["data"].values()
    assert licences
    assert all(licence.startswith(("MIT", "CC0")) for licence in licences)


@pytest.mark.parametrize(
    ("name", "figure", "baseline"),
    [
        ("key", "MIREX key@5s, pop909 val", "profiles"),
        ("key", "MIREX key@12s, pop909 val", "profiles"),
        ("key", "modulations followed within 2 bars, pop909 val", "profiles"),
        ("chord", "chord majmin, pop909 val", "rules"),
        ("chord", "chord sevenths, pop909 val", "rules"),
    ],
)
def test_the_network_hears_better_than_rules(name, figure, baseline):
    values = StreamingModel(name).card["measured"][figure]
    assert values["model"] > values[baseline]
