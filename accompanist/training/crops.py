"""Random crops of sequences of frames, weighted by length, as one padded batch."""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

Example = dict[str, Tensor]


def cropper(
    examples: list[Example], frames: int, batch: int
) -> Callable[[torch.Generator], Example]:
    """A function that draws `batch` crops of `frames` frames; ``mask`` is 1 where there is music."""
    lengths = torch.tensor([float(len(next(iter(e.values())))) for e in examples])

    def draw(generator: torch.Generator) -> Example:
        picks = torch.multinomial(lengths, batch, replacement=True, generator=generator)
        return padded([_crop(examples[int(pick)], frames, generator) for pick in picks])

    return draw


def _crop(example: Example, frames: int, generator: torch.Generator) -> Example:
    length = len(next(iter(example.values())))
    start = int(torch.randint(max(1, length - frames + 1), (1,), generator=generator))
    return {name: values[start : start + frames] for name, values in example.items()}


def padded(examples: list[Example]) -> Example:
    """Sequences of different lengths side by side, and their ``mask``."""
    lengths = [len(next(iter(e.values()))) for e in examples]
    longest = max(lengths)
    stacked = {
        name: _stacked([e[name] for e in examples], longest) for name in examples[0]
    }
    stacked["mask"] = _stacked([torch.ones(length) for length in lengths], longest)
    return stacked


def _stacked(values: list[Tensor], length: int) -> Tensor:
    """Stack along a new first axis, zeros after the end of each."""
    out = values[0].new_zeros((len(values), length, *values[0].shape[1:]))
    for place, value in zip(out, values, strict=True):
        place[: len(value)] = value
    return out


def in_groups(examples: list[Example], batch: int) -> Iterator[Example]:
    """All examples once, whole, those of similar length together."""
    ordered = sorted(examples, key=lambda e: len(next(iter(e.values()))))
    for first in range(0, len(ordered), batch):
        yield padded(ordered[first : first + batch])
