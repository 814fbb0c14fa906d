"""Samples are decoded once, and again only when they must be."""

import numpy as np
import pytest

from accompanist.dsp.decoded import band_bank
from accompanist.dsp.zones import ZONE, SoundBank, load_bank


@pytest.fixture(autouse=True)
def kept_here(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "kept"))
    return tmp_path / "kept"


@pytest.fixture
def font(tmp_path):
    path = tmp_path / "font.sf3"
    path.write_bytes(b"any bytes")
    return path


class Decoder:
    """Counts how often it is asked."""

    def __init__(self):
        self.asked = 0

    def __call__(self, _path):
        self.asked += 1
        frames = np.arange(100, dtype=np.int16)
        return SoundBank(frames, np.ones(3, ZONE), {"piano": (0, 2), "kit": (2, 1)})


def same(one, other):
    assert np.array_equal(one.frames, other.frames)
    assert np.array_equal(one.zones, other.zones)
    assert one.spans == other.spans


def test_what_was_decoded_once_is_read_from_then_on(font):
    decode = Decoder()

    same(band_bank(font, decode), band_bank(font, decode))
    assert decode.asked == 1


def test_another_font_is_decoded_anew(font):
    decode = Decoder()
    band_bank(font, decode)
    font.write_bytes(b"other bytes")
    band_bank(font, decode)

    assert decode.asked == 2


@pytest.mark.parametrize("damage", [b"", b"PK\3\4 no archive", b"\0" * 1000])
def test_what_was_damaged_where_it_lay_is_decoded_anew(font, kept_here, damage):
    decode = Decoder()
    band_bank(font, decode)
    (kept,) = kept_here.glob("sounds-*.npz")
    kept.write_bytes(damage)

    same(band_bank(font, decode), Decoder()(font))
    assert decode.asked == 2


def test_where_nothing_can_be_kept_it_is_decoded_every_time(font, kept_here):
    decode = Decoder()
    kept_here.write_text("a file where a folder should be")
    band_bank(font, decode)
    band_bank(font, decode)

    assert decode.asked == 2


def test_the_shipped_sounds_come_back_as_they_were():
    band_bank()

    same(band_bank(), load_bank())
