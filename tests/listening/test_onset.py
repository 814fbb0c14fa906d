"""Keys struck together are one onset, and what sounds is remembered for a moment."""

import pytest

from accompanist.listening.onset import OnsetGrouper
from accompanist.listening.sounding import SoundingNotes
from accompanist.music.events import NoteOff, NoteOn, Pedal


def test_keys_within_35_milliseconds_are_one_onset() -> None:
    grouper = OnsetGrouper()
    assert grouper.hear(NoteOn(1.0, 60, 80)) is None
    assert grouper.hear(NoteOn(1.02, 64, 90)) is None
    onset = grouper.close(1.04)
    assert onset is not None
    assert onset.pitches == (60, 64)
    assert onset.time_s == pytest.approx(1.01)


def test_a_later_key_closes_the_onset_before() -> None:
    grouper = OnsetGrouper()
    grouper.hear(NoteOn(1.0, 60, 80))
    onset = grouper.hear(NoteOn(1.2, 64, 80))
    assert onset is not None
    assert onset.pitches == (60,)


def test_an_onset_is_told_once() -> None:
    grouper = OnsetGrouper()
    grouper.hear(NoteOn(1.0, 60, 80))
    assert grouper.close(1.1) is not None
    assert grouper.close(1.2) is None


def test_an_onset_is_glimpsed_once_after_every_pause_of_the_fingers() -> None:
    grouper = OnsetGrouper()
    assert grouper.glimpse(0.5) is None
    grouper.hear(NoteOn(1.0, 60, 80))
    grouper.hear(NoteOn(1.002, 64, 80))
    assert grouper.glimpse(1.006) is None
    first = grouper.glimpse(1.0075)
    assert first is not None
    assert first.pitches == (60, 64)
    assert grouper.glimpse(1.01) is None
    grouper.hear(NoteOn(1.012, 67, 80))
    second = grouper.glimpse(1.02)
    assert second is not None
    assert second.pitches == (60, 64, 67)
    assert grouper.close(1.036) == second
    assert grouper.glimpse(1.05) is None


def test_the_pedal_holds_what_the_hand_lets_go() -> None:
    dry, wet = SoundingNotes(), SoundingNotes()
    wet.hear(Pedal(0.0, True))
    for sounding in (dry, wet):
        sounding.hear(NoteOn(0.1, 60, 100))
        sounding.hear(NoteOff(0.3, 60))
    assert wet.chroma(2.0)[0] > 5 * dry.chroma(2.0)[0]
    wet.hear(Pedal(2.0, False))
    assert wet.chroma(4.0)[0] < 0.05


def test_notes_let_go_are_forgotten_for_good() -> None:
    sounding = SoundingNotes()
    sounding.hear(NoteOn(0.0, 60, 100))
    sounding.hear(NoteOff(0.5, 60))
    sounding.forget(60.0)
    assert sounding.chroma(60.0).sum() == 0.0
    assert sounding.bass(60.0) is None
