"""Every player's model is what its card says."""

import onnxruntime
import pytest

from accompanist.inference.model import StreamingModel, models_directory

PLAYERS = ("drums", "bass", "harmony", "anticipation")


@pytest.mark.parametrize("name", PLAYERS)
def test_inputs_and_outputs_are_those_on_the_card(name):
    session = onnxruntime.InferenceSession(models_directory() / f"{name}.onnx")
    card = StreamingModel(name).card
    assert {entry.name: entry.shape for entry in session.get_inputs()} == card["inputs"]
    assert {entry.name: entry.shape for entry in session.get_outputs()} == card["outputs"]


@pytest.mark.parametrize("name", PLAYERS)
def test_every_set_is_named_with_its_licence(name):
    card = StreamingModel(name).card
    assert card["data"]
    assert all(licence.startswith(("MIT", "CC BY 4.0", "CC0")) for licence in card["data"].values())


@pytest.mark.parametrize("name", PLAYERS)
def test_the_card_says_how_the_model_did_and_against_whom(name):
    measured = StreamingModel(name).card["measured"]
    assert any(len(values) > 1 for values in measured.values())


@pytest.mark.parametrize(
    ("name", "figure", "baseline"),
    [
        ("drums", "bits per frame", "count model (place and two bars)"),
        ("drums", "bits per frame", "Markov of order 3"),
        ("bass", "bits per frame", "place, chord change and note lasting"),
        ("harmony", "bits per frame", "the same and the bar before"),
    ],
)
def test_the_model_needs_fewer_bits_than_the_baseline(name, figure, baseline):
    values = StreamingModel(name).card["measured"][figure]
    assert values["model"] < values[baseline]


def test_chords_with_the_melody_alone_are_expected_better_than_by_a_single_chord():
    nic = StreamingModel("anticipation").card["measured"]["NiC"]
    assert nic["model, melody alone"] > nic["best single chord"]


@pytest.mark.parametrize("name", PLAYERS)
def test_models_are_small_enough_to_travel(name):
    assert (models_directory() / f"{name}.onnx").stat().st_size < 4_000_000
