"""The beat led by a clock: said where the clock has it, whatever the performer plays.

The ear goes on listening, and chords, key and metre are its own; where the song is known, so are
its bar lines. When nobody leads any more, the beat goes on as it was led, and the ear takes over.
"""

from accompanist.listening.announcer import Announced, Announcer
from accompanist.listening.bars import BarCounter
from accompanist.listening.beat import BeatTracker, Pulse
from accompanist.listening.clock import BeatClock
from accompanist.listening.clock_ear import ClockEar
from accompanist.music.events import ClockEvent


class ClockLead:
    """Has an announcer say the beats of a clock.

    Parameters
    ----------
    tracker, announcer, bars, clock
        Who follows the performer's beat, says beats, counts bars, and keeps the count.

    Attributes
    ----------
    ear
        Who hears the clock.
    """

    def __init__(
        self, tracker: BeatTracker, announcer: Announcer, bars: BarCounter, clock: BeatClock
    ) -> None:
        self.ear = ClockEar()
        self._tracker = tracker
        self._announcer = announcer
        self._bars = bars
        self._clock = clock

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
            return self._placed(self._announcer.strike(now_s, pulse.period_s))
        if not (is_lost or self.ear.is_settled):
            # The song began in a tempo that nobody knew yet.
            self._clock.retime(now_s, pulse.period_s)
        return None

    def ends(self, now_s: float) -> bool:
        """Whether whoever led is found to be gone in this moment."""
        return self._take_over(self.ear.left_by(now_s))

    def leave(self) -> bool:
        """Follow no clock any more; return whether one led."""
        return self._take_over(self.ear.leave())

    def tick(self, now_s: float) -> Announced | None:
        """Return the beat that is due to be said, if any."""
        pulse = self.ear.pulse
        said = self._announcer.keep_to(now_s, pulse) if pulse else None
        return self._placed(said) if said else None

    def _take_over(self, pulse: Pulse | None) -> bool:
        """Let the ear go on from the beats that were led."""
        if pulse is None or self._announcer.state == "lost":
            return pulse is not None
        self._tracker.impose(pulse.beat_s, pulse.period_s)
        return True

    def _placed(self, said: Announced) -> Announced:
        """Give a beat the place in its bar that it has in the song."""
        beat, metre = self.ear.beat_of_song(said.at_s), self._bars.metre
        if beat is not None:
            place = beat % metre.metre.beats_per_bar
            if metre.beat_in_bar(said.beat) != place:
                self._bars.begin(said.beat, place)
        return said
