"""The band plays in order, hears itself, and can take a plan back."""

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


def test_a_plan_made_again_does_not_hear_the_one_taken_back():
    band, players = trio()
    band.plan(0, 3, at)
    band.plan(2, 3, at)
    assert players["harmony"].heard[4] == []


def test_a_band_without_chairs_is_silent():
    assert Band([]).plan(0, 3, at) == ()
