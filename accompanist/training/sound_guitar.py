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

Row = tuple[float, float, int, float, int]

_STRINGS = (40, 45, 50, 55, 59, 64)
_REACH = 4
_POSITIONS = (0, 0, 0, 0, 2, 3, 5, 7)
_LOWEST, _HIGHEST = 40, 84
_T = 1 / 3

_HARDNESS = (1.0, 0.85, 0.65, 0.5)
"""Of strokes on the one, on other beats, halfway between, and elsewhere."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """When in the bar, in beats; what (see `PATTERNS`); how hard, 0–1."""

    at: float
    what: str
    hard: float


@dataclass(frozen=True, slots=True)
class Pattern:
    """Strokes of a bar of so many beats; `ring` is the share of the time to the next it lasts."""

    beats: int
    strokes: tuple[Stroke, ...]
    ring: float = 1.0


def _tab(beats: int, line: str, ring: float = 1.0) -> Pattern:
    """A pattern of a line with as many signs for each beat; dots are rests."""
    signs = line.replace(" ", "")
    each = len(signs) // beats
    strokes = tuple(
        Stroke(place / each, what, _hardness(place, each))
        for place, what in enumerate(signs)
        if what != "."
    )
    return Pattern(beats, strokes, ring)


def _hardness(place: int, each: int) -> float:
    if place % each == 0:
        return _HARDNESS[0 if place == 0 else 1]
    return _HARDNESS[2 if place % each * 2 == each else 3]


PATTERNS: tuple[Pattern, ...] = (
    _tab(4, "d. du .u du"),
    _tab(4, "d. du d. du"),
    _tab(4, "d. du .u .u"),
    _tab(4, "d d d d"),
    _tab(4, "d d d d", 0.4),
    _tab(4, "du du du du"),
    _tab(4, "dudu dudu dudu dudu", 0.9),
    _tab(4, "d... d.du d.u. d.du"),
    _tab(4, "d . d ."),
    _tab(4, "d. .u .. d.", 0.8),
    _tab(4, "d. .d .. ..", 0.3),
    _tab(4, "b. d. B. du"),
    _tab(4, "b. du B. du"),
    _tab(4, ". d . d", 0.3),
    _tab(4, ".u .u .u .u", 0.3),
    _tab(4, "P. pp B. .p", 0.8),
    _tab(4, "b. .p Bp p.", 0.8),
    _tab(8, "P. .p b. p. B. p. Bp ..", 0.9),
    _tab(4, "b3 B4 b3 B5"),
    _tab(4, "P. B4 b5 B3"),
    _tab(4, "b3 45 43 43"),
    _tab(4, "b3 43 53 43"),
    _tab(4, "b345 4345 b345 4345"),
    _tab(4, "d.xx x.uu .ux. x.dx", 0.5),
    _tab(4, "dxxu xxxx xxdx xxxx", 0.5),
    _tab(4, "ww ww ww ww", 0.6),
    _tab(4, "w. .w w. .w", 0.9),
    _tab(4, "b P b P", 0.5),
    _tab(3, "b d d", 0.7),
    _tab(3, "d. du du"),
    _tab(3, "b3 45 43"),
    _tab(3, "b p p", 0.6),
    _tab(3, "d. .. du"),
    _tab(2, "b34 543"),
    _tab(2, "ddu ddu"),
    _tab(2, "b.d d.u"),
    _tab(2, "d.. d.u"),
)
"""Patterns by metre; beats of two to the bar divide in three.

Strokes go ``d``own, ``u``p, choked ``x``, on the ``b``ass or the other bass ``B``, on the upper
strings ``p`` or those and the bass ``P``, on fifth and octave ``w``, on one string by number.
"""


def comping(score: Score, random: np.random.Generator) -> list[Row]:
    """The score's chords on a guitar: one pattern all along, or a new one every eight bars."""
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
        for place, stroke in enumerate(pattern.strokes):
            onset, what = stroke.at, stroke.what
            if onset and random.random() < leaves:
                continue
            begin = at + onset
            if begin in ends and random.random() < anticipates:
                begin -= 0.5
            later = [other.at for other in pattern.strokes[place + 1 :]]
            length = ((later[0] if later else pattern.beats) - onset) * pattern.ring
            if pattern.ring == 1.0 and what.isdigit():
                length = max(length, min(2.0, pattern.beats - onset))
            chord = _chord_at(score.chords, at + onset)
            loud = mean * (1.0 - accent * 0.5 * (1.0 - stroke.hard)) + random.normal(0.0, 4.0)
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
        Stroke(
            float(made.places[k]), kinds[int(made.levels[k] > 2)], 1.0 - 0.12 * int(made.levels[k])
        )
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
    what: str,
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
    if what.isdigit():
        key = keys[int(what)] or sounding[-1]
        return [(begin, begin + length, key, loud, GUITAR)]
    if what in "bB":
        low = sounding[0] if what == "b" or len(sounding) < 2 else sounding[1]
        return [(begin, begin + length, low, loud, GUITAR)]
    if what == "w":
        power = [sounding[0], sounding[0] + 7, sounding[0] + 12]
        chosen = power
    elif what in "pP":
        chosen = sounding[1:][-4:]
        chosen = sounding[:1] + chosen if what == "P" else chosen
    elif what == "u":
        chosen = sounding[-int(random.integers(3, 5)) :][::-1]
    else:
        chosen = sounding if random.random() < 0.8 else sounding[: max(3, len(sounding) - 1)]
    if what == "x":
        if not ghost:
            return []
        length, loud = 0.04, 0.6 * loud
    step = spread * (0.3 if what in "pPw" else 1.0)
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
    """What others play, on six strings: in range, six notes at once, slightly strummed."""
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
