"""Accompaniment figures played by rule: metres and feels that the recorded sets hold too few of.

Everything here is constructed: figures of a bar over a chord progression, with or without a tune.
"""

import numpy as np

from accompanist.training.evidence_examples import BeatPiece
from accompanist.training.performances import MELODY, PIANO

_BARS = 40
_THIRD = 1 / 3

Figure = tuple[int, tuple[float, float], tuple[tuple[float, str, int], ...]]


def _every(step: float, count: int, what: str, velocity: int) -> tuple[tuple[float, str, int], ...]:
    return tuple((k * step, what, velocity) for k in range(count))


_FIGURES: tuple[Figure, ...] = (
    (3, (70, 190), ((0, "bass", 84), (1, "chord", 66), (2, "chord", 66))),
    (3, (60, 130), ((0, "bass", 80), *_every(0.5, 6, "arpeggio", 62)[1:])),
    (4, (50, 110), ((0, "both", 80),)),
    (4, (50, 130), ((0, "both", 80), (2, "both", 76))),
    (4, (60, 150), tuple((k, "both", 82 - 6 * (k % 2)) for k in range(4))),
    (4, (80, 180), ((0, "both", 92), *_every(1, 4, "both", 66)[1:])),
    (4, (80, 200), ((0, "bass", 84), (1, "chord", 70), (2, "bass", 82), (3, "chord", 70))),
    (4, (70, 150), ((0, "bass", 74), *((k + 0.5, "chord", 92) for k in range(4)))),
    (4, (70, 150), ((0, "bass", 80), (1, "chord", 84), (2, "bass", 76), (3, "chord", 84))),
    (4, (80, 160), ((0, "both", 84), (1.5, "chord", 84), (2, "bass", 74), (3.5, "chord", 78))),
    (4, (90, 180), ((0, "both", 84), *_every(0.5, 8, "bass", 78)[1:], (2, "chord", 80))),
    (4, (100, 240), (*_every(1, 4, "walk", 80), (0, "chord", 70), (1 + 2 * _THIRD, "chord", 84))),
    (4, (100, 220), (*_every(1, 4, "walk", 80), (1, "chord", 74), (3, "chord", 74))),
    (4, (60, 110), tuple((k / 4, "arpeggio", 70 - k % 4 * 4) for k in range(16))),
    (4, (60, 130), ((0, "bass", 82), *_every(0.5, 8, "arpeggio", 66)[1:])),
    (2, (40, 90), (*_every(1, 2, "bass", 80), *_every(_THIRD, 6, "chord", 62)[1:])),
    (2, (40, 100), ((0, "bass", 84), *_every(_THIRD, 6, "arpeggio", 66)[1:])),
    (4, (55, 100), ((0, "bass", 84), *_every(_THIRD, 12, "chord", 66))),
)
_TUNES = (
    (1.0,),
    (0.5,),
    (0.5, 0.5, 1.0),
    (1.5, 0.5),
    (2.0,),
    (0.25, 0.25, 0.5),
    (2 * _THIRD, _THIRD),
)
_SCALE = (0, 2, 4, 5, 7, 9, 11)
_DEGREES = (0, 3, 4, 5, 1, 2)


def figures(random: np.random.Generator) -> BeatPiece:
    """Forty bars of a figure, with a tune two times out of three."""
    length, (slowest, fastest), figure = _FIGURES[random.integers(len(_FIGURES))]
    rows: list[tuple[float, int, int, int]] = []
    degree = 0
    for bar in range(_BARS):
        degree = _DEGREES[random.integers(len(_DEGREES))] if bar % 8 else 0
        chord = [_SCALE[(degree + step) % 7] + 12 * ((degree + step) // 7) for step in (0, 2, 4)]
        for place, (onset, what, velocity) in enumerate(figure):
            if bar and random.random() < 0.04:
                continue
            for pitch in _voiced(what, chord, place, random):
                rows.append((bar * length + onset, pitch, velocity, PIANO))
    if random.random() < 0.67:
        rows += _tune(length * _BARS, random)
    rows.sort()
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    tempo_bpm = slowest * (fastest / slowest) ** random.random()
    count = length * _BARS + 1
    return BeatPiece(
        columns[0].astype(np.float64),
        columns[1].astype(np.int64),
        columns[2].astype(np.int64),
        columns[3].astype(np.int64),
        np.arange(count) * 60.0 / tempo_bpm,
        np.arange(count) % length == 0,
        human=False,
        song=False,
    )


def _voiced(what: str, chord: list[int], place: int, random: np.random.Generator) -> list[int]:
    root = 36 + chord[0] % 12
    upper = [60 + tone % 12 for tone in chord]
    if what == "bass":
        return [root]
    if what == "walk":
        return [root + int(random.choice([0, 2, 4, 5, 7])) if place else root]
    if what == "chord":
        return upper
    if what == "arpeggio":
        return [(48 if place % 2 else 60) + chord[place % 3] % 12]
    return [root, *upper]


def _tune(beats: int, random: np.random.Generator) -> list[tuple[float, int, int, int]]:
    rows = []
    at, step = float(random.choice([0.0, 0.5, 1.0])), 5
    while at < beats:
        for length in _TUNES[random.integers(len(_TUNES))]:
            step = int(np.clip(step + random.integers(-2, 3), 0, 12))
            if random.random() > 0.15:
                pitch = 72 + _SCALE[step % 7] + 12 * (step // 7)
                rows.append((at, pitch, int(78 + 8 * (at % 1.0 == 0.0)), MELODY))
            at += length
        at = np.ceil(at - 1e-6) if random.random() < 0.7 else at
    return rows
