"""What constructed performances are played from: left-hand figures, drum grooves, rhythms of tunes.

A `Figure` is the hits of one bar as (onset in beats, what, velocity). What is ``bass`` (the root),
``fifth``, ``tenth`` or ``walk`` low down, ``chord`` or ``broken`` (one of its tones) above it, or a
drum. `Cells` are rhythms of one bar of a tune.
"""

import numpy as np

Hit = tuple[float, str, int]
Figure = tuple[Hit, ...]
Cells = tuple[tuple[float, ...], ...]


def _at(what: str, velocity: int, *beats: float) -> Figure:
    return tuple((float(beat), what, velocity) for beat in beats)


def _every(step: float, until: float, what: str, velocity: int, first: float = 0.0) -> Figure:
    return _at(what, velocity, *np.arange(first, until - 1e-6, step))


FOUR: tuple[Figure, ...] = (
    (*_at("bass", 84, 0, 2), *_every(1, 4, "chord", 68)),
    (*_at("bass", 84, 0), *_at("fifth", 78, 2), *_at("chord", 74, 1, 3)),
    (*_at("bass", 82, 0), *_every(0.5, 4, "broken", 64, 0.5)),
    (*_at("bass", 86, 0), *_every(1, 4, "chord", 70)),
    (*_every(0.5, 4, "bass", 74), *_at("chord", 82, 1, 3)),
    (*_at("bass", 82, 0, 1.5), *_at("chord", 74, 0, 2, 3)),
    (*_at("bass", 80, 0), *_at("fifth", 66, 0.5), *_every(0.5, 4, "tenth", 66, 1)),
    (*_at("bass", 82, 0, 2), *_at("chord", 76, 0, 1.5, 3)),
)
"""Bars of 4/4."""

THREE: tuple[Figure, ...] = (
    (*_at("bass", 86, 0), *_at("chord", 68, 1, 2)),
    (*_at("bass", 84, 0), *_every(0.5, 3, "broken", 64, 0.5)),
    (*_at("bass", 84, 0), *_at("chord", 70, 0, 2)),
    (*_at("bass", 84, 0), *_at("chord", 70, 1), *_at("fifth", 68, 2)),
)
SIX_EIGHT: tuple[Figure, ...] = (
    (*_at("bass", 86, 0), *_every(1 / 3, 2, "broken", 64, 1 / 3)),
    (*_at("bass", 86, 0), *_at("fifth", 78, 1), *_at("chord", 66, 1 / 3, 2 / 3, 4 / 3, 5 / 3)),
    (*_at("bass", 84, 0, 1), *_at("chord", 66, 2 / 3, 5 / 3)),
    (*_at("bass", 84, 0), *_every(1 / 3, 2, "chord", 64)),
)
"""Bars of 6/8, of two beats."""

SEVEN_EIGHT: tuple[Figure, ...] = (
    (*_at("bass", 88, 0), *_at("chord", 78, 2, 4)),
    (*_at("bass", 88, 0), *_at("bass", 78, 2, 4), *_at("chord", 62, 1, 3, 5, 6)),
    (*_at("bass", 88, 0), *_at("broken", 76, 2, 4), *_at("broken", 62, 1, 3, 5, 6)),
    (*_at("bass", 88, 0), *_at("fifth", 78, 2), *_at("bass", 80, 4), *_at("chord", 66, 6)),
)
"""Bars of 7/8, grouped 2+2+3, in eighths."""

WALKING: tuple[Figure, ...] = (
    (*_every(1, 4, "walk", 80), *_at("chord", 74, 0, 1.5)),
    (*_every(1, 4, "walk", 80), *_at("chord", 74, 1, 3)),
    (*_every(1, 4, "walk", 80), *_at("chord", 75, 0.5, 2.5)),
    (*_every(1, 4, "walk", 80), *_at("chord", 75, 1.5, 3.5)),
)
SYNCOPATED: tuple[Figure, ...] = (
    (*_at("bass", 62, 0, 2), *_every(1, 4, "chord", 104, 0.5)),
    (*_every(1, 4, "bass", 60), *_every(1, 4, "chord", 100, 0.5)),
    (*_at("bass", 64, 0, 2), *_at("chord", 102, 0.5, 1.5, 2.5, 3.5)),
    (*_at("bass", 64, 0, 2), *_at("chord", 58, 1, 3), *_at("chord", 103, 1.5, 2.5, 3.5)),
)
WHOLE_NOTES: tuple[Figure, ...] = ((*_at("bass", 80, 0), *_at("chord", 74, 0)),)
HALF_TIME: tuple[Figure, ...] = (
    (*_at("bass", 88, 0), *_at("chord", 86, 2)),
    (*_at("bass", 88, 0), *_at("chord", 70, 0), *_at("chord", 84, 2), *_at("bass", 70, 3)),
    (*_at("bass", 86, 0), *_at("chord", 84, 2), *_at("fifth", 64, 1, 3)),
)
DOUBLE_TIME: tuple[Figure, ...] = (
    (*_every(1, 4, "bass", 82), *_every(1, 4, "chord", 82, 0.5)),
    (*_every(0.5, 4, "bass", 78), *_every(1, 4, "chord", 84, 0.5)),
    (*_at("bass", 86, 0), *_every(0.25, 4, "broken", 64, 0.25)),
)
DRUMS: tuple[Figure, ...] = (
    (*_at("kick", 98, 0, 2), *_at("snare", 104, 1, 3), *_every(0.5, 4, "hat", 70)),
    (*_at("kick", 94, 0, 1.5, 2), *_at("snare", 104, 1, 3), *_every(0.5, 4, "hat", 68)),
    (*_at("kick", 96, 0, 2.5), *_at("snare", 104, 1, 3), *_every(0.25, 4, "hat", 60)),
    (*_every(1, 4, "kick", 100), *_at("snare", 96, 1, 3), *_every(1, 4, "open hat", 74, 0.5)),
    (*_at("kick", 92, 0, 0.75, 2.5), *_at("snare", 104, 1, 3), *_every(0.5, 4, "hat", 72)),
)

TUNES_IN_FOUR: Cells = (
    (0, 0.5, 1, 1.5, 2, 3),
    (0, 1, 1.5, 2, 2.5, 3),
    (0, 0.5, 1, 2, 2.5, 3, 3.5),
    (0, 1.5, 2, 3, 3.5),
    (0.5, 1, 1.5, 2, 3),
    (0, 2, 2.5, 3),
    (0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5),
    (0, 1, 2, 3),
)
TUNES_IN_THREE: Cells = ((0, 1, 2), (0, 2), (0, 1, 1.5, 2), (0, 1.5, 2), (0, 0.5, 1, 1.5, 2, 2.5))
TUNES_IN_SIX_EIGHT: Cells = (
    (0, 2 / 3, 1, 5 / 3),
    (0, 1 / 3, 2 / 3, 1),
    (0, 1),
    (0, 1 / 3, 2 / 3, 1, 4 / 3, 5 / 3),
    (0, 2 / 3, 1, 4 / 3, 5 / 3),
)
TUNES_IN_SEVEN_EIGHT: Cells = ((0, 2, 4), (0, 1, 2, 4, 6), (0, 2, 3, 4, 5, 6), (0, 2, 4, 5, 6))
TUNES_IN_HALVES: Cells = ((0, 2), (0, 2, 3), (0, 1, 2), (0, 3))
TUNES_IN_SIXTEENTHS: Cells = (
    (0, 0.5, 0.75, 1, 1.5, 2, 2.25, 2.5, 3, 3.5),
    (0, 0.25, 0.5, 1, 1.25, 1.5, 2, 2.5, 3, 3.25, 3.5, 3.75),
    (0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5),
)
