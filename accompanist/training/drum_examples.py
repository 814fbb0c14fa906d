"""Crops of drumming as a network learns from them, and what the controls were worth in them.

Density is hits per beat and intensity mean velocity over the two bars around a frame, both as
ranks (0–1) among the training frames of the same style, so that .5 is what drummers usually do
and a slider moves along what they really did. Two things are constructed: fills are spliced into
grooves of the same metre and the nearest tempo, and waltzes are also made by leaving the third
beat out of bars in four, since human ones are few.
"""

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from accompanist.music.band import FRAMES_PER_BEAT
from accompanist.players.drums import played_row
from accompanist.players.encoding import bar_frames, context, recalled_rows
from accompanist.training.groove import Drumming

_SPLICES_PER_FILL = 2
_WALTZES = 80
_CONSTRUCTED_BARS = 16


@dataclass(frozen=True, slots=True)
class Scale:
    """Sorted amounts met in training, to rank an amount among."""

    density: dict[str, NDArray[np.float64]]
    velocity: dict[str, NDArray[np.float64]]

    def ranks(self, drumming: Drumming, ahead: bool) -> tuple[NDArray, NDArray]:
        """Density and intensity of every frame, from bars around it, or behind it only."""
        density, velocity = amounts(drumming, ahead)
        style = drumming.style
        return _rank(self.density[style], density), _rank(self.velocity[style], velocity)


def _rank(known: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.searchsorted(known, values) / max(len(known), 1)


def amounts(
    drumming: Drumming, ahead: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Hits per beat and mean velocity (0–1) over two bars around or before each frame."""
    bar = bar_frames(drumming.beats_per_bar)
    count = _window_sum(drumming.hits.sum(axis=1), bar, ahead)
    strength = _window_sum(drumming.velocity.sum(axis=1), bar, ahead)
    frames = _window_sum(np.ones(len(drumming.hits)), bar, ahead)
    density = count * FRAMES_PER_BEAT / np.maximum(frames, 1)
    usual = drumming.velocity.sum() / max(drumming.hits.sum(), 1)
    return density, np.where(count > 0, strength / np.maximum(count, 1), usual)


def _window_sum(values: NDArray, bar: int, ahead: bool) -> NDArray[np.float64]:
    total = np.concatenate([[0.0], np.cumsum(values)])
    now = np.arange(len(values))
    first = np.maximum(now - (bar if ahead else 2 * bar), 0)
    last = np.minimum(now + bar, len(values)) if ahead else now
    return total[last] - total[first]


def scale_of(performances: list[Drumming]) -> Scale:
    """Amounts of all training frames by style."""
    density: dict[str, list[NDArray[np.float64]]] = {}
    velocity: dict[str, list[NDArray[np.float64]]] = {}
    for performance in performances:
        one, other = amounts(performance, ahead=True)
        density.setdefault(performance.style, []).append(one)
        velocity.setdefault(performance.style, []).append(other)
    return Scale(
        {style: np.sort(np.concatenate(parts)) for style, parts in density.items()},
        {style: np.sort(np.concatenate(parts)) for style, parts in velocity.items()},
    )


def example(drumming: Drumming, scale: Scale, ahead: bool) -> dict[str, Tensor]:
    """All frames of a performance as network inputs and targets."""
    density, intensity = scale.ranks(drumming, ahead)
    played = played_row(drumming.hits.astype(np.float32), drumming.velocity, drumming.offset)
    bar = bar_frames(drumming.beats_per_bar)
    told = np.array(
        [
            context(
                frame % bar,
                drumming.beats_per_bar,
                drumming.tempo_bpm,
                drumming.swing,
                drumming.style,
                density[frame],
                intensity[frame],
                bool(drumming.fill[frame]),
            )
            for frame in range(len(played))
        ],
        np.float32,
    )
    return {
        "inputs": torch.from_numpy(np.concatenate([told, recalled_rows(played, bar)], axis=1)),
        "hits": torch.from_numpy(drumming.hits.astype(np.float32)),
        "velocity": torch.from_numpy(drumming.velocity),
        "offset": torch.from_numpy(drumming.offset),
    }


def constructed(performances: list[Drumming], chance: np.random.Generator) -> list[Drumming]:
    """Grooves with fills spliced in, and waltzes cut from bars in four."""
    grooves = [p for p in performances if not p.fill.all() and len(p.hits) >= 8 * 16]
    quadruple = [p for p in grooves if p.beats_per_bar == 4]
    fills = [p for p in performances if p.fill.all()]
    spliced = [
        _spliced(fill, grooves, chance) for fill in fills for _ in range(_SPLICES_PER_FILL)
    ]
    picks = chance.integers(len(quadruple), size=_WALTZES)
    return [p for p in spliced if p is not None] + [_waltz(quadruple[pick]) for pick in picks]


def _spliced(
    fill: Drumming, grooves: list[Drumming], chance: np.random.Generator
) -> Drumming | None:
    like = [g for g in grooves if (g.style, g.beats_per_bar) == (fill.style, fill.beats_per_bar)]
    if not like:
        return None
    like.sort(key=lambda groove: abs(np.log(groove.tempo_bpm / fill.tempo_bpm)))
    groove = like[int(chance.integers(min(5, len(like))))]
    bar = bar_frames(fill.beats_per_bar)
    before = int(chance.integers(2, 6)) * bar
    bars = max(1, round(len(fill.hits) / bar))
    start = int(chance.integers(max(1, len(groove.hits) // bar - 8))) * bar
    parts = [
        groove.part(start, start + before),
        fill.part(0, bars * bar),
        groove.part(start + before + bars * bar, start + before + (bars + 4) * bar),
    ]
    return replace(
        groove,
        fill=np.concatenate([part.fill for part in parts]),
        hits=np.concatenate([part.hits for part in parts]),
        velocity=np.concatenate([part.velocity for part in parts]),
        offset=np.concatenate([part.offset for part in parts]),
    )


def _waltz(groove: Drumming) -> Drumming:
    length = min(len(groove.hits), 2 * _CONSTRUCTED_BARS * 16)
    frames = np.arange(length)
    kept = frames[frames % 16 // FRAMES_PER_BEAT != 2]
    return replace(
        groove,
        style="waltz",
        beats_per_bar=3,
        fill=groove.fill[kept],
        hits=groove.hits[kept],
        velocity=groove.velocity[kept],
        offset=groove.offset[kept],
    )
