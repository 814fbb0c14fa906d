"""What guitarists do with chords: strums, picked patterns, bossa, funk, power chords.

Every chord is fingered on six strings: from some fret up, each string takes the lowest tone of the
chord in reach, and strings below the bass stay silent. A pattern is the strokes of one bar; a
stroke goes down or up over the strings, one string after another, choked or left ringing.
"""

from dataclasses import dataclass

import numpy as np

from accompanist.music.chord import QUALITIES, Chord, parse_chord
from accompanist.training.rhythms import bar_of, cell, chances
from accompanist.training.sound_score import GUITAR, BeatSpan, Score

Row = tuple[float, float, int, int, int]

_STRINGS = (40, 45, 50, 55, 59, 64)
_REACH = 4
_POSITIONS = (0, 0, 0, 0, 2, 3, 5, 7)
_LOWEST, _HIGHEST = 40, 84
_T = 1 / 3

Stroke = tuple[float, str, float]
"""Where in the bar in beats; ``d``own, ``u``p, choked ``x``, the ``b``ass or the other bass ``B``,
the upper strings plucked together ``p``, or one string by number; how hard, 0–1."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Strokes of a bar of so many beats; `ring` is the share of the time to the next it lasts."""

    beats: int
    strokes: tuple[Stroke, ...]
    ring: float = 1.0


def _run(first: float, step: float, what: str, strength: tuple[float, ...]) -> tuple[Stroke, ...]:
    """Strokes an even step apart, their directions in turn."""
    return tuple((first + k * step, what[k % len(what)], hard) for k, hard in enumerate(strength))


_EIGHTHS = (1.0, 0.6, 0.8, 0.6, 0.95, 0.6, 0.8, 0.6)
_SIXTEENTHS = (1.0, 0.4, 0.6, 0.7, 0.9, 0.4, 0.6, 0.7) * 2

PATTERNS: tuple[Pattern, ...] = (
    Pattern(4, ((0, "d", 1.0), (1, "d", 0.8), (1.5, "u", 0.6), (2.5, "u", 0.7), (3, "d", 0.9), (3.5, "u", 0.6))),
    Pattern(4, ((0, "d", 1.0), (1, "d", 0.9), (1.5, "u", 0.6), (2, "d", 0.9), (3, "d", 0.9), (3.5, "u", 0.6))),
    Pattern(4, _run(0, 1, "d", (1.0, 0.8, 0.9, 0.8))),
    Pattern(4, _run(0, 1, "d", (0.8, 1.0, 0.8, 1.0)), 0.4),
    Pattern(4, _run(0, 0.5, "du", _EIGHTHS)),
    Pattern(4, _run(0, 0.25, "du", _SIXTEENTHS), 0.9),
    Pattern(4, ((0, "d", 1.0), (2, "d", 0.9))),
    Pattern(4, ((0, "d", 1.0), (1.5, "u", 0.9), (3, "d", 0.6)), 0.8),
    Pattern(4, ((0, "d", 1.0), (1.5, "d", 0.9)), 0.3),
    Pattern(4, ((0, "b", 1.0), (1, "d", 0.7), (2, "B", 0.9), (3, "d", 0.7), (3.5, "u", 0.5))),
    Pattern(4, ((0, "b", 1.0), (1, "d", 0.7), (1.5, "u", 0.5), (2, "B", 0.9), (3, "d", 0.7), (3.5, "u", 0.5))),
    Pattern(4, ((1, "d", 0.9), (3, "d", 1.0)), 0.3),
    Pattern(4, _run(0.5, 1, "u", (0.8, 0.8, 0.8, 0.8)), 0.3),
    Pattern(4, ((0, "b", 0.9), (0, "p", 0.7), (1, "p", 0.6), (1.5, "p", 0.8), (2, "B", 0.9), (2.5, "p", 0.7), (3.5, "p", 0.7)), 0.8),
    Pattern(4, ((0, "b", 0.9), (0.5, "p", 0.7), (1.5, "p", 0.8), (2, "B", 0.9), (2.5, "p", 0.6), (3, "p", 0.7)), 0.8),
    Pattern(8, ((0, "b", 0.9), (0, "p", 0.8), (1.5, "p", 0.8), (2, "b", 0.8), (3, "p", 0.8), (4, "B", 0.9), (5, "p", 0.8), (6, "B", 0.8), (6.5, "p", 0.8)), 0.9),
    Pattern(4, ((0, "b", 0.9), (0.5, 3, 0.6), (1, "B", 0.7), (1.5, 4, 0.6), (2, "b", 0.8), (2.5, 3, 0.6), (3, "B", 0.7), (3.5, 5, 0.6))),
    Pattern(4, ((0, "b", 0.9), (0, 5, 0.7), (1, "B", 0.7), (1.5, 4, 0.6), (2, "b", 0.8), (2.5, 5, 0.6), (3, "B", 0.7), (3.5, 3, 0.6))),
    Pattern(4, ((0, "b", 0.9), (0.5, 3, 0.6), (1, 4, 0.6), (1.5, 5, 0.7), (2, 4, 0.6), (2.5, 3, 0.6), (3, 4, 0.6), (3.5, 3, 0.6))),
    Pattern(4, ((0, "b", 0.9), (0.5, 3, 0.6), (1, 4, 0.6), (1.5, 3, 0.6), (2, 5, 0.7), (2.5, 3, 0.6), (3, 4, 0.6), (3.5, 3, 0.6))),
    Pattern(4, ((0, "d", 1.0), (0.5, "x", 0.4), (0.75, "x", 0.4), (1, "x", 0.8), (1.5, "u", 0.8), (1.75, "x", 0.4), (2.25, "u", 0.8), (2.5, "x", 0.5), (3, "x", 0.8), (3.5, "d", 0.7), (3.75, "x", 0.4)), 0.5),
    Pattern(4, (*_run(0, 0.25, "x", (0.4,) * 16), (0.0, "d", 1.0), (0.75, "u", 0.8), (2.5, "d", 0.9)), 0.5),
    Pattern(4, _run(0, 0.5, "w", (1.0, 0.6, 0.7, 0.6, 0.9, 0.6, 0.7, 0.6)), 0.6),
    Pattern(4, ((0, "w", 1.0), (1.5, "w", 0.8), (2, "w", 0.9), (3.5, "w", 0.9)), 0.9),
    Pattern(4, ((0, "b", 1.0), (1, "B", 0.8), (2, "b", 0.9), (3, "B", 0.8), (1, "p", 0.6), (3, "p", 0.6)), 0.5),
    Pattern(3, ((0, "b", 1.0), (1, "d", 0.7), (2, "d", 0.7)), 0.7),
    Pattern(3, ((0, "d", 1.0), (1, "d", 0.7), (1.5, "u", 0.5), (2, "d", 0.7), (2.5, "u", 0.5))),
    Pattern(3, ((0, "b", 0.9), (0.5, 3, 0.6), (1, 4, 0.6), (1.5, 5, 0.7), (2, 4, 0.6), (2.5, 3, 0.6))),
    Pattern(3, ((0, "b", 1.0), (1, "p", 0.7), (2, "p", 0.7)), 0.6),
    Pattern(3, ((0, "d", 1.0), (2, "d", 0.7), (2.5, "u", 0.6))),
    Pattern(2, ((0, "b", 0.9), (_T, 3, 0.6), (2 * _T, 4, 0.6), (1, 5, 0.8), (4 * _T, 4, 0.6), (5 * _T, 3, 0.6))),
    Pattern(2, ((0, "d", 1.0), (_T, "d", 0.5), (2 * _T, "u", 0.6), (1, "d", 0.8), (4 * _T, "d", 0.5), (5 * _T, "u", 0.6))),
    Pattern(2, ((0, "b", 1.0), (2 * _T, "d", 0.6), (1, "d", 0.8), (5 * _T, "u", 0.6))),
)  # fmt: skip
"""Patterns by metre; beats of two to the bar divide in three."""


def comping(score: Score, random: np.random.Generator) -> list[Row]:
    """The score's chords played on a guitar, a few patterns in turn, eight bars each or all along."""
    per_bar = score.per_bar
    bars = len(score.downbeats) // per_bar
    position = int(random.choice(_POSITIONS))
    changing = random.random() < 0.3
    accent, spread = random.uniform(0.3, 1.2), random.uniform(0.004, 0.03)
    leaves, anticipates = random.choice([0.0, 0.05, 0.12]), random.choice([0.0, 0.0, 0.15])
    rows: list[Row] = []
    pattern = _pattern(per_bar, random)
    ends = [span.start_beats for span in score.chords[1:]]
    mean = random.uniform(60, 95)
    ghost = random.random() < 0.5
    bar = 0
    while bar < bars:
        if changing and bar % 8 == 0 and bar:
            pattern = _pattern(per_bar, random)
        at = float(bar * per_bar)
        strokes = sorted(pattern.strokes, key=lambda stroke: stroke[0])
        for place, (onset, what, hard) in enumerate(strokes):
            if onset and random.random() < leaves:
                continue
            begin = at + onset
            if begin in ends and random.random() < anticipates:
                begin -= 0.5
            later = [other[0] for other in strokes[place + 1 :] if other[0] > onset]
            length = ((later[0] if later else pattern.beats) - onset) * pattern.ring
            if pattern.ring == 1.0 and isinstance(what, int):
                length = max(length, min(2.0, pattern.beats - onset))
            chord = _chord_at(score.chords, at + onset)
            loud = mean * (1.0 - accent * 0.5 * (1.0 - hard)) + random.normal(0.0, 4.0)
            rows += _struck(chord, what, begin, length, loud, position, spread, ghost, random)
        bar += max(1, pattern.beats // per_bar)
    return rows


def _pattern(per_bar: int, random: np.random.Generator) -> Pattern:
    """One of those known, or a rhythm made up."""
    known = [pattern for pattern in PATTERNS if pattern.beats % per_bar == 0 or per_bar == 8]
    if known and random.random() < 0.8:
        return known[random.integers(len(known))]
    parts = 3 if per_bar == 2 else 2
    made = bar_of(per_bar if per_bar in (2, 3, 4, 5, 6, 7) else 4, parts, 3, random)
    chosen = cell(made, chances(random, int(random.choice([2, 3, 4]))), 0.15, random)
    kinds = [("d", "u"), ("d", "d"), ("p", "p"), ("w", "w")][random.integers(4)]
    strokes = tuple(
        (float(made.places[k]), kinds[int(made.levels[k] > 2)], 1.0 - 0.12 * int(made.levels[k]))
        for k in chosen
    )
    return Pattern(made.beats, strokes, float(random.choice([0.4, 0.8, 1.0])))


def _chord_at(chords: tuple[BeatSpan, ...], beat: float) -> Chord | None:
    for span in chords:
        if span.start_beats - 1e-6 <= beat < span.end_beats - 1e-6:
            chord = parse_chord(span.label)
            return None if chord.root is None else chord
    return None


def fingered(chord: Chord, position: int) -> list[int | None]:
    """What each of six strings plays from a fret up, low to high; None is a string that is not."""
    assert chord.root is not None and chord.bass_pitch_class is not None
    tones = {(chord.root + tone) % 12 for tone in QUALITIES[chord.quality]}
    bass = next(
        (
            string
            for string in range(3)
            if (chord.bass_pitch_class - _STRINGS[string] - position) % 12 <= _REACH
        ),
        0,
    )
    keys: list[int | None] = [None] * len(_STRINGS)
    keys[bass] = (
        _STRINGS[bass] + position + (chord.bass_pitch_class - _STRINGS[bass] - position) % 12
    )
    for string in range(bass + 1, len(_STRINGS)):
        frets = [position + (tone - _STRINGS[string] - position) % 12 for tone in tones]
        fret = min(frets)
        keys[string] = _STRINGS[string] + fret if fret - position <= _REACH else None
    return keys


def _struck(
    chord: Chord | None,
    what: str | int,
    begin: float,
    length: float,
    loud: float,
    position: int,
    spread: float,
    ghost: bool,
    random: np.random.Generator,
) -> list[Row]:
    if chord is None:
        return []
    keys = fingered(chord, position)
    sounding = [key for key in keys if key is not None]
    if isinstance(what, int):
        key = keys[what] if keys[what] is not None else sounding[-1]
        assert key is not None
        return [(begin, begin + length, key, loud, GUITAR)]
    if what in "bB":
        low = sounding[0] if what == "b" or len(sounding) < 2 else sounding[1]
        return [(begin, begin + length, low, loud, GUITAR)]
    if what == "w":
        power = [sounding[0], sounding[0] + 7, sounding[0] + 12]
        chosen = power
    elif what == "p":
        chosen = sounding[1:][-4:]
    elif what == "u":
        chosen = sounding[-int(random.integers(3, 5)) :][::-1]
    else:
        chosen = sounding if random.random() < 0.8 else sounding[: max(3, len(sounding) - 1)]
    if what == "x":
        if not ghost:
            return []
        length, loud = 0.04, 0.6 * loud
    step = spread * (0.3 if what in "pw" else 1.0)
    # The strum straddles its moment: half of the strings sound before it.
    return [
        (
            begin + step * (place - (len(chosen) - 1) / 2),
            begin + max(length, 0.04),
            key,
            loud - 2.0 * place + random.normal(0.0, 3.0),
            GUITAR,
        )
        for place, key in enumerate(chosen)
    ]


def on_guitar(score: Score, random: np.random.Generator) -> Score:
    """What others play, brought onto six strings: in range, six notes at once, slightly strummed."""
    pitch = score.pitch.copy()
    pitch = np.where(pitch < _LOWEST, pitch + 12 * -(-(_LOWEST - pitch) // 12), pitch)
    pitch = np.where(pitch > _HIGHEST, pitch - 12 * -(-(pitch - _HIGHEST) // 12), pitch)
    on, keep = score.on.copy(), np.ones(len(on_ := score.on), np.bool_)
    spread = random.uniform(0.0, 0.04)
    starts = np.flatnonzero(np.concatenate([[True], np.diff(on_) > 0.02]))
    for first, end in zip(starts, [*starts[1:], len(on_)], strict=True):
        places = np.arange(first, end)[np.argsort(pitch[first:end])]
        _, unique = np.unique(pitch[places], return_index=True)
        doubled = np.setdiff1d(np.arange(len(places)), unique)
        keep[places[doubled]] = False
        places = places[np.sort(unique)]
        keep[places[1:-5]] = False
        on[places] += spread * (np.arange(len(places)) - (len(places) - 1) / 2)
    moved = Score(
        score.name,
        on,
        np.maximum(score.off, on + 0.05),
        pitch,
        score.velocity,
        np.full_like(score.role, GUITAR),
        score.beats_s,
        score.downbeats,
        score.chords,
        score.keys,
        score.human,
    ).only(keep)
    return moved.only(np.argsort(moved.on, kind="stable"))
