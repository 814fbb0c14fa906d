"""Solos written to MIDI from tables keep their seconds."""

from pathlib import Path

import pytest

from accompanist.music.errors import Refusal
from accompanist.training.performances import read_midi, write_midi
from accompanist.training.wjd import read_wjd

_NOTES = "id,onset,pitch_raw,articulation_raw\n" + "".join(
    f"solo,{10 + 0.25 * k},{60 + k},0.5\n" for k in range(24)
)
_BEATS = "id,onset,beat\n" + "".join(f"solo,{10 + 0.5 * k},{k % 4 + 1}\n" for k in range(12))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with one solo."""
    folder = tmp_path / "wjd"
    folder.mkdir()
    (folder / "wjd_transforms.csv").write_text(_NOTES, encoding="utf-8")
    (folder / "wjd_annotated_beat_tracks.csv").write_text(_BEATS, encoding="utf-8")
    return tmp_path


def test_a_note_lasts_its_articulation_times_the_interval(data: Path) -> None:
    (solo,) = read_wjd(data, ["solo"])
    assert solo.notes.off_s[0] - solo.notes.on_s[0] == pytest.approx(0.125)
    assert solo.downbeats.tolist()[:5] == [True, False, False, False, True]


def test_a_solo_written_to_midi_keeps_its_seconds(data: Path, tmp_path: Path) -> None:
    (solo,) = read_wjd(data, ["solo"])
    write_midi(solo, tmp_path / "solo.mid")
    written = read_midi(tmp_path / "solo.mid").notes
    assert written.on_s == pytest.approx(solo.notes.on_s, abs=0.0001)
    assert written.pitch.tolist() == solo.notes.pitch.tolist()


def test_missing_tables_are_refused_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="unpack"):
        list(read_wjd(tmp_path, ["solo"]))
