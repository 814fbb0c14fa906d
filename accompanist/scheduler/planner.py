"""What the band is about to play: planned a sixteenth at a time, and put right when it is wrong.

A beat is planned frame by frame, one a tick, so that no tick takes long. When the performer's chord
is heard, what sounds and clashes with it is cut short; if the band was playing another chord, right
notes take over in the same moment, and the rest of the beat is planned anew.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from accompanist.music.band import FRAMES_PER_BEAT, LEANING_BEATS, BandNote, NoteCut, PlannedNote
from accompanist.music.chord import Chord
from accompanist.music.heard import ChordHeard, HoldHeard
from accompanist.scheduler.scheduler import COMMIT_LEAD_S, BeatClock, Scheduler

Play = Callable[[int], Iterable[PlannedNote]]
"""What all parts play in a frame; asked for one again, they take back what they said before."""


class PerformerClock(BeatClock, Protocol):
    """Where the performer's beats fall."""

    @property
    def broadening(self) -> bool:
        """Whether the performer slows down into an end."""

    def beats_at(self, time_s: float) -> float:
        """Beats counted at `time_s`."""


class Amend(Protocol):
    """Finds notes that take over from wrong ones, beside those that go on sounding."""

    def __call__(
        self,
        wrong: Sequence[BandNote],
        sounding: Sequence[BandNote],
        chord: Chord,
        now_s: float,
        count: PerformerClock,
        /,
    ) -> Iterable[PlannedNote]:
        """Return them for the rest of the wrong ones."""


class Planner:
    """Has the band plan ahead of its scheduler.

    Parameters
    ----------
    scheduler
        Who commits what is planned.
    clock
        Where beats fall.
    play, amend
        Who says what is played in a frame, and what instead of notes that turned out wrong.
    """

    def __init__(
        self, scheduler: Scheduler, clock: PerformerClock, play: Play, amend: Amend
    ) -> None:
        self._scheduler = scheduler
        self._clock = clock
        self._play = play
        self._amend = amend
        self._frames = range(0)
        self._has_left = True
        self._legato = False

    def begin(self, beat: int) -> None:
        """Plan a beat from its first frame on; the frames that follow come with `step`."""
        first = beat * FRAMES_PER_BEAT
        self._frames = range(first, first + FRAMES_PER_BEAT)
        self._has_left = False
        self.step()

    def step(self) -> None:
        """Plan the next frame, if any is to come."""
        if self._frames:
            first, self._frames = self._frames[0], self._frames[1:]
            self._scheduler.plan(self._play(first))

    def finish(self) -> None:
        """Plan all that is to come of the beat."""
        while self._frames:
            self.step()

    def leave(self) -> None:
        """Leave the rest of the beat unplanned."""
        self._frames = range(0)
        self._has_left = True

    def revise(self, now_s: float, beat: int) -> None:
        """Take back what is not committed yet, and have the rest of a beat planned anew.

        Nothing is planned of a beat that was left.
        """
        if not self._has_left:
            self._plan_anew(now_s, beat)

    def commit(self, now_s: float) -> list[BandNote | NoteCut]:
        """Commit what is due; while the performer broadens, so that it lasts until they move."""
        legato, was_legato = self._clock.broadening, self._legato
        self._legato = legato
        released = self._scheduler.let_go(now_s) if was_legato and not legato else []
        return [*released, *self._scheduler.commit(now_s, self._clock, legato=legato)]

    def hold(self, hold: HoldHeard) -> list[NoteCut]:
        """Hold what sounds and play nothing on; or let it go, as the performer does."""
        if not hold.holding:
            return self._scheduler.let_go(hold.announced_s)
        self.leave()
        self._scheduler.withdraw(lambda note: True)
        return []

    def confirm(self, heard: ChordHeard) -> list[NoteCut]:
        """End what the last chord left behind and clashes with the one that was played already."""
        clashes, now_s = _clashing(heard.chord), heard.announced_s
        return self._scheduler.cut(
            now_s, now_s, lambda note: clashes(note) and note.on_s < heard.at_s
        )

    def overrule(self, heard: ChordHeard, beat: int) -> list[NoteCut]:
        """Cut all that clashes with a chord, and play by it for the rest of a beat."""
        scheduler, clock, now_s = self._scheduler, self._clock, heard.announced_s
        clashes = _clashing(heard.chord)
        wrong = [note for note in scheduler.open_notes if clashes(note)]
        cuts = scheduler.cut(now_s, now_s, clashes)
        self._plan_anew(now_s, beat)
        scheduler.withdraw(clashes)
        scheduler.plan(self._amend(wrong, scheduler.open_notes, heard.chord, now_s, clock))
        return cuts

    def _plan_anew(self, now_s: float, beat: int) -> None:
        first = math.ceil(self._clock.beats_at(now_s + COMMIT_LEAD_S) * FRAMES_PER_BEAT + 0.5)
        first = max(first, beat * FRAMES_PER_BEAT)
        begins = first / FRAMES_PER_BEAT - LEANING_BEATS
        self._scheduler.withdraw(lambda note: note.onset_beats >= begins)
        self._frames = range(min((first, *self._frames[:1])), (beat + 1) * FRAMES_PER_BEAT)


def _clashing(chord: Chord) -> Callable[[BandNote | PlannedNote], bool]:
    """Whether a note has a pitch that is foreign to a chord."""
    tones = chord.pitch_classes
    return lambda note: note.part != "drums" and note.pitch % 12 not in tones
