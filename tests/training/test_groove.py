"""Reading human drumming."""

import numpy as np
import pytest

from accompanist.music.errors import Refusal
from accompanist.players.drums import VOICES
from accompanist.training.groove import drumming
from tests.training.tiny import groove_notes, track, write_groove, write_midi, write_split


def one(tmp_path, name, notes):
    write_split(tmp_path, "groove", {name: "train"})
    write_midi(tmp_path / "groove" / name, track(notes))
    return drumming(tmp_path, "train")


def test_a_file_name_tells_style_tempo_and_fill(tmp_path):
    (played,) = one(tmp_path, "d/s/1_funk-rock_96_fill_4-4.mid", groove_notes(1))
    assert (played.style, played.tempo_bpm, played.beats_per_bar) == ("funk", 96.0, 4)
    assert played.fill.all()


def test_a_hit_between_sixteenths_keeps_its_distance(tmp_path):
    beats = [(beat, 0.1, 38, 127) for beat in range(8)]
    (played,) = one(tmp_path, "d/s/1_rock_96_beat_4-4.mid", [*beats, (8.05, 0.1, 38, 127)])
    assert played.hits[32, VOICES.index("snare")]
    assert played.offset[32, VOICES.index("snare")] == pytest.approx(0.2, abs=0.01)


def test_a_constant_lead_over_the_click_is_taken_out(tmp_path):
    notes = [(at + 0.02, *rest) for at, *rest in groove_notes(2)]
    (played,) = one(tmp_path, "d/s/1_rock_96_beat_4-4.mid", notes)
    assert np.abs(played.offset[played.hits]).max() < 0.01


def test_pads_of_one_drum_are_one_voice(tmp_path):
    rims = [(0.0, 0.1, 37, 60), (0.0, 0.1, 40, 100)]
    (played,) = one(tmp_path, "d/s/1_rock_96_beat_4-4.mid", rims)
    assert np.flatnonzero(played.hits[0]).tolist() == [VOICES.index("snare")]
    assert played.velocity[0, VOICES.index("snare")] == pytest.approx(100 / 127)


def test_six_eight_is_left_out(tmp_path):
    assert one(tmp_path, "d/s/1_rock_96_beat_6-8.mid", groove_notes(1)) == []


def test_only_pieces_of_the_split_are_read(tmp_path):
    write_groove(tmp_path)
    assert [played.piece for played in drumming(tmp_path, "val")] == ["d/s/4_rock_110_beat_4-4.mid"]


def test_missing_split_lists_are_refused_in_one_sentence(tmp_path):
    with pytest.raises(Refusal, match=r"groove\.csv is missing"):
        drumming(tmp_path, "train")
