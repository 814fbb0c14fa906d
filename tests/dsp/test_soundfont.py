"""The shipped soundfont is whole, and a damaged one is refused in one sentence."""

import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accompanist.dsp.instruments import INSTRUMENTS, SEATS, line_up
from accompanist.dsp.soundfont import Soundfont, SoundfontError
from accompanist.dsp.zones import BAND_SOUNDFONT, load_bank
from accompanist.music.parameters import STYLES

SHIPPED = BAND_SOUNDFONT.read_bytes()
TABLES_AT = SHIPPED.index(b"pdtaphdr")


@pytest.fixture(scope="module")
def bank():
    return load_bank()


def test_the_shipped_font_is_small_and_comes_with_its_notice():
    assert len(SHIPPED) < 6_000_000
    notice = (BAND_SOUNDFONT.parent / "NOTICE.txt").read_text()
    assert "Frank Wen" in notice
    assert "Permission is hereby granted" in notice
    assert b"MIT" in Soundfont(BAND_SOUNDFONT).information["ICMT"]


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_every_instrument_has_a_zone_for_every_key_it_is_asked_for(bank, name):
    first, count = bank.spans[name]
    zones = bank.zones[first : first + count]
    drum = INSTRUMENTS[name].bank == 128
    for key in (36, 38, 42, 46, 49, 51) if drum else range(28, 85):
        for velocity in (1, 64, 127):
            fits = (zones["low_key"] <= key) & (key <= zones["high_key"])
            fits &= (zones["low_velocity"] <= velocity) & (velocity <= zones["high_velocity"])
            assert fits.any(), f"{name} has nothing for key {key} at velocity {velocity}"


def test_every_zone_stays_within_the_pool(bank):
    zones = bank.zones
    assert (zones["start"] > 0).all()
    assert (zones["start"] < zones["end"]).all()
    assert (zones["end"] < len(bank.frames)).all()
    looped = zones[zones["loop_mode"] > 0]
    assert len(looped) > 0
    assert (looped["start"] <= looped["loop_start"]).all()
    assert (looped["loop_start"] < looped["loop_end"]).all()
    assert (looped["loop_end"] <= looped["end"]).all()


def test_unlooped_samples_end_in_silence(bank):
    looped_ends = set(bank.zones["end"][bank.zones["loop_mode"] > 0])
    for end in set(bank.zones["end"][bank.zones["loop_mode"] == 0]) - looped_ends:
        assert bank.frames[end - 1] == 0


@pytest.mark.parametrize("style", STYLES)
def test_every_style_seats_everyone_with_an_instrument_there_is(style):
    assert list(line_up(style)) == list(SEATS)
    assert set(line_up(style).values()) <= set(INSTRUMENTS)


def refusal(path: Path) -> str:
    with pytest.raises(SoundfontError) as caught:
        load_bank(path, {"piano": INSTRUMENTS["piano"]})
    assert "\n" not in str(caught.value)
    return str(caught.value)


def written(folder: Path, payload: bytes) -> Path:
    path = folder / "font.sf3"
    path.write_bytes(payload)
    return path


def test_a_missing_font_is_named(tmp_path):
    assert "cannot be read" in refusal(tmp_path / "font.sf3")


def test_another_kind_of_file_is_refused(tmp_path):
    assert "is not a soundfont" in refusal(written(tmp_path, b"RIFF\0\0\0\0WAVE"))


def test_a_font_that_is_too_large_is_refused(tmp_path):
    with pytest.raises(SoundfontError, match="larger than"):
        Soundfont(written(tmp_path, SHIPPED[: 3 << 20]), max_bytes=2 << 20)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.992, 0.999])
def test_a_font_cut_short_is_refused(tmp_path, share):
    kept = max(13, int(len(SHIPPED) * share))
    assert "is damaged" in refusal(written(tmp_path, SHIPPED[:kept]))


def test_a_font_without_the_wanted_preset_says_so(tmp_path):
    path = written(tmp_path, SHIPPED.replace(b"Yamaha Grand Piano\0\0\0\0", b"Y" * 20 + b"\7\0"))
    assert "preset 0:0 is missing" in refusal(path)


def test_a_sample_that_is_not_vorbis_is_refused(tmp_path):
    payload = SHIPPED.replace(b"OggS", b"Nope")
    assert "is not Ogg Vorbis" in refusal(written(tmp_path, payload))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(TABLES_AT, len(SHIPPED) - 1), st.integers(0, 255)),
        min_size=1,
        max_size=20,
    )
)
def test_damaged_tables_are_read_within_bounds_or_refused(tmp_path_factory, changes):
    payload = bytearray(SHIPPED)
    for at, value in changes:
        payload[at] = value
    path = written(tmp_path_factory.mktemp("fuzz"), bytes(payload))
    try:
        bank = load_bank(path, {"pad": INSTRUMENTS["warm pad"]})
    except SoundfontError:
        return
    zones = bank.zones
    assert (zones["end"] + 3 < len(bank.frames)).all()
    assert (zones["loop_end"] <= zones["end"]).all()
    assert np.isfinite(zones["gain"]).all()


def test_uncompressed_fonts_are_read_too(tmp_path):
    frames = (8000 * np.sin(np.arange(400) * 2 * np.pi / 100)).astype("<i2")
    bank = load_bank(written(tmp_path, tiny_sf2(frames)), {"tone": INSTRUMENTS["piano"]})
    zone = bank.zones[0]
    assert (bank.frames[zone["start"] : zone["end"]] == frames).all()
    assert (zone["loop_start"] - zone["start"], zone["loop_end"] - zone["start"]) == (100, 300)


def tiny_sf2(frames: np.ndarray) -> bytes:
    """One preset, one instrument, one looped sample."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return name + struct.pack("<I", len(body)) + body

    def bags(count: int) -> bytes:
        return struct.pack("<4H", 0, 0, count, 0)

    head = struct.pack("<20sHHHIII", b"Tone", 0, 0, 0, 0, 0, 0)
    head += struct.pack("<20sHHHIII", b"EOP", 0, 0, 1, 0, 0, 0)
    instrument = struct.pack("<20sH20sH", b"Tone", 0, b"EOI", 1)
    sample = struct.pack("<20sIIIIIBbHH", b"s", 0, len(frames), 100, 300, 48000, 60, 0, 0, 1)
    sample += struct.pack("<20sIIIIIBbHH", b"EOS", *[0] * 9)
    tables = chunk(b"phdr", head) + chunk(b"pbag", bags(1)) + chunk(b"pmod", b"\0" * 10)
    tables += chunk(b"pgen", struct.pack("<4H", 41, 0, 0, 0)) + chunk(b"inst", instrument)
    tables += chunk(b"ibag", bags(2)) + chunk(b"imod", b"\0" * 10)
    tables += chunk(b"igen", struct.pack("<6H", 54, 1, 53, 0, 0, 0)) + chunk(b"shdr", sample)
    body = b"sfbk" + chunk(b"LIST", b"INFO")
    body += chunk(b"LIST", b"sdta" + chunk(b"smpl", frames.tobytes()))
    return chunk(b"RIFF", body + chunk(b"LIST", b"pdta" + tables))
