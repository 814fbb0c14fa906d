"""A small ONNX model with its card, stepped one frame at a time.

`NAME.onnx` stands beside `NAME.toml`; the card names the file's SHA-256, so that a damaged or
swapped model is refused when it is loaded. One intra-op thread, spinning off: the default threads
burn a whole core between steps.
"""

import hashlib
import math
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from accompanist.music.errors import Refusal

PACKAGE = Path(__file__).resolve().parent.parent


class ModelError(Refusal):
    """A model cannot be used; the message says why and what to do."""


def models_directory() -> Path:
    """Where the shipped models lie: inside the installed package, or beside a checkout's."""
    installed = PACKAGE / "models"
    return installed if installed.is_dir() else PACKAGE.parent / "models"


class StreamingModel:
    """An ONNX session whose inputs named ``state_in*`` are fed from its ``state_out*``.

    Parameters
    ----------
    name
        File stem within `directory`, such as ``drums``.
    directory
        Folder of models; the shipped ones unless given.

    Raises
    ------
    ModelError
        If the model or its card is missing, damaged, or does not match.
    """

    def __init__(self, name: str, directory: Path | None = None) -> None:
        folder = directory or models_directory()
        path, card_path = folder / f"{name}.onnx", folder / f"{name}.toml"
        try:
            payload = path.read_bytes()
            self.card: dict[str, Any] = tomllib.loads(card_path.read_text(encoding="utf-8"))
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ModelError(f"model {name} cannot be read ({error}); reinstall it") from error
        if hashlib.sha256(payload).hexdigest() != self.card.get("sha256"):
            raise ModelError(f"model {path} differs from its card; reinstall it")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(
                payload, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            raise ModelError(f"model {path} is not usable ({error}); reinstall it") from error
        self._outputs = [output.name for output in self._session.get_outputs()]
        self._state_shapes = {
            entry.name: tuple(int(size) for size in entry.shape)
            for entry in self._session.get_inputs()
            if entry.name.startswith("state_in")
        }

    def initial_state(self) -> dict[str, NDArray[np.float32]]:
        """State before the first frame: zeros."""
        return {name: np.zeros(shape, np.float32) for name, shape in self._state_shapes.items()}

    def step(
        self, state: dict[str, NDArray[np.float32]], **inputs: NDArray[np.float32]
    ) -> tuple[dict[str, NDArray[np.float32]], dict[str, NDArray[np.float32]]]:
        """Run one frame; return its outputs by name, and the next state.

        Raises
        ------
        ModelError
            If an output is not finite: the caller's understudy takes over.
        """
        values = dict(zip(self._outputs, self._session.run(None, {**state, **inputs}), strict=True))
        together = np.concatenate([value.ravel() for value in values.values()])
        if not math.isfinite(together.sum(dtype=np.float64)):
            raise ModelError("a model gave a number that is not finite")
        following = {name: values.pop(name.replace("_in", "_out")) for name in state}
        return values, following
