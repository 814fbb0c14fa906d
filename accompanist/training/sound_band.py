"""Who plays along with a song or a solo: drummers, bass players, and somebody who comps.

A drummer is a human groove of the same metre and nearly the same tempo, laid over the song's own
beats bar for bar, or a beat made by rule. Basses take the left hand, walk, or play a rhythm on
roots. That they play together is constructed, and cards say so.
"""

import numpy as np

from accompanist.music.chord import QUALITIES, Chord, parse_chord
from accompanist.training.arrangements import Arrangement
from accompanist.training.bass_line import STEPS, bass_line
from accompanist.training.comping import accompaniment
from accompanist.training.performances import PIANO
from accompanist.training.rhythms import bar_of
from accompanist.training.sound_score import BASS, DRUMS, BeatSpan, Score
from accompanist.training.voices import VOICES

Row = tuple[float, float, int, int, int]

_LOWEST_BASS, _HIGHEST_BASS = 28, 52
_KICK, _RIM, _SNARE, _HAT, _FOOT, _OPEN, _CRASH, _RIDE = 36, 37, 38, 42, 44, 46, 49, 51
_CLAP, _SHAKER, _COWBELL, _CLAVE, _LOW_TOM, _HIGH_TOM = 39, 70, 56, 75, 45, 50
_T = 1 / 3

Hits = dict[int, tuple[float, ...]]


def _steps(step: float, until: float, first: float = 0.0) -> tuple[float, ...]:
    return tuple(float(at) for at in np.arange(first, until - 1e-6, step))


_SAMBA = (0.0, 0.75, 1.0, 1.75, 2.0, 2.75, 3.0, 3.75)
_SWING = (0.0, 1.0, 1.0 + 2 * _T, 2.0, 3.0, 3.0 + 2 * _T)

BEATS: tuple[tuple[int, Hits], ...] = (
    (4, {_KICK: (0, 2), _SNARE: (1, 3), _HAT: _steps(0.5, 4)}),
    (4, {_KICK: (0, 1.5, 2), _SNARE: (1, 3), _HAT: _steps(0.5, 4)}),
    (4, {_KICK: (0, 2.5), _SNARE: (1, 3), _HAT: _steps(0.5, 4)}),
    (4, {_KICK: (0, 0.75, 2.5), _SNARE: (1, 3), _HAT: _steps(0.25, 4)}),
    (4, {_KICK: (0, 1, 2, 3), _SNARE: (1, 3), _OPEN: _steps(1, 4, 0.5)}),
    (4, {_KICK: (0, 1, 2, 3), _CLAP: (1, 3), _HAT: _steps(0.25, 4)}),
    (4, {_KICK: (0, 1, 2, 3), _OPEN: _steps(1, 4, 0.5)}),
    (4, {_KICK: (0,), _SNARE: (2,), _HAT: _steps(0.5, 4)}),
    (4, {_KICK: (0, 1.5), _SNARE: (2,), _HAT: _steps(0.25, 4)}),
    (4, {_KICK: (0, 2), _SNARE: (1, 3), _RIDE: _steps(1, 4)}),
    (4, {_KICK: (0, 2), _RIM: (1, 3), _HAT: _steps(0.5, 4)}),
    (4, {_KICK: (2,), _RIM: (2,), _HAT: _steps(0.5, 4)}),
    (4, {_KICK: (0, 1.5, 2, 3.5), _RIM: (0, 1.5, 3), _HAT: _steps(0.5, 4), _FOOT: (1, 3)}),
    (4, {_KICK: _SAMBA, _HAT: _steps(0.25, 4), _SNARE: (0.5, 1.75, 2.5, 3.25)}),
    (4, {_KICK: (0, 1.5, 2, 3.5), _CLAVE: (0, 0.75, 1.5, 2.5, 3), _SHAKER: _steps(0.25, 4)}),
    (4, {_COWBELL: (0, 1, 2, 3), _LOW_TOM: (1.5, 3, 3.5), _HIGH_TOM: (1, 2.5), _KICK: (1.5, 3)}),
    (4, {_RIDE: _SWING, _FOOT: (1, 3)}),
    (4, {_RIDE: _SWING, _FOOT: (1, 3), _KICK: (0, 2), _SNARE: (2 + 2 * _T,)}),
    (4, {_RIDE: (0, 1, 2, 3), _FOOT: (1, 3), _KICK: (0, 1, 2, 3)}),
    (4, {_KICK: (0, 2), _SNARE: (1, 3), _HAT: tuple(k + s for k in range(4) for s in (0, 2 * _T))}),
    (4, {_KICK: (0, 2), _SNARE: (1, 3), _HAT: _steps(_T, 4)}),
    (4, {_SNARE: _steps(0.5, 4), _KICK: (0, 1, 2, 3)}),
    (4, {_KICK: (0, 1.25, 2.5), _SNARE: (1, 3, 1.75, 2.25), _HAT: _steps(0.5, 4)}),
    (4, {_KICK: (0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5), _SNARE: (1, 3), _CRASH: _steps(1, 4)}),
    (3, {_KICK: (0,), _SNARE: (1, 2), _HAT: (0, 1, 2)}),
    (3, {_KICK: (0,), _RIM: (1, 2), _RIDE: (0, 1, 1 + 2 * _T, 2)}),
    (3, {_KICK: (0,), _SNARE: (2,), _HAT: _steps(0.5, 3)}),
    (3, {_KICK: (0, 1.5), _SNARE: (1, 2), _HAT: _steps(0.5, 3)}),
    (3, {_RIDE: (0, 1, 1 + 2 * _T, 2), _FOOT: (1,), _KICK: (0,)}),
    (2, {_KICK: (0,), _SNARE: (1,), _HAT: _steps(_T, 2)}),
    (2, {_KICK: (0, 2 * _T), _SNARE: (1,), _HAT: _steps(_T, 2)}),
    (2, {_KICK: (0,), _RIM: (1,), _RIDE: (0, _T, 2 * _T, 1, 1 + _T, 1 + 2 * _T)}),
    (2, {_KICK: (0, 1), _SNARE: (0.5, 1.5), _HAT: _steps(0.25, 2)}),
)  # fmt: skip
"""Beats by metre, by what is hit where; two to the bar are counted in threes, as 6/8 is."""

_FAST = (_HAT, _RIDE, _SHAKER)


def drummed(score: Score, groove: Score, random: np.random.Generator) -> list[Row]:
    """A groove over a score from its first downbeat on, again and again."""
    lines = np.flatnonzero(score.downbeats == 1)
    if not len(lines):
        return []
    per_bar = groove.per_bar
    bars = len(groove.beats_s) // per_bar
    used = int(min(bars, random.choice([4, 8, 16, 64])))
    start = int(random.integers(0, bars - used + 1)) * per_bar
    length = used * per_bar
    inside = (groove.on > start - 0.25) & (groove.on < start + length - 0.25)
    loop = groove.only(inside)
    rows: list[Row] = []
    for turn in range(-(-(len(score.downbeats) - int(lines[0])) // length)):
        at = float(lines[0] + turn * length - start)
        rows += [
            (at + on, at + off, int(pitch), int(velocity), DRUMS)
            for on, off, pitch, velocity in zip(
                loop.on, loop.off, loop.pitch, loop.velocity, strict=True
            )
        ]
    return rows


def beaten(score: Score, random: np.random.Generator) -> list[Row]:
    """A beat made by rule over a score, with fills and cymbals where phrases begin."""
    per_bar = score.per_bar
    bars = len(score.downbeats) // per_bar
    first = int(np.flatnonzero(score.downbeats == 1)[0]) if (score.downbeats == 1).any() else 0
    fit = [hits for beats, hits in BEATS if beats == per_bar]
    if not fit or random.random() < 0.12:
        return _made_up(per_bar, bars, first, random)
    hits = fit[random.integers(len(fit))]
    loose, accent = random.uniform(2.0, 10.0), random.uniform(4.0, 24.0)
    leaves = random.choice([0.0, 0.03, 0.1])
    fills, crashes = random.random() < 0.7, random.random() < 0.7
    ghosts = random.random() < 0.3
    levels = {
        drum: random.uniform(50, 85) if drum in _FAST else random.uniform(80, 118) for drum in hits
    }
    rows: list[Row] = []
    for bar in range(bars):
        at = float(first + bar * per_bar)
        filling = fills and bar % 4 == 3 and random.random() < 0.5
        until = per_bar - (random.choice([1.0, 2.0]) if filling else 0.0)
        for drum, places in hits.items():
            for place in places:
                if place >= until or (place and random.random() < leaves):
                    continue
                loud = levels[drum] + accent * ((place % 1.0 == 0.0) - 0.5)
                rows.append(_hit(at + place, drum, loud + random.normal(0.0, loose)))
        if ghosts:
            for place in _steps(0.25, until):
                if random.random() < 0.12:
                    rows.append(_hit(at + place, _SNARE, random.uniform(18, 40)))
        if filling:
            rows += _fill(at + until, per_bar - until, random)
        if crashes and bar % 8 == 0:
            rows.append(_hit(at, _CRASH, random.uniform(80, 115)))
    return rows


def _made_up(per_bar: int, bars: int, first: int, random: np.random.Generator) -> list[Row]:
    parts = 3 if per_bar == 2 else 2
    bar = bar_of(per_bar if 2 <= per_bar <= 7 else 4, parts, int(random.choice([2, 3, 4])), random)
    rows = VOICES["drums"](bar, [[0, 4, 7]] * bars, random, random.uniform(0.0, 14.0))
    return [_hit(first + float(on), int(pitch), loud) for on, pitch, loud, _ in rows]


def _fill(at: float, beats: float, random: np.random.Generator) -> list[Row]:
    step = float(random.choice([0.25, 0.5, _T]))
    drums = [_SNARE, _SNARE, _HIGH_TOM, 47, _LOW_TOM, 43]
    places = _steps(step, beats)
    return [
        _hit(at + place, drums[min(len(drums) - 1, int(len(drums) * place / beats))],
             random.uniform(70, 118))
        for place in places
        if random.random() < 0.85
    ]  # fmt: skip


def _hit(at: float, drum: int, loud: float) -> Row:
    return (at, at + 0.2, drum, int(np.clip(loud, 8, 127)), DRUMS)


def left_hand(song: Arrangement) -> list[Row]:
    """The bass line of a song's piano, as a bass plays it."""
    return [
        (
            note.frame / STEPS,
            (note.frame + 0.95 * note.frames) / STEPS,
            note.pitch,
            round(127 * note.velocity),
            BASS,
        )
        for note in bass_line(song.piano)
    ]


def walking(score: Score, random: np.random.Generator) -> list[Row]:
    """A bass note on every beat: roots as chords come, their tones and steps between."""
    rows: list[Row] = []
    pitch = int(random.integers(33, 43))
    skips = random.choice([0.0, 0.05, 0.15])
    mean = random.uniform(70, 100)
    for span in score.chords:
        chord = parse_chord(span.label)
        if chord.root is None:
            continue
        for beat in range(int(span.start_beats), int(np.ceil(span.end_beats - 1e-6))):
            pitch = _step(chord, pitch, beat == int(span.start_beats), random)
            rows.append((float(beat), beat + 0.9, pitch, int(mean + random.normal(0, 5)), BASS))
            if random.random() < skips:
                rows.append((beat + 2 * _T, beat + 0.95, pitch, int(mean - 15), BASS))
    return rows


def _step(chord: Chord, before: int, first: bool, random: np.random.Generator) -> int:
    assert chord.root is not None and chord.bass_pitch_class is not None
    if first and random.random() < 0.85:
        wanted = [chord.bass_pitch_class]
    else:
        tones = [(chord.root + tone) % 12 for tone in QUALITIES[chord.quality]]
        wanted = [
            *tones,
            (before + 1) % 12,
            (before - 1) % 12,
            (before + 2) % 12,
            (before - 2) % 12,
        ]
    target = wanted[random.integers(len(wanted))]
    near = [before + step for step in range(-7, 8) if (before + step) % 12 == target]
    inside = [pitch for pitch in near if _LOWEST_BASS <= pitch <= _HIGHEST_BASS and pitch != before]
    return inside[random.integers(len(inside))] if inside else 36 + target


_BASS_RHYTHMS: dict[int, tuple[tuple[float, ...], ...]] = {
    4: ((0,), (0, 2), (0, 1.5, 2), (0, 1.5), (0, 1, 2, 3), _steps(0.5, 4), (0, 0.75, 2, 2.75),
        (0, 1.5, 2, 3.5), (0, 2.5, 3.5), (0.5, 1.5, 2.5, 3.5), (0, 1.75, 2.5), (0, 3)),
    3: ((0,), (0, 2), (0, 1, 2), (0, 1.5, 2)),
    2: ((0,), (0, 1), (0, 2 * _T, 1, 1 + 2 * _T)),
}  # fmt: skip


def rooted(score: Score, random: np.random.Generator) -> list[Row]:
    """A bass that repeats a rhythm on roots, with fifths and octaves."""
    per_bar = score.per_bar
    fit = _BASS_RHYTHMS.get(per_bar, ((0,),))
    rhythm = fit[random.integers(len(fit))]
    aside, mean, ring = (
        random.choice([0.0, 0.2, 0.5]),
        random.uniform(75, 105),
        random.uniform(0.4, 1),
    )
    rows: list[Row] = []
    lines = np.flatnonzero(score.downbeats == 1)
    for line in lines:
        for place, onset in enumerate(rhythm):
            at = float(line + onset)
            chord = _chord(score.chords, at)
            if chord is None or chord.bass_pitch_class is None:
                continue
            low = _LOWEST_BASS + (chord.bass_pitch_class - _LOWEST_BASS) % 12
            up = int(random.choice([7, 12])) if place and random.random() < aside else 0
            following = [other for other in rhythm if other > onset]
            length = ((following[0] if following else per_bar) - onset) * ring
            rows.append((at, at + length, low + up, int(mean + random.normal(0, 6)), BASS))
    return rows


def _chord(chords: tuple[BeatSpan, ...], beat: float) -> Chord | None:
    for span in chords:
        if span.start_beats - 1e-6 <= beat < span.end_beats - 1e-6:
            return parse_chord(span.label)
    return None


def comped_by(score: Score, figure: str, random: np.random.Generator) -> list[Row]:
    """Somebody who plays a figure (see `comping.FIGURES`) to the score's chords, one a beat."""
    beats = range(len(score.downbeats))
    chords = tuple(_chord(score.chords, beat + 0.1) or Chord(None) for beat in beats)
    return [
        (on, off, pitch, velocity, PIANO)
        for on, off, pitch, velocity, _ in accompaniment(chords, figure, random)
    ]
