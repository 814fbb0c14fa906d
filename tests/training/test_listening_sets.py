"""Sets are read as they were played, and pieces are chosen the same every time."""

from pathlib import Path

import mido
import numpy as np
import pytest

from accompanist.music.errors import Refusal
from accompanist.training.listening_sets import constructed, recorded, spread
from tests.training.tiny import groove_notes, track, write_midi, write_songs, write_split


def test_pieces_are_spread_over_the_list() -> None:
    assert spread(list("abcdefghij"), 3) == ["a", "d", "g"]
    assert spread(list("abc"), 5) == spread(list("abc"), None) == ["a", "b", "c"]


def test_pads_come_on_the_drum_channel(tmp_path: Path) -> None:
    piece = "d/s/1_rock_100_beat_4-4.mid"
    write_split(tmp_path, "groove", {piece: "val"})
    head = [
        mido.MetaMessage("set_tempo", tempo=600_000),
        mido.MetaMessage("time_signature", numerator=4, denominator=4),
    ]
    write_midi(tmp_path / "groove" / piece, track(groove_notes(4), head=head))
    (groove,) = recorded("groove pads", tmp_path, "val", None, None)
    assert set(groove.notes.role) == {9}
    assert np.diff(groove.beats_s) == pytest.approx(0.6)


def test_a_left_hand_is_the_low_part_of_the_piano(tmp_path: Path) -> None:
    write_songs(tmp_path)
    (hand,) = recorded("pop909 left hand", tmp_path, "val", 1, 10.0)
    assert hand.notes.pitch.max() < 58
    assert hand.beats_s[-1] < 11.0


@pytest.fixture
def trio(tmp_path: Path) -> Path:
    """A data folder with one trio of eight beats."""
    write_split(tmp_path, "jtd", {"trio": "val"})
    folder = tmp_path / "jtd" / "references" / "manual_annotation"
    folder.mkdir(parents=True)
    for name, late_s in (("piano", 0.01), ("bass", 0.0), ("drums", -0.01)):
        lines = [f"{1.0 + 0.5 * k + late_s:.9f}\tNew Point\n" for k in range(8)]
        (folder / f"trio_{name}.txt").write_text("".join(lines))
    beats = [f"{1.0 + 0.5 * k:.9f}\t{k // 4}.{k % 4 + 1}\n" for k in range(8)]
    (folder / "trio_mix.txt").write_text("".join(beats))
    return tmp_path


def test_a_trio_is_heard_one_player_at_a_time(trio: Path) -> None:
    (drums,) = recorded("jtd drums", trio, "val", None, None)
    assert drums.notes.on_s == pytest.approx(0.99 + 0.5 * np.arange(8))
    assert set(drums.notes.role) == {9}
    assert drums.downbeats.tolist() == [True, False, False, False] * 2


def test_a_missing_set_is_refused_with_a_remedy(tmp_path: Path) -> None:
    write_split(tmp_path, "jtd", {"trio": "val"})
    with pytest.raises(Refusal, match="unpack"):
        recorded("jtd bass", tmp_path, "val", None, None)


def test_every_case_is_constructed_with_every_seed() -> None:
    names = [performance.name for performance in constructed("noise", 2)]
    assert names == ["random_keys 0", "random_keys 1", "nothing 0", "nothing 1"]
