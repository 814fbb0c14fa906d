"""What every training run is told."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from accompanist.engine import Engine
from accompanist.players.player import Anticipator

EngineMaker = Callable[[Anticipator], Engine]
"""Makes an engine that listens, and has its coming chords guessed by somebody."""


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """Where the data lies, where the model goes, how long, and whether to go on.

    `data` holds the unpacked archives and ``splits/``; `epochs` None means the network's own
    number; `checkpoints` keeps what is needed to resume. `engine` hears what is learned by hearing,
    in several processes at once: it has to be a function of a module.
    """

    data: Path
    out: Path
    checkpoints: Path
    epochs: int | None
    resume: bool
    engine: EngineMaker
