"""The learned bass, with the shipped model."""

from hypothesis import given
from hypothesis import strategies as st

from accompanist.music.band import PlannedNote
from accompanist.music.chord import NO_CHORD
from accompanist.players.bass import HIGHEST, HIGHEST_PLAYED, LOWEST, nearest_pitch
from tests.players.frames import frame
from tests.players.learned import (
    SONG,
    bassist,
    drummer,
    play,
    play_together,
    song_frames,
    steadily_rising,
)

SEEDS = (1, 2, 3, 4)
NO_KEY_POSTERIOR = frame().key_posterior * 0.0


def lines(bars, **changes):
    """What bass and drums play together with several seeds, the bass alone."""
    return [
        note
        for seed in SEEDS
        for note in play_together((drummer(), bassist()), song_frames(bars, seed=seed, **changes))
        if note.part == "bass"
    ]


def test_the_same_seed_plays_the_same_line():
    assert play(bassist(), song_frames(8, seed=7)) == play(bassist(), song_frames(8, seed=7))


def test_state_put_back_plays_the_same_notes_again():
    player, frames = bassist(), song_frames(8)
    play(player, frames[:40])
    remembered = player.state
    first = play(player, frames[40:])
    player.state = remembered
    assert first
    assert play(player, frames[40:]) == first


def test_every_bar_has_a_bass_note():
    notes = play(bassist(), song_frames(8))
    assert {int(note.onset_beats + 0.25) // 4 for note in notes} == set(range(8))


def test_the_root_is_struck_where_the_chord_changes():
    first_notes = [
        note for note in lines(16) if abs(note.onset_beats / 4 - round(note.onset_beats / 4)) < 0.03
    ]
    roots = [note.pitch % 12 == SONG[round(note.onset_beats / 4) % 4].root for note in first_notes]
    assert sum(roots) > 0.8 * len(roots)


def test_notes_stay_low_on_the_instrument():
    for note in lines(8, outside=1.0, density=1.0):
        assert LOWEST <= note.pitch <= HIGHEST_PLAYED
        assert 1 <= note.velocity <= 127


def test_on_the_beat_only_tones_of_the_chord_are_struck():
    player = bassist()
    for each in song_frames(16, density=0.8):
        for note in player.play(each):
            if each.step == 0:
                assert note.pitch % 12 in each.chord.pitch_classes


def test_no_note_lasts_into_another_chord():
    for note in play(bassist(), song_frames(16)):
        begins = note.onset_beats + 0.13
        assert note.onset_beats + note.length_beats <= 4 * (begins // 4 + 1) + 0.02


def test_more_density_means_more_notes():
    counts = [len(lines(8, density=density)) for density in (0.0, 0.5, 1.0)]
    assert steadily_rising(counts)


def test_more_intensity_means_harder_notes():
    means = []
    for intensity in (0.0, 0.5, 1.0):
        notes = lines(8, intensity=intensity)
        means.append(sum(note.velocity for note in notes) / len(notes))
    assert steadily_rising(means)
    assert means[2] > means[0] + 15


def test_a_note_struck_with_a_late_kick_is_as_late():
    kick = PlannedNote("drums", 0.03, 0.25, 36, 90, "model")
    (note,) = bassist().play(frame(index=0, ensemble=(kick,)))
    assert note.onset_beats == 0.03


def test_without_chord_or_key_the_bass_waits():
    silent = song_frames(1, chord=NO_CHORD, next_chord=NO_CHORD, key_posterior=NO_KEY_POSTERIOR)
    assert play(bassist(), silent) == []


def test_without_chord_it_stands_on_the_tonic_of_a_sure_key():
    notes = play(bassist(), song_frames(2, chord=NO_CHORD, next_chord=NO_CHORD))
    assert notes[0].pitch % 12 == 0


@given(st.integers(0, 11), st.floats(-3.0, 3.0))
def test_the_nearest_pitch_is_of_its_class_and_on_the_instrument(pitch_class, height):
    pitch = nearest_pitch(pitch_class, height)
    assert pitch % 12 == pitch_class
    assert LOWEST <= pitch <= HIGHEST
