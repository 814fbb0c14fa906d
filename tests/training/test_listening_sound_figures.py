"""Ours is held against causal peers, and told by style and piece."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from accompanist.training.listening_heard import Heard
from accompanist.training.listening_sound import SoundPiece
from accompanist.training.listening_sound_figures import (
    against_peers,
    clicked,
    sound_figures,
    sound_report,
)
from accompanist.training.listening_sound_peers import SoundPeer
from accompanist.training.listening_table import Measured
from tests.training.takes import steady

PEERS = (
    SoundPeer("early", "1", "MIT", False, ("beats",)),
    SoundPeer("keen", "1", "MIT", False, ("beats",)),
    SoundPeer("tonal", "1", "MIT", False, ("keys",)),
    SoundPeer("madmom", "1", "MIT", True, ("beats",)),
)


def scores(first: float, second: float) -> Measured:
    """F and continuity of two pieces."""
    return Measured(
        {"a": {"F_sound": first, "CMLt": first}, "b": {"F_sound": second, "CMLt": second}}, {}
    )


FOUND = {
    "accompanist": scores(0.9, 0.6),
    "early": scores(0.8, 0.5),
    "keen": scores(0.2, 0.7),
    "tonal": Measured({"a": {"key@12s": 1.0}, "b": {}}, {}),
    "madmom (offline)": scores(1.0, 0.8),
}
PIECES = [
    SoundPiece(Path("a.flac"), replace(steady(), name="a"), "band", "song 263", ("beats",)),
    SoundPiece(Path("b.flac"), replace(steady(), name="b"), "guitar", "a tune", ("beats",)),
]


def test_ours_is_ahead_of_the_best_causal_peer_of_all_and_of_each_piece() -> None:
    assert against_peers(FOUND["accompanist"], FOUND, PEERS) == {
        "F_sound ahead of causal peers": pytest.approx(0.75 - 0.65),
        "CMLt ahead of causal peers": pytest.approx(0.75 - 0.65),
        "worst case ahead of causal peers": pytest.approx(0.6 - 0.7),
        "CMLt ahead of madmom (offline)": pytest.approx(0.75 - 0.9),
    }


def test_without_peers_ours_is_ahead_of_nobody() -> None:
    assert against_peers(FOUND["accompanist"], {"accompanist": FOUND["accompanist"]}, ()) == {}


def test_parts_of_the_rendered_set_have_targets_of_their_own() -> None:
    figures = sound_figures("rendered", FOUND, PIECES, PEERS)
    assert figures["rendered"]["F_sound"] == pytest.approx(0.75)
    assert figures["rendered with drums"]["F_sound"] == 0.9
    assert figures["rendered guitar"]["F_sound"] == 0.6
    assert figures["rendered pop"]["F_sound"] == 0.9
    assert set(sound_figures("recordings", FOUND, PIECES, PEERS)) == {"recordings"}


def test_where_ours_is_not_measured_there_is_no_target() -> None:
    assert sound_figures("rendered", {"early": FOUND["early"]}, PIECES, PEERS) == {}


def test_a_report_tells_everybody_by_style() -> None:
    lines = sound_report("rendered", FOUND, PIECES, PEERS).splitlines()
    assert "madmom (offline)" in "".join(lines)
    continuity = lines[lines.index("rendered: CMLt") :]
    assert continuity[1].split()[:3] == ["accompanist", "early", "keen"]
    assert continuity[2].split() == ["band", "0.900", "0.800", "0.200", "1.000"]
    assert continuity[3].split() == ["guitar", "0.600", "0.500", "0.700", "0.800"]


def test_clicks_are_drawn_of_pieces_with_beats() -> None:
    one = Heard({}, [], np.array([10.0, 10.5]), [])
    rows = clicked(PIECES, {"accompanist": [one, one], "keen": [one, one]})
    assert [performance.name for performance, _ in rows] == ["a", "b"]
    assert list(rows[0][1]) == ["accompanist"]
