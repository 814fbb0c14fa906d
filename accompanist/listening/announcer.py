"""Saying beats before they sound, and knowing when to keep silent.

Beats are said `LEAD_S` ahead. The first is said once the pulse has earned some trust; while the
performer rests the beat goes on as evenly as it went of late, for up to `patience_beats`, ever
less sure. Announced beats turn towards the tracker's pulse by a little each beat, or at once when
the player jumps or sets it anew. While the performer holds a chord nothing is said, and their next
onset is a beat. Who leads the beat by hand (see `lead`) has it march on, whatever is heard; then it
glides back to the pulse.
"""

from collections import deque
from dataclasses import dataclass, replace

from accompanist.listening.clock import BeatClock
from accompanist.listening.pulse import Pulse

LEAD_S = 0.1
_BEGIN = 0.3
_LOCK = 0.5
_UNLOCK = 0.25
_LOCK_BEATS = 4
_PATIENCE_BEATS = 24.0
_LIMIT = 0.03
"""Of a beat, by which a beat may turn towards the pulse without being heard to."""

_MOVED = 0.08
"""Of a beat: so far from where it was expected the performer has moved, and is followed at once."""

_LEAN, _KEEP_LEAN = 0.4, 0.8
"""Beats that have to turn the same way again and again are going faster, or slower, than the pulse:
how much of each turn is taken for tempo, and kept from beat to beat."""

_JUMP = 0.18
"""Of a beat, or of the tempo: a jump, after which the beat has to be found sure again."""

_FARTHEST_NUDGE_S = 0.15
"""By so much beats may be said beside the pulse at most."""

_APART_S = 0.001
"""Beats are at least so far apart, if one is set beside one that was said already."""

_RESTING_BEATS = 1.5
_EVEN_BEATS, _EVEN = 8, 0.01
_NEXT_BEAT = 0.7
"""Share of a beat after which an onset that ends a hold is the next one."""


@dataclass(frozen=True, slots=True)
class Announced:
    """A beat said ahead of its time."""

    at_s: float
    beat: int
    tempo_bpm: float
    confidence: float


class Announcer:
    """Turns a pulse into beats said ahead of time."""

    def __init__(self, clock: BeatClock) -> None:
        self._clock = clock
        self._next = 0
        self._last_s = 0.0
        self._period_s = 0.5
        self._even_s: deque[float] = deque(maxlen=_EVEN_BEATS + 1)
        self._trusted = 0
        self._lean = 0.0
        self._holds = self._entered = self._glides = False
        self._gap_s: float | None = None
        self._nudge_s = self._beside_s = 0.0
        self.state = "lost"
        self.patience_beats = _PATIENCE_BEATS

    @property
    def tempo_bpm(self) -> float:
        """Tempo of the beats being announced."""
        return 60.0 / self._period_s

    @property
    def waits(self) -> bool:
        """Whether no beat is being counted: there is none, or the performer holds."""
        return self._holds or self.state == "lost"

    @property
    def last(self) -> Pulse | None:
        """The last beat said and the tempo then; None before the first."""
        return Pulse(self._last_s, self._period_s, 1.0) if self._next else None

    @property
    def next_beat(self) -> int:
        """Number of the beat to be said next."""
        return self._next

    @property
    def steady_period_s(self) -> float:
        """Seconds from beat to beat, as the last beats went if they were even."""
        return self._even_period_s(self._period_s) or self._period_s

    def resume(self, beat: int, at_s: float, period_s: float, state: str) -> None:
        """Go on after a beat that counts as announced, as sure of it as `state` says."""
        self._next, self._last_s, self._period_s = beat + 1, at_s, period_s
        self.state = state
        self._trusted = _LOCK_BEATS if state == "locked" else 0

    def tick(
        self, now_s: float, pulse: Pulse | None, founded: bool, last_onset_s: float | None
    ) -> Announced | None:
        """Look at the pulse at `now_s`; return the beat that is due to be said, if any.

        `founded` tells whether what was heard bears the pulse out.
        """
        self._clock.pass_time(now_s)
        if pulse is None or last_onset_s is None or self._holds:
            return None
        resting = (now_s - last_onset_s) / pulse.period_s
        if resting > self.patience_beats or (self.state == "locking" and not founded):
            self.lose(now_s)
            return None
        if self.state == "lost":
            if not founded or pulse.confidence < _BEGIN or resting > 4.0:
                return None
            return self._begin(now_s, pulse)
        if self._beside_s:
            pulse = replace(pulse, beat_s=pulse.beat_s + self._beside_s)
        confidence = pulse.confidence * min(1.0, 1.0 - (resting - 2.0) / self.patience_beats)
        return self._go_on(now_s, pulse, resting, max(confidence, 0.0))

    def enter(self) -> None:
        """Know that the performer says where the beat is: the next one is wherever they put it."""
        self._entered = True
        self._forget_the_hand()

    def march(self, now_s: float, gap_s: float, period_s: float) -> Announced | None:
        """Go on as led: the next beat is `gap_s` after the last, those beyond `period_s` apart."""
        self._clock.pass_time(now_s)
        at_s = max(self._last_s + gap_s + self._nudge_s, now_s)
        if at_s - now_s > LEAD_S:
            return None
        self._period_s = period_s
        return self._say(now_s, at_s, 1.0)

    def begin(self, at_s: float, period_s: float) -> None:
        """Have the next beat there, and the beats so far apart, for those who lead it on."""
        self._forget_the_hand()
        self._holds = self._entered = False
        self._last_s = max(at_s, self._last_s + _APART_S) - period_s
        self._period_s = period_s
        self._even_s.clear()

    def take_back(self, now_s: float) -> None:
        """Forget a beat that was said and has not come."""
        if self._next and self._last_s >= now_s:
            self._next -= 1
            self._last_s = now_s - _APART_S
            self._clock.take_back(now_s)

    def be_sure(self) -> None:
        """Know that the beat is given."""
        self.state, self._trusted = "locked", _LOCK_BEATS
        self._lean = 0.0

    def pace(self, now_s: float, period_s: float) -> None:
        """From the last beat on go at that tempo; call it in the moment in which that was said."""
        self._period_s = period_s
        self._clock.announce(now_s, self._next - 1, self._last_s, period_s)

    def count(self, gap_s: float, period_s: float) -> Pulse:
        """Have the next beat `gap_s` after the last, and from there count at another level.

        Returns the pulse that this makes of the one followed.
        """
        self._gap_s, self._period_s = gap_s, period_s
        self._even_s.clear()
        self._lean = 0.0
        return Pulse(self._last_s + gap_s - period_s - self._beside_s, period_s, 1.0)

    def nudge(self, by_s: float, *, led: bool) -> None:
        """Move the next beat and all that follow; beats that are not led stay near the pulse."""
        if not led:
            beside_s = min(max(self._beside_s + by_s, -_FARTHEST_NUDGE_S), _FARTHEST_NUDGE_S)
            by_s, self._beside_s = beside_s - self._beside_s, beside_s
        self._nudge_s += by_s

    def glide(self) -> None:
        """Follow the pulse again, and come to it by steps."""
        self._glides = True

    def hold(self, now_s: float) -> None:
        """Let the beat wait for the performer."""
        self._holds = True
        self.state, self._trusted = "locking", 0
        self._clock.wait(now_s)

    def go_on(self, now_s: float, pulse: Pulse) -> Announced | None:
        """End the hold: the performer plays, and that is the beat due, unless it comes too soon."""
        self._holds, self._entered = False, True
        if now_s - self._last_s < _NEXT_BEAT * max(self._period_s, pulse.period_s):
            return None
        self._period_s = pulse.period_s
        self._even_s.clear()
        return self._say(now_s, now_s, pulse.confidence)

    def lose(self, now_s: float) -> None:
        """Stop counting: there is no beat."""
        self._holds = self._entered = False
        self._forget_the_hand()
        if self.state != "lost":
            self.state = "lost"
            self._clock.wait(now_s)

    def _begin(self, now_s: float, pulse: Pulse) -> Announced | None:
        at_s = pulse.next_after(now_s + 1e-9)
        if at_s - now_s > LEAD_S:
            return None
        if self._next and at_s < self._last_s + 0.5 * pulse.period_s:
            return None
        self.state, self._trusted = "locking", 0
        self._period_s = pulse.period_s
        self._even_s.clear()
        return self._say(now_s, at_s, pulse.confidence)

    def _go_on(
        self, now_s: float, pulse: Pulse, resting: float, confidence: float
    ) -> Announced | None:
        rests = resting > _RESTING_BEATS and not self._entered
        even_s = self._even_period_s(pulse.period_s) if rests else None
        if self._gap_s is not None:
            at_s, moved = self._last_s + self._gap_s + self._nudge_s, 0.0
        elif even_s is not None:
            at_s, moved = self._last_s + even_s + self._nudge_s, 0.0
        else:
            at_s, moved = self._turned_s(pulse)
        at_s = max(at_s, now_s)
        if at_s - now_s > LEAD_S:
            return None
        if abs(moved) > _LIMIT:
            self._even_s.clear()
            self._lean = 0.0
        elif even_s is None:
            self._lean = _KEEP_LEAN * self._lean + _LEAN * moved
        if moved > _JUMP and not self._entered:
            self.state, self._trusted = "locking", 0
        self._period_s, self._entered = pulse.period_s * (1.0 + self._lean), False
        self._judge(pulse.confidence)
        return self._say(now_s, at_s, confidence)

    def _turned_s(self, pulse: Pulse) -> tuple[float, float]:
        """The next beat, turned towards the pulse, and how far in beats (or tempo) it moved."""
        expected_s = self._last_s + pulse.period_s * (1.0 + self._lean) + self._nudge_s
        nearest_s = pulse.next_after(expected_s - 0.5 * pulse.period_s)
        stray = (nearest_s - expected_s) / pulse.period_s
        changed = abs(pulse.period_s / self._period_s - 1.0)
        moved = max(abs(stray), changed)
        if self._glides and not self._entered and changed <= _JUMP:
            self._glides = abs(stray) > _LIMIT
            turn = max(-_MOVED, min(_MOVED, stray))
            return expected_s + turn * pulse.period_s, turn
        far = _MOVED if pulse.confidence >= _LOCK else _JUMP
        if not self._entered and abs(stray) <= far and moved <= _JUMP:
            turn = max(-_LIMIT, min(_LIMIT, stray))
            return expected_s + turn * pulse.period_s, turn
        too_soon = nearest_s - self._last_s < 0.6 * pulse.period_s
        return nearest_s + too_soon * pulse.period_s, moved

    def _even_period_s(self, period_s: float) -> float | None:
        """Mean of the last beats, if they were even: it is surer than the pulse's own period."""
        if len(self._even_s) <= _EVEN_BEATS:
            return None
        first_s, middle_s, last_s = self._even_s[0], self._even_s[_EVEN_BEATS // 2], self._last_s
        mean_s = (last_s - first_s) / _EVEN_BEATS
        trend = abs(last_s - 2.0 * middle_s + first_s) / (last_s - first_s)
        even = trend <= _EVEN and abs(mean_s - period_s) <= _LIMIT * period_s
        return mean_s if even else None

    def _judge(self, confidence: float) -> None:
        self._trusted = self._trusted + 1 if confidence >= _LOCK else 0
        if self.state == "locking" and self._trusted >= _LOCK_BEATS:
            self.state = "locked"
        elif self.state == "locked" and confidence < _UNLOCK:
            self.state = "locking"

    def _forget_the_hand(self) -> None:
        """Leave how the beats were moved beside the pulse: they are set anew."""
        self._gap_s, self._glides = None, False
        self._nudge_s = self._beside_s = 0.0

    def _say(self, now_s: float, at_s: float, confidence: float) -> Announced:
        said = Announced(at_s, self._next, 60.0 / self._period_s, confidence)
        self._clock.announce(now_s, self._next, at_s, self._period_s)
        self._last_s = at_s
        if self._nudge_s:
            shifted = [even_s + self._nudge_s for even_s in self._even_s]
            self._even_s = deque(shifted, self._even_s.maxlen)
        self._gap_s, self._nudge_s = None, 0.0
        self._even_s.append(at_s)
        self._next += 1
        return said
