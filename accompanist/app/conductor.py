"""Who leads: the band, or, when it falters, the groove it left behind.

The band leads while its heart beats. When it dies or stalls, all that sounds is released, and the
last committed bar of drums and bass goes on at the last tempo. Once the band is back and plays, it
takes over on a bar line; the gate in the shared memory keeps its notes from sounding before. A band
that is back but does not play takes over in silence after `LONGEST_BARS`.
"""

from collections.abc import Sequence

from accompanist.devices.stage_door import (
    BAND_BEAT_NS,
    BAND_STATE,
    CARRY_ON,
    GATE_NS,
    NEVER,
    PRESENT,
    StageDoor,
)
from accompanist.dsp.cue import (
    BEAT,
    CUT,
    KIND,
    LANE,
    LANES,
    NOTE,
    NOTE_ID,
    OFF_NS,
    ON_NS,
    RELEASE,
    A,
    B,
)
from accompanist.dsp.immediate_cues import is_silent
from accompanist.dsp.ring import Row
from accompanist.music.band import PARTS, BandNote, NoteCut
from accompanist.scheduler.groove import Groove

STALLED_NS = 200_000_000
"""A silent heart for so long means a stall; an interpreter held up for 60 ms does not."""

AHEAD_NS = 120_000_000
"""The groove is told so far ahead, as the band tells its notes."""

HANDOVER_LEAD_NS = 150_000_000
"""A bar line this close is left to the groove: the band may have notes on their way before it."""

PICKUP_NS = 30_000_000
"""Notes meant for the bar line may come so much before it."""

LONGEST_BARS = 4

FIRST_ID = 1 << 40
"""The groove's notes are numbered far beyond the band's."""


Cue = Sequence[int]


class Conductor:
    """Follows the band's notes and beats, and stands in for it.

    Parameters
    ----------
    door
        The shared memory.
    origin_ns
        The steady clock's time at which engine time is 0.

    Attributes
    ----------
    leader
        ``band``, ``groove``, or ``nobody``.
    """

    def __init__(self, door: StageDoor, origin_ns: int) -> None:
        self.leader = "nobody"
        self._door = door
        self._origin_ns = origin_ns
        self._groove = Groove()
        self._coming: Groove | None = None
        self._coming_grooves = False
        self._latest_ns = NEVER
        self._told_until_ns = 0
        self._next_id = FIRST_ID
        door.tell(GATE_NS, NEVER)

    def take(self, row: Cue) -> None:
        """Hear what the band commits and where its beats fall."""
        leads = self.leader == "band"
        memory = self._groove if leads else self._coming
        if row[KIND] == BEAT:
            self._take_beat(row)
        elif memory is None:
            return
        elif row[KIND] == NOTE and self.lets_through(row):
            memory.take(self._note(row))
        elif row[KIND] == CUT and not row[A]:
            off_s = self._s(row[OFF_NS])
            memory.take(NoteCut(off_s, row[NOTE_ID], LANES[row[LANE]], off_s))

    def _take_beat(self, row: Cue) -> None:
        """Follow a beat; while the groove leads, a band that is back knows where the player is."""
        at_s, period_s = self._s(row[ON_NS]), row[OFF_NS] / 1e9
        self._coming_grooves = self.leader != "band" and bool(row[B])
        if self._coming is not None:
            self._coming.beat(at_s, row[LANE], row[A], period_s, grooving=bool(row[B]))
        if self.leader != "nobody":
            grooving = self.leader == "groove" or bool(row[B])
            self._groove.beat(at_s, row[LANE], row[A], period_s, grooving=grooving)

    def lets_through(self, row: Cue) -> bool:
        """Whether a note of the band sounds, or comes before the band leads again."""
        return row[ON_NS] >= self._door.told(GATE_NS)

    def fall_silent(self) -> None:
        """Forget the groove: the player wants silence, and has it even while there is no band."""
        self._groove = Groove()
        if self.leader == "groove":
            self._forget_coming()
            self.leader = "nobody"

    def step(self, now_ns: int) -> list[Row]:
        """See who leads now; return what every device must be told."""
        beating = self._is_beating(now_ns)
        if self.leader == "band":
            return [] if beating else self._step_in(now_ns)
        if self.leader == "nobody":
            if beating:
                self._yield(now_ns)
            return []
        told = self._go_on(now_ns)
        if not beating:
            self._forget_coming()
        elif self._coming is None:
            self._agree(now_ns)
        if now_ns >= self._door.told(GATE_NS):
            self._take_over()
        return told

    def _is_beating(self, now_ns: int) -> bool:
        alive = self._door.told(BAND_STATE) == PRESENT
        return alive and now_ns - self._door.told(BAND_BEAT_NS) < STALLED_NS

    def _step_in(self, now_ns: int) -> list[Row]:
        """Release what sounds, and let the groove lead where there is one."""
        self._forget_coming()
        self._told_until_ns = now_ns
        carries_on = self._groove.is_playing and self._door.told(CARRY_ON)
        self.leader = "groove" if carries_on else "nobody"
        return [(RELEASE, 0, 0, 0, 0, now_ns, now_ns, 0)]

    def _forget_coming(self) -> None:
        """Wait for a band anew."""
        self._coming, self._coming_grooves, self._latest_ns = None, False, NEVER
        self._door.tell(GATE_NS, NEVER)

    def _go_on(self, now_ns: int) -> list[Row]:
        until_ns = min(now_ns + AHEAD_NS, self._door.told(GATE_NS))
        if until_ns <= self._told_until_ns:
            return []
        controls = self._door.controls
        muted = frozenset(part for part in PARTS if is_silent(controls, LANES.index(part)))
        notes = self._groove.go_on(self._s(self._told_until_ns), self._s(until_ns), muted)
        self._told_until_ns = until_ns
        return [self._row(note) for note in notes]

    def _agree(self, now_ns: int) -> None:
        """Choose the bar line on which the band that is back takes over."""
        line_s = self._groove.next_bar_line(self._s(now_ns + HANDOVER_LEAD_NS))
        line_ns = self._origin_ns + round(line_s * 1e9)
        if not self._coming_grooves:
            if self._latest_ns == NEVER:
                further_s = (LONGEST_BARS - 1) * self._groove.bar_s
                self._latest_ns = line_ns + round(further_s * 1e9)
            if line_ns < self._latest_ns:
                return
        self._coming = Groove()
        self._door.tell(GATE_NS, max(line_ns - PICKUP_NS, self._told_until_ns))

    def _take_over(self) -> None:
        assert self._coming is not None
        self.leader = "band"
        self._groove, self._coming = self._coming, None

    def _yield(self, now_ns: int) -> None:
        self.leader = "band"
        self._groove = Groove()
        self._door.tell(GATE_NS, now_ns)

    def _note(self, row: Cue) -> BandNote:
        on_s, off_s, part = self._s(row[ON_NS]), self._s(row[OFF_NS]), LANES[row[LANE]]
        return BandNote(on_s, row[NOTE_ID], part, on_s, off_s, 0.0, row[A], row[B], "model")

    def _row(self, note: BandNote) -> Row:
        lane = LANES.index(note.part)
        on_ns = self._origin_ns + round(note.on_s * 1e9)
        off_ns = self._origin_ns + round(note.off_s * 1e9)
        generation = int(self._door.generations[lane])
        self._next_id += 1
        return NOTE, lane, note.pitch, note.velocity, self._next_id, on_ns, off_ns, generation

    def _s(self, time_ns: int) -> float:
        return (time_ns - self._origin_ns) / 1e9
