"""Peers for sound run elsewhere, are asked once, and may fail without harm."""

import sys
from pathlib import Path

import numpy as np
import pytest

from accompanist.music.errors import Refusal
from accompanist.training.listening_sound import sound_pieces
from accompanist.training.listening_sound_peers import SoundPeers
from accompanist.training.listening_sound_sets import heard_by_peers
from tests.training.clicks import RATE_HZ, write_clicks, write_peers, write_piece

BENCH = Path(__file__).resolve().parents[2] / "bench"


@pytest.fixture
def told() -> list[str]:
    """What was said of peers."""
    return []


@pytest.fixture
def peers(tmp_path: Path, told: list[str]) -> SoundPeers:
    """Peers that know the clicks of these tests."""
    script = write_peers(tmp_path)
    return SoundPeers(Path(sys.executable), script, tmp_path / "kept", told.append)


def test_what_a_peer_hears_is_judged_by_when_it_says_it(peers: SoundPeers, tmp_path: Path) -> None:
    key = [{"start": 0.0, "end": 11.0, "key": "C major"}]
    write_clicks(tmp_path / "pieces", "clicks", 20, keys=key)
    (late,) = heard_by_peers(peers, sound_pieces(tmp_path / "pieces"))["late"]
    assert late.clicks_s[:2] == pytest.approx([1.03, 1.53])
    assert late.figures["F_sound"] == 1.0
    assert late.figures["lead"] == pytest.approx(30.0)
    assert late.figures["key@3s"] == 1.0
    assert late.figures["cost"] == pytest.approx(0.2)
    assert "downbeat F" not in late.figures


def test_a_file_is_heard_once_unless_it_changes(peers: SoundPeers, tmp_path: Path) -> None:
    write_clicks(tmp_path / "pieces", "clicks", 20)
    late, asked = peers.here[0], tmp_path / "asked"
    first = peers.heard(late, sound_pieces(tmp_path / "pieces"))
    assert peers.heard(late, sound_pieces(tmp_path / "pieces")) == first
    assert len(asked.read_text().splitlines()) == 1
    write_clicks(tmp_path / "pieces", "clicks", 21)
    peers.heard(late, sound_pieces(tmp_path / "pieces"))
    assert len(asked.read_text().splitlines()) == 2


def test_a_peer_that_fails_is_left_out_and_tried_again(
    peers: SoundPeers, tmp_path: Path, told: list[str]
) -> None:
    write_clicks(tmp_path / "pieces", "clicks", 20)
    for _ in range(2):
        assert set(heard_by_peers(peers, sound_pieces(tmp_path / "pieces"))) == {
            "late",
            "madmom (offline)",
        }
    assert told.count("broken fails, so it is left out: it was never built") == 2


def test_a_peer_that_gives_up_on_a_file_hears_nothing_in_it(
    peers: SoundPeers, tmp_path: Path, told: list[str]
) -> None:
    write_piece(tmp_path / "pieces", "silent", np.zeros(RATE_HZ), {"beats": []})
    (heard,) = heard_by_peers(peers, sound_pieces(tmp_path / "pieces"))["late"]
    assert heard.figures["false starts"] == 0.0
    assert "late gives up on silent: too soft" in told


def test_peers_that_are_not_installed_are_told(peers: SoundPeers, told: list[str]) -> None:
    assert [peer.title for peer in peers.here] == ["late", "madmom (offline)", "broken"]
    assert "absent (MIT) is not installed there, so it is left out" in told
    assert "madmom (offline), 1 (MIT)" in told


def test_an_environment_that_does_not_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="name the python of an environment with peers"):
        SoundPeers(tmp_path / "python", write_peers(tmp_path), tmp_path, print)


def test_the_script_of_peers_runs_in_any_environment(tmp_path: Path, told: list[str]) -> None:
    script = BENCH / "sound_peers.py"
    SoundPeers(Path(sys.executable), script, tmp_path, told.append)
    assert sum(line.startswith("madmom online") for line in told) == 1
