"""The floors are simple, causal, and say their beats ahead."""

import numpy as np
import pytest

from accompanist.music.events import NoteOn
from accompanist.music.heard import BeatHeard
from accompanist.training.beat_scores import beat_scores, heard_beats
from accompanist.training.listening_baselines import LEAD_S, IntervalTracker, Metronome
from accompanist.training.listening_scores import take
from tests.training.takes import BEATS_S, steady


def test_the_metronome_starts_with_the_first_onset() -> None:
    beats = heard_beats(take(steady(), Metronome()).heard)
    assert beats[0].at_s == BEATS_S[0]
    assert np.diff([beat.at_s for beat in beats]) == pytest.approx(0.5)
    assert beat_scores(steady(), beats)["F_sound"] > 0.9


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
