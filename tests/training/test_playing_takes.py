"""A take tells what sounded and which chord the band went by, on the song's own beats."""

import numpy as np
import pytest

from tests.training.tiny import torch_or_skip

torch_or_skip()

from accompanist.app.assembly import assemble  # noqa: E402
from accompanist.inference.model import StreamingModel  # noqa: E402
from accompanist.music.band import BandNote, NoteCut  # noqa: E402
from accompanist.music.chord import NO_CHORD, Chord  # noqa: E402
from accompanist.music.heard import BeatHeard, ChordExpected, ChordHeard  # noqa: E402
from accompanist.training.playing_songs import LEAD_S, four_chords  # noqa: E402
from accompanist.training.playing_takes import (  # noqa: E402
    Overheard,
    named_chances,
    play,
    sounded,
)

C, G, F = Chord(0), Chord(7), Chord(5)
SONG = four_chords(2, tempo_bpm=120.0)


class Says:
    """An engine that announces what it is told to, all at once."""

    def __init__(self, *announced):
        self._announced = list(announced)

    def hear(self, event):
        """Hear nothing."""

    def advance(self, to_s):
        announced, self._announced = self._announced, []
        return announced


def expected(beat, chord, probability=0.5):
    at_s = LEAD_S + 0.5 * beat
    return (
        BeatHeard(at_s - 0.1, at_s, beat, beat // 4, beat % 4 == 0, 120.0, 1.0),
        ChordExpected(at_s - 0.1, at_s + 2.0, F, 0.9),
        ChordExpected(at_s - 0.1, at_s, chord, probability),
    )


def note(number, on_beats, off_beats, pitch=60):
    on_s, off_s = LEAD_S + on_beats / 2, LEAD_S + off_beats / 2
    return BandNote(on_s - 0.1, number, "bass", on_s, off_s, on_beats, pitch, 80, "model")


def test_each_beat_has_the_chord_announced_for_it_and_not_the_one_a_bar_later():
    taken = play(SONG, "both", Says(*expected(1, C), *expected(2, G)))
    assert taken.expected == (NO_CHORD, C, G, G, G, G, G, G)


def test_a_sure_chord_overrules_from_its_announcement_and_an_unsure_one_does_not():
    sure = ChordHeard(LEAD_S + 0.75, LEAD_S + 0.5, G, 0.9)
    unsure = ChordHeard(LEAD_S + 1.0, LEAD_S + 1.0, F, 0.2)
    taken = play(SONG, "both", Says(*expected(1, C), sure, unsure))
    assert taken.followed[3:10] == (NO_CHORD, C, C, G, G, G, G)
    assert taken.believed[:4] == (NO_CHORD, NO_CHORD, F, F)
    assert taken.expected[2] == C


def test_cut_notes_end_early_or_never_sound():
    played = [
        note(0, 0, 4),
        note(1, 1, 2, pitch=62),
        NoteCut(LEAD_S + 0.4, 0, "bass", LEAD_S + 0.5),
        NoteCut(LEAD_S + 0.4, 1, "bass", LEAD_S + 0.5),
    ]
    (heard,) = sounded(played, SONG)
    assert (heard.pitch, heard.beat, heard.beats) == (60, 0.0, 1.0)


def test_a_note_knows_the_chord_it_was_struck_to():
    heard = ChordHeard(LEAD_S + 0.51, LEAD_S + 0.5, G, 0.9)
    taken = play(SONG, "both", Says(*expected(1, C), note(0, 1, 2), heard, note(1, 1.5, 2)))
    assert [struck.chord for struck in taken.notes] == [C, G]


def test_a_named_chord_leaves_the_rest_to_the_others():
    chances = named_chances(G, 0.77)
    assert chances[7] == pytest.approx(0.77)
    assert chances.sum() == pytest.approx(1.0)
    assert chances[0] == pytest.approx(0.01)
    np.testing.assert_allclose(named_chances(NO_CHORD, 0.9), 1 / 24)


def test_the_shipped_band_is_heard_on_the_songs_beats_with_its_chances():
    overheard = Overheard(StreamingModel("anticipation"))
    song = four_chords(8)
    taken = play(song, "both", assemble(0, anticipator=overheard), {}, overheard)
    assert {struck.part for struck in taken.notes} == {"drums", "bass", "harmony"}
    assert all(chances is not None and 0.5 < chances.sum() < 1.01 for chances in taken.chances[12:])
    on_beat = [abs(n.beat - round(n.beat * 2) / 2) for n in taken.of("drums") if n.beat > 12]
    assert np.median(on_beat) < 0.06


def test_who_plays_is_a_setting():
    engine = assemble(0)
    play(four_chords(5), "both", engine, {"drums/source": "understudy"})
    assert engine.parameters["drums/source"] == "understudy"
