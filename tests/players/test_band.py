"""The band plays in order, hears itself, and can take a plan back."""

from dataclasses import replace

import pytest

from accompanist.music.band import PlannedNote
from accompanist.players.band import Band
from accompanist.players.chair import Chair
from tests.players.frames import frame


class Listener:
    """A player that counts its frames and notes who it heard in the same frame."""

    def __init__(self, part: str) -> None:
        self.part = part
        self.state: object = 0
        self.heard: list[list[str]] = []

    def reset(self) -> None:
        self.state = 0

    def play(self, frame):
        now = frame.index / 4
        self.heard.append([note.part for note in frame.ensemble if note.onset_beats == now])
        self.state += 1
        return (PlannedNote(self.part, now, 0.25, self.state, 90, "understudy"),)


def trio() -> tuple[Band, dict[str, Listener]]:
    players = {part: Listener(part) for part in ("bass", "drums", "harmony")}
    return Band([Chair(None, player) for player in players.values()]), players


def at(index: int):
    return frame(index=index)


def test_harmony_plays_before_drums_and_bass_hears_both():
    band, players = trio()
    band.plan(0, 0, at)
    assert players["harmony"].heard == [[]]
    assert players["drums"].heard == [["harmony"]]
    assert players["bass"].heard == [["harmony", "drums"]]


def test_a_plan_made_again_starts_from_the_memory_it_had():
    band, _ = trio()
    first = band.plan(0, 7, at)
    again = band.plan(4, 7, at)
    assert again == first[12:]


def test_a_plan_made_again_frame_by_frame_is_the_same():
    band, _ = trio()
    band.plan(0, 7, at)
    again = [note for index in range(4, 8) for note in band.plan(index, index, at)]
    assert tuple(again) == trio()[0].plan(0, 7, at)[12:]


def test_a_frame_after_one_made_again_goes_on_from_that_one():
    players = {part: Listener(part) for part in ("bass", "drums", "harmony")}
    band = Band([Chair(None, player) for player in players.values()])
    band.plan(0, 3, at)
    players["bass"].state = 100
    band.plan(1, 1, at)
    players["bass"].state = 50
    (*_, bass) = band.plan(2, 2, at)
    assert bass.pitch == 51


def test_a_plan_made_again_does_not_hear_the_one_taken_back():
    band, players = trio()
    band.plan(0, 3, at)
    band.plan(2, 3, at)
    assert players["harmony"].heard[4] == []


def test_a_band_without_chairs_is_silent():
    assert Band([]).plan(0, 3, at) == ()


def test_whose_turn_it_is_is_told():
    turns: list[str | None] = []
    players = [Listener(part) for part in ("drums", "harmony")]
    Band([Chair(None, player) for player in players], turns.append).plan(0, 1, at)
    assert turns == 2 * ["harmony", None, "drums", None]


def test_a_player_that_dies_in_its_turn_is_the_last_one_told():
    class Dying(Listener):
        def play(self, frame):
            raise SystemExit

    turns: list[str | None] = []
    band = Band([Chair(None, Dying("bass")), Chair(None, Listener("drums"))], turns.append)
    with pytest.raises(SystemExit):
        band.plan(0, 0, at)
    assert turns[-1] == "bass"


def test_a_part_without_a_chair_is_silent_and_the_others_play():
    band = Band([Chair(None, Listener("drums")), Chair(None, Listener("harmony"))])
    assert [note.part for note in band.plan(0, 0, at)] == ["harmony", "drums"]


def test_a_frame_that_hears_others_is_the_same_frame_otherwise():
    kick = PlannedNote("drums", 0.0, 0.25, 36, 100, "model")
    alone = frame(index=3, density=0.7)
    assert alone.hearing((kick,)) == replace(alone, ensemble=(kick,))
