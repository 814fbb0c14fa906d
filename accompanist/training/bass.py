"""Learn bass lines: data, network, training, and the model with its card."""

from pathlib import Path

import torch

from accompanist.inference.model import StreamingModel
from accompanist.players.bass import ACTIONS, CHANGE_COLUMN, INPUT_WIDTH, LASTING_COLUMN
from accompanist.training.arrangements import arrangements
from accompanist.training.bass_examples import BassPart, bass_amounts, bass_example, bass_parts
from accompanist.training.bass_scores import bass_scores
from accompanist.training.controls import Ranks
from accompanist.training.crops import Example
from accompanist.training.export import Card
from accompanist.training.groove import GROOVE_LICENCE, drumming
from accompanist.training.note_network import NoteNetwork
from accompanist.training.note_scores import note_bits
from accompanist.training.note_training import export_notes, train_notes
from accompanist.training.options import TrainingOptions
from accompanist.training.pop909cl import POP909_LICENCE, POP909CL_LICENCE

EPOCHS = 12


def train(options: TrainingOptions) -> None:
    """Train the bass on ``pop909`` with ``pop909cl`` and ``groove``; write ``bass.onnx``."""
    torch.manual_seed(0)
    network = NoteNetwork(INPUT_WIDTH, ACTIONS)
    examples, heldout, _ = _examples(options.data)
    train_notes(network, examples, heldout, None, EPOCHS, "bass", options)
    card = Card(
        name="bass",
        what="A bass line of one voice on a sixteenth grid, told from the root of the chord.",
        command="accompanist train bass --data DIR",
        data={
            "pop909": POP909_LICENCE,
            "pop909cl": POP909CL_LICENCE,
            "groove": GROOVE_LICENCE,
        },
        constructed=(
            "Lines are the lowest voice of piano arrangements, moved to a bass's register; the "
            "drums heard with them are human grooves chosen, two bars at a time, to meet them."
        ),
        measured={},
        remarks="Rhythm and velocity come from a pianist's left hand on a grid.",
    )
    export_notes(network, card, measure, options)


def measure(model: StreamingModel, data: Path) -> dict[str, dict[str, float]]:
    """Figures on the held-out songs, the model's beside humans' and baselines'."""
    examples, heldout, unseen = _examples(data)
    bits = note_bits(model, examples, heldout, (CHANGE_COLUMN, LASTING_COLUMN))
    return {"bits per frame": bits, **bass_scores(model, unseen)}


def _examples(data: Path) -> tuple[list[Example], list[Example], list[BassPart]]:
    """What is trained on and what is held out, controls of the latter read from the past only."""
    seen, unseen = (
        bass_parts(arrangements(data, split), drumming(data, split), seed=0)
        for split in ("train", "val")
    )
    ranks = Ranks([bass_amounts(part, ahead=True) for part in seen])
    examples = [bass_example(part, ranks, ahead) for part in seen for ahead in (True, False)]
    return examples, [bass_example(part, ranks, ahead=False) for part in unseen], unseen
