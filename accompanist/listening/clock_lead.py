"""The beat led by a clock: said where the clock has it, whatever the performer plays.

The ear goes on listening, and chords, key and metre are its own; where the song is known, so are
its bar lines. When nobody leads any more, the beat goes on as it was led, and the ear takes over.
"""

from accompanist.listening.announcer import LEAD_S, Announced, Announcer
from accompanist.listening.bars import BarCounter
from accompanist.listening.beat import BeatTracker
from accompanist.listening.clock import BeatClock
from accompanist.listening.clock_ear import ClockEar
from accompanist.listening.lead import Lead
from accompanist.listening.pulse import Pulse
from accompanist.music.events import ClockEvent


class ClockLead:
    """Has an announcer say the beats of a clock.

    Parameters
    ----------
    tracker, announcer, bars, clock
        Who follows the performer's beat, says beats, counts bars, and keeps the count.
    hand
        Who leads by hand, and gives way to a clock.

    Attributes
    ----------
    ear
        Who hears the clock.
    """

    def __init__(
        self,
        tracker: BeatTracker,
        announcer: Announcer,
        bars: BarCounter,
        clock: BeatClock,
        hand: Lead,
    ) -> None:
        self.ear = ClockEar()
        self._tracker = tracker
        self._announcer = announcer
        self._bars = bars
        self._clock = clock
        self._hand = hand

    @property
    def leads(self) -> bool:
        """Whether beats are a clock's."""
        return self.ear.leads

    def hear(self, event: ClockEvent, now_s: float) -> Announced | None:
        """Take what the clock says; return the beat with which a song begins now, if one does."""
        is_lost = self._announcer.state == "lost"
        position = None if is_lost else self._clock.beats_at(event.time_s)
        begins = self.ear.hear(event, position, 60.0 / self._announcer.tempo_bpm)
        pulse = self.ear.pulse
        if pulse is None:
            return None
        if begins:
            self._announcer.take_back(now_s)
            return self._said(now_s, now_s, pulse.period_s)
        if self.ear.is_sure and not (is_lost or self.ear.is_settled):
            # The song began in a tempo that nobody knew yet.
            self._clock.retime(now_s, pulse.period_s)
        return None

    def see(self, now_s: float) -> None:
        """See whether whoever led is gone, and who leads now."""
        self._take_over(self.ear.left_by(now_s))
        if self.leads:
            self._hand.give_way()
        else:
            self._hand.watch()

    def leave(self) -> None:
        """Follow no clock any more."""
        self._take_over(self.ear.leave())

    def tick(self, now_s: float) -> Announced | None:
        """Return the beat that is due to be said, if any."""
        pulse, last = self.ear.pulse, self._announcer.last
        self._clock.pass_time(now_s)
        if pulse is None or not self.ear.is_sure:
            return None
        half_s = 0.5 * pulse.period_s
        # Of a beat that was counted until now the next one is not left out, even if it is late.
        soonest_s = now_s if self._announcer.state == "lost" else now_s - half_s
        if last is not None:
            soonest_s = max(soonest_s, last.beat_s + half_s)
        at_s = max(pulse.next_after(soonest_s), now_s)
        return self._said(now_s, at_s, pulse.period_s) if at_s - now_s <= LEAD_S else None

    def _said(self, now_s: float, at_s: float, period_s: float) -> Announced | None:
        """Say a beat, with the place in its bar that it has in the song."""
        self._announcer.begin(at_s, period_s)
        self._announcer.be_sure()
        said = self._announcer.march(now_s, period_s, period_s)
        beat, metre = self.ear.beat_of_song(at_s), self._bars.metre
        if said is not None and beat is not None:
            place = beat % metre.metre.beats_per_bar
            if metre.beat_in_bar(said.beat) != place:
                self._bars.begin(said.beat, place)
        return said

    def _take_over(self, pulse: Pulse | None) -> None:
        """Let the ear go on from the beats that were led."""
        if pulse is not None and self._announcer.state != "lost":
            self._tracker.impose(pulse.beat_s, pulse.period_s)
