"""Holds what the band plans in beats, and commits it to seconds as late as it may.

A planned note can be withdrawn until it is committed, `COMMIT_LEAD_S` before it sounds; until then
a change of tempo moves it. A committed note can only be cut. The scheduler remembers every
committed note until it has ended, so that all of them can be released at any moment.

Notes committed legato last until the next of their part, or until they are let go: nobody knows how
long a chord at the end of a ritardando will be. None is ended before its written end is due. Notes
that were committed already can be held likewise.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Protocol

from accompanist.music.band import BandNote, NoteCut, NoteHeld, PlannedNote
from accompanist.scheduler.thinning import Thinning

COMMIT_LEAD_S = 0.12
"""Long enough for any interpreter stall seen (60 ms), short enough to hear the player's chord."""

TOO_LATE_S = 0.03
"""A note bound this far in the past is dropped: late hits sound worse than none."""

SHORTEST_S = 0.03

LONGEST_S = 12.0
"""A legato note that nobody ends ends by itself."""

RESUMED_NOTE_GAP = 4096
"""More notes than the band may have committed since it last said where it is."""

_ENDING_S = 0.02
"""What ends so soon can't be held any more: it may have ended where it sounds."""

LEGATO_PARTS = ("bass", "harmony")
_SAME_STROKE_BEATS = 0.2


class BeatClock(Protocol):
    """Where beats fall in seconds, by the best present estimate."""

    def seconds_at(self, beats: float) -> float:
        """Engine time of a place on the beat count."""


class Scheduler:
    """Plans in, committed notes out.

    Attributes
    ----------
    thinning
        What of the plans is let through, and how softly.
    next_id
        Number that the next note gets.
    """

    def __init__(self) -> None:
        self.thinning = Thinning()
        self._planned: list[PlannedNote] = []
        self._open: list[BandNote] = []
        self._legato: dict[int, BandNote] = {}
        self.next_id = 0

    @property
    def open_notes(self) -> tuple[BandNote, ...]:
        """Committed notes that have not ended yet, sounding or about to."""
        return tuple(self._open)

    def resume(self, next_id: int) -> None:
        """Number notes after all those of a scheduler that last said what its next one would be."""
        self.next_id = next_id + RESUMED_NOTE_GAP

    def plan(self, notes: Iterable[PlannedNote]) -> None:
        """Take notes to be committed when their time comes."""
        self._planned.extend(notes)

    def withdraw(self, unwanted: Callable[[PlannedNote], bool]) -> None:
        """Forget planned notes that are not committed yet."""
        self._planned = [note for note in self._planned if not unwanted(note)]

    def commit(
        self, now_s: float, clock: BeatClock, *, legato: bool = False
    ) -> list[BandNote | NoteCut]:
        """Bind every note due within the commit lead, in order of sounding.

        A pitch still held by the same part is cut where it is struck again. `legato` commits bass
        and harmony to last.
        """
        self._open = [note for note in self._open if note.off_s > now_s]
        sounding = {note.note_id for note in self._open}
        self._legato = {i: note for i, note in self._legato.items() if i in sounding}
        bound: list[BandNote] = []
        waiting: list[PlannedNote] = []
        for planned in self._planned:
            on_s = clock.seconds_at(planned.onset_beats)
            if on_s > now_s + COMMIT_LEAD_S:
                waiting.append(planned)
            elif on_s >= now_s - TOO_LATE_S and (thinned := self.thinning.thinned(planned)):
                bound.append(self._bound(thinned, max(on_s, now_s), now_s, clock))
        self._planned = waiting
        played: list[BandNote | NoteCut] = []
        for note in sorted(bound, key=lambda note: (note.on_s, note.part, note.pitch)):
            numbered = replace(note, note_id=self.next_id)
            self.next_id += 1
            played.extend(self._join(numbered, now_s))
            played.extend(self._retrigger(numbered, now_s))
            if legato and numbered.part in LEGATO_PARTS:
                self._legato[numbered.note_id] = numbered
                numbered = replace(numbered, off_s=numbered.on_s + LONGEST_S)
            played.append(numbered)
            self._open.append(numbered)
        return played

    def hold(self, now_s: float) -> list[NoteHeld]:
        """Have the last bass note and chord, if they sound or are about to, last legato.

        Called again and again they last for as long as that, and never much longer.
        """
        held = []
        for part in LEGATO_PARTS:
            notes = [n for n in self._open if n.part == part and n.off_s > now_s + _ENDING_S]
            last = max((note.on_beats for note in notes), default=0.0)
            held += [note for note in notes if last - note.on_beats <= _SAME_STROKE_BEATS]
        short = [note for note in held if note.off_s < now_s + 0.5 * LONGEST_S]
        off_s = {note.note_id: now_s + LONGEST_S for note in short}
        self._legato = {note.note_id: note for note in short} | self._legato
        self._open = [replace(n, off_s=off_s.get(n.note_id, n.off_s)) for n in self._open]
        return [NoteHeld(now_s, n.note_id, n.part, off_s[n.note_id]) for n in short]

    def let_go(self, now_s: float) -> list[NoteCut]:
        """End legato notes, where their written end is past at once, otherwise there."""
        cuts: list[NoteCut] = []
        for note_id, written in self._legato.items():
            cuts += self.cut(now_s, max(now_s, written.off_s), _numbered(note_id))
        self._legato.clear()
        return cuts

    def cut(self, now_s: float, at_s: float, wrong: Callable[[BandNote], bool]) -> list[NoteCut]:
        """End committed notes early, at `at_s`; those not begun by then never sound."""
        cuts = [
            NoteCut(now_s, note.note_id, note.part, max(at_s, now_s))
            for note in self._open
            if note.off_s > at_s and wrong(note)
        ]
        ended = {cut.note_id for cut in cuts}
        self._open = [
            replace(note, off_s=at_s) if note.note_id in ended else note for note in self._open
        ]
        return cuts

    def clear(self, now_s: float) -> list[NoteCut]:
        """Forget all plans and end every committed note now."""
        self._planned = []
        return self.cut(now_s, now_s, lambda note: True)

    def _bound(self, planned: PlannedNote, on_s: float, now_s: float, clock: BeatClock) -> BandNote:
        off_s = clock.seconds_at(planned.onset_beats + planned.length_beats)
        return BandNote(
            announced_s=now_s,
            note_id=-1,
            part=planned.part,
            on_s=on_s,
            off_s=max(off_s, on_s + SHORTEST_S),
            on_beats=planned.onset_beats,
            pitch=planned.pitch,
            velocity=planned.velocity,
            source=planned.source,
        )

    def _join(self, note: BandNote, now_s: float) -> list[NoteCut]:
        """End what the part held legato where its next note begins, or at its written end."""
        cuts: list[NoteCut] = []
        for note_id, held in list(self._legato.items()):
            if held.part == note.part and note.on_beats - held.on_beats > _SAME_STROKE_BEATS:
                cuts += self.cut(now_s, max(note.on_s, held.off_s), _numbered(note_id))
                del self._legato[note_id]
        return cuts

    def _retrigger(self, note: BandNote, now_s: float) -> list[NoteCut]:
        return self.cut(
            now_s,
            note.on_s,
            lambda held: held.part == note.part and held.pitch == note.pitch,
        )


def _numbered(note_id: int) -> Callable[[BandNote], bool]:
    return lambda note: note.note_id == note_id
