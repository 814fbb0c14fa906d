"""What ``accompanist train`` does: hand over to the training of one part.

The parts need torch, which is an extra; it is imported only when training begins, so that help and
everything else work without it.
"""

import argparse
import importlib
import importlib.util
from pathlib import Path

from accompanist.music.errors import Refusal
from accompanist.training.options import EngineMaker, TrainingOptions

PARTS = {
    "drums": "accompanist.training.drums",
    "bass": "accompanist.training.bass",
    "harmony": "accompanist.training.harmony",
    "evidence": "accompanist.training.evidence",
    "bar": "accompanist.training.bars",
    "chord": "accompanist.training.chord_evidence",
    "key": "accompanist.training.key",
    "sound-beat": "accompanist.training.sound_beat",
    "sound-harmony": "accompanist.training.sound_harmony",
    "sound-bar": "accompanist.training.sound_bar",
}
"""Each module trains its part by ``train(options: TrainingOptions)``."""

ALL = "all"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what training may be told."""
    parser.add_argument("part", choices=(*PARTS, ALL), help="which model to train")
    parser.add_argument(
        "--data", type=Path, required=True, help="folder of the unpacked data sets and splits/"
    )
    parser.add_argument(
        "--out", type=Path, default=Path("models"), help="where the model and its card go"
    )
    parser.add_argument(
        "--checkpoints",
        type=Path,
        default=Path("build/checkpoints"),
        help="where training keeps what it needs to resume",
    )
    parser.add_argument("--epochs", type=int, help="how long; each part has its own default")
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")


def run(args: argparse.Namespace, engine: EngineMaker) -> int:
    """Train the part asked for, or one after the other, and return the exit code.

    Raises
    ------
    Refusal
        If torch, the data or the folder to write into is missing.
    """
    if importlib.util.find_spec("torch") is None or importlib.util.find_spec("onnx") is None:
        raise Refusal(
            "training needs torch; install it with: pip install 'live-accompanist[train]'"
        )
    if not args.data.is_dir():
        raise Refusal(f"{args.data} is not a folder of data; unpack the archives there")
    if args.epochs is not None and args.epochs < 1:
        raise Refusal("training takes at least one epoch")
    options = TrainingOptions(
        args.data, args.out, args.checkpoints, args.epochs, args.resume, engine
    )
    for part in PARTS if args.part == ALL else (args.part,):
        importlib.import_module(PARTS[part]).train(options)
    return 0
