"""What every training run is told."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """Where the data lies, where the model goes, how long, and whether to go on.

    `data` holds the unpacked archives and ``splits/``; `epochs` None means the network's own
    number; `checkpoints` keeps what is needed to resume.
    """

    data: Path
    out: Path
    checkpoints: Path
    epochs: int | None
    resume: bool
