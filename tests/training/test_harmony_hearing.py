"""Harmony heard with the true beats, and how often a chord flashes."""

import numpy as np

from accompanist.listening.key_profile import RuleKeyEvidence
from accompanist.music.chord import parse_chord
from accompanist.music.heard import ChordHeard, KeyHeard
from accompanist.music.key import Key
from accompanist.training.chart import Chart
from accompanist.training.comping import comped
from accompanist.training.harmony_hearing import (
    TrueBeats,
    flashes_per_minute,
    harmony_heard,
    keys_heard,
)

CHORDS = tuple(chord for name in ("C", "A:min", "F", "G") * 2 for chord in [parse_chord(name)] * 4)
SONG = comped(Chart("song", 4, CHORDS, key=Key(0)), np.random.default_rng(2), "blocks")


def said(announced_s: float, label: str, revises: float | None = None) -> ChordHeard:
    return ChordHeard(announced_s, announced_s, parse_chord(label), 0.9, revises)


def test_chords_played_in_blocks_are_heard_in_order() -> None:
    heard = [value for value in harmony_heard(SONG) if isinstance(value, ChordHeard)]
    roots = [value.chord.root for value in heard]
    steady = [root for root, before in zip(roots, [None, *roots], strict=False) if root != before]
    assert steady == [0, 9, 5, 7] * 2


def test_the_key_is_heard_alike_alone_and_with_the_chords() -> None:
    beside = [value for value in harmony_heard(SONG) if isinstance(value, KeyHeard)]
    alone = keys_heard(SONG, RuleKeyEvidence())
    assert [value.key for value in alone] == [value.key for value in beside]
    assert alone[-1].key == Key(0)


def test_harmony_is_readier_to_move_on_a_downbeat() -> None:
    beats = TrueBeats(SONG)
    downbeat_s, beat_s = float(SONG.beats_s[4]), float(SONG.beats_s[5])
    assert beats.placed(downbeat_s + 0.01) == (downbeat_s, 0.6)
    assert beats.placed(beat_s + 0.01) == (beat_s, 0.35)
    between_s = 0.5 * (downbeat_s + beat_s)
    assert beats.placed(between_s) == (between_s, 0.06)


def test_a_revised_and_a_short_chord_are_flashes() -> None:
    beat_s = float(SONG.beats_s[1])
    minutes = float(SONG.notes.off_s.max() - SONG.notes.on_s[0]) / 60.0
    steady = [said(4 * k * beat_s, label) for k, label in enumerate(("C", "F", "G"))]
    assert flashes_per_minute(SONG, steady) == 0.0
    short = [*steady, said(steady[-1].announced_s + 0.4 * beat_s, "C")]
    assert flashes_per_minute(SONG, short) * minutes == 1.0
    revised = [*steady, said(20 * beat_s, "C"), said(22 * beat_s, "A:min", 20 * beat_s)]
    assert flashes_per_minute(SONG, revised) * minutes == 1.0
