"""Drumming as the network learns from it.

Two things are constructed: fills are spliced into grooves of the same style, metre and nearly the
same tempo, and waltzes are also made by leaving the third beat out of bars in four, since human
ones are few.
"""

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from accompanist.music.band import FRAMES_PER_BEAT
from accompanist.players.drums import played_row
from accompanist.players.encoding import bar_frames, context
from accompanist.training.controls import Amounts, Ranks, amounts, voices_around
from accompanist.training.groove import Drumming

_SPLICES_PER_FILL = 2
_WALTZES = 80
_CONSTRUCTED_BARS = 16
_KIT = 0.25
"""What each voice in use adds to the force with which the kit is played."""


def amounts_of(drumming: Drumming, ahead: bool) -> Amounts:
    """How much and how hard is drummed around (or before) each frame.

    Who plays more of the kit plays harder: intensity is to be heard in both.
    """
    onsets, velocity = drumming.hits.sum(axis=1), drumming.velocity.sum(axis=1)
    found = amounts(drumming.style, drumming.beats_per_bar, onsets, velocity, ahead)
    kit = voices_around(drumming.hits, drumming.beats_per_bar, ahead)
    return replace(found, velocity=found.velocity * (1.0 + _KIT * kit))


def example(drumming: Drumming, ranks: Ranks, ahead: bool) -> dict[str, Tensor]:
    """All frames of a performance, with what a crop needs and what is to be learned."""
    controls = ranks.of(amounts_of(drumming, ahead))
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
                controls.density[frame],
                controls.intensity[frame],
                controls.complexity[frame],
                bool(drumming.fill[frame]),
            )
            for frame in range(len(played))
        ],
        np.float32,
    )
    return {
        "context": torch.from_numpy(told),
        "played": torch.from_numpy(played),
        "bar": torch.full((len(played),), bar),
        "hits": torch.from_numpy(drumming.hits.astype(np.float32)),
        "velocity": torch.from_numpy(drumming.velocity),
        "offset": torch.from_numpy(drumming.offset),
    }


def constructed(performances: list[Drumming], chance: np.random.Generator) -> list[Drumming]:
    """Grooves with fills spliced in, and waltzes cut from bars in four."""
    grooves = [p for p in performances if not p.fill.all() and len(p.hits) >= 8 * 16]
    quadruple = [p for p in grooves if p.beats_per_bar == 4]
    fills = [p for p in performances if p.fill.all()]
    spliced = [_spliced(fill, grooves, chance) for fill in fills for _ in range(_SPLICES_PER_FILL)]
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
