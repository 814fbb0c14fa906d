"""The band plays together: harmony first, then drums, then bass, each hearing those before it.

Every player's memory is kept for the frames of the last beats, so that a plan can be taken back to
any of them and made again when the performer's chord turns out otherwise.
"""

from collections.abc import Callable, Sequence

from accompanist.music.band import PlannedNote
from accompanist.players.chair import Chair
from accompanist.players.player import Frame
from accompanist.players.steered import SteeredChair

REMEMBERED_FRAMES = 16
"""How far back a plan can be revised: four beats."""

HEARD_FRAMES = 32
"""How much of each other the players hear: two bars of four."""


def _nobody_watches(_part: str | None) -> None:
    """Let players take their turns unseen."""


class Band:
    """Up to three chairs, planned frame by frame; a part without a chair is silent.

    Parameters
    ----------
    chairs
        Who plays, at most one a part.
    on_turn
        Told the part of a chair before it plays, and None after: who is to blame if the program
        dies now. It takes microseconds, and never raises.

    Attributes
    ----------
    chairs, steered
        Who plays, in order; and by part, as the performer steers it.
    """

    def __init__(
        self, chairs: Sequence[Chair], on_turn: Callable[[str | None], None] = _nobody_watches
    ) -> None:
        self._on_turn = on_turn
        order = ("harmony", "drums", "bass")
        self.chairs = tuple(sorted(chairs, key=lambda chair: order.index(chair.part)))
        self.steered = {chair.part: SteeredChair(chair) for chair in self.chairs}
        self._before: dict[int, tuple[object, ...]] = {}
        self._played: list[tuple[int, PlannedNote]] = []

    def reset(self) -> None:
        """Forget the piece."""
        self._before.clear()
        self._played.clear()
        for chair in self.steered.values():
            chair.reset()

    def plan(
        self, first: int, last: int, frame_at: Callable[[int], Frame]
    ) -> tuple[PlannedNote, ...]:
        """Plan frames `first` to `last` inclusive, taking back any plan made for them before."""
        self._return_to(first)
        planned: list[PlannedNote] = []
        heard = tuple(note for _, note in self._played)
        for index in range(first, last + 1):
            self._before[index] = tuple(chair.state for chair in self.steered.values())
            frame = frame_at(index)
            for chair in self.steered.values():
                if frame.ensemble is not heard:
                    frame = frame.hearing(heard)
                self._on_turn(chair.part)
                notes = chair.play(frame)
                self._on_turn(None)
                heard += notes
                planned.extend(notes)
                self._played.extend((index, note) for note in notes)
        self._forget(last)
        return tuple(planned)

    def _return_to(self, first: int) -> None:
        remembered = self._before.get(first)
        if remembered is None:
            return
        for chair, memory in zip(self.steered.values(), remembered, strict=True):
            chair.state = memory
        self._played = [(index, note) for index, note in self._played if index < first]
        self._before = {index: memory for index, memory in self._before.items() if index < first}

    def _forget(self, last: int) -> None:
        self._before = {
            index: memory
            for index, memory in self._before.items()
            if index > last - REMEMBERED_FRAMES
        }
        self._played = [
            (index, note) for index, note in self._played if index > last - HEARD_FRAMES
        ]
