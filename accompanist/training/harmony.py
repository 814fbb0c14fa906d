"""Learn harmony: the comping hand, and what chord to expect."""

import torch

from accompanist.players.harmony import ACTIONS, INPUT_WIDTH
from accompanist.training.arrangements import arrangements
from accompanist.training.controls import Ranks
from accompanist.training.export import Card
from accompanist.training.note_network import NoteNetwork
from accompanist.training.note_training import export_notes, train_notes
from accompanist.training.options import TrainingOptions
from accompanist.training.pop909cl import POP909_LICENCE, POP909CL_LICENCE
from accompanist.training.texture_examples import texture_amounts, texture_example, textures

EPOCHS = 12


def train_comping(options: TrainingOptions) -> None:
    """Train the comping hand on ``pop909`` with ``pop909cl``; write ``harmony.onnx``."""
    torch.manual_seed(0)
    network = NoteNetwork(INPUT_WIDTH, ACTIONS)
    parts = textures(arrangements(options.data, "train"), seed=0)
    ranks = Ranks([texture_amounts(part, ahead=True) for part in parts])
    examples = [texture_example(part, ranks, ahead=True) for part in parts]
    unseen = textures(arrangements(options.data, "val"), seed=0)
    heldout = [texture_example(part, ranks, ahead=False) for part in unseen]
    train_notes(network, examples, heldout, EPOCHS, "harmony", options)
    card = Card(
        name="harmony",
        what="Comping on a sixteenth grid: how many keys, how high, how hard, how long.",
        command="accompanist train harmony --data DIR",
        data={"pop909": POP909_LICENCE, "pop909cl": POP909CL_LICENCE},
        constructed="A third of the songs carry the name of a style that has no human comping.",
        measured={},
        remarks="Pop and ballads on a grid; funk, latin and jazz are comped as pop.",
    )
    export_notes(network, card, options)
