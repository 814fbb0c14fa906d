"""Learn harmony: the comping hand, and what chord to expect."""

from pathlib import Path

import torch

from accompanist.inference.model import StreamingModel
from accompanist.players.harmony import ACTIONS, CHANGE_COLUMN, INPUT_WIDTH, LASTING_COLUMN
from accompanist.training.anticipation import train_anticipation
from accompanist.training.arrangements import arrangements
from accompanist.training.controls import Ranks
from accompanist.training.crops import Example
from accompanist.training.export import Card
from accompanist.training.note_network import NoteNetwork
from accompanist.training.note_scores import note_bits
from accompanist.training.note_training import export_notes, train_notes
from accompanist.training.options import TrainingOptions
from accompanist.training.pop909cl import POP909_LICENCE, POP909CL_LICENCE
from accompanist.training.texture_examples import (
    imagined_rows,
    texture_amounts,
    texture_example,
    textures,
)
from accompanist.training.texture_scores import texture_scores

EPOCHS = 12


def train(options: TrainingOptions) -> None:
    """Train both on ``pop909`` with ``pop909cl``: ``harmony.onnx`` and ``anticipation.onnx``."""
    train_comping(options)
    train_anticipation(options)


def train_comping(options: TrainingOptions) -> None:
    """Train the comping hand; write ``harmony.onnx`` with its card."""
    torch.manual_seed(0)
    network = NoteNetwork(INPUT_WIDTH, ACTIONS)
    examples, heldout = _examples(options.data)
    train_notes(network, examples, heldout, imagined_rows, EPOCHS, "harmony", options)
    card = Card(
        name="harmony",
        what="Comping on a sixteenth grid: how many keys, how high, how hard, how long.",
        command="accompanist train harmony --data DIR",
        data={"pop909": POP909_LICENCE, "pop909cl": POP909CL_LICENCE},
        constructed="A third of the songs carry the name of a style that has no human comping.",
        measured={},
        remarks="Pop and ballads on a grid; funk, latin and jazz are comped as pop.",
    )
    export_notes(network, card, measure, options)


def measure(model: StreamingModel, data: Path) -> dict[str, dict[str, float]]:
    """Figures of comping on the held-out songs, the model's beside humans' and baselines'."""
    examples, heldout = _examples(data)
    bits = note_bits(model, examples, heldout, (CHANGE_COLUMN, LASTING_COLUMN))
    unseen = textures(arrangements(data, "val"), seed=0)
    return {"bits per frame": bits, **texture_scores(model, unseen)}


def _examples(data: Path) -> tuple[list[Example], list[Example]]:
    """What is trained on and what is held out, controls of the latter read from the past only."""
    seen, unseen = (textures(arrangements(data, split), seed=0) for split in ("train", "val"))
    ranks = Ranks([texture_amounts(texture, ahead=True) for texture in seen])
    examples = [texture_example(one, ranks, ahead) for one in seen for ahead in (True, False)]
    return examples, [texture_example(texture, ranks, ahead=False) for texture in unseen]
