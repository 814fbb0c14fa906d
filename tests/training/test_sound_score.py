"""Excerpts of scores keep their truth wherever they begin and however they are played."""

import numpy as np
import pytest

from accompanist.training.performances import MELODY, PIANO, Span
from accompanist.training.sound_excerpt import Playing, excerpt
from accompanist.training.sound_performed import Feel, performed, without_harmony
from accompanist.training.sound_score import DRUMS, pedalled
from tests.training.sounds import quarters, score_of

STILL = {PIANO: Feel(0.0, 0.0), DRUMS: Feel(0.0, 0.0)}


def played(score, first_beat=0.0, lead_s=0.0, length_s=8.0, period_s=0.5, feels=STILL):
    periods_s = np.full(len(score.downbeats), period_s)
    random = np.random.default_rng(0)
    return performed(score, first_beat, periods_s, lead_s, length_s, feels, random)


def test_the_first_beat_falls_when_the_silence_before_it_is_over():
    parts, truth = played(score_of(quarters()), first_beat=4.0, lead_s=1.25)
    assert parts[PIANO].on_s[0] == pytest.approx(1.25)
    np.testing.assert_allclose(truth.beats_s[:3], [1.25, 1.75, 2.25])
    assert list(truth.downbeats[:5]) == [1, 0, 0, 0, 1]


def test_beats_are_true_from_the_first_note_to_the_last():
    score = score_of(quarters()[4:9])
    _, truth = played(score, length_s=30.0)
    np.testing.assert_allclose(truth.beats_s, [2.0, 2.5, 3.0, 3.5, 4.0])


def test_truth_lies_on_the_beats_and_not_on_what_was_played_late():
    parts, truth = played(score_of(quarters()), feels={PIANO: Feel(0.03, 0.0)})
    np.testing.assert_allclose(parts[PIANO].on_s[:4] - truth.beats_s[:4], 0.03)


def test_chords_and_keys_end_with_the_excerpt():
    score = score_of(
        quarters(), chords=[(0, 4, "C:maj"), (4, 40, "G:7")], keys=[(0, 99, "C major")]
    )
    _, truth = played(score)
    assert truth.chords == (Span(0.0, 2.0, "C:maj"), Span(2.0, 8.0, "G:7"))
    assert truth.keys == (Span(0.0, 8.0, "C major"),)


def test_transposing_moves_chords_and_keys_but_no_drum():
    rows = [*quarters(4), *quarters(4, 36, DRUMS)]
    score = score_of(rows, chords=[(0, 4, "C:min7")], keys=[(0, 4, "A minor")]).transposed(3)
    assert set(score.roles(PIANO).pitch) == {63}
    assert set(score.roles(DRUMS).pitch) == {36}
    assert score.chords[0].label == "Eb:min7"
    assert score.keys[0].label == "C minor"


def test_a_key_comes_up_before_it_is_struck_anew():
    score = score_of([(0.0, 3.0, 60, 90, PIANO), (1.0, 1.5, 60, 90, PIANO)])
    parts, _ = played(score)
    assert parts[PIANO].off_s[0] < parts[PIANO].on_s[1]


def test_the_pedal_holds_notes_until_the_chord_changes():
    score = score_of(quarters(8), beats=8, chords=[(0, 2, "C:maj"), (2, 8, "F:maj")])
    held = pedalled(score, np.random.default_rng(0))
    assert 2.0 <= held.off[0] <= 2.1
    assert 4.0 <= held.off[3] <= 4.1


def test_drums_have_neither_chord_nor_key():
    _, truth = played(score_of(quarters(32, 36, DRUMS)))
    told = without_harmony(truth, 8.0)
    assert [span.label for span in (*told.chords, *told.keys)] == ["N", "no key"]


@pytest.mark.parametrize("seed", range(8))
def test_excerpts_keep_their_notes_near_the_beats_they_were_written_on(seed):
    score = score_of(quarters(64), beats=64)
    random = np.random.default_rng(seed)
    parts, truth = excerpt(score, Playing([], tight=True, band=True), random, 12.0)
    for on_s in parts[PIANO].on_s:
        assert np.abs(truth.beats_s - on_s).min() < 0.25 * np.diff(truth.beats_s).min()


def test_parts_keep_apart():
    score = score_of([*quarters(8), *quarters(8, 72, MELODY)])
    parts, _ = played(score, feels={PIANO: Feel(0.0, 0.0), MELODY: Feel(0.01, 0.0)})
    assert set(parts[MELODY].pitch) == {72}
    assert set(parts[PIANO].pitch) == {60}
