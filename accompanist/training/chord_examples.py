"""Onsets as the ear for chords hears them, with the chord that is true there; and what follows.

Views are taken where the listener takes them, at every onset of songs with reviewed chords, heard
whole or one hand at a time, and of charts played by rule, where the qualities are that songs lack.
Which chord follows which is read off all charts.
"""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from tqdm import tqdm

from accompanist.inference.model import StreamingModel
from accompanist.listening.chord_evidence import held_rows, view_of
from accompanist.listening.chord_states import state_of
from accompanist.listening.key import KeyTracker
from accompanist.listening.key_evidence import LearnedKeyEvidence
from accompanist.listening.key_profile import heard_of
from accompanist.listening.onset import SPREAD_S, OnsetGrouper
from accompanist.listening.sounding import SoundingNotes
from accompanist.music.chord import NO_CHORD, Chord, parse_chord
from accompanist.music.events import NoteOn
from accompanist.music.key import Key
from accompanist.training.chart import Chart
from accompanist.training.comping import chord_spans, comped, excerpt, moved, recoloured
from accompanist.training.key_examples import charts
from accompanist.training.performances import MELODY, PIANO, Performance
from accompanist.training.pop909cl import Truth, truth_of
from accompanist.training.songs import read_pop909, with_roles
from accompanist.training.splits import pieces

Onsets = tuple[NDArray[np.float32], NDArray[np.int64]]
"""Views (n, ROWS, 12), and the state (see `chord_states`) that is true at each (n,)."""

_KEY_STEP_S = 0.1
_EARLY_S = 0.04
_HANDS: tuple[tuple[int, ...], ...] = ((MELODY, PIANO), (MELODY, PIANO), (PIANO,), (MELODY,))
_EXCERPT_BEATS = 64
_RECOLOURED = 0.35
_KEY_UNKNOWN, _KEY_SURE = 0.2, (0.4, 0.95)


def songs_seen(data: Path, split: str, model: StreamingModel) -> Onsets:
    """Onsets of songs; held-out songs are heard with both hands only."""
    listed = pieces(data, "pop909", split)
    songs = tqdm(read_pop909(data, listed), "hearing songs", len(listed), disable=None)
    found: list[tuple[NDArray[np.float32], int]] = []
    for number, song in enumerate(songs):
        hands = _HANDS[number % len(_HANDS)] if split == "train" else _HANDS[0]
        if song.chords:
            found += onsets(with_roles(song, hands), model)
    return _stacked(found)


def charts_seen(data: Path, split: str, model: StreamingModel) -> Onsets:
    """Onsets of charts played by rule, some of their chords recoloured."""
    chance = np.random.default_rng(0)
    found: list[tuple[NDArray[np.float32], int]] = []
    for chart in tqdm(list(charts(data, split)), "playing charts", disable=None):
        start = int(chance.integers(0, max(1, len(chart.chords) - _EXCERPT_BEATS)))
        part = moved(excerpt(chart, start, _EXCERPT_BEATS), int(chance.integers(-6, 6)))
        performance = comped(recoloured(part, chance, _RECOLOURED), chance)
        if len(performance.notes):
            found += onsets(performance, model)
    return _stacked(found)


def onsets(
    performance: Performance, model: StreamingModel
) -> Iterator[tuple[NDArray[np.float32], int]]:
    """The view at every onset, with the state that is true there; onsets of no chord left out."""
    starts_s = np.array([span.start_s for span in performance.chords])
    chords = [parse_chord(span.label) for span in performance.chords]
    sounding, grouper = SoundingNotes(), OnsetGrouper()
    key = KeyTracker(LearnedKeyEvidence(model))
    key_s, closes_s = 0.0, np.inf
    for event in performance.events():
        while key_s <= event.time_s:
            sounding.forget(key_s)
            key.hear(heard_of(sounding, key_s), _KEY_STEP_S)
            key_s += _KEY_STEP_S
        if event.time_s >= closes_s:
            onset = grouper.close(closes_s)
            if onset is not None:
                place = int(np.searchsorted(starts_s, onset.time_s + _EARLY_S, side="right")) - 1
                chord = chords[place] if place >= 0 else NO_CHORD
                if chord.root is not None:
                    yield view_of(sounding, closes_s, key.posterior), state_of(chord)
            closes_s = np.inf
        if isinstance(event, NoteOn):
            grouper.hear(event)
            closes_s = min(closes_s, event.time_s + SPREAD_S)
        sounding.hear(event)


def _stacked(found: list[tuple[NDArray[np.float32], int]]) -> Onsets:
    return np.stack([view for view, _ in found]), np.array([state for _, state in found])


def progressions(data: Path, split: str) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Chords held (n, 12, `HELD_WIDTH`) under simulated beliefs of the key, and what followed."""
    chance = np.random.default_rng(0)
    rows: list[NDArray[np.float32]] = []
    following: list[int] = []
    for chart in tqdm([*charts(data, split), *_song_charts(data, split)], disable=None):
        spans = chord_spans(chart.chords)
        for (_, _, held), (_, _, after) in pairwise(spans):
            if held.root is not None and after.root is not None:
                rows.append(held_rows(held, _believed(chart.key, chance)))
                following.append(state_of(after))
    return np.stack(rows), np.array(following)


def _song_charts(data: Path, split: str) -> Iterator[Chart]:
    for piece in pieces(data, "pop909", split):
        truth = truth_of(data, piece)
        if truth is not None and truth.chords:
            yield _chart(piece, truth)


def _chart(piece: str, truth: Truth) -> Chart:
    beats = range(int(truth.chords[-1].end_beats))
    chords: tuple[Chord, ...] = tuple(truth.chord_at(beat + 0.1) for beat in beats)
    return Chart(piece, truth.beats_per_bar, chords, (), truth.key_at(beats[-1] / 2))


def _believed(key: Key, chance: Generator) -> NDArray[np.float32]:
    """Chances of keys (2, 12) as an ear may have them where this key is true."""
    chances = np.zeros(24, np.float32)
    if key.tonic is None or chance.random() < _KEY_UNKNOWN:
        return chances.reshape(2, 12)
    sure = chance.uniform(*_KEY_SURE)
    minor = key.mode == "minor"
    relative = Key((key.tonic + (3 if minor else 9)) % 12, "major" if minor else "minor")
    chances[key.index], chances[relative.index] = sure, 1.0 - sure
    return chances.reshape(2, 12)
