"""The ear for a clock: tempo, phase and place in the song, from whoever leads by ticks.

Ticks come a little early and late, through cables and busy programs, so that beats are taken from
a line through them: a filter that weighs them all alike at first, as least squares do, and forgets
those more than a beat old (Benedict and Bordner 1962, Synthesis of an optimal set of
radar track-while-scan smoothing equations). A tick left out is counted; ticks that stray the same
way again and again mean another tempo, and the line is laid anew.

Who has not said where the song is leads from the second half beat on, and has their beat where the
performer's is, to the nearest tick; ticks that are numbered say it themselves. Half a beat without
a tick, and nobody leads; unless they stopped before, they are missed.
"""

from dataclasses import dataclass

from accompanist.listening.pulse import Pulse
from accompanist.music.events import ClockEvent, ClockTick, Transport

TICKS_PER_BEAT, TICKS_PER_SIXTEENTH = 24, 6

_MEMORY = 24
"""Ticks after which older ones count less and less."""

_KNOWN = 6
"""For so many ticks counts what is known of the tempo, where the phase is new."""

_SURE, _TRUSTED = 6, 12
"""Ticks after which the line through them tells the next beat, and the tempo for good."""

_LEAST_S, _MOST_S = 0.008, 0.125
"""From tick to tick, at 312 and 20 beats a minute; what lies outside is taken for these."""

_LEFT_OUT = 1.1
"""Ticks from one to the next: from half a tick more on, one was left out."""

_ASTRAY, _TIMES_ASTRAY = 0.35, 3
_GONE_TICKS, _GONE_S = 12.0, 0.25

GONE = "the clock is gone; the band follows your playing"
BACK = "the clock is back, and leads again"


@dataclass(slots=True)
class _Line:
    """A tick on the line, the seconds from tick to tick, and how many ticks it was laid through."""

    tick_s: float
    period_s: float
    laid: int = 1


class ClockEar:
    """Follows a clock.

    Attributes
    ----------
    leads
        Whether there is one that can be followed.
    runs
        Whether the song that it leads has begun and was not stopped.
    news
        Sentences for the player, for whoever takes them away.
    """

    def __init__(self) -> None:
        self.leads = self.runs = False
        self.news: list[str] = []
        self._line: _Line | None = None
        self._heard_s = 0.0
        self._astray = self._left_out = 0
        self._phase = 0
        self._song: int | None = None
        self._is_numbered = self._begins = self._has_stopped = self._is_missed = False

    @property
    def pulse(self) -> Pulse | None:
        """Where the beats of whoever leads are; none while nobody does."""
        line = self._line
        if line is None or not self.leads:
            return None
        return Pulse(line.tick_s - self._phase * line.period_s, TICKS_PER_BEAT * line.period_s, 1.0)

    @property
    def is_sure(self) -> bool:
        """Whether enough was heard of the clock to say where its next beat is."""
        return self._line is not None and self._line.laid >= _SURE

    @property
    def is_settled(self) -> bool:
        """Whether enough was heard of the clock for its tempo to be believed."""
        return self._line is not None and self._line.laid >= _TRUSTED

    def beat_of_song(self, at_s: float) -> int | None:
        """Beat of the song nearest to a time; none while that isn't known."""
        if self._line is None or self._song is None or not (self.runs or self._is_numbered):
            return None
        ticks = self._song + (at_s - self._line.tick_s) / self._line.period_s
        return round(ticks / TICKS_PER_BEAT)

    def hear(self, event: ClockEvent, position: float | None, period_s: float) -> bool:
        """Take an event, in order of time.

        Parameters
        ----------
        event
            What whoever leads says.
        position, period_s
            Where in their beats the performer is, if that is known, and how long these last.

        Returns
        -------
        bool
            Whether with this very tick a song begins, or goes on with a beat.
        """
        if isinstance(event, Transport):
            self._move(event)
            return False
        silent_s, self._heard_s = event.time_s - self._heard_s, event.time_s
        self._is_numbered = event.number is not None
        if self._begins:
            return self._begin(event, period_s)
        if self._line is None or not (self.leads or silent_s < _GONE_S):
            self._line, self._phase = _Line(event.time_s, period_s / TICKS_PER_BEAT), 0
            return False
        self._count(self._lay(self._line, event.time_s, silent_s), event.number)
        if not self.leads and self.is_settled:
            self._take_lead(position)
        return False

    def leave(self) -> Pulse | None:
        """Follow nobody any more; return where the beats were of whoever led."""
        pulse = self.pulse
        self.leads = self.runs = self._is_numbered = self._begins = self._is_missed = False
        self._line = self._song = None
        return pulse

    def left_by(self, now_s: float) -> Pulse | None:
        """Notice, once, that whoever led is gone; return where their beats were."""
        if self._line is None or not self.leads:
            return None
        if now_s - self._heard_s <= max(_GONE_TICKS * self._line.period_s, _GONE_S):
            return None
        is_missed = not self._has_stopped
        self.news += [GONE] if is_missed else []
        pulse = self.leave()
        self._is_missed = is_missed
        return pulse

    def _move(self, event: Transport) -> None:
        """Know that the song starts, goes on, stops, or will go on elsewhere."""
        if event.what == "position":
            self._song = event.sixteenths * TICKS_PER_SIXTEENTH - 1
        elif event.what == "stop":
            self.runs = self._begins = False
            self._has_stopped = True
        else:
            self._has_stopped = False
            if event.what == "start" or self._song is None:
                self._song = -1
            self.runs = self._begins = True

    def _count(self, ticks: int, number: int | None) -> None:
        """Know that so many ticks have passed, and which this one is if it is numbered."""
        if number is not None:
            self._song = number
        elif self.runs and self._song is not None:
            self._song += ticks
        else:
            self._phase = (self._phase + ticks) % TICKS_PER_BEAT
            return
        self._phase = self._song % TICKS_PER_BEAT

    def _begin(self, tick: ClockTick, period_s: float) -> bool:
        """Lay the line anew through the first tick of a song, or of its going on."""
        line = self._line if self.is_settled else None
        self._line = _Line(tick.time_s, period_s / TICKS_PER_BEAT)
        if line is not None:
            self._line = _Line(tick.time_s, line.period_s, _KNOWN)
        self._song = 0 if self._song is None else self._song + 1
        if tick.number is not None:
            self._song = tick.number
        self._phase = self._song % TICKS_PER_BEAT
        self._begins, self._astray = False, 0
        self._take_lead(None)
        return self._phase == 0

    def _take_lead(self, position: float | None) -> None:
        """Lead from now on, with beats where the performer has them if the song says nothing."""
        if position is not None and not (self.runs or self._is_numbered):
            self._phase = round(position % 1.0 * TICKS_PER_BEAT) % TICKS_PER_BEAT
        self.news += [BACK] if self._is_missed else []
        self.leads, self._is_missed = True, False

    def _lay(self, line: _Line, time_s: float, silent_s: float) -> int:
        """Lay the line through one more tick; return how many have passed, left out ones too."""
        if line.laid == 1 and _LEAST_S <= silent_s <= _MOST_S:
            line.tick_s, line.period_s, line.laid = time_s, silent_s, 2
            return 1
        stray = (time_s - line.tick_s) / line.period_s - 1.0
        # Through a coarse port the first ticks seem far apart, though none was left out.
        left_out = max(round(silent_s / line.period_s - _LEFT_OUT), 0) if self.is_settled else 0
        if self._is_astray(stray, left_out):
            # What seemed to be left out was another tempo.
            passed = 1 - self._left_out + left_out
            self._astray = self._left_out = 0
            line.tick_s, line.laid = time_s, 2
            line.period_s = min(max(silent_s, _LEAST_S), _MOST_S)
            return passed
        line.laid = min(line.laid + 1, _MEMORY)
        steps, stray_s = line.laid, (stray - left_out) * line.period_s
        line.tick_s += (1 + left_out) * line.period_s
        line.tick_s += stray_s * 2.0 * (2.0 * steps - 1.0) / (steps * (steps + 1.0))
        line.period_s += stray_s * 6.0 / (steps * (steps + 1.0)) / (1 + left_out)
        line.period_s = min(max(line.period_s, _LEAST_S), _MOST_S)
        return 1 + left_out

    def _is_astray(self, stray: float, left_out: int) -> bool:
        """Whether ticks have strayed the same way again and again."""
        way = 0 if abs(stray) <= _ASTRAY else 1 if stray > 0.0 else -1
        if way == 0 or way * self._astray < 0:
            self._astray = self._left_out = 0
        self._astray += way
        self._left_out += left_out
        return abs(self._astray) >= _TIMES_ASTRAY
