"""Figures of chords, basses and grooves made by hand are plain to see."""

import math
from dataclasses import replace

import numpy as np
import pytest

from tests.training.tiny import torch_or_skip

torch_or_skip()

from accompanist.music.chord import NO_CHORD, Chord  # noqa: E402
from accompanist.players.drums import PITCHES  # noqa: E402
from accompanist.training.anticipation_scores import true_chords  # noqa: E402
from accompanist.training.groove import Drumming  # noqa: E402
from accompanist.training.playing_bass import (  # noqa: E402
    approaches,
    live_bass,
    rooted_bass,
)
from accompanist.training.playing_drums import alike, understudy_figures  # noqa: E402
from accompanist.training.playing_harmony import (  # noqa: E402
    NATS,
    RIGHT,
    human_figures,
    live_figures,
    markov_figures,
    recovery_beats,
)
from accompanist.training.playing_loops import loop_figures, repeated_share  # noqa: E402
from accompanist.training.playing_songs import pushed  # noqa: E402
from accompanist.training.playing_takes import SoundedNote  # noqa: E402
from tests.training.played import SONG, TRUTH, playing  # noqa: E402


def bass(pitches, step=1.0):
    return [SoundedNote("bass", place * step, step, p, 80) for place, p in enumerate(pitches)]


def kicks(beats):
    return [SoundedNote("drums", float(beat), 0.2, 36, 100) for beat in beats]


def test_true_chords_announced_in_time_are_as_good_as_human():
    figures, human = live_figures(playing()), human_figures(SONG)
    for name in ("NiC", "coupling", "CHE", "CC", "NiC after a heard beat"):
        assert figures[name] == human[name]
    assert figures["NiC"] == 1.0
    assert figures["CHE"] == pytest.approx(math.log(4))
    assert figures[RIGHT] == 1.0


def test_chords_that_come_late_lose_the_changes_and_their_surprise_grows():
    late = (NO_CHORD, *TRUTH[:-1])
    figures = live_figures(playing(late))
    assert figures[RIGHT] == pytest.approx(1 / 23)
    assert figures[NATS] > live_figures(playing())[NATS]
    assert figures["NiC"] < figures["NiC once begun"] < 1.0
    assert figures["NiC after a heard beat"] == 1.0


def test_one_chord_throughout_has_no_coupling():
    figures = live_figures(playing((Chord(0),) * len(TRUTH)))
    assert figures["CHE"] == 0.0
    assert abs(figures["coupling"]) < 0.1
    assert figures["NiC"] < 0.7


def test_accompaniment_that_sounds_the_melody_is_inside_it():
    inside = [SoundedNote("harmony", n.onset_beats, 1.0, n.pitch, 60) for n in SONG.melody]
    outside = [replace(n, pitch=n.pitch + 1) for n in inside]
    assert live_figures(playing(notes=inside))["NiC of the notes"] == 1.0
    assert live_figures(playing(notes=outside))["NiC of the notes"] < 0.2


def test_markov_chains_know_a_loop_that_they_were_taught():
    found = markov_figures([SONG], [list(TRUTH)] * 3)
    assert found["Markov of order 3"]["four chords"][RIGHT] == 1.0
    assert found["Markov of order 3"]["four chords"][NATS] < 1.0


def test_recovery_counts_beats_from_the_push():
    moved = pushed(SONG, 16, 6)
    truth = true_chords(moved)
    after_six = tuple(TRUTH[:22]) + tuple(truth[22:])
    assert recovery_beats(playing(), playing(after_six, song=moved), 16) == 6.0
    assert recovery_beats(playing(), playing(tuple(truth), song=moved), 16) == 0.0
    assert recovery_beats(playing(), playing(TRUTH, song=moved), 16) == 13.0


def test_a_bass_on_roots_and_kicks_is_told_from_one_off_them():
    roots = [36 + (chord.root or 0) for chord in TRUTH]
    right = live_bass(playing(notes=bass(roots) + kicks(range(0, 32, 2))))
    wrong = live_bass(playing(notes=bass([pitch + 1 for pitch in roots]) + kicks(range(0, 32, 2))))
    assert right["root on chord change"] == right["chord tone on strong beats"] == 1.0
    assert wrong["root on chord change"] == 0.0
    assert right["range"] == 9.0


def test_a_bass_true_to_a_chord_misheard_is_right_by_what_was_heard_alone():
    misheard = tuple(chord.transposed(2) for chord in TRUTH)
    roots = [36 + (chord.root or 0) for chord in misheard]
    figures = live_bass(playing(misheard, notes=bass(roots)))
    assert figures["root on a chord heard"] == 1.0
    assert figures["root on chord change"] == 0.0
    assert rooted_bass(playing(misheard))["root on a chord heard"] == 1.0


def test_a_silent_bass_has_no_figures():
    assert live_bass(playing()) == {}


def test_kick_lock_falls_when_the_kicks_are_shifted():
    part = live_bass(playing(notes=bass([36] * 8, 4.0) + kicks(range(0, 32, 4))))
    assert part["kick lock, straight"] == 1.0
    assert part["kick lock, shifted"] == 0.0


def test_approach_notes_are_those_a_step_from_the_new_root():
    chords = (Chord(0),) * 16 + (Chord(5),) * 16
    assert approaches([(0, 36), (12, 40)], chords) == [True]
    assert approaches([(0, 36), (12, 43)], chords) == [True]
    assert approaches([(0, 36), (12, 36)], chords) == [False]
    assert approaches([(0, 36)], chords) == []


def test_bars_are_as_alike_as_what_they_share():
    bar = np.zeros((4, 2), bool)
    bar[0, 0] = bar[2, 1] = True
    other = np.zeros((4, 2), bool)
    other[0, 0] = other[3, 1] = True
    assert alike(np.concatenate([bar, bar]), 4) == pytest.approx(1.0)
    assert alike(np.concatenate([bar, other]), 4) == pytest.approx(0.5)
    assert alike(np.concatenate([bar, np.zeros((4, 2), bool)]), 4) == 0.0
    assert math.isnan(alike(np.zeros((8, 2), bool), 4))


def test_a_drummer_alone_is_judged_on_the_bars_that_a_human_played():
    hits = np.zeros((64, 9), bool)
    hits[::8, 0] = True
    ones = hits.astype(np.float32)
    human = Drumming("g", "rock", np.zeros(64, bool), 4, 120.0, 0.5, hits, 0.5 * ones, 0.1 * ones)
    same = understudy_figures(human, human)
    assert (same["F1 of the next bar"], same["velocity error"]) == (1.0, 0.0)
    softer = replace(human, velocity=0.25 * ones, offset=0.0 * ones)
    figures = understudy_figures(softer, human)
    assert figures["velocity error"] == pytest.approx(0.25 * 127)
    assert figures["lateness error in ms"] == pytest.approx(12.5)
    hits_late = np.roll(hits, 1, axis=0)
    assert understudy_figures(replace(human, hits=hits_late), human)["F1 of the next bar"] == 0.0


def test_a_loop_of_eight_bars_is_found_out_and_a_change_in_it_excuses():
    loop = [SoundedNote("drums", 4.0 * bar, 0.2, PITCHES[bar % 2], 90) for bar in range(16)]
    assert repeated_share(loop, 16, 16) == pytest.approx(7 / 9)
    varied = [replace(n, pitch=PITCHES[bar % 5 % 3]) for bar, n in enumerate(loop)]
    changing = [replace(n, beat=n.beat + bar / 4 % 4) for bar, n in enumerate(varied)]
    assert repeated_share(changing, 16, 16) < repeated_share(loop, 16, 16)
    assert math.isnan(repeated_share([], 16, 16))


def test_loops_are_told_by_part():
    figures = loop_figures(playing(notes=bass([36, 38] * 16) + kicks(range(32))))
    assert figures["bass: adjacent bars alike"] == pytest.approx(1.0)
    assert figures["drums: eight bars again"] == 0.0
