"""What the band is asked to play to: openings of arranged songs, and four chords going round.

Everything stands on the beats of its truth, beat 0 a downbeat, and is performed at one tempo, as
POP909 was; there is no human timing in it. `LEAD_S` passes before beat 0.
"""

import math
from dataclasses import replace

import numpy as np

from accompanist.music.chord import Chord
from accompanist.music.key import Key
from accompanist.training.anticipation_examples import heard_notes
from accompanist.training.arrangements import Arrangement, ScoreNote
from accompanist.training.performances import MELODY, Performance, notes_from
from accompanist.training.pop909cl import ChordSpan, Truth

LEAD_S = 1.0

_EARLY_BEATS = 0.1
_LEGATO = 0.95
_FOUR = (Chord(0), Chord(7), Chord(9, "min"), Chord(5))
_VELOCITY = 72


def opening(song: Arrangement, length_s: float) -> Arrangement | None:
    """The song from the bar in which its melody begins, so many seconds of whole bars.

    None where there is no melody, or there are no chords.
    """
    bar = song.truth.beats_per_bar
    first = (
        bar * math.floor((song.melody[0].onset_beats + _EARLY_BEATS) / bar) if song.melody else 0
    )
    beats = bar * max(1, int(length_s * song.tempo_bpm / 60.0 / bar))
    chords = tuple(
        ChordSpan(
            max(span.start_beats - first, 0.0), min(span.end_beats - first, beats), span.chord
        )
        for span in song.truth.chords
        if span.end_beats > first and span.start_beats < first + beats
    )
    if not song.melody or not chords:
        return None
    keys = tuple((start - first, key) for start, key in song.truth.keys)
    truth = Truth(bar, chords, keys, ())
    melody, piano = (_within(notes, first, beats) for notes in (song.melody, song.piano))
    return replace(song, melody=melody, piano=piano, truth=truth)


def _within(notes: tuple[ScoreNote, ...], first: float, beats: float) -> tuple[ScoreNote, ...]:
    return tuple(
        replace(note, onset_beats=max(note.onset_beats - first, 0.0))
        for note in notes
        if -_EARLY_BEATS <= note.onset_beats - first < beats - _EARLY_BEATS
    )


def pushed(song: Arrangement, beat: int, semitones: int) -> Arrangement:
    """The song transposed from a beat on, and its truth with it."""

    def moved(notes: tuple[ScoreNote, ...]) -> tuple[ScoreNote, ...]:
        return tuple(
            replace(note, pitch=note.pitch + semitones)
            if note.onset_beats >= beat - _EARLY_BEATS
            else note
            for note in notes
        )

    chords: list[ChordSpan] = []
    for span in song.truth.chords:
        if span.start_beats < beat:
            chords.append(replace(span, end_beats=min(span.end_beats, beat)))
        if span.end_beats > beat:
            start, chord = max(span.start_beats, beat), span.chord.transposed(semitones)
            chords.append(ChordSpan(start, span.end_beats, chord))
    truth = replace(song.truth, chords=tuple(chords))
    return replace(song, melody=moved(song.melody), piano=moved(song.piano), truth=truth)


def performance_of(song: Arrangement, which: str) -> Performance:
    """What the performer plays of a song: the ``melody``, the ``piano`` or ``both``.

    The last chord's end is the end of the performance, even if nothing is played until then.
    """
    period_s = 60.0 / song.tempo_bpm
    rows = [
        (
            LEAD_S + note.onset_beats * period_s,
            LEAD_S + (note.onset_beats + note.length_beats) * period_s,
            note.pitch,
            note.velocity,
            MELODY,
        )
        for note in heard_notes(song, which)
    ]
    beats = math.ceil(song.truth.chords[-1].end_beats)
    counted = np.arange(beats)
    return Performance(
        song.piece,
        notes_from(rows),
        np.asarray(LEAD_S + counted * period_s, np.float64),
        counted % song.truth.beats_per_bar == 0,
        length_s=LEAD_S + beats * period_s,
    )


def four_chords(
    bars: int, tempo_bpm: float = 104.0, velocities: tuple[int, ...] = (), busy: str = ""
) -> Arrangement:
    """C, G, A minor and F, a bar each, over and over, in four.

    Parameters
    ----------
    bars
        How many in all.
    velocities
        Of every bar; the last goes on. `_VELOCITY` without any.
    busy
        What is done in every bar, over and over: ``b`` plays sixteenths, ``r`` rests, anything
        else plays broken chords under a melody of quarters and eighths.
    """
    spans, melody, piano = [], list[ScoreNote](), list[ScoreNote]()
    for bar in range(bars):
        chord, start = _FOUR[bar % len(_FOUR)], 4.0 * bar
        spans.append(ChordSpan(start, start + 4.0, chord))
        force = velocities[min(bar, len(velocities) - 1)] if velocities else _VELOCITY
        doing = busy[bar % len(busy)] if busy else "c"
        if doing != "r":
            melody += _right_hand(chord, start, force, 0.25 if doing == "b" else 0.5)
            piano += _left_hand(chord, start, force)
    truth = Truth(4, tuple(spans), ((0.0, Key(0, "major")),), ())
    return Arrangement("four chords", tuple(melody), tuple(piano), tempo_bpm, truth)


def _right_hand(chord: Chord, start: float, force: int, step: float) -> list[ScoreNote]:
    tones = [60 + tone + 12 for tone in sorted(chord.pitch_classes)]
    count = int(4.0 / step)
    return [
        ScoreNote(start + place * step, step * _LEGATO, tones[place * 2 % len(tones)], force)
        for place in range(count)
        if step < 0.5 or place not in (1, 5)
    ]


def _left_hand(chord: Chord, start: float, force: int) -> list[ScoreNote]:
    root, tones = chord.root or 0, sorted(chord.pitch_classes)
    notes = [ScoreNote(start + beat, 2 * _LEGATO, 36 + root, force) for beat in (0, 2)]
    return notes + [
        ScoreNote(start + half / 2, 0.5 * _LEGATO, 48 + tones[half % 3], max(force - 8, 1))
        for half in range(8)
    ]
