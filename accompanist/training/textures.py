"""Pieces made by rule for the ear to learn from: any metre, any texture, exact truth.

Voices (a tune, chords, a bass, broken chords, drums) each repeat cells of rhythm over a chord
progression. What they lack in beauty they have in variety: five and seven to the bar, beats in
three, syncopation louder than the beat, nothing but whole notes, one line alone, drums alone.
"""

import numpy as np
from numpy.typing import NDArray

from accompanist.music.chord import QUALITIES, Chord
from accompanist.training.chart import Chart
from accompanist.training.evidence_examples import BeatPiece
from accompanist.training.performances import MELODY, PIANO
from accompanist.training.rhythms import Bar, bar_of, cell, chances, every

BARS = 44
_BEATS = (2, 3, 4, 5, 6, 7)
_BEAT_SHARES = (0.2, 0.2, 0.39, 0.05, 0.05, 0.11)
_IN_THREES = {2: 0.72, 3: 0.12, 4: 0.15}
_SCALES = ((0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10))
_DEGREES = (0, 3, 4, 5, 1, 2)
_ENSEMBLES: tuple[tuple[float, tuple[str, ...]], ...] = (
    (0.2, ("bass", "chords", "tune")),
    (0.1, ("bass", "chords")),
    (0.14, ("broken", "tune")),
    (0.07, ("broken",)),
    (0.13, ("tune",)),
    (0.07, ("chords",)),
    (0.06, ("long", "tune")),
    (0.04, ("long",)),
    (0.05, ("bass", "tune")),
    (0.05, ("tune", "second")),
    (0.03, ("bass",)),
    (0.06, ("drums",)),
)
_UNDER_A_TUNE: tuple[tuple[str, ...], ...] = (
    (), (), ("bass", "chords"), ("bass", "chords"), ("broken",), ("long",), ("bass",), ("chords",),
)  # fmt: skip
_KICK, _SNARE, _HAT, _RIDE = 36, 38, 42, 51

Row = tuple[float, int, int, int]


def texture(random: np.random.Generator) -> BeatPiece:
    """A piece of forty-four bars."""
    beats = int(random.choice(_BEATS, p=_BEAT_SHARES))
    parts = 3 if random.random() < _IN_THREES.get(beats, 0.0) else 2
    tempo_bpm = _tempo_bpm(beats, parts, random)
    bar = bar_of(beats, parts, _finest(tempo_bpm, beats, parts, random), random)
    shares = np.array([share for share, _ in _ENSEMBLES])
    voices = _ENSEMBLES[random.choice(len(_ENSEMBLES), p=shares / shares.sum())][1]
    return _piece(bar, _rows(bar, _progression(random), voices, random), tempo_bpm, voices)


def arranged(chart: Chart, random: np.random.Generator) -> BeatPiece:
    """A lead sheet's tune over its own chords, in some texture, or alone."""
    beats = chart.beats_per_bar
    bars = max(len(chart.chords) // beats, 1)
    tune = [note for note in chart.melody if note.onset_beats < bars * beats]
    thirds = sum(abs(note.onset_beats % 1.0 * 3 % 3 - 1) < 0.05 for note in tune)
    parts = 3 if thirds > 0.05 * len(tune) else 2
    tempo_bpm = _tempo_bpm(beats, parts, random)
    bar = bar_of(beats, parts, _finest(tempo_bpm, beats, parts, random), random)
    chords = [_tones(chart.chords[number * beats]) for number in range(bars)]
    voices = _UNDER_A_TUNE[random.integers(len(_UNDER_A_TUNE))]
    rows = _rows(bar, chords, voices, random)
    high = int(random.choice([0, 0, 12, -12])) if not voices else int(random.choice([0, 12]))
    rows += [(note.onset_beats, note.pitch + high, 84, MELODY) for note in tune]
    return _piece(bar, rows, tempo_bpm, voices)


def _tones(chord: Chord) -> list[int]:
    if chord.root is None:
        return [0, 4, 7]
    return [chord.root + interval for interval in QUALITIES[chord.quality]]


def _rows(
    bar: Bar, chords: list[list[int]], voices: tuple[str, ...], random: np.random.Generator
) -> list[Row]:
    accent = random.uniform(-6.0, 14.0) if random.random() < 0.8 else 0.0
    return [row for voice in voices for row in _VOICES[voice](bar, chords, random, accent)]


def _piece(bar: Bar, rows: list[Row], tempo_bpm: float, voices: tuple[str, ...]) -> BeatPiece:
    columns = [np.array(column) for column in zip(*sorted(rows), strict=True)]
    count = int(np.ceil(columns[0][-1] / bar.beats) + 1) * bar.beats + 1
    return BeatPiece(
        columns[0].astype(np.float64),
        np.clip(columns[1], 0, 127).astype(np.int64),
        np.clip(columns[2], 8, 127).astype(np.int64),
        columns[3].astype(np.int64),
        np.arange(count, dtype=np.float64) * (60.0 / tempo_bpm),
        np.arange(count) % bar.beats == 0,
        human=False,
        song=False,
        has_tones="drums" not in voices,
    )


def _tempo_bpm(beats: int, parts: int, random: np.random.Generator) -> float:
    """What such beats are counted at; five, six and seven are often counted in eighths."""
    slowest, fastest = (45.0, 220.0)
    if parts == 3:
        slowest, fastest = 38.0, 140.0
    elif beats >= 5 and random.random() < 0.7:
        slowest, fastest = 160.0, 330.0
    return float(slowest * (fastest / slowest) ** random.beta(1.3, 1.3))


def _finest(tempo_bpm: float, beats: int, parts: int, random: np.random.Generator) -> int:
    """The finest level played: most music divides its beats once, fast music more so."""
    if beats >= 5 and tempo_bpm > 190.0:
        return 2
    if parts == 2 and random.random() < np.clip((tempo_bpm - 70.0) / 120.0, 0.0, 0.35):
        return 2
    twice = 0.12 if parts == 3 else np.clip((125.0 - tempo_bpm) / 110.0, 0.03, 0.45)
    return 4 if random.random() < twice else 3


def _progression(random: np.random.Generator) -> list[list[int]]:
    """The tones of each bar's chord, from its root up."""
    scale = _SCALES[random.integers(2)]
    tonic = int(random.integers(12))
    held = int(random.choice([1, 1, 1, 2]))
    size = int(random.choice([3, 3, 4]))
    phrase = int(random.choice([2, 4, 4, 8]))
    pattern = [0, *(_DEGREES[random.integers(len(_DEGREES))] for _ in range(phrase - 1))]
    chords = []
    for number in range(BARS):
        degree = pattern[number // held % phrase]
        steps = [degree + 2 * k for k in range(size)]
        chords.append([tonic + scale[s % 7] + 12 * (s // 7) for s in steps])
    return chords


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
                pitch = (chords[0][0] + _SCALES[0][at % 7]) % 12 + 12 * (at // 7)
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


_VOICES = {
    "tune": _tune,
    "second": _second,
    "bass": _bass,
    "chords": _chords,
    "broken": _broken,
    "long": _long,
    "drums": _drums,
}
