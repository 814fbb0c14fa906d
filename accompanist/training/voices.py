"""Voices of made-up pieces: a tune, a second, a bass, chords, broken chords, runs, drums.

Each plays its bars over the tones of one chord a bar, in cells of rhythm that repeat as music does.
A row is a note: onset in beats, pitch, velocity, role.
"""

import numpy as np
from numpy.typing import NDArray

from accompanist.training.performances import MELODY, PIANO
from accompanist.training.rhythms import Bar, cell, chances, every

SCALES = ((0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10))
_KICK, _SNARE, _HAT, _RIDE = 36, 38, 42, 51

Row = tuple[float, int, int, int]


def _loud(bar: Bar, place: int, mean: float, accent: float, random: np.random.Generator) -> int:
    weight = (1.0, 0.6, 0.3, -0.4, -0.7)[bar.levels[place]]
    return int(mean + accent * weight + random.normal(0.0, 3.0))


def _cells(
    bar: Bar, bars: int, random: np.random.Generator, finest: int, syncopation: float
) -> list[NDArray[np.int64]]:
    """A cell a bar: a few, in turn, or ever new ones."""
    likely = chances(random, finest)
    if random.random() < 0.2:
        return [cell(bar, likely, syncopation, random) for _ in range(bars)]
    few = [cell(bar, likely, syncopation, random) for _ in range(random.integers(1, 4))]
    order = random.integers(len(few), size=4)
    return [few[order[number % 4]] for number in range(bars)]


def _tune(
    bar: Bar, chords: list[list[int]], random: np.random.Generator, accent: float, low: int = 66
) -> list[Row]:
    finest = int(random.choice([2, 3, 4], p=[0.15, 0.6, 0.25]))
    cells = _cells(bar, len(chords), random, finest, random.choice([0.0, 0.1, 0.35]))
    fresh = random.random() < 0.5
    likely = chances(random, finest)
    rows: list[Row] = []
    mean = int(random.integers(66, 104))
    at = int(random.integers(5, 10))
    for number, chosen in enumerate(cells):
        if fresh and random.random() < 0.5:
            chosen = cell(bar, likely, 0.1, random)
        if number % 4 == 3 and random.random() < 0.4:
            chosen = chosen[: max(len(chosen) // 2, 1)]
        for place in chosen:
            at = int(np.clip(at + random.integers(-2, 3), 0, 14))
            if bar.levels[place] <= 1 and random.random() < 0.6:
                pitch = chords[number][at % len(chords[number])] % 12 + 12 * (at // 7)
            else:
                pitch = (chords[0][0] + SCALES[0][at % 7]) % 12 + 12 * (at // 7)
            loud = _loud(bar, place, mean, accent, random)
            rows.append((number * bar.beats + bar.places[place], low + pitch, loud, MELODY))
    return rows


def _second(
    bar: Bar, chords: list[list[int]], random: np.random.Generator, accent: float
) -> list[Row]:
    return [
        (at, pitch, loud, PIANO) for at, pitch, loud, _ in _tune(bar, chords, random, accent, 44)
    ]


def _bass(
    bar: Bar, chords: list[list[int]], random: np.random.Generator, accent: float
) -> list[Row]:
    kind = random.choice(["bars", "groups", "beats", "cells"], p=[0.3, 0.2, 0.25, 0.25])
    if kind == "cells":
        cells = _cells(
            bar, len(chords), random, int(random.choice([2, 3])), random.choice([0.0, 0.25])
        )
    else:
        level = {"bars": 0, "groups": 1, "beats": 2}[kind]
        cells = [every(bar, level)] * len(chords)
    rows: list[Row] = []
    walks = random.random() < 0.4
    mean = int(random.integers(54, 100))
    for number, chosen in enumerate(cells):
        root = 36 + chords[number][0] % 12
        for place in chosen:
            fifth = 7 if bar.levels[place] == 1 and random.random() < 0.5 else 0
            step = int(random.choice([0, 2, 4, 5, 7])) if walks and place else fifth
            loud = _loud(bar, place, mean, accent, random)
            rows.append((number * bar.beats + bar.places[place], root + step, loud, PIANO))
    return rows


def _chords(
    bar: Bar, chords: list[list[int]], random: np.random.Generator, accent: float
) -> list[Row]:
    kind = random.choice(["cells", "after", "beats", "off"], p=[0.42, 0.22, 0.14, 0.22])
    if kind == "cells":
        cells = _cells(
            bar, len(chords), random, int(random.choice([2, 3, 4])), random.choice([0.0, 0.2, 0.5])
        )
    elif kind == "after":
        cells = [
            np.flatnonzero(bar.levels == (2 if bar.beats != 2 or bar.parts == 2 else 3))
        ] * len(chords)
    elif kind == "beats":
        cells = [every(bar, 2)] * len(chords)
    else:
        half = np.flatnonzero(np.isclose(bar.places % 1.0, 0.5 if bar.parts == 2 else 2 / 3))
        cells, accent = [half] * len(chords), -abs(accent) - 6.0
    rows: list[Row] = []
    low = int(random.integers(48, 64))
    mean = int(random.integers(54, 106))
    for number, chosen in enumerate(cells):
        for place in chosen:
            loud = _loud(bar, place, mean, accent, random)
            for tone in chords[number]:
                pitch = low + (tone - low) % 12
                rows.append((number * bar.beats + bar.places[place], pitch, loud, PIANO))
    return rows


def _broken(
    bar: Bar, chords: list[list[int]], random: np.random.Generator, accent: float
) -> list[Row]:
    level = int(random.choice([3, 4], p=[0.6, 0.4]))
    whole = len(every(bar, level))
    turns = [bar.parts, 2 * bar.parts, whole] if bar.parts == 3 else [4, 4, whole]
    shape = random.integers(0, 4, int(random.choice(turns)))
    shape[0] = 0 if random.random() < 0.7 else shape[0]
    spread = random.random() < 0.5
    base = int(random.integers(40, 62))
    rows: list[Row] = []
    for number in range(len(chords)):
        tones = chords[number]
        for turn, place in enumerate(every(bar, level)):
            step = int(shape[turn % len(shape)])
            pitch = base + (tones[step % len(tones)] - base) % 12
            pitch += 12 * int(spread and step >= 2) - 12 * int(place == 0 and spread)
            loud = _loud(bar, place, 66, accent, random)
            rows.append((number * bar.beats + bar.places[place], pitch, loud, PIANO))
    return rows


def _long(
    bar: Bar, chords: list[list[int]], random: np.random.Generator, accent: float
) -> list[Row]:
    level = int(random.choice([0, 1], p=[0.7, 0.3]))
    bass = random.random() < 0.6
    rows: list[Row] = []
    for number in range(len(chords)):
        for place in every(bar, level):
            tones = [52 + (tone - 52) % 12 for tone in chords[number]]
            tones += [36 + chords[number][0] % 12] if bass else []
            loud = _loud(bar, place, 72, accent, random)
            at = number * bar.beats + bar.places[place]
            rows += [(at, pitch, loud, PIANO) for pitch in tones]
    return rows


def _run(
    bar: Bar, chords: list[list[int]], random: np.random.Generator, accent: float
) -> list[Row]:
    """Scales up and down in the finest notes, turning where they please."""
    places = every(bar, int(random.choice([3, 4])))
    at, way = int(random.integers(0, 14)), 1
    low, mean = int(random.integers(48, 66)), int(random.integers(60, 96))
    rows: list[Row] = []
    for number in range(len(chords)):
        for place in places:
            if not 0 <= at + way <= 16 or random.random() < 0.08:
                way = -way
            at += way
            pitch = (chords[0][0] + SCALES[0][at % 7]) % 12 + 12 * (at // 7)
            loud = _loud(bar, place, mean, accent, random)
            rows.append((number * bar.beats + bar.places[place], low + pitch, loud, MELODY))
    return rows


def _drums(
    bar: Bar, chords: list[list[int]], random: np.random.Generator, accent: float
) -> list[Row]:
    steady = every(bar, int(random.choice([2, 3, 4], p=[0.2, 0.6, 0.2])))
    beats = np.flatnonzero(bar.levels <= 2)
    back = beats[1::2] if bar.beats in (2, 4) else beats[2::3] if bar.beats == 3 else beats[-1:]
    if bar.beats == 4 and random.random() < 0.25:
        back = beats[2:3]
    kicks = _cells(bar, len(chords), random, 3, random.choice([0.0, 0.3]))
    ride = int(random.choice([_HAT, _RIDE]))
    rows: list[Row] = []
    for number in range(len(chords)):
        at = number * bar.beats
        for place in steady:
            loud = _loud(bar, place, 64, accent, random)
            rows.append((at + bar.places[place], ride, loud, PIANO))
        rows += [(at + bar.places[place], _SNARE, 92, PIANO) for place in back]
        rows += [(at + bar.places[place], _KICK, 88, PIANO) for place in kicks[number]]
    return rows


VOICES = {
    "tune": _tune,
    "second": _second,
    "bass": _bass,
    "chords": _chords,
    "broken": _broken,
    "long": _long,
    "run": _run,
    "drums": _drums,
}
