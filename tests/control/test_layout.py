"""Layouts are files that hold every parameter, and those that are shipped are in step."""

import builtins
import zlib
from pathlib import Path

import py2tosc
import pytest

from accompanist.app.main import main
from accompanist.control.errors import ControlError
from accompanist.control.layout import SURFACES, layout_bytes, write_layout

PATCHES = Path(__file__).resolve().parents[2] / "patches"
PICTURES = PATCHES.parent / "docs" / "surfaces"
SHIPPED = {
    "tablet": PATCHES / "touchosc" / "accompanist.tosc",
    "phone": PATCHES / "touchosc" / "accompanist-phone.tosc",
    "open-stage-control": PATCHES / "open-stage-control" / "accompanist.json",
}


def unpacked(payload: bytes) -> bytes:
    """What a layout says, however it was compressed."""
    return payload if payload.startswith(b"{") else zlib.decompress(payload)


@pytest.mark.parametrize("surface", SURFACES)
def test_the_shipped_layout_is_in_step_with_the_parameters(surface):
    shipped = SHIPPED[surface]
    assert unpacked(shipped.read_bytes()) == unpacked(layout_bytes(surface)), (
        f"run: accompanist layout --surface {surface} -o {shipped.relative_to(PATCHES.parent)}"
    )


@pytest.mark.parametrize("surface", SURFACES)
def test_the_same_parameters_give_the_same_bytes(surface):
    assert layout_bytes(surface) == layout_bytes(surface)


def test_the_command_writes_a_layout_for_a_tablet_unless_another_is_named(tmp_path):
    tablet, phone = tmp_path / "tablet.tosc", tmp_path / "phone.tosc"

    assert main(["layout", "-o", str(tablet)]) == 0
    assert main(["layout", "--surface", "phone", "-o", str(phone)]) == 0

    assert tablet.read_bytes() == layout_bytes("tablet")
    assert phone.read_bytes() == layout_bytes("phone")


@pytest.mark.parametrize("surface", ["tablet", "phone"])
def test_every_page_of_a_shipped_layout_has_a_small_picture(surface):
    pager = py2tosc.load(SHIPPED[surface]).find(type="PAGER")
    for page in pager.children:
        name = page.tab_label.lower().replace(" ", "-")
        picture = PICTURES / f"{surface}-{name}.png"
        assert picture.exists(), "run: python docs/surfaces.py"
        assert picture.stat().st_size < 150_000


def test_a_path_that_cannot_be_written_is_refused_and_nothing_is_left(tmp_path):
    with pytest.raises(ControlError, match="cannot be written"):
        write_layout(tmp_path / "nowhere" / "a.tosc", "tablet")
    with pytest.raises(ControlError, match="cannot be written"):
        write_layout(tmp_path, "tablet")
    assert list(tmp_path.iterdir()) == []


def test_a_layout_replaces_an_older_one(tmp_path):
    path = tmp_path / "a.tosc"
    path.write_bytes(b"old")
    write_layout(path, "tablet")
    assert path.read_bytes() == layout_bytes("tablet")
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_py2tosc_is_said_in_one_sentence(monkeypatch):
    importing = builtins.__import__

    def without_py2tosc(name, *rest):
        if name == "py2tosc":
            raise ImportError(name)
        return importing(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without_py2tosc)
    with pytest.raises(ControlError, match=r"^a TouchOSC layout needs py2tosc"):
        layout_bytes("phone")
