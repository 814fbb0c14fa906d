"""Thinned, the band is softer and sparser, and never silent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accompanist.music.band import PARTS, PlannedNote
from accompanist.scheduler.thinning import DIP, LIGHT, LIGHT_FILL, Thinning

SIXTEENTHS = [0.25 * place for place in range(64)]


def played(thinness, part: str, places=SIXTEENTHS, pitch: int = 42) -> list[PlannedNote]:
    thinning = Thinning()
    thinning.thinness = thinness
    notes = [PlannedNote(part, place, 0.2, pitch, 80, "model") for place in places]
    return [thinned for note in notes if (thinned := thinning.thinned(note))]


def test_unasked_for_every_note_stays_as_it_is():
    assert [note.velocity for note in played(None, "bass")] == [80] * 64


@pytest.mark.parametrize("thinness", [DIP, LIGHT])
@pytest.mark.parametrize("part", PARTS)
def test_every_part_is_softer_and_sparser(thinness, part):
    notes = played(thinness, part)
    assert max(note.velocity for note in notes) < 60
    assert len(notes) <= 16


def test_what_is_left_falls_on_beats():
    assert [note.onset_beats for note in played(DIP, "drums")[:4]] == [0.0, 1.0, 2.0, 3.0]
    late = played(DIP, "drums", [0.5 + 0.5 * place for place in range(12)])
    assert [note.onset_beats for note in late[:4]] == [0.5, 1.0, 2.0, 3.0]


@given(
    st.sampled_from((DIP, LIGHT, LIGHT_FILL)),
    st.sampled_from(PARTS),
    st.lists(st.floats(0.05, 3.0), min_size=1, max_size=60),
)
def test_nobody_falls_silent(thinness, part, gaps):
    places = [sum(gaps[:count]) for count in range(1, len(gaps) + 1)]
    through = [note.onset_beats for note in played(thinness, part, places, pitch=38)]
    longest = max(gaps) + max(thinness.apart_beats.values()) + 0.5
    for place in places:
        assert any(0.0 <= place - other <= longest for other in through)


def test_all_keys_of_a_stroke_sound_together():
    thinning = Thinning()
    thinning.thinness = LIGHT
    strokes = [
        PlannedNote("harmony", beat + 0.01 * voice, 0.5, pitch, 80, "model")
        for beat in (0, 1)
        for voice, pitch in enumerate((60, 64, 67))
    ]
    through = [note.pitch for stroke in strokes if (note := thinning.thinned(stroke))]
    assert through == [60, 64, 67]


def test_a_fill_leads_on():
    assert len(played(LIGHT_FILL, "drums", pitch=38)) == 64


def test_a_beat_count_that_begins_anew_is_no_reason_to_fall_silent():
    assert [n.onset_beats for n in played(DIP, "bass", [50.0, 3.0])] == [50.0, 3.0]
