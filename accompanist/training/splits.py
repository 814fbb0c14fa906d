"""Which pieces may be trained on: ``DIR/splits/NAME.csv`` with columns ``piece`` and ``split``."""

import csv
from pathlib import Path

from accompanist.music.errors import Refusal


def pieces(data: Path, name: str, split: str) -> list[str]:
    """Pieces of a data set that belong to ``train`` or ``val``, in file order.

    Raises
    ------
    Refusal
        If the list is missing or names no piece of that split.
    """
    path = data / "splits" / f"{name}.csv"
    if not path.is_file():
        raise Refusal(f"{path} is missing; put the split lists into {path.parent}")
    with path.open(newline="", encoding="utf-8") as lines:
        found = [row["piece"] for row in csv.DictReader(lines) if row["split"] == split]
    if not found:
        raise Refusal(f"{path} names no piece of the split {split!r}")
    return found
