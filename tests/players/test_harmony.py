"""The learned comping hand, with the shipped model."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from accompanist.music.chord import NO_CHORD, QUALITIES, Chord
from accompanist.players.harmony import performer_row
from accompanist.players.player import PerformerOnset
from tests.players.frames import frame
from tests.players.learned import comper, play, song_frames, steadily_rising

SEEDS = (1, 2, 3, 4)


def hands(bars, **changes):
    """What the hand plays with several seeds."""
    return [
        note for seed in SEEDS for note in play(comper(), song_frames(bars, seed=seed, **changes))
    ]


def test_the_same_seed_plays_the_same_strokes():
    assert play(comper(), song_frames(8, seed=7)) == play(comper(), song_frames(8, seed=7))


def test_state_put_back_plays_the_same_notes_again():
    player, frames = comper(), song_frames(8)
    play(player, frames[:40])
    remembered = player.state
    first = play(player, frames[40:])
    player.state = remembered
    assert first
    assert play(player, frames[40:]) == first


@settings(deadline=None, max_examples=15)
@given(
    st.lists(
        st.builds(Chord, st.integers(0, 11), st.sampled_from(list(QUALITIES))),
        min_size=8,
        max_size=8,
    ),
    st.integers(0, 1000),
)
def test_every_note_is_a_tone_of_the_chord_of_its_frame(chords, seed):
    player = comper()
    for index in range(64):
        chord, following = chords[index // 8], chords[min(index + 4, 63) // 8]
        told = frame(index=index, chord=chord, next_chord=following, seed=seed, density=1.0)
        assert {note.pitch % 12 for note in player.play(told)} <= chord.pitch_classes


def test_every_bar_with_a_chord_is_struck():
    for density in (0.0, 0.5):
        notes = play(comper(), song_frames(8, density=density))
        assert {int(note.onset_beats + 0.25) // 4 for note in notes} == set(range(8))


def test_without_a_chord_the_hand_rests():
    assert play(comper(), song_frames(2, chord=NO_CHORD)) == []


def test_an_unsure_chord_is_not_struck_on_the_beat_where_it_begins():
    for note in hands(16, chord_probability=0.3):
        place = note.onset_beats % 4
        assert min(place, 4 - place) > 0.1


def test_no_note_lasts_into_another_chord():
    for note in hands(16):
        bar = (note.onset_beats + 0.13) // 4
        assert note.onset_beats + note.length_beats <= 4 * (bar + 1) + 0.02


def test_more_density_means_more_notes():
    counts = [len(hands(8, density=density)) for density in (0.0, 0.5, 1.0)]
    assert steadily_rising(counts)


def test_more_intensity_means_harder_strokes():
    means = []
    for intensity in (0.0, 0.5, 1.0):
        notes = hands(8, intensity=intensity)
        means.append(sum(note.velocity for note in notes) / len(notes))
    assert steadily_rising(means)
    assert means[2] > means[0] + 15


def test_chords_follow_each_other_without_jumps():
    notes = play(comper(), song_frames(16))
    middles = [
        np.mean([n.pitch for n in notes if bar <= (n.onset_beats + 0.25) // 4 < bar + 1])
        for bar in range(16)
    ]
    assert max(abs(np.diff(middles))) < 7


def test_a_silent_performer_is_told_as_silence():
    assert performer_row((), 8.0) == (0.0, 0.5, 1.0, 0.0)


def test_only_the_last_four_beats_of_the_performer_count():
    onsets = (PerformerOnset(1.0, 90, 127), PerformerOnset(6.0, 72, 64))
    assert performer_row(onsets, 8.0) == (1 / 16, 64 / 127, 0.5, 1.0)
