"""Charts played by rule: accompaniments over true chords, to learn chords and keys from.

Figures are those a pianist's hands know: blocks, an oom-pah, broken chords, pads under the pedal,
rootless jazz voicings with and without a bass. Melodies are the chart's or made up of chord and
scale tones. Fingers are uneven, tempo is steady. What is played here is no human performance, and
cards say so.
"""

from collections.abc import Callable

import numpy as np
from numpy.random import Generator

from accompanist.music.chord import NO_CHORD, QUALITIES, Chord
from accompanist.music.events import Pedal
from accompanist.training.arrangements import ScoreNote
from accompanist.training.chart import Chart
from accompanist.training.performances import MELODY, PIANO, Performance, Span, notes_from

Note = tuple[float, float, int, int, int]
"""Onset and end in beats, pitch, velocity, role."""

ROOTLESS = {
    "min7": ((3, 7, 10, 14), (10, 14, 15, 19), (3, 10, 14)),
    "7": ((4, 9, 10, 14), (10, 14, 16, 21), (4, 10, 14, 21), (10, 16, 21), (4, 8, 10, 13)),
    "maj7": ((4, 7, 11, 14), (11, 14, 16, 19), (4, 11, 14)),
    "maj6": ((4, 7, 9, 14), (9, 14, 16, 19)),
    "min6": ((3, 7, 9, 14), (9, 14, 15, 19)),
    "hdim7": ((3, 6, 10, 12), (10, 12, 15, 18)),
}
"""Intervals over a root that is not played: type A and B voicings and their open shapes."""

_LOWEST_BASS, _TENOR = 36, 50
_UNEVEN_S, _FINGERS_S = 0.008, 0.006
_PEDAL_LATE_BEATS = 0.08
_WITH_BASS, _WITH_MELODY = 0.6, 0.75


def chord_spans(chords: tuple[Chord, ...]) -> list[tuple[int, int, Chord]]:
    """Chords with the beats from which and to which they last."""
    spans: list[tuple[int, int, Chord]] = []
    for beat, chord in enumerate(chords):
        if spans and spans[-1][2] == chord:
            spans[-1] = (spans[-1][0], beat + 1, chord)
        else:
            spans.append((beat, beat + 1, chord))
    return spans


def comped(chart: Chart, chance: Generator, figure: str | None = None) -> Performance:
    """A chart played: a figure of `FIGURES` (drawn unless given), and mostly a melody above it."""
    figure = figure or str(chance.choice(list(FIGURES)))
    notes = accompaniment(chart.chords, figure, chance)
    pedals: list[tuple[float, bool]] = []
    if figure in ("broken", "pad"):
        for first, _, _ in chord_spans(chart.chords):
            pedals += [(first, False), (first + _PEDAL_LATE_BEATS, True)]
    if chance.random() < _WITH_MELODY:
        notes += _melody(chart, chance)
    return _in_seconds(chart, notes, pedals, chance)


def accompaniment(chords: tuple[Chord, ...], figure: str, chance: Generator) -> list[Note]:
    """What the hands play to chords, one a beat, in a figure of `FIGURES`."""
    bass_too = bool(chance.random() < _WITH_BASS)
    notes: list[Note] = []
    for first, end, chord in chord_spans(chords):
        if chord.root is None:
            continue
        if figure == "rootless" and chord.quality in ROOTLESS:
            notes += _rootless(first, end, chord, chance, bass_too)
        else:
            notes += FIGURES[figure](first, end, chord, chance)
    return notes


def _in_seconds(
    chart: Chart, notes: list[Note], pedals: list[tuple[float, bool]], chance: Generator
) -> Performance:
    beat_s = 60.0 / float(chance.uniform(66.0, 190.0))
    rows = []
    for on, off, pitch, velocity, role in notes:
        late_s = chance.normal(0.0, _UNEVEN_S) + abs(chance.normal(0.0, _FINGERS_S))
        on_s = max(on * beat_s + float(late_s), 0.0)
        rows.append((on_s, max(off * beat_s, on_s + 0.04), pitch, velocity, role))
    beats = np.arange(len(chart.chords) + 1, dtype=np.float64)
    end_s = len(chart.chords) * beat_s
    return Performance(
        chart.name,
        notes_from(rows),
        beats * beat_s,
        np.arange(len(beats)) % chart.beats_per_bar == 0,
        tuple(Pedal(at * beat_s, down, PIANO) for at, down in pedals),
        () if chart.key.tonic is None else (Span(0.0, end_s, chart.key.name),),
        tuple(
            Span(first * beat_s, end * beat_s, chord.label)
            for first, end, chord in chord_spans(chart.chords)
        ),
    )


def _near(pitch_class: int, lowest: int) -> int:
    return lowest + (pitch_class - lowest) % 12


def _struck(on: float, off: float, pitches: list[int], chance: Generator) -> list[Note]:
    velocity = int(chance.integers(45, 95))
    return [(on, off, pitch, velocity + int(chance.integers(-6, 7)), PIANO) for pitch in pitches]


def _closed(chord: Chord, chance: Generator) -> list[int]:
    """All tones of a chord close together, some inversion of them in the middle of the keys."""
    assert chord.root is not None
    lowest = _TENOR + int(chance.integers(3, 10))
    return sorted({_near(chord.root + tone, lowest) for tone in QUALITIES[chord.quality]})


def _bass(chord: Chord, chance: Generator, fifth: bool = False) -> int:
    low = chord.bass_pitch_class
    assert low is not None and chord.root is not None
    fifths = [tone for tone in QUALITIES[chord.quality] if tone in (6, 7, 8)]
    pitch_class = chord.root + fifths[0] if fifth and fifths else low
    return _near(pitch_class, _LOWEST_BASS + 12 * int(chance.random() < 0.2))


def _blocks(first: int, end: int, chord: Chord, chance: Generator) -> list[Note]:
    """Bass as the chord comes, the chord on every beat or every other."""
    step = int(chance.integers(1, 3))
    hand = _closed(chord, chance)
    notes = _struck(first, end - 0.05, [_bass(chord, chance)], chance)
    for beat in range(first, end, step):
        notes += _struck(beat, min(beat + 0.9 * step, end), hand, chance)
    return notes


def _oompah(first: int, end: int, chord: Chord, chance: Generator) -> list[Note]:
    """Bass and chord take turns, the fifth in the bass at times."""
    notes: list[Note] = []
    hand = _closed(chord, chance)
    for beat in range(first, end):
        if (beat - first) % 2 == 0:
            low = _bass(chord, chance, fifth=beat > first and chance.random() < 0.6)
            notes += _struck(beat, beat + 0.8, [low], chance)
        else:
            notes += _struck(beat, beat + 0.6, hand, chance)
    return notes


def _broken(first: int, end: int, chord: Chord, chance: Generator) -> list[Note]:
    """One tone after another in eighths, from the bass up and about."""
    hand = _closed(chord, chance)
    tones = [*hand, hand[0] + 12] if chance.random() < 0.5 else hand
    order = [*range(len(tones)), *range(len(tones) - 2, 0, -1)]
    if chance.random() < 0.3:
        order = [0, len(tones) - 1, 1, len(tones) - 1]
    notes = _struck(first, first + 1.0, [_bass(chord, chance)], chance)
    for eighth in range(1, 2 * (end - first)):
        on = first + eighth / 2
        notes += _struck(on, on + 0.5, [tones[order[(eighth - 1) % len(order)]]], chance)
    return notes


def _pad(first: int, end: int, chord: Chord, chance: Generator) -> list[Note]:
    """The whole chord over its bass, held."""
    return _struck(first, end - 0.05, [_bass(chord, chance), *_closed(chord, chance)], chance)


def _rootless(first: int, end: int, chord: Chord, chance: Generator, bass_too: bool) -> list[Note]:
    """A voicing without its root, struck on and off the beat; over a bass in twos, or over none."""
    assert chord.root is not None
    shapes = ROOTLESS[chord.quality]
    shape = shapes[int(chance.integers(0, len(shapes)))]
    lowest = _near(chord.root + shape[0], _TENOR - 2)
    hand = [lowest + tone - shape[0] for tone in shape]
    notes: list[Note] = []
    on = float(first)
    while on < end - 0.1:
        length = float(chance.choice((0.5, 1.0, 1.5, 2.0)))
        notes += _struck(on, min(on + 0.9 * length, end), hand, chance)
        on += length + float(chance.choice((0.0, 0.5, 1.0)))
    if bass_too:
        for beat in range(first, end, 2):
            low = _bass(chord, chance, fifth=beat > first)
            notes += _struck(beat, min(beat + 1.9, end), [low], chance)
    return notes


def _melody(chart: Chart, chance: Generator) -> list[Note]:
    """The chart's own melody, or eighths and longer of the chord's tones and those beside them."""
    if chart.melody:
        return [
            (note.onset_beats, note.onset_beats + 0.95 * note.length_beats, note.pitch, 88, MELODY)
            for note in chart.melody
            if note.onset_beats >= 0.0
        ]
    notes: list[Note] = []
    on, pitch = 0.0, 72
    scale = chart.key.pitch_classes
    while on < len(chart.chords):
        length = float(chance.choice((0.5, 0.5, 1.0, 1.5, 2.0)))
        tones = chart.chords[int(on)].pitch_classes
        wanted = tones if not scale or chance.random() < 0.6 else tones | scale
        steps = [step for step in range(-5, 6) if (pitch + step) % 12 in wanted]
        if steps and chance.random() < 0.85:
            pitch = int(np.clip(pitch + steps[int(chance.integers(0, len(steps)))], 60, 88))
            velocity = int(chance.integers(60, 105))
            notes.append((on, on + 0.95 * length, pitch, velocity, MELODY))
        on += length
    return notes


FIGURES: dict[str, Callable[[int, int, Chord, Generator], list[Note]]] = {
    "blocks": _blocks,
    "oom-pah": _oompah,
    "broken": _broken,
    "pad": _pad,
    "rootless": _pad,
}
"""How an accompaniment may go; a chord that has no rootless voicing is held as a pad there."""

_COLOURS = {
    "maj": ("maj7", "maj6", "maj(9)", "sus2", "sus4", "7", "aug"),
    "min": ("min7", "min6", "minmaj7", "dim", "hdim7", "dim7"),
    "7": ("7", "sus4", "aug"),
    "maj7": ("maj7", "maj6", "maj(9)"),
    "min7": ("min7", "min6", "hdim7", "min"),
}


def recoloured(chart: Chart, chance: Generator, share: float) -> Chart:
    """The chart with a share of its chords in other qualities on the same roots."""
    chords: list[Chord] = []
    for first, end, chord in chord_spans(chart.chords):
        choices = _COLOURS.get(chord.quality)
        changed = chord
        if chord.root is not None and choices and chance.random() < share:
            changed = Chord(chord.root, str(chance.choice(choices)))
        chords += [changed] * (end - first)
    return Chart(chart.name, chart.beats_per_bar, tuple(chords), chart.melody, chart.key)


def excerpt(chart: Chart, first_beat: int, beats: int) -> Chart:
    """Some beats of a chart, from the downbeat at or before `first_beat` on."""
    first_beat -= first_beat % chart.beats_per_bar
    end = min(first_beat + beats, len(chart.chords))
    melody = tuple(
        ScoreNote(note.onset_beats - first_beat, note.length_beats, note.pitch, note.velocity)
        for note in chart.melody
        if first_beat <= note.onset_beats < end
    )
    chords = chart.chords[first_beat:end] or (NO_CHORD,)
    return Chart(chart.name, chart.beats_per_bar, chords, melody, chart.key)


def moved(chart: Chart, semitones: int) -> Chart:
    """The chart so many semitones higher."""
    chords = tuple(chord.transposed(semitones) for chord in chart.chords)
    melody = tuple(
        ScoreNote(note.onset_beats, note.length_beats, note.pitch + semitones, note.velocity)
        for note in chart.melody
    )
    key = chart.key
    if key.tonic is not None:
        key = type(key)((key.tonic + semitones) % 12, key.mode)
    return Chart(chart.name, chart.beats_per_bar, chords, melody, key)
