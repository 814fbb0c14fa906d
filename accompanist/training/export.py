"""A trained network becomes ``NAME.onnx`` and ``NAME.toml``, the card that says what it is.

The card holds the file's SHA-256 (checked on loading), inputs and outputs with their shapes, the
data with licences, what was constructed, and the measured figures beside their baselines.
"""

import hashlib
import io
import json
import warnings
from dataclasses import dataclass
from pathlib import Path

import onnx
import torch
from torch import Tensor, nn

_OPSET = 17


@dataclass(frozen=True, slots=True)
class Card:
    """What a reader should know before trusting a model.

    `data` maps each set to its licence; `measured` maps a figure's name to the model's value and
    the baselines' values beside it.
    """

    name: str
    what: str
    command: str
    data: dict[str, str]
    constructed: str
    measured: dict[str, dict[str, float]]
    remarks: str


def export(
    step: nn.Module,
    inputs: dict[str, Tensor],
    outputs: tuple[str, ...],
    card: Card,
    folder: Path,
) -> Path:
    """Write the model and its card into `folder`; each replaces its predecessor at once.

    Parameters
    ----------
    step
        Module that plays one frame; takes `inputs` in order and returns `outputs` in order.
    inputs
        Example inputs by name, batch 1; names ``state_in*`` are fed from ``state_out*``.
    outputs
        Names of what the module returns.
    card
        What the card says besides shapes and hash.
    folder
        Where to write; made when missing.
    """
    step.eval()
    stream = io.BytesIO()
    with warnings.catch_warnings():
        # The exporter warns of batches that vary; ours is one frame, always.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            step,
            tuple(inputs.values()),
            stream,
            input_names=list(inputs),
            output_names=list(outputs),
            opset_version=_OPSET,
            dynamo=False,
        )
    payload = stream.getvalue()
    model = onnx.load_model_from_string(payload)
    onnx.checker.check_model(model)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{card.name}.onnx"
    _replace(path, payload)
    _replace(path.with_suffix(".toml"), _toml(card, payload, model).encode())
    return path


def _replace(path: Path, payload: bytes) -> None:
    partial = path.with_name(path.name + ".part")
    partial.write_bytes(payload)
    partial.replace(path)


def _toml(card: Card, payload: bytes, model: onnx.ModelProto) -> str:
    weights = sum(_size(tensor.dims) for tensor in model.graph.initializer)
    lines = [
        f"name = {json.dumps(card.name)}",
        f"what = {json.dumps(card.what)}",
        f"made_by = {json.dumps(card.command)}",
        f"parameters = {weights}",
        f'sha256 = "{hashlib.sha256(payload).hexdigest()}"',
        f"constructed = {json.dumps(card.constructed)}",
        f"remarks = {json.dumps(card.remarks)}",
        'licence = "Apache-2.0"',
        "",
        "[data]",
        *(f"{name} = {json.dumps(licence)}" for name, licence in card.data.items()),
        "",
        "[inputs]",
        *_shapes(model.graph.input),
        "",
        "[outputs]",
        *_shapes(model.graph.output),
    ]
    for figure, values in card.measured.items():
        lines += ["", f"[measured.{json.dumps(figure)}]"]
        lines += [f"{json.dumps(who)} = {value:.4g}" for who, value in values.items()]
    return "\n".join(lines) + "\n"


def _shapes(entries: list[onnx.ValueInfoProto]) -> list[str]:
    return [
        f"{entry.name} = {[dim.dim_value for dim in entry.type.tensor_type.shape.dim]}"
        for entry in entries
    ]


def _size(dims: list[int]) -> int:
    product = 1
    for dim in dims:
        product *= dim
    return product
