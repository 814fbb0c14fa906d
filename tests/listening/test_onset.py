"""Keys struck together are one onset, and what sounds is remembered for a moment."""

import pytest

from accompanist.listening.onset import OnsetGrouper
from accompanist.listening.sounding import SoundingNotes
from accompanist.music.events import Attack, NoteOff, NoteOn, Pedal


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


def test_an_attack_is_an_onset_without_tones_that_is_trusted_less() -> None:
    grouper = OnsetGrouper()
    grouper.hear(Attack(1.0, 0.5))
    onset = grouper.close(1.04)
    assert onset is not None
    assert (onset.time_s, onset.has_tones) == (1.0, False)
    assert onset.loudness == pytest.approx(0.5, abs=0.01)
    assert onset.trust < 1.0


@pytest.mark.parametrize("attack_s", [0.98, 1.0, 1.03, 1.079])
def test_an_attack_beside_a_key_is_the_sound_of_that_key(attack_s: float) -> None:
    grouper = OnsetGrouper()
    struck = sorted([NoteOn(1.0, 60, 80), Attack(attack_s, 0.9)], key=lambda e: e.time_s)
    closed = [grouper.hear(note) for note in struck] + [grouper.close(1.3), grouper.close(1.4)]
    onsets = [onset for onset in closed if onset is not None]
    assert [(onset.time_s, onset.pitches, onset.trust) for onset in onsets] == [(1.0, (60,), 1.0)]


def test_drum_pads_have_rhythm_but_no_tones() -> None:
    grouper = OnsetGrouper()
    grouper.hear(NoteOn(1.0, 38, 80, channel=9))
    onset = grouper.close(1.04)
    assert onset is not None
    assert (onset.has_tones, onset.trust) == (False, 1.0)


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
