"""The shipped soundfont is what cutting FluidR3 GM gives."""

from pathlib import Path

import pytest

from accompanist.dsp.instruments import INSTRUMENTS
from accompanist.dsp.soundfont import Soundfont
from accompanist.dsp.zones import load_bank
from accompanist.music.errors import Refusal
from accompanist.training.soundfont import MAX_SOURCE_BYTES, cut_soundfont, pack_soundfont

SOURCE = Path("/usr/share/sounds/sf2/FluidR3_GM.sf2")

SET_BY_TABLES = ("low_key", "high_key", "low_velocity", "high_velocity", "root_cents", "rate_hz")
SET_BY_TABLES += ("gain", "left", "cutoff_cents", "volume_release_s", "exclusive_class")


@pytest.fixture(scope="module")
def cut():
    if not SOURCE.exists():
        pytest.fail("the source is missing; run: sudo apt-get install fluid-soundfont-gm")
    return cut_soundfont(Soundfont(SOURCE, MAX_SOURCE_BYTES), INSTRUMENTS.values())


def test_the_cut_has_the_zones_that_are_shipped(cut, tmp_path):
    (tmp_path / "band.sf2").write_bytes(cut)
    fresh, shipped = load_bank(tmp_path / "band.sf2"), load_bank()
    assert fresh.spans == shipped.spans
    for name in SET_BY_TABLES:
        assert (fresh.zones[name] == shipped.zones[name]).all(), name
    lengths = (
        fresh.zones["end"] - fresh.zones["start"],
        shipped.zones["end"] - shipped.zones["start"],
    )
    assert (abs(lengths[0] - lengths[1]) <= 1).all()


def test_the_same_source_gives_the_same_bytes(cut):
    assert cut_soundfont(Soundfont(SOURCE, MAX_SOURCE_BYTES), INSTRUMENTS.values()) == cut


def test_the_notice_travels_inside_the_cut(cut, tmp_path):
    (tmp_path / "band.sf2").write_bytes(cut)
    information = Soundfont(tmp_path / "band.sf2").information
    assert b"Frank Wen" in information["ICOP"]
    assert b"MIT" in information["ICMT"]


def test_without_the_packing_program_it_says_what_to_install(cut, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Refusal, match="sudo apt-get install sf3convert"):
        pack_soundfont(cut, tmp_path / "band.sf3")
