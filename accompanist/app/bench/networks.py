"""A shipped network on its own: the floor of whoever plays or listens with it."""

from collections.abc import Callable

import numpy as np
import onnxruntime

from accompanist.inference.model import models_directory


def bare_network(name: str) -> Callable[[], object]:
    """Return what runs a shipped network once, on zeros, with the options that the band uses."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    path = models_directory() / f"{name}.onnx"
    providers = ["CPUExecutionProvider"]
    session = onnxruntime.InferenceSession(path.read_bytes(), options, providers=providers)
    inputs = {entry.name: np.zeros(entry.shape, np.float32) for entry in session.get_inputs()}
    return lambda: session.run(None, inputs)
