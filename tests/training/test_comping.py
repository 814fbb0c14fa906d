"""Charts are played as hands would play them, under the chords that are written."""

import numpy as np
import pytest

from accompanist.music.chord import NO_CHORD, QUALITIES, Chord, parse_chord
from accompanist.music.key import Key
from accompanist.training.chart import Chart
from accompanist.training.chart_arrangements import chart_arrangement
from accompanist.training.comping import (
    FIGURES,
    ROOTLESS,
    accompaniment,
    chord_spans,
    comped,
    excerpt,
    moved,
    recoloured,
)
from accompanist.training.performances import PIANO

TURNAROUND = tuple(
    chord for name in ("D:min7", "G:7", "C:maj7", "C:maj7") for chord in [parse_chord(name)] * 4
)
CHART = Chart("turnaround", 4, TURNAROUND, key=Key(0))


def chance(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_a_chord_lasts_as_long_as_it_is_repeated() -> None:
    assert [(first, end) for first, end, _ in chord_spans(TURNAROUND)] == [(0, 4), (4, 8), (8, 16)]


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize("seed", range(4))
def test_hands_play_tones_of_the_chord_that_is_written(figure: str, seed: int) -> None:
    played = comped(CHART, chance(seed), figure)
    notes = played.notes.only(played.notes.role == PIANO)
    beat_s = float(played.beats_s[1])
    for on_s, pitch in zip(notes.on_s, notes.pitch, strict=True):
        beat = min(int((on_s + 0.05) / beat_s), len(TURNAROUND) - 1)
        chord = TURNAROUND[beat]
        assert chord.root is not None
        rich = {shape % 12 for row in ROOTLESS[chord.quality] for shape in row}
        step = (int(pitch) - chord.root) % 12
        assert step in set(QUALITIES[chord.quality]) | rich


def test_a_rootless_voicing_leaves_the_root_to_the_bass() -> None:
    for seed in range(12):
        notes = accompaniment(TURNAROUND[:4], "rootless", chance(seed))
        roots = [pitch for _, _, pitch, _, _ in notes if pitch % 12 == 2]
        others = [pitch for _, _, pitch, _, _ in notes if pitch % 12 not in (2, 9)]
        assert all(pitch in (38, 50) for pitch in roots)
        assert min(others) >= 48


def test_what_is_true_of_a_chart_is_true_of_its_performance() -> None:
    played = comped(CHART, chance())
    assert [span.label for span in played.chords] == ["D:min7", "G:7", "C:maj7"]
    assert [span.label for span in played.keys] == ["C major"]
    assert played.downbeats.tolist() == [beat % 4 == 0 for beat in range(17)]


def test_the_same_chance_plays_the_same() -> None:
    one, other = comped(CHART, chance(5)), comped(CHART, chance(5))
    assert np.array_equal(one.notes.on_s, other.notes.on_s)
    assert np.array_equal(one.notes.pitch, other.notes.pitch)


def test_a_chart_moves_with_its_key() -> None:
    up = moved(CHART, 3)
    assert up.chords[0].label == "F:min7"
    assert up.key == Key(3)


def test_an_excerpt_begins_on_a_downbeat() -> None:
    part = excerpt(CHART, 6, 8)
    assert [chord.label for chord in part.chords] == ["G:7"] * 4 + ["C:maj7"] * 4


def test_recoloured_chords_keep_their_roots() -> None:
    roots = [chord.root for chord in TURNAROUND]
    changed = recoloured(CHART, chance(1), 1.0)
    assert [chord.root for chord in changed.chords] == roots
    assert changed.chords != CHART.chords
    assert recoloured(CHART, chance(1), 0.0) == CHART


def test_silence_in_a_chart_is_silent() -> None:
    chart = Chart("rest", 4, (NO_CHORD,) * 4 + (Chord(0),) * 4)
    played = comped(chart, chance(), "blocks")
    notes = played.notes.only(played.notes.role == PIANO)
    assert notes.on_s.min() > played.beats_s[4] - 0.05


def test_a_short_chart_is_arranged_again_and_again() -> None:
    song = chart_arrangement(CHART, seed=1)
    assert song.truth.chords[-1].end_beats == 160.0
    assert song.truth.chord_at(17.0).label == "D:min7"
    assert song.truth.key_at(3.0) == Key(0)
    assert max(note.onset_beats for note in song.piano) > 150.0
