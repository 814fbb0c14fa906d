"""Pieces as sequences of frames, and random crops of them as batches.

An example holds ``context`` and ``played`` rows for every frame, ``bar`` (sixteenths to a bar, in
every frame) and targets. A crop begins on a downbeat; half of the crops have forgotten what came
before them, as a band has that is just entering, so that it learns to enter in the groove. Some are
not told how the controls stand, so that in the middle they mean what players usually do, and some
not which style it is, as a style that was never met is told.
"""

from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import Tensor

from accompanist.players.encoding import (
    CONTROL_COLUMNS,
    STYLE_COLUMNS,
    USUAL_BARS,
    recalled_rows,
)

Example = dict[str, Tensor]

_FORGETFUL_SHARE = 0.5
_OWN_BARS = 0.6
_UNTOLD_CONTROLS, _UNTOLD_STYLE = 0.05, 0.05


def cropper(
    examples: list[Example], frames: int, batch: int
) -> Callable[[torch.Generator], Example]:
    """A function that draws `batch` crops of `frames` frames; ``mask`` is 1 where music is."""
    lengths = torch.tensor([float(len(e["played"])) for e in examples])

    def draw(generator: torch.Generator) -> Example:
        picks = torch.multinomial(lengths, batch, replacement=True, generator=generator)
        return padded([_crop(examples[int(pick)], frames, generator) for pick in picks])

    return draw


def _crop(example: Example, frames: int, generator: torch.Generator) -> Example:
    length, bar = len(example["played"]), int(example["bar"][0])
    starts = max(1, (length - frames) // bar + 1)
    start = bar * int(torch.randint(starts, (1,), generator=generator))
    forgets = float(torch.rand(1, generator=generator)) < _FORGETFUL_SHARE
    crop = excerpt(example, start, start + frames, remembers=not forgets)
    crop["forgets"] = torch.full((len(crop["inputs"]),), float(forgets))
    controls, style = torch.rand(2, generator=generator).tolist()
    if controls < _UNTOLD_CONTROLS:
        crop["inputs"][:, CONTROL_COLUMNS] = 0.5
    if style < _UNTOLD_STYLE:
        crop["inputs"][:, STYLE_COLUMNS] = 0.0
    return crop


def excerpt(example: Example, first: int, last: int, remembers: bool = True) -> Example:
    """Frames `first` to `last` as network inputs and targets, with or without what came before."""
    bar = int(example["bar"][0])
    heard = max(0, first - USUAL_BARS * bar) if remembers else first
    recalled = recalled_rows(example["played"][heard:last].numpy(), bar)[first - heard :]
    context = example["context"][first:last].numpy()
    inputs = np.concatenate([context, recalled], axis=1)
    cut = {name: values[first:last] for name, values in example.items()}
    return {"inputs": torch.from_numpy(inputs), **cut}


def padded(examples: list[Example]) -> Example:
    """Sequences of different lengths side by side, and their ``mask``."""
    lengths = [len(e["inputs"]) for e in examples]
    longest = max(lengths)
    together = {name: _stacked([e[name] for e in examples], longest) for name in examples[0]}
    together["mask"] = _stacked([torch.ones(length) for length in lengths], longest)
    return together


def _stacked(values: list[Tensor], length: int) -> Tensor:
    out = values[0].new_zeros((len(values), length, *values[0].shape[1:]))
    for place, value in zip(out, values, strict=True):
        place[: len(value)] = value
    return out


def in_groups(examples: list[Example], batch: int) -> Iterator[Example]:
    """All examples once, whole, those of similar length together."""
    ordered = sorted(examples, key=lambda e: len(e["played"]))
    for first in range(0, len(ordered), batch):
        group = ordered[first : first + batch]
        yield padded([excerpt(example, 0, len(example["played"])) for example in group])


def hearing_itself(
    draw: Callable[[torch.Generator], Example],
    imagined: Callable[[Example], Tensor],
    share: float,
) -> Callable[[torch.Generator], Example]:
    """Crops as `draw` gives them, of which some hear the network in every other bar or so.

    Parameters
    ----------
    draw
        Draws crops.
    imagined
        Rows (batch, n, width) that the network would have played, each after the true past.
    share
        Of the forgetful crops: how many hear the network.
    """

    def drawn(generator: torch.Generator) -> Example:
        batch = draw(generator)
        with torch.no_grad():
            own = imagined(batch)
        for place in range(len(own)):
            chosen = float(torch.rand(1, generator=generator)) < share
            if not chosen or not batch["forgets"][place, 0]:
                continue
            length, bar = int(batch["mask"][place].sum()), int(batch["bar"][place, 0])
            bars = torch.rand(length // bar + 1, generator=generator) < _OWN_BARS
            heard = bars.repeat_interleave(bar)[:length, None]
            rows = torch.where(heard, own[place, :length], batch["played"][place, :length])
            recalled = torch.from_numpy(recalled_rows(rows.numpy(), bar))
            batch["inputs"][place, :length, -recalled.shape[1] :] = recalled
        return batch

    return drawn
