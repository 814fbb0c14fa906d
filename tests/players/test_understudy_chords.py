"""The anticipator without a model learns loops and knows how sure it is."""

from dataclasses import replace

import numpy as np
import pytest

from accompanist.music.chord import NO_CHORD, Chord, parse_chord
from accompanist.players.player import BeatEvidence, nothing_recalled
from accompanist.players.understudy_chords import REMEMBERED_BEATS, RuleAnticipator
from accompanist.players.understudy_ear import usual_in_key

UNSURE = np.full(25, 1 / 25, np.float32)
LOOP = ["C:maj", "G:maj", "A:min", "F:maj"]


def evidence(beat: int, chord: Chord, label: Chord | None = None) -> BeatEvidence:
    """A beat of a block chord with its root below; `label` is the listener's, if it differs."""
    chroma, bass = np.zeros((2, 12), np.float32)
    if chord.root is not None:
        chroma[list(chord.pitch_classes)] = 1 / len(chord.pitch_classes)
        bass[chord.root] = 1.0
    return BeatEvidence(
        beat=beat,
        beat_in_bar=beat % 4,
        beats_per_bar=4,
        chroma=chroma,
        bass_chroma=bass,
        melody=chroma,
        chord=chord if label is None else label,
        chord_posterior=UNSURE,
        key_posterior=UNSURE,
    )


def by_beat(labels: list[str], beats: int) -> list[Chord]:
    return [parse_chord(labels[beat // 4 % len(labels)]) for beat in range(beats)]


def expectations(anticipator: RuleAnticipator, chords: list[Chord]) -> list[tuple[Chord, float]]:
    return [anticipator.expect(evidence(beat, chord)) for beat, chord in enumerate(chords)]


def test_before_anything_is_heard_no_chord_is_expected():
    assert RuleAnticipator().expect(evidence(0, NO_CHORD)) == (NO_CHORD, 1.0)


def test_what_was_recalled_is_forgotten_with_the_state():
    anticipator = RuleAnticipator()
    before = anticipator.state
    anticipator.expect(evidence(0, parse_chord("C:maj")))
    assert anticipator.recalled[0].argmax() == 0
    anticipator.state = before
    anticipator.expect(evidence(1, NO_CHORD))
    assert (anticipator.recalled == nothing_recalled()).all()
    assert anticipator.in_a_bar is None


def test_a_chord_is_expected_to_go_on_within_the_bar():
    chord, probability = RuleAnticipator().expect(evidence(0, parse_chord("C:maj")))
    assert chord == parse_chord("C:maj")
    assert probability > 0.5


def test_a_loop_heard_twice_is_foretold_at_every_beat():
    chords = by_beat(LOOP, 65)
    expected = expectations(RuleAnticipator(), chords)
    assert [chord for chord, _ in expected[36:64]] == chords[37:65]


def test_a_loop_heard_twice_is_foretold_a_bar_ahead():
    anticipator, chords = RuleAnticipator(), by_beat(LOOP, 72)
    assert anticipator.in_a_bar is None
    further = []
    for beat, chord in enumerate(chords[:64]):
        anticipator.expect(evidence(beat, chord))
        further.append(anticipator.in_a_bar[0])
    assert further[36:64] == chords[41:69]


def test_a_loop_heard_four_times_is_foretold_with_confidence():
    expected = expectations(RuleAnticipator(), by_beat(LOOP, 64))
    assert min(probability for _, probability in expected[-16:]) > 0.8


def test_an_eight_bar_phrase_is_learned_on_its_first_return():
    labels = ["C:maj", "A:min", "F:maj", "G:maj", "C:maj", "E:min", "D:min", "G:7"]
    chords = by_beat(labels, 97)
    expected = expectations(RuleAnticipator(), chords)
    assert [chord for chord, _ in expected[48:96]] == chords[49:97]


def test_the_probability_comes_true_about_as_often_as_it_says():
    generator = np.random.default_rng(3)
    chords: list[Chord] = []
    for bar in range(300):
        strays = generator.random() < 0.25
        label = "D:min" if strays else LOOP[bar % 4]
        chords += [parse_chord(label)] * 4
    expected = expectations(RuleAnticipator(), chords)
    downbeats = range(103, 1199, 4)
    came = [expected[beat][0] == chords[beat + 1] for beat in downbeats]
    said = [expected[beat][1] for beat in downbeats]
    assert np.mean(said) == pytest.approx(np.mean(came), abs=0.08)


def test_surprise_lowers_the_probability():
    anticipator = RuleAnticipator()
    chords = by_beat(LOOP, 64)
    before = expectations(anticipator, chords)[-1][1]
    for bar, label in enumerate(["Eb:maj", "B:min", "C#:maj", "G:min"]):
        for beat in range(4):
            _, after = anticipator.expect(evidence(64 + 4 * bar + beat, parse_chord(label)))
    assert after < before - 0.2


def test_through_silence_the_loop_goes_on():
    anticipator = RuleAnticipator()
    expectations(anticipator, by_beat(LOOP, 64))
    coming = [anticipator.expect(evidence(64 + beat, NO_CHORD))[0] for beat in range(16)]
    assert coming == by_beat(LOOP, 81)[65:]


def test_the_same_loop_in_seventh_chords_counts_as_the_same():
    anticipator = RuleAnticipator()
    expectations(anticipator, by_beat(LOOP, 32))
    chords = by_beat(["C:maj7", "G:7", "A:min7", "F:maj7"], 33)
    coming = expectations(anticipator, chords)
    assert [chord.root for chord, _ in coming[:32]] == [chord.root for chord in chords[1:33]]


def test_a_loop_taken_a_tone_higher_is_recognised_within_two_bars():
    anticipator = RuleAnticipator()
    higher = [parse_chord(label).transposed(2) for label in LOOP]
    chords = [*by_beat(LOOP, 64), *(higher[beat // 4 % 4] for beat in range(25))]
    expected = [chord for chord, _ in expectations(anticipator, chords[:88])]
    assert expected[72:88] == chords[73:89]


def test_a_late_listener_is_not_waited_for():
    anticipator = RuleAnticipator()
    chords = by_beat(LOOP, 65)
    late = [chords[0], *chords]
    expected = [anticipator.expect(evidence(b, chords[b], late[b]))[0] for b in range(64)]
    assert expected[36:64] == chords[37:65]


def test_what_is_left_open_goes_to_the_chords_of_the_key():
    c_major = np.eye(25, dtype=np.float32)[0]
    beat = replace(evidence(0, NO_CHORD), key_posterior=c_major)
    usual = usual_in_key(beat)
    assert usual.sum() == pytest.approx(1.0)
    assert set(np.argsort(usual)[-6:]) == {0, 5, 7, 12 + 2, 12 + 4, 12 + 9}


def test_a_state_put_back_gives_the_same_expectation():
    anticipator = RuleAnticipator()
    chords = by_beat(LOOP, 40)
    expectations(anticipator, chords[:30])
    memory = anticipator.state
    first = expectations(anticipator, chords[30:])
    anticipator.state = memory
    assert expectations(anticipator, chords[30:]) == first


def test_after_a_reset_nothing_is_remembered():
    anticipator = RuleAnticipator()
    expectations(anticipator, by_beat(LOOP, 40))
    anticipator.reset()
    assert anticipator.expect(evidence(0, NO_CHORD)) == (NO_CHORD, 1.0)


def test_memory_does_not_grow_without_bound():
    anticipator = RuleAnticipator()
    expectations(anticipator, by_beat(LOOP, REMEMBERED_BEATS + 100))
    assert len(anticipator.state.history) == REMEMBERED_BEATS
