"""The floors are simple, causal, and say their beats ahead."""

from dataclasses import replace

import numpy as np
import pytest

from accompanist.music.events import NoteOn
from accompanist.music.heard import BeatHeard
from accompanist.training.beat_scores import beat_scores, heard_beats
from accompanist.training.listening_baselines import LEAD_S, IntervalTracker, Metronome, told
from accompanist.training.listening_scores import take
from tests.training.takes import BEATS_S, steady


def test_the_metronome_starts_with_the_first_onset() -> None:
    beats = heard_beats(take(steady(), Metronome()).heard)
    assert beats[0].at_s == BEATS_S[0]
    assert np.diff([beat.at_s for beat in beats]) == pytest.approx(0.5)
    assert beat_scores(steady(), beats)["F_sound"] > 0.9


def test_who_is_told_every_beat_is_right_until_the_tempo_changes() -> None:
    beats_s = np.array([0.0, 1.0, 2.0, 3.0, 3.5, 4.0])
    changing = replace(steady(), beats_s=beats_s, downbeats=np.arange(6) % 4 == 0)
    beats = heard_beats(told(changing))
    assert [beat.at_s for beat in beats] == pytest.approx([2.0, 3.0, 4.0, 4.0])
    assert [beat.downbeat for beat in beats] == [False, False, True, False]
    assert all(beat.announced_s < beat.at_s for beat in beats)


def test_the_interval_tracker_finds_an_even_pulse_and_says_it_ahead() -> None:
    beats = heard_beats(take(steady(), IntervalTracker()).heard)
    assert beat_scores(steady(), beats)["F_sound"] > 0.8
    leads_s = [beat.at_s - beat.announced_s for beat in beats]
    assert np.median(leads_s) == pytest.approx(LEAD_S, abs=0.005)


def test_the_interval_tracker_is_silent_before_six_onsets() -> None:
    tracker = IntervalTracker()
    for place in range(5):
        tracker.hear(NoteOn(0.5 * place, 60, 80))
        assert tracker.advance(0.5 * place + 0.4) == []
    tracker.hear(NoteOn(2.5, 60, 80))
    assert any(isinstance(value, BeatHeard) for value in tracker.advance(2.95))
