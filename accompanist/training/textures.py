"""Pieces made by rule for the ear to learn from: any metre, any texture, exact truth.

Voices (a tune, chords, a bass, broken chords, drums) each repeat cells of rhythm over a chord
progression. What they lack in beauty they have in variety: five and seven to the bar, beats in
three, syncopation louder than the beat, nothing but whole notes, one line alone, drums alone.
"""

from collections.abc import Callable

import numpy as np

from accompanist.music.chord import QUALITIES, Chord
from accompanist.training.chart import Chart
from accompanist.training.evidence_examples import BeatPiece
from accompanist.training.performances import MELODY
from accompanist.training.rhythms import Bar, bar_of
from accompanist.training.voices import SCALES, VOICES, Row

BARS = 44
_BEATS = (2, 3, 4, 5, 6, 7)
_BEAT_SHARES = (0.16, 0.2, 0.39, 0.05, 0.04, 0.16)
_IN_THREES = {2: 0.72, 3: 0.12, 4: 0.15}
_DEGREES = (0, 3, 4, 5, 1, 2)
_ENSEMBLES: tuple[tuple[float, tuple[str, ...]], ...] = (
    (0.2, ("bass", "chords", "tune")),
    (0.1, ("bass", "chords")),
    (0.14, ("broken", "tune")),
    (0.07, ("broken",)),
    (0.13, ("tune",)),
    (0.07, ("chords",)),
    (0.06, ("long", "tune")),
    (0.06, ("long",)),
    (0.05, ("bass", "tune")),
    (0.05, ("tune", "second")),
    (0.03, ("bass",)),
    (0.06, ("run", "chords")),
    (0.04, ("run", "bass")),
    (0.03, ("run",)),
)
_UNDER_A_TUNE: tuple[tuple[str, ...], ...] = (
    ("bass", "chords"), ("bass", "chords"), ("broken",), ("long",), ("bass",), ("chords",),
)  # fmt: skip
_CHANGING, _TUNE_ALONE = 0.5, 0.25
_FEELS, _FEEL_SHARES = (1.0, 2.0, 0.5), (0.8, 0.13, 0.07)


def texture(random: np.random.Generator) -> BeatPiece:
    """A piece of forty-four bars, in one texture or in changing ones."""
    beats = int(random.choice(_BEATS, p=_BEAT_SHARES))
    parts = 3 if random.random() < _IN_THREES.get(beats, 0.0) else 2
    tempo_bpm = _tempo_bpm(beats, parts, random)
    chords = _progression(random)
    if random.random() < 0.08:
        bar = bar_of(beats, parts, _finest(tempo_bpm, beats, parts, random), random)
        return _piece(beats, _rows(bar, chords, ("drums",), random), tempo_bpm, has_tones=False)
    # Bars of nothing but long chords don't tell how many beats they have: four, as they do mostly.
    ensembles = [entry for entry in _ENSEMBLES if beats == 4 or entry[1] != ("long",)]
    shares = np.array([share for share, _ in ensembles])

    def section(first: int, last: int) -> list[Row]:
        bar = bar_of(beats, parts, _finest(tempo_bpm, beats, parts, random), random)
        voices = ensembles[random.choice(len(ensembles), p=shares / shares.sum())][1]
        return _rows(bar, chords[first:last], voices, random)

    return _piece(beats, _sections(beats, BARS, section, random), tempo_bpm)


def _sections(
    beats: int,
    bars: int,
    section: Callable[[int, int], list[Row]],
    random: np.random.Generator,
) -> list[Row]:
    """All bars at once, or one stretch after another, now and then in another feel."""
    changes = random.random() < _CHANGING
    rows: list[Row] = []
    first = 0
    while first < bars:
        length = int(random.choice([2, 4, 4, 8, 8, 16])) if changes else bars
        last = min(first + length, bars)
        slower = float(random.choice(_FEELS, p=_FEEL_SHARES)) if changes else 1.0
        written = section(first, first + int(np.ceil((last - first) / slower)))
        rows += [(first * beats + slower * row[0], *row[1:]) for row in written]
        first = last
    return rows


def arranged(chart: Chart, random: np.random.Generator) -> BeatPiece:
    """A lead sheet's tune over its own chords, in some texture, or alone."""
    beats = chart.beats_per_bar
    bars = max(len(chart.chords) // beats, 1)
    tune = [note for note in chart.melody if note.onset_beats < bars * beats]
    thirds = sum(abs(note.onset_beats % 1.0 * 3 % 3 - 1) < 0.05 for note in tune)
    parts = 3 if thirds > 0.05 * len(tune) else 2
    tempo_bpm = _tempo_bpm(beats, parts, random)
    chords = [_tones(chart.chords[number * beats]) for number in range(bars)]

    def section(first: int, last: int) -> list[Row]:
        bar = bar_of(beats, parts, _finest(tempo_bpm, beats, parts, random), random)
        voices = _UNDER_A_TUNE[random.integers(len(_UNDER_A_TUNE))]
        return _rows(bar, chords[first:last], voices, random)

    alone = random.random() < _TUNE_ALONE
    rows = [] if alone else _sections(beats, bars, section, random)
    high = int(random.choice([0, 0, 12, -12] if alone else [0, 12]))
    rows += [(note.onset_beats, note.pitch + high, 84, MELODY) for note in tune]
    return _piece(beats, rows, tempo_bpm)


def _tones(chord: Chord) -> list[int]:
    if chord.root is None:
        return [0, 4, 7]
    return [chord.root + interval for interval in QUALITIES[chord.quality]]


def _rows(
    bar: Bar, chords: list[list[int]], voices: tuple[str, ...], random: np.random.Generator
) -> list[Row]:
    accent = random.uniform(-6.0, 14.0) if random.random() < 0.8 else 0.0
    return [row for voice in voices for row in VOICES[voice](bar, chords, random, accent)]


def _piece(beats: int, rows: list[Row], tempo_bpm: float, has_tones: bool = True) -> BeatPiece:
    columns = [np.array(column) for column in zip(*sorted(rows), strict=True)]
    count = int(np.ceil(columns[0][-1] / beats) + 1) * beats + 1
    return BeatPiece(
        columns[0].astype(np.float64),
        np.clip(columns[1], 0, 127).astype(np.int64),
        np.clip(columns[2], 8, 127).astype(np.int64),
        columns[3].astype(np.int64),
        np.arange(count, dtype=np.float64) * (60.0 / tempo_bpm),
        np.arange(count) % beats == 0,
        human=False,
        song=False,
        has_tones=has_tones,
    )


def _tempo_bpm(beats: int, parts: int, random: np.random.Generator) -> float:
    """What such beats are counted at; five, six and seven are often counted in eighths.

    Slow bars of two even beats would be counted as four.
    """
    slowest, fastest = (45.0, 220.0)
    if parts == 3:
        slowest, fastest = 38.0, 140.0
    elif beats == 2:
        slowest, fastest = 84.0, 200.0
    elif beats >= 5 and random.random() < 0.7:
        slowest, fastest = 160.0, 330.0
    return float(slowest * (fastest / slowest) ** random.beta(1.3, 1.3))


def _finest(tempo_bpm: float, beats: int, parts: int, random: np.random.Generator) -> int:
    """The finest level played: most music divides its beats once, fast music more so."""
    if beats >= 5 and tempo_bpm > 190.0:
        return 2
    if parts == 2 and random.random() < np.clip((tempo_bpm - 75.0) / 60.0, 0.0, 0.6):
        return 2
    twice = 0.12 if parts == 3 else np.clip((125.0 - tempo_bpm) / 100.0, 0.03, 0.6)
    return 4 if random.random() < twice else 3


def _progression(random: np.random.Generator) -> list[list[int]]:
    """The tones of each bar's chord, from its root up."""
    scale = SCALES[random.integers(2)]
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
