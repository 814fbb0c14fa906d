"""The soak plays ten notes a second, and sees what a listener keeps."""

from itertools import takewhile

import pytest

from accompanist.music.events import NoteOn, PerformerEvent
from accompanist.training.listening_soak import soak, ten_notes_a_second


class Hoarder:
    """Keeps everything it hears, a thousandfold."""

    def __init__(self) -> None:
        self.kept: list[list[float]] = []

    def hear(self, event: PerformerEvent) -> None:
        self.kept += [[event.time_s] for _ in range(1000)]

    def advance(self, to_s: float) -> list[object]:
        return []


class Deaf(Hoarder):
    """Keeps nothing."""

    def hear(self, event: PerformerEvent) -> None:
        pass


def test_ten_notes_are_struck_every_second() -> None:
    notes = takewhile(lambda event: event.time_s < 120.0, ten_notes_a_second())
    assert sum(isinstance(event, NoteOn) for event in notes) == pytest.approx(1200, rel=0.02)


def test_who_keeps_everything_grows() -> None:
    assert soak(Hoarder(), 10.0)["blocks grown a minute"] > 100_000


def test_who_keeps_nothing_does_not_grow() -> None:
    figures = soak(Deaf(), 20.0)
    assert figures["blocks grown a minute"] < 2000
    assert figures["cost"] < 0.05
