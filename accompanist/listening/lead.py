"""The beat led by hand: held, counted in, halved, nudged, slowed down, or made to wait.

While it is led, beats march at the tempo that is known, whatever the performer plays, and count as
`locked`. The ear goes on listening; what it heard is followed again afterwards, at the level at
which the beat was counted: the beats glide to it by at most 8 % of a beat each, and only to another
tempo they jump.

Half and double hold from the next beat on, or from the one after it where that keeps the bar line.
A level asked for stays until the beat is lost or set anew, or the tempo is no level of it any more.
A nudge is `NUDGE_S`: the least that a trained ear tells at 120 BPM (2.5 % of a beat, Friberg and
Sundberg 1995), and no more than a beat turns at most while the tracker follows. It lasts until the
beat is lost or set anew.

A ritardando goes as runners stop: the cube of the tempo falls evenly along the beats, to half the
tempo (Friberg and Sundberg 1999).
"""

from collections import deque

from accompanist.listening.announcer import LEAD_S, Announced, Announcer
from accompanist.listening.bars import BarCounter
from accompanist.listening.beat import BeatTracker
from accompanist.listening.evidence import PERIODS_S
from accompanist.listening.pulse import Pulse
from accompanist.music.heard import CountInHeard, Heard

NUDGE_S = 0.015

USUAL_PERIOD_S = 0.5
"""Of a beat where no tempo is known: 120 BPM."""

_MOST_GAPS = 512
_FINAL_TEMPO, _RUNNERS = 0.5, 3.0


class Lead:
    """Leads the beats of an announcer, when asked to.

    Parameters
    ----------
    tracker, announcer, bars
        Who follows the beat, says it, and counts bars.

    Attributes
    ----------
    holding
        Whether the beat waits at a fermata.
    counting
        Beats of a count-in that are still to be said.
    counted
        Place in the bar of the last beat, if it was one of a count-in; otherwise None.
    """

    def __init__(self, tracker: BeatTracker, announcer: Announcer, bars: BarCounter) -> None:
        self._tracker = tracker
        self._announcer = announcer
        self._bars = bars
        self._period_s: float | None = None
        self._gaps_s: deque[float] = deque(maxlen=_MOST_GAPS)
        self._keeps = self._begins = False
        self._suggested_s: float | None = None
        self.holding = False
        self.counting = 0
        self.counted: int | None = None

    @property
    def leads(self) -> bool:
        """Whether beats go on, or wait, whatever the performer plays."""
        return self._period_s is not None or self.holding

    @property
    def known_period_s(self) -> float | None:
        """Seconds from beat to beat as it goes now, went last, or was suggested since."""
        if self._suggested_s is not None:
            return self._suggested_s
        if self._announcer.last is None:
            return None
        return self._period_s or self._announcer.steady_period_s

    def suggest(self, period_s: float) -> None:
        """Take a tempo as known until the beat is sure of another."""
        self._suggested_s = period_s

    def expect_bars(self, beats_per_bar: int) -> None:
        """Count bars of so many beats until others are heard."""
        self._bars.expect(beats_per_bar)

    def keep(self, on: bool, now_s: float) -> None:
        """Hold tempo and phase as soon as there is a beat, or let the ear take over again."""
        self._keeps = on
        if on and not self._announcer.waits:
            self._take()
        elif not on and not (self._begins or self._gaps_s or self.holding):
            self._give_back(now_s)

    def count_in(self, beats: int, period_s: float, at_s: float) -> None:
        """Count so many beats, the first at `at_s`; the beat after them is a downbeat."""
        self._announcer.begin(at_s, period_s)
        self._announcer.be_sure()
        self._gaps_s.clear()
        self._period_s, self.counting = period_s, beats
        self._begins, self.holding = True, False

    def count_on(self, beats: int, now_s: float) -> None:
        """Count so many beats in the tempo that is known, from the next one on or at once."""
        last, period_s = self._announcer.last, self.known_period_s or USUAL_PERIOD_S
        at_s = now_s + LEAD_S
        if last is not None and not self._announcer.waits:
            at_s = last.beat_s + period_s
        self.count_in(beats, period_s, at_s)

    def downbeat(self, at_s: float, period_s: float) -> None:
        """Have the next beat there, as a downbeat."""
        self.count_in(0, period_s, at_s)

    def tapped(self, time_s: float, period_s: float) -> None:
        """Go on from a tap, in the tempo of the taps."""
        if self._period_s is not None and not self._gaps_s:
            self._announcer.begin(time_s + period_s, period_s)
            self._period_s = period_s

    def recount(self, slower: float) -> bool:
        """Count the beat `slower` times as slowly, 2 or 0.5; false if no beat goes like that."""
        gap_s = self.known_period_s
        if gap_s is None or self._announcer.waits or self._gaps_s:
            return True
        period_s = gap_s * slower
        if not PERIODS_S[0] <= period_s <= PERIODS_S[-1]:
            return False
        following, metre = self._announcer.next_beat, self._bars.metre
        per_bar = metre.metre.beats_per_bar
        ahead = -metre.beat_in_bar(following) % per_bar
        if slower > 1.0 and ahead % 2:
            gap_s, ahead = 2.0 * gap_s, ahead - 1
        self._bars.begin(following, -round(ahead / slower) % per_bar)
        pulse = self._announcer.count(gap_s, period_s)
        self._tracker.count(pulse.beat_s, pulse.period_s)
        if self._period_s is not None:
            self._period_s = period_s
            self._gaps_s.append(gap_s)
        return True

    def nudge(self, by_s: float) -> None:
        """Move the beats by so much."""
        if not self._announcer.waits:
            self._announcer.nudge(by_s, led=self.leads)

    def slow_down(self, beats: int, now_s: float) -> None:
        """Slow down over so many beats, from the last one on; call it as that was said."""
        period_s = self._take()
        self._gaps_s.clear()
        self._gaps_s.extend(ritardando(beats, period_s))
        self._announcer.pace(now_s, self._gaps_s[0])

    def wait(self, now_s: float) -> None:
        """Hold: no beat comes until it goes on."""
        self._take()
        self.holding = True
        self._announcer.hold(now_s)

    def go_on(self, now_s: float) -> None:
        """End the hold: now comes the next beat, a downbeat."""
        if self.holding:
            self.downbeat(now_s, self._period_s or USUAL_PERIOD_S)

    def end(self, now_s: float) -> None:
        """Lead no more, but for a tempo that is held; from the last beat on it is as before."""
        last, period_s = self._announcer.last, self._period_s
        if self.holding or last is None:
            self.lose(now_s)
        elif period_s is not None and (self._begins or self._gaps_s or not self._keeps):
            self._forget()
            self._announcer.pace(now_s, period_s)
            self._leave(last.beat_s, period_s)

    def give_way(self) -> None:
        """Lead no more, since a clock does; a tempo that is to be held is held after it."""
        self._forget()
        self._period_s = None

    def lose(self, now_s: float) -> None:
        """Leave the beat: another has to be found or given."""
        self._forget()
        self._period_s = None
        self._tracker.reset()
        self._announcer.lose(now_s)

    def tick(self, now_s: float, heard: list[Heard]) -> Announced | None:
        """Return the beat that is due to be said, if any; that it was counted in is `heard`."""
        if self.holding or self._period_s is None:
            return None
        gaps_s, period_s = self._gaps_s, self._period_s
        gap_s = gaps_s[0] if gaps_s else period_s
        following_s = gaps_s[1] if len(gaps_s) > 1 else period_s
        said = self._announcer.march(now_s, gap_s, following_s)
        if said is None:
            return None
        if gaps_s:
            gaps_s.popleft()
        self.counted = None
        if self._begins:
            self._count(now_s, said, heard)
        return said

    def watch(self) -> None:
        """Hold the tempo as soon as the beat is sure, if that is asked for."""
        if self._announcer.state == "locked":
            self._suggested_s = None
        if self._keeps and not self.leads and self._announcer.state == "locked":
            self._take()

    def _take(self) -> float:
        """Lead the beat from now on, in the tempo that it has."""
        if self._period_s is None:
            self._period_s = self._announcer.steady_period_s
            self._announcer.be_sure()
        return self._period_s

    def _count(self, now_s: float, said: Announced, heard: list[Heard]) -> None:
        """Give a beat of the count-in its place, or know the downbeat after them."""
        place = -self.counting % self._bars.metre.metre.beats_per_bar
        self._bars.begin(said.beat, place)
        if self.counting:
            self.counting, self.counted = self.counting - 1, place
            return
        self._begins = False
        heard.append(CountInHeard(now_s, said.at_s, said.tempo_bpm))
        self._leave(said.at_s, 60.0 / said.tempo_bpm)

    def _leave(self, beat_s: float, period_s: float) -> None:
        """Let the ear go on from a beat, unless the tempo is held."""
        if not self._keeps:
            self._period_s = None
            self._tracker.impose(beat_s - period_s, period_s)

    def _give_back(self, now_s: float) -> None:
        """Let the ear take over from the beats that went on without it."""
        last = self._announcer.last
        if self._period_s is not None and last is not None:
            held = Pulse(last.beat_s, self._period_s, last.confidence)
            self._period_s = None
            self._tracker.take_up(held, now_s)
            self._announcer.glide()

    def _forget(self) -> None:
        self.counting, self.counted = 0, None
        self._begins = self.holding = False
        self._gaps_s.clear()


def ritardando(beats: int, period_s: float) -> tuple[float, ...]:
    """Seconds from each of so many beats to the next, ever longer than `period_s`."""
    fall = 1.0 - _FINAL_TEMPO**_RUNNERS
    tempi = [(1.0 - fall * (k + 0.5) / beats) ** (1.0 / _RUNNERS) for k in range(beats)]
    return tuple(period_s / tempo for tempo in tempi)
