"""Peers hear what was played, as sound or as notes; they are run only where installed."""

import numpy as np
import pytest

from accompanist.training.beat_scores import beat_scores, heard_beats
from accompanist.training.key_scores import key_held
from accompanist.training.listening_peers import PEERS, RATE, Peer, tones
from accompanist.training.performances import Performance, Span
from tests.training.takes import BEATS_S, steady


def test_every_note_sounds_from_its_onset() -> None:
    sound = np.abs(tones(steady()))
    assert sound[: int(BEATS_S[0] * RATE) - 1].max() == 0.0
    for at_s in BEATS_S:
        start = int(at_s * RATE)
        assert sound[start : start + 500].max() > 0.05


@pytest.mark.parametrize("name", PEERS)
def test_a_peer_hears_beats_or_keys(name: str) -> None:
    peer = PEERS[name]
    if not peer.installed:
        pytest.skip(f"{name} is not installed here")
    heard = peer.heard(steady(keys=(Span(10.0, 30.0, "C major"),)))
    if "beats" in peer.hears:
        assert beat_scores(steady(), heard_beats(heard))["AMLt"] > 0.5
    if "keys" in peer.hears:
        assert key_held(heard, 30.0).tonic is not None


def test_a_peer_that_gives_up_hears_nothing(capsys) -> None:
    def give_up(_performance: Performance) -> list[object]:
        raise ValueError("too few notes")

    peer = Peer("peer", "MIT", False, ("beats",), give_up)
    assert peer.heard(steady()) == []
    assert "gives up on steady: too few notes" in capsys.readouterr().err
