"""The band remembers what the performer played, and how it sounded."""

import numpy as np

from accompanist.music.events import Attack, NoteOff, NoteOn, ToneOff, ToneOn
from accompanist.players.performer import MOST_ONSETS, PerformerMemory
from accompanist.players.player import PerformerOnset


def test_onsets_older_than_the_span_are_forgotten():
    memory = PerformerMemory()
    memory.hear(NoteOn(0.0, 60, 80), 0.0)
    memory.hear(NoteOn(2.0, 64, 90), 4.0)
    assert memory.recent(now_beats=4.5, span_beats=4.0) == (PerformerOnset(4.0, 64, 90),)


def test_pitch_classes_weigh_as_long_as_their_keys_are_down():
    memory = PerformerMemory()
    memory.hear(NoteOn(0.0, 48, 80), 0.0)
    memory.hear(NoteOn(0.0, 64, 80), 0.0)
    memory.hear(NoteOff(0.25, 64), 0.5)
    every, lowest, highest = memory.take_chroma(0.75)
    assert np.allclose(every[[0, 4]], [0.75, 0.25])
    assert np.allclose(lowest[0], 1.0)
    assert np.allclose(highest[[0, 4]], [2 / 3, 1 / 3])


def test_chroma_counts_only_what_sounded_since_it_was_last_taken():
    memory = PerformerMemory()
    memory.hear(NoteOn(0.0, 48, 80), 0.0)
    memory.hear(NoteOff(0.5, 48), 1.0)
    memory.take_chroma(0.5)
    assert not memory.take_chroma(1.0).any()


def test_drums_have_rhythm_but_no_pitch():
    memory = PerformerMemory()
    memory.hear(NoteOn(0.0, 36, 80, channel=9), 0.0)
    assert len(memory.recent(0.0, 1.0)) == 1
    assert not memory.take_chroma(0.5).any()
    assert not memory.holding


def test_a_held_key_is_not_silence():
    memory = PerformerMemory()
    memory.hear(NoteOn(0.0, 60, 80), 0.0)
    assert memory.holding
    memory.hear(NoteOff(3.0, 60), 6.0)
    assert (memory.holding, memory.last_sounding_s) == (False, 3.0)


def test_memory_of_onsets_is_bounded():
    memory = PerformerMemory()
    for count in range(2 * MOST_ONSETS):
        memory.hear(NoteOn(0.0, 60, 80), count * 1e-6)
    assert len(memory.recent(0.0, 4.0)) == MOST_ONSETS


def test_an_attack_is_remembered_as_rhythm_and_says_that_somebody_plays():
    memory = PerformerMemory()
    memory.hear(Attack(1.5, 0.5), 3.0)
    (onset,) = memory.recent(now_beats=3.5, span_beats=4.0)
    assert (onset.onset_beats, onset.velocity) == (3.0, 64)
    assert (memory.last_sounding_s, memory.holding) == (1.5, False)
    assert not memory.take_chroma(2.0).any()


def test_a_phrase_is_remembered_beyond_the_onsets_that_are_recent():
    memory = PerformerMemory()
    for beat in range(40):
        memory.hear(NoteOn(0.5 * beat, 60, 80), float(beat))
        memory.recent(float(beat), 8.0)
    assert [onset.onset_beats for onset in memory.between(3.0, 7.0)] == [3.0, 4.0, 5.0, 6.0]


def test_a_tone_takes_the_place_of_the_attack_that_it_began_with():
    memory = PerformerMemory()
    memory.hear(Attack(1.0, 0.5), 2.0)
    memory.hear(ToneOn(1.06, 57, 90, 1.02), 2.04)
    assert memory.recent(3.0, 4.0) == (PerformerOnset(2.0, 57, 90),)
    assert memory.between(0.0, 4.0) == (PerformerOnset(2.0, 57, 90),)


def test_a_tone_without_an_attack_is_an_onset_where_it_began():
    memory = PerformerMemory()
    memory.hear(Attack(1.0, 0.5), 2.0)
    memory.hear(ToneOn(1.36, 57, 90, 1.3), 2.6)
    assert [onset.onset_beats for onset in memory.recent(3.0, 4.0)] == [2.0, 2.6]


def test_whoever_holds_a_tone_is_not_silent():
    memory = PerformerMemory()
    memory.hear(ToneOn(1.06, 57, 90, 1.0), 2.0)
    assert memory.silent_s(5.0) == 0.0
    memory.hear(ToneOff(5.0, 57), 10.0)
    assert memory.silent_s(6.0) == 1.0
