"""A stretch of a score in the time of people, and what is true of it.

Notes stray as hands do; the truth lies on the beats, not on what was played.
"""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from accompanist.music.chord import NO_CHORD
from accompanist.music.key import NO_KEY
from accompanist.training.performances import Notes, Span, notes_from
from accompanist.training.performing import Floats, timed
from accompanist.training.songs import seconds_of
from accompanist.training.sound_score import BeatSpan, Score

_SHORTEST_S, _AGAIN_S = 0.03, 0.002
_FIRST_S, _LAST_S = 0.1, 0.1


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of an excerpt, in its seconds; `downbeats` is 1, 0 or `UNKNOWN`.

    Chords and keys are unknown between their spans; ``N`` and ``no key`` are where there is none.
    """

    beats_s: Floats
    downbeats: NDArray[np.int8]
    chords: tuple[Span, ...] = ()
    keys: tuple[Span, ...] = ()


NOTHING_TRUE = Truth(np.zeros(0), np.zeros(0, np.int8))


def without_harmony(truth: Truth, length_s: float) -> Truth:
    """The truth of drums or noise, which have neither chord nor key."""
    return replace(
        truth,
        chords=(Span(0.0, length_s, NO_CHORD.label),),
        keys=(Span(0.0, length_s, NO_KEY.name),),
    )


@dataclass(frozen=True, slots=True)
class Feel:
    """How a part stands to the beat: late by so much, and how much it strays (1 as pianists do)."""

    late_s: float = 0.0
    share: float = 1.0


def performed(
    score: Score,
    first_beat: float,
    periods_s: Floats,
    lead_s: float,
    length_s: float,
    feels: dict[int, Feel],
    random: np.random.Generator,
) -> tuple[dict[int, Notes], Truth]:
    """Notes by role, in seconds of an excerpt, and what is true of it.

    `periods_s` are those of all beats of the score, whose `first_beat` falls on `lead_s`.
    """
    beats_s = np.concatenate([[0.0], np.cumsum(periods_s)])[: len(score.downbeats)]
    beats_s += lead_s - float(seconds_of(np.array([first_beat]), beats_s)[0])
    parts: dict[int, Notes] = {}
    for role in np.unique(score.role):
        part = score.roles(int(role))
        notes = _timed(part, beats_s, feels.get(int(role), Feel()), lead_s, length_s, random)
        if len(notes):
            parts[int(role)] = notes
    return parts, _truth(score, parts, beats_s, length_s)


def _timed(
    part: Score,
    beats_s: Floats,
    feel: Feel,
    lead_s: float,
    length_s: float,
    random: np.random.Generator,
) -> Notes:
    on_s, off_s = seconds_of(part.on, beats_s), seconds_of(part.off, beats_s)
    keep = (on_s >= lead_s - 0.05) & (on_s < length_s)
    if not keep.any():
        return notes_from([])
    part, on_s, off_s = part.only(keep), on_s[keep], off_s[keep]
    moved = on_s.copy()
    if feel.share > 0.0:
        strayed = timed(on_s, part.pitch, part.role, part.human, random) - on_s
        moved += feel.share * strayed
    moved = np.maximum(moved + feel.late_s, 0.0)
    off_s = np.maximum(off_s + moved - on_s, moved + _SHORTEST_S)
    order = np.argsort(moved, kind="stable")
    notes = Notes(
        moved[order],
        off_s[order],
        part.pitch[order],
        part.velocity[order],
        part.role[order],
    )
    return let_go(notes)


def let_go(notes: Notes) -> Notes:
    """Notes in order of onset, whose keys come up before they are struck anew."""
    off_s, keep = notes.off_s.copy(), np.ones(len(notes), np.bool_)
    for pitch in np.unique(notes.pitch):
        mine = np.flatnonzero(notes.pitch == pitch)
        for one, following in pairwise(mine):
            off_s[one] = min(off_s[one], notes.on_s[following] - _AGAIN_S)
            keep[one] = notes.on_s[following] - notes.on_s[one] > 2 * _AGAIN_S
    return replace(notes, off_s=off_s).only(keep)


def _truth(score: Score, parts: dict[int, Notes], beats_s: Floats, length_s: float) -> Truth:
    """Beats from the first note to the last, or to the end."""
    if not parts:
        return NOTHING_TRUE
    first_s = min(float(notes.on_s[0]) for notes in parts.values()) - _FIRST_S
    last_s = max(float(notes.on_s[-1]) for notes in parts.values()) + _LAST_S
    heard = (beats_s >= max(first_s, 0.0)) & (beats_s <= min(last_s, length_s))
    return Truth(
        beats_s[heard],
        score.downbeats[: len(beats_s)][heard],
        _spans(score.chords, beats_s, length_s),
        _spans(score.keys, beats_s, length_s),
    )


def _spans(spans: tuple[BeatSpan, ...], beats_s: Floats, length_s: float) -> tuple[Span, ...]:
    found = []
    for span in spans:
        ends = np.array([span.start_beats, span.end_beats])
        start_s, end_s = np.clip(seconds_of(ends, beats_s), 0.0, length_s)
        if end_s > start_s:
            found.append(Span(float(start_s), float(end_s), span.label))
    return tuple(found)
