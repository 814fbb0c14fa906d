"""Where the band is, kept at the stage door: one that is started again goes on from there."""

from collections.abc import Callable
from typing import NamedTuple

from accompanist.control.hands import Hands
from accompanist.devices.door_sink import DoorSink
from accompanist.devices.source import Source
from accompanist.devices.stage_door import WHEREABOUTS, StageDoor
from accompanist.engine import Announcement, Engine
from accompanist.music.band import ControlTaken
from accompanist.music.events import ClockTick, ControlTurn, Gesture, SoundEvent, Transport
from accompanist.music.heard import BeatHeard
from accompanist.music.whereabouts import PLAYING_STATES, Whereabouts


class Diary:
    """Writes the place down on every beat and turn of a control; an observer.

    Parameters
    ----------
    engine
        Whose place it is.
    door
        Where it is kept.
    stage
        Who is told where beats fall.
    reader
        Who wants to know the place, too.
    """

    def __init__(
        self,
        engine: Engine,
        door: StageDoor,
        stage: DoorSink,
        reader: Callable[[Whereabouts], object],
    ) -> None:
        self._engine = engine
        self._door = door
        self._stage = stage
        self._reader = reader

    def show(self, announcement: Announcement) -> None:
        """Take note of beats and controls; tell the stage where the beat falls."""
        if not isinstance(announcement, BeatHeard | ControlTaken):
            return
        where = self._engine.whereabouts()
        self._door.write(WHEREABOUTS, where.to_text())
        self._reader(where)
        if isinstance(announcement, BeatHeard):
            state = where.form_state
            self._stage.beat(
                announcement,
                where.beat_in_bar,
                where.beats_per_bar,
                grooving=state == "playing",
                plays=state in PLAYING_STATES,
            )


class Found(NamedTuple):
    """Where another band left off, and what the player did since."""

    place: Whereabouts
    missed: tuple[Gesture, ...]


def find_place(
    engine: Engine, door: StageDoor, player: Source, hands: Hands, now_s: float
) -> Found | None:
    """Have a fresh engine go on where another left off; none if that one left no word.

    What the player did meanwhile is heard first, but for what steers or leads, and for sound other
    than its attacks: that is not made up for.
    """
    try:
        where = Whereabouts.from_text(door.read(WHEREABOUTS))
    except ValueError:
        return None
    meanwhile = hands.steer(player.take(now_s), now_s, engine.now_s)
    missed = tuple(
        event
        for event in meanwhile
        if not isinstance(event, ControlTurn | ClockTick | Transport | SoundEvent)
        and event.time_s > where.now_s
    )
    engine.resume(where, now_s, missed)
    return Found(where, missed)
