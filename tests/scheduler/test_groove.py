"""The last bar goes on: the same hits, in time, each once, for as long as the band is away."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.music.band import BandNote, NoteCut
from accompanist.scheduler.groove import MOST_NOTES, Groove

KICK, SNARE, HAT = 36, 38, 42


def beat(groove: Groove, number: int, period_s: float = 0.5, per_bar: int = 4, playing=True):
    groove.beat(number * period_s, number % per_bar, per_bar, period_s, grooving=playing)


def note(number: int, on_s: float, pitch: int, part: str = "drums", length_s: float = 0.1):
    return BandNote(on_s - 0.12, number, part, on_s, on_s + length_s, on_s, pitch, 90, "model")


def groove_of(hits, beats: int = 9, period_s: float = 0.5, per_bar: int = 4) -> Groove:
    """A groove that heard beats from 0 on, and hits as (beats from 0, pitch, part) beneath."""
    groove = Groove()
    for number, (onset, pitch, part) in enumerate(hits):
        groove.take(note(number, onset * period_s, pitch, part))
    for number in range(beats):
        beat(groove, number, period_s, per_bar)
    return groove


def rock(bars: int, per_bar: int = 4):
    """Kick on the first beat and snare on the second of every bar, and a bass note on the first."""
    for bar in range(bars):
        yield per_bar * bar, KICK, "drums"
        yield per_bar * bar + 1, SNARE, "drums"
        yield per_bar * bar, 33 + bar, "bass"


def times(notes: list[BandNote], pitch: int) -> list[float]:
    return [round(note.on_s, 6) for note in notes if note.pitch == pitch]


def test_the_last_whole_bar_is_repeated_in_phase():
    notes = groove_of(rock(2)).go_on(4.4, 8.4)
    assert times(notes, KICK) == [6.0, 8.0]
    assert times(notes, SNARE) == [4.5, 6.5]
    assert times(notes, 34) == [6.0, 8.0]
    assert times(notes, 33) == []


def test_a_note_goes_on_with_its_strength_length_and_part_and_a_number_of_its_own():
    notes = groove_of(rock(2)).go_on(6.0, 6.4)
    assert [(n.part, n.pitch, n.velocity, n.source) for n in notes] == [
        ("bass", 34, 90, "groove"),
        ("drums", KICK, 90, "groove"),
    ]
    assert [round(n.off_s - n.on_s, 6) for n in notes] == [0.1, 0.1]
    assert [n.note_id for n in notes] == [-1, -2]
    assert [n.on_beats for n in notes] == [4.0, 4.0]


def test_a_waltz_goes_on_in_three():
    notes = groove_of(rock(3, 3), beats=10, per_bar=3).go_on(5.0, 9.0)
    assert times(notes, KICK) == [6.0, 7.5]


def test_the_tempo_is_the_last_one():
    groove = groove_of(rock(2))
    groove.beat(4.4, 1, 4, 0.4, grooving=True)
    assert times(groove.go_on(4.45, 9.0), KICK) == [5.6, 7.2, 8.8]
    assert groove.next_bar_line(4.45) == pytest.approx(5.6)


def test_what_was_cut_before_it_sounded_stays_away_and_what_was_cut_short_stays_short():
    groove = groove_of(rock(2))
    groove.take(NoteCut(1.9, 4, "drums", 2.5))
    groove.take(NoteCut(1.9, 3, "drums", 2.04))
    notes = groove.go_on(6.0, 8.0)
    assert times(notes, SNARE) == []
    kick = next(note for note in notes if note.pitch == KICK)
    assert kick.off_s - kick.on_s == pytest.approx(0.04)


def test_a_hit_a_little_early_belongs_to_its_beat():
    early = [(3.96, KICK, "drums"), (7.96, KICK, "drums")]
    assert times(groove_of([*early, *rock(2)]).go_on(4.4, 8.3), KICK) == [5.98, 6.0, 7.98, 8.0]


def test_no_note_is_longer_than_until_its_pitch_is_struck_again():
    groove = Groove()
    groove.take(note(0, 0.0, 40, "bass", length_s=30.0))
    groove.take(note(1, 1.5, 40, "bass", length_s=30.0))
    for number in range(5):
        beat(groove, number)
    lengths = [round(n.off_s - n.on_s, 6) for n in groove.go_on(2.1, 6.1)]
    assert lengths == [0.5, 1.5, 0.5, 1.5]


def test_only_drums_and_bass_go_on():
    groove = groove_of([*rock(2), (4.0, 60, "harmony")])
    assert {note.part for note in groove.go_on(5.0, 9.0)} == {"drums", "bass"}


def test_muted_parts_stay_muted():
    notes = groove_of(rock(2)).go_on(5.0, 9.0, frozenset({"drums"}))
    assert {note.part for note in notes} == {"bass"}


def test_of_a_first_bar_that_was_not_finished_what_there_is_goes_on():
    groove = groove_of(rock(1), beats=3)
    assert times(groove.go_on(1.3, 4.3), KICK) == [2.0, 4.0]


def test_without_a_beat_nothing_goes_on():
    groove = Groove()
    groove.take(note(0, 0.0, KICK))
    assert groove.go_on(0.5, 9.0) == []
    assert (groove.is_playing, groove.bar_s, groove.next_bar_line(0.5)) == (False, 0.0, 0.5)


def test_a_band_that_waits_or_ends_does_not_go_on():
    groove = groove_of(rock(2))
    beat(groove, 9, playing=False)
    assert groove.go_on(4.6, 9.0) == []


def test_a_band_that_was_stopped_does_not_go_on_until_it_plays_again():
    groove = groove_of(rock(2))
    assert groove.is_playing
    groove.stop()
    assert not groove.is_playing
    assert groove.go_on(4.4, 6.0) == []
    groove.take(note(90, 6.0, KICK))
    for number in (12, 13):
        beat(groove, number)
    assert times(groove.go_on(6.6, 9.0), KICK) == [8.0]


def test_a_bar_with_a_hole_in_it_is_not_repeated():
    groove = groove_of(rock(2), beats=6)
    for number in (7, 8, 9):
        beat(groove, number)
    assert times(groove.go_on(4.6, 8.6), 33) == [6.0, 8.0]


def test_bar_lines_are_those_of_the_last_beats():
    groove = groove_of(rock(2))
    lines = [groove.next_bar_line(after_s) for after_s in (3.0, 4.0, 5.9, 60.0)]
    assert lines == [4.0, 6.0, 6.0, 62.0]


@given(st.lists(st.floats(4.4, 11.9), max_size=30))
def test_every_note_comes_once_however_time_is_cut(cuts):
    whole = groove_of(rock(2)).go_on(4.4, 12.0)
    groove, notes, stops = groove_of(rock(2)), [], [4.4, *sorted(cuts), 12.0]
    for from_s, to_s in pairwise(stops):
        notes += groove.go_on(from_s, to_s)
    assert [(n.note_id, n.on_s, n.pitch) for n in notes] == [
        (n.note_id, n.on_s, n.pitch) for n in whole
    ]


@given(st.floats(-0.025, 0.025), st.floats(5.6, 6.3))
def test_a_beat_that_turns_the_groove_loses_and_doubles_nothing(turn_s, heard_s):
    groove = groove_of(rock(2))
    notes = groove.go_on(4.4, heard_s)
    groove.beat(6.0 + turn_s, 0, 4, 0.5, grooving=True)
    notes += groove.go_on(heard_s, 10.3)
    kicks, snares = times(notes, KICK), times(notes, SNARE)
    assert kicks == pytest.approx([6.0, 8.0, 10.0], abs=0.03)
    assert snares == pytest.approx([4.5, 6.5, 8.5], abs=0.03)


def test_what_is_remembered_is_bounded():
    groove = groove_of(rock(1), beats=2)
    for number in range(3 * MOST_NOTES):
        groove.take(note(number, 0.6 + 1e-4 * number, HAT))
    assert len(groove.go_on(2.0, 4.0)) <= MOST_NOTES
