"""A note that the performer's chord has made wrong gives way to a right one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.music.band import BandNote
from accompanist.music.chord import parse_chord
from accompanist.players.amends import SHORTEST_S, amended, amends
from accompanist.players.bass import HIGHEST, LOWEST
from tests.music.strategies import chords

G7 = parse_chord("G:7")


class SteadyBeat:
    """Two beats a second."""

    def beats_at(self, time_s: float) -> float:
        return 2.0 * time_s


def note(part: str, pitch: int, on_s: float, off_s: float) -> BandNote:
    return BandNote(on_s - 0.12, 1, part, on_s, off_s, 2.0 * on_s, pitch, 77, "model")


def amended_notes(wrong, sounding=(), now_s=10.0):
    return amends(wrong, sounding, G7, now_s, SteadyBeat())


def test_a_bass_note_that_sounds_goes_to_the_root_at_once_for_the_rest_of_it():
    (right,) = amended_notes([note("bass", 36, 9.5, 11.0)])
    assert (right.part, right.pitch, right.velocity) == ("bass", 31, 77)
    assert (right.onset_beats, right.length_beats) == (20.0, 2.0)


def test_a_note_that_has_not_begun_keeps_its_time():
    (right,) = amended_notes([note("bass", 36, 10.1, 11.0)])
    assert right.onset_beats == pytest.approx(20.2)
    assert right.length_beats == pytest.approx(1.8)


def test_a_slash_chord_has_its_own_bass():
    assert amended("bass", 36, parse_chord("G:maj/3")) == 35


def test_harmony_goes_to_the_nearest_tone_that_is_free():
    assert amended("harmony", 64, G7) == 65
    assert amended("harmony", 64, G7, taken=[65]) == 62


def test_two_voices_do_not_go_to_one_pitch():
    wrong = [note("harmony", pitch, 9.9, 11.0) for pitch in (64, 66)]
    sounding = [note("harmony", 67, 9.9, 11.0)]
    assert [n.pitch for n in amended_notes(wrong, sounding)] == [65, 62]


def test_what_is_nearly_over_is_not_struck_again():
    assert amended_notes([note("bass", 36, 9.0, 10.0 + 0.9 * SHORTEST_S)]) == []


@given(st.integers(LOWEST, HIGHEST), chords)
def test_the_bass_stays_on_its_strings_and_goes_to_the_bass_of_the_chord(pitch, chord):
    right = amended("bass", pitch, chord)
    if right is None:
        assert not any(
            LOWEST <= other <= HIGHEST and other % 12 == chord.bass_pitch_class
            for other in range(pitch - 6, pitch + 7)
        )
    else:
        assert right % 12 == chord.bass_pitch_class
        assert LOWEST <= right <= HIGHEST


@given(st.integers(48, 80), chords, st.sets(st.integers(40, 90), max_size=4))
def test_harmony_goes_to_tones_of_the_chord_alone(pitch, chord, taken):
    right = amended("harmony", pitch, chord, taken)
    assert right is None or (right % 12 in chord.pitch_classes and right not in taken)
