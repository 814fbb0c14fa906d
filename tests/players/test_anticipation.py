"""The learned guess of the coming chord, with the shipped model."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from accompanist.inference.model import StreamingModel
from accompanist.music.chord import NO_CHORD, Chord
from accompanist.music.chord import QUALITIES as KNOWN
from accompanist.music.key import Key
from accompanist.players.anticipation import (
    CLASSES,
    INPUT_WIDTH,
    NONE,
    ModelAnticipator,
    beat_row,
    chord_class,
    likeliest,
)
from accompanist.players.expectation import Expectation
from accompanist.players.player import BeatEvidence
from accompanist.players.understudy import RuleAnticipator

ROUND = (Chord(0), Chord(9, "min"), Chord(5), Chord(7))


def anticipator():
    return ModelAnticipator(StreamingModel("anticipation"))


def heard(beat, chord, key):
    """A beat on which a chord is played fully and recognised."""
    chroma, bass = np.zeros(12, np.float32), np.zeros(12, np.float32)
    chroma[list(chord.pitch_classes)] = 1 / 3
    bass[chord.root] = 1.0
    posterior = np.full(25, 0.004, np.float32)
    posterior[chord.root + 12 * (chord.quality == "min")] = 0.904
    keys = np.full(25, 0.004, np.float32)
    keys[key.index] = 0.904
    return BeatEvidence(beat, beat % 4, 4, chroma, bass, chroma, chord, posterior, keys)


def expectations(transposition=0, rounds=4):
    """What is expected of every beat after the first, one chord a bar, and what comes."""
    player = Expectation(anticipator(), RuleAnticipator())
    key = Key(transposition % 12, "major")
    chords = [c.transposed(transposition) for _ in range(rounds) for c in ROUND for _ in range(4)]
    said = [player.expect(heard(beat, chord, key)) for beat, chord in enumerate(chords[:-1])]
    return said, chords[1:]


def test_within_a_bar_the_chord_is_expected_to_stay():
    said, truth = expectations()
    inside = [
        chord == true
        for beat, ((chord, _), true) in enumerate(zip(said, truth, strict=True))
        if beat % 4 < 3
    ]
    assert sum(inside) > 0.9 * len(inside)


def test_a_repeated_progression_is_learned_while_it_is_played():
    said, truth = expectations(rounds=6)
    at_bars = [
        chord.root == true.root
        for beat, ((chord, _), true) in enumerate(zip(said, truth, strict=True))
        if beat % 4 == 3 and beat > 48
    ]
    assert sum(at_bars) >= 0.7 * len(at_bars)


def test_probability_is_lower_where_the_chord_may_change():
    said, _ = expectations(rounds=2)
    probabilities = [probability for _, probability in said]
    assert np.mean(probabilities[3::4]) < np.mean(probabilities[1::4])


def test_a_chord_of_the_song_is_guessed_a_bar_ahead():
    player = anticipator()
    assert player.in_a_bar is None
    for beat in range(32):
        player.expect(heard(beat, ROUND[beat // 4 % 4], Key(0)))
    chord, probability = player.in_a_bar
    assert chord.root in {chord.root for chord in ROUND}
    assert 0.0 < probability <= 1.0


def test_state_put_back_expects_the_same_again():
    player = anticipator()
    beats = [heard(beat, ROUND[beat // 4 % 4], Key(0)) for beat in range(24)]
    for beat in beats[:10]:
        player.expect(beat)
    remembered = player.state
    first = [player.expect(beat) for beat in beats[10:]]
    player.state = remembered
    assert [player.expect(beat) for beat in beats[10:]] == first


def test_a_coloured_chord_counts_with_its_triad():
    chances = np.zeros(CLASSES, np.float32)
    chances[chord_class(Chord(7, "maj"))] = 0.2
    chances[chord_class(Chord(7, "7"))] = 0.3
    chances[chord_class(Chord(0, "maj"))] = 0.4
    chord, probability = likeliest(chances)
    assert (chord, round(probability, 3)) == (Chord(7, "7"), 0.5)


def test_no_chord_is_expected_when_none_is_likeliest():
    chances = np.zeros(CLASSES, np.float32)
    chances[NONE] = 1.0
    assert likeliest(chances) == (NO_CHORD, 1.0)


@given(st.integers(0, 11), st.sampled_from(("maj", "min", "7", "maj7", "min7", "dim")))
def test_every_class_names_the_chord_it_was_made_from(root, quality):
    chances = np.zeros(CLASSES, np.float32)
    chances[chord_class(Chord(root, quality))] = 1.0
    assert likeliest(chances) == (Chord(root, quality), 1.0)


def test_a_beat_is_told_in_as_many_numbers_as_the_model_takes():
    assert beat_row(heard(0, Chord(0), Key(0))).shape == (INPUT_WIDTH,)
    assert StreamingModel("anticipation").card["inputs"]["beat"] == [1, INPUT_WIDTH]


def test_a_chord_of_a_players_own_counts_by_its_third(monkeypatch):
    monkeypatch.setitem(KNOWN, "dark", (0, 3, 10))
    monkeypatch.setitem(KNOWN, "fourths", (0, 5, 10))
    assert chord_class(Chord(2, "dark")) == chord_class(Chord(2, "min"))
    assert chord_class(Chord(2, "fourths")) == chord_class(Chord(2))
