"""Pieces of sound are read with their truth, and heard as time passes."""

from pathlib import Path

import numpy as np
import pytest

from accompanist.listening.listener import TICKS_PER_S, learned_listener
from accompanist.music.errors import Refusal
from accompanist.music.events import Attack
from accompanist.training.listening_scores import score
from accompanist.training.listening_sound import BLOCK_TICKS, sound_pieces, take_sound
from tests.training.clicks import PERIOD_S, RATE_HZ, write_clicks, write_piece


def test_a_piece_has_what_is_said_of_it(tmp_path: Path) -> None:
    chords = [{"start": 1.0, "end": 3.0, "chord": "C:maj"}]
    write_clicks(tmp_path, "clicks", 8, style="drums", chords=chords)
    (piece,) = sound_pieces(tmp_path)
    assert (piece.name, piece.style, piece.aspects) == ("clicks", "drums", ("beats", "chords"))
    assert piece.performance.downbeats.tolist() == [True, False, False, False] * 2
    assert piece.performance.chords[0].label == "C:maj"
    assert piece.performance.played_s == pytest.approx((1.0, 4.55), abs=0.05)


def test_downbeats_that_a_machine_suggested_are_no_truth(tmp_path: Path) -> None:
    write_clicks(tmp_path, "clicks", downbeats_kind="machine-suggested; checked")
    (piece,) = sound_pieces(tmp_path)
    assert not piece.performance.downbeats.any()


def test_where_beats_are_not_known_none_is_false(tmp_path: Path) -> None:
    tone = 0.1 * np.sin(np.arange(4 * RATE_HZ) / 10)
    key = {"keys": [{"start": 0.0, "end": 4.0, "key": "G minor"}]}
    write_piece(tmp_path, "scale", tone, key)
    write_piece(tmp_path, "silence", 0.0 * tone, {"beats": []})
    scale, silence = sound_pieces(tmp_path)
    assert "false starts" not in score(take_sound(scale, learned_listener()), scale.aspects)
    taken = take_sound(silence, learned_listener())
    assert score(taken, silence.aspects)["false starts"] == 0.0


def test_music_without_a_key_has_none_to_be_heard(tmp_path: Path) -> None:
    write_clicks(tmp_path, "clicks", keys=[{"start": 0.0, "end": 21.0, "key": "no key"}])
    (piece,) = sound_pieces(tmp_path)
    assert piece.performance.keys == ()


def test_only_pieces_with_their_truth_are_taken_evenly(tmp_path: Path) -> None:
    for name in "abcd":
        write_clicks(tmp_path, name, 2)
    (tmp_path / "b.json").unlink()
    assert [piece.name for piece in sound_pieces(tmp_path)] == ["a", "c", "d"]
    assert [piece.name for piece in sound_pieces(tmp_path, 1)] == ["a"]


def test_a_folder_without_pieces_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="holds no pieces of sound"):
        sound_pieces(tmp_path)


@pytest.mark.parametrize("said", ["{", "[]", '{"beats": ["one"]}', '{"chords": [{"start": 0}]}'])
def test_a_truth_that_cannot_be_read_is_refused(tmp_path: Path, said: str) -> None:
    write_clicks(tmp_path, "clicks", 2)
    (tmp_path / "clicks.json").write_text(said)
    with pytest.raises(Refusal, match="tells no truth"):
        sound_pieces(tmp_path)


def test_sound_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    write_clicks(tmp_path, "clicks", 2).write_bytes(b"fLaC")
    with pytest.raises(Refusal, match="cannot be read as sound"):
        sound_pieces(tmp_path)


class Diary:
    """An ear that keeps what it hears, and when it was allowed to think about it."""

    def __init__(self) -> None:
        self.heard: list[tuple[float, float]] = []
        self._now_s = 0.0

    def hear(self, event: Attack) -> None:
        self.heard.append((event.time_s, self._now_s))

    def advance(self, to_s: float) -> list[object]:
        self._now_s = to_s
        return []


def test_nothing_is_heard_before_its_block_is_complete(tmp_path: Path) -> None:
    write_clicks(tmp_path, "clicks", 8)
    (piece,) = sound_pieces(tmp_path)
    diary = Diary()
    take_sound(piece, diary, Attack)
    block_s = BLOCK_TICKS / TICKS_PER_S
    assert len(diary.heard) == 8
    for place, (at_s, before_s) in enumerate(diary.heard):
        assert at_s == pytest.approx(1.0 + PERIOD_S * place, abs=0.005)
        assert at_s <= before_s + block_s


def test_clicks_are_followed(tmp_path: Path) -> None:
    write_clicks(tmp_path, "clicks")
    (piece,) = sound_pieces(tmp_path)
    taken = take_sound(piece, learned_listener())
    figures = score(taken, piece.aspects)
    assert figures["F_sound"] > 0.8
    assert figures["lead"] < -40.0
    assert 0.0 < figures["cost"] < 1.0
