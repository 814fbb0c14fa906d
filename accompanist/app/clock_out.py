"""MIDI clock out: what followers are told, made from the beats and rests of the band.

Ticks run from the first beat on, while `sync/clock_out` is on, through rests and a lost beat too:
an arpeggiator keeps its tempo. Start goes out where the band enters, Stop where it falls silent.
While the performer holds a fermata, or the beat is lost, the song is only paused: it is continued
at the beat that is due, in whole bars where it waited. Stopped by hand or ended, the next song
starts anew. Who enters in the midst of a bar has followers continue there, so that bars agree.

A beat is a quarter to followers, whatever its metre. Limits: a follower that joins later gets no
Start; a song is told of for 4095 beats, and one paused after that is continued from its first bar.
"""

from collections.abc import Sequence

from accompanist.devices.stage_door import (
    CLOCK_LEAD_NS,
    CLOCK_OUT,
    NEVER,
    SONG_BEGAN,
    SONG_RUNS,
    StageDoor,
)
from accompanist.dsp.cue import (
    BEAT,
    CLOCK,
    GENERATION,
    KIND,
    LANE,
    MESSAGE,
    NOTE_ID,
    OFF_NS,
    ON_NS,
    REST,
    A,
    packed,
)
from accompanist.dsp.ring import Row

START, CONTINUE, STOP, POSITION = 0xFA, 0xFB, 0xFC, 0xF2

BEFORE_THE_TICK_NS = 2_000_000
"""Start and Continue speak of the tick that follows, and must have come by then."""

TO_LOCATE_NS = 80_000_000
"""A follower that is sent elsewhere wants time to get there, where there is any."""

TOO_LATE_NS = 20_000_000
"""With a beat that is past by more than this no song begins, and no ticks."""

MOST_SIXTEENTHS = 0x3FFF

Cue = Sequence[int]


class ClockOut:
    """Turns the band's cues into cues for the MIDI device.

    Where the song is lies at the stage door, so that a stage started anew goes on with it.

    Parameters
    ----------
    door
        The shared memory.
    """

    def __init__(self, door: StageDoor) -> None:
        self._door = door
        self._ticks = False

    def take(self, row: Cue, now_ns: int) -> list[Row]:
        """Hear of a beat or a rest; return what the MIDI device must be told."""
        if not self._door.told(CLOCK_OUT):
            return []
        lead_ns = self._door.told(CLOCK_LEAD_NS)
        if row[KIND] == BEAT:
            return self._beat(row, row[ON_NS] - lead_ns, now_ns)
        if row[KIND] == REST:
            said = self._stop(row[ON_NS] - lead_ns)
            if not row[A]:
                self._door.tell(SONG_BEGAN, NEVER)
            return said
        return []

    def step(self, now_ns: int, *, is_led: bool) -> list[Row]:
        """See whether the clock was turned off, and whether anybody plays still."""
        is_on = bool(self._door.told(CLOCK_OUT))
        said = [] if is_on and is_led else self._stop(now_ns)
        if self._ticks and not is_on:
            self._ticks = False
            self._door.tell(SONG_BEGAN, NEVER)
            said.append((CLOCK, 0, 0, 0, 0, 0, 0, 0))
        return said

    def _beat(self, row: Cue, at_ns: int, now_ns: int) -> list[Row]:
        number, plays = row[NOTE_ID], bool(row[GENERATION])
        # A stage started anew was not heard meanwhile.
        goes_on = bool(self._door.told(SONG_RUNS)) and self._ticks
        said = []
        if not goes_on and at_ns < now_ns - TOO_LATE_NS:
            return [] if plays else self._stop(now_ns)
        if plays and not goes_on:
            said = [*self._stop(at_ns - TO_LOCATE_NS), *self._begin(row, at_ns)]
        elif not plays:
            said = self._stop(at_ns)
        self._ticks = True
        return [*said, (CLOCK, 0, int(goes_on), 0, number, at_ns, at_ns + row[OFF_NS], 0)]

    def _begin(self, row: Cue, at_ns: int) -> list[Row]:
        """Start a song, or go on with the one that waits."""
        beats = self._beats_of_song(row)
        self._door.tell(SONG_BEGAN, row[NOTE_ID] - beats)
        self._door.tell(SONG_RUNS, 1)
        if beats == 0:
            return [_said((START,), at_ns - BEFORE_THE_TICK_NS)]
        place = 4 * beats
        position = (POSITION, place & 0x7F, place >> 7)
        return [
            _said(position, at_ns - TO_LOCATE_NS),
            _said((CONTINUE,), at_ns - BEFORE_THE_TICK_NS),
        ]

    def _beats_of_song(self, row: Cue) -> int:
        """Beats of the song before a beat, so that bars are the band's."""
        place, per_bar, began = row[LANE], row[A], self._door.told(SONG_BEGAN)
        if began == NEVER:
            return place
        beats = row[NOTE_ID] - began
        beats += (place - beats) % per_bar
        return beats if 0 <= 4 * beats <= MOST_SIXTEENTHS else place

    def _stop(self, at_ns: int) -> list[Row]:
        if not self._door.told(SONG_RUNS):
            return []
        self._door.tell(SONG_RUNS, 0)
        return [_said((STOP,), at_ns)]


def _said(message: tuple[int, ...], at_ns: int) -> Row:
    return MESSAGE, 0, packed(message), 0, 0, at_ns, 0, 0
