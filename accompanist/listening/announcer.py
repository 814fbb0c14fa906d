"""Saying beats before they sound, and knowing when to keep silent.

Beats are said `LEAD_S` ahead. The first is said once the pulse has earned some trust; while the
performer rests the beat goes on from memory for up to `patience_beats`, ever less sure. Announced
beats turn towards the tracker's pulse by a little each beat, or at once when the player jumps.
"""

from dataclasses import dataclass

from accompanist.listening.beat import Pulse
from accompanist.listening.clock import BeatClock

LEAD_S = 0.1
_BEGIN = 0.3
_LOCK = 0.5
_UNLOCK = 0.25
_LOCK_BEATS = 4
_PATIENCE_BEATS = 24.0
_LIMIT = 0.04
_JUMP = 0.18


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
        self._trusted = 0
        self.state = "lost"
        self.patience_beats = _PATIENCE_BEATS

    @property
    def tempo_bpm(self) -> float:
        """Tempo of the beats being announced."""
        return 60.0 / self._period_s

    def resume(self, beat: int, at_s: float, period_s: float, state: str) -> None:
        """Go on after a beat that counts as announced, as sure of it as `state` says."""
        self._next, self._last_s, self._period_s = beat + 1, at_s, period_s
        self.state = state
        self._trusted = _LOCK_BEATS if state == "locked" else 0

    def tick(
        self, now_s: float, pulse: Pulse | None, founded: bool, last_onset_s: float | None
    ) -> Announced | None:
        """Look at the pulse at `now_s`; return the beat that is due to be said, if any.

        `founded` tells whether enough was heard to begin with.
        """
        self._clock.pass_time(now_s)
        if pulse is None or last_onset_s is None:
            return None
        resting = (now_s - last_onset_s) / pulse.period_s
        if resting > self.patience_beats:
            self._lose(now_s)
            return None
        if self.state == "lost":
            if not founded or pulse.confidence < _BEGIN or resting > 4.0:
                return None
            return self._begin(now_s, pulse)
        confidence = pulse.confidence * min(1.0, 1.0 - (resting - 2.0) / self.patience_beats)
        return self._go_on(now_s, pulse, max(confidence, 0.0))

    def _begin(self, now_s: float, pulse: Pulse) -> Announced | None:
        at_s = pulse.next_after(now_s + 1e-9)
        if at_s - now_s > LEAD_S:
            return None
        if self._next and at_s < self._last_s + 0.5 * pulse.period_s:
            return None
        self.state, self._trusted = "locking", 0
        self._period_s = pulse.period_s
        return self._say(now_s, at_s, pulse.confidence)

    def _go_on(self, now_s: float, pulse: Pulse, confidence: float) -> Announced | None:
        expected_s = self._last_s + self._period_s
        nearest_s = pulse.next_after(expected_s - 0.5 * pulse.period_s)
        stray = (nearest_s - expected_s) / pulse.period_s
        if abs(stray) > _JUMP or abs(pulse.period_s / self._period_s - 1.0) > _JUMP:
            at_s = nearest_s
            if at_s - self._last_s < 0.6 * pulse.period_s:
                at_s += pulse.period_s
        else:
            turn = max(-_LIMIT, min(_LIMIT, stray))
            at_s = expected_s + turn * pulse.period_s
        at_s = max(at_s, now_s)
        if at_s - now_s > LEAD_S:
            return None
        self._period_s = pulse.period_s
        self._judge(pulse.confidence)
        return self._say(now_s, at_s, confidence)

    def _judge(self, confidence: float) -> None:
        self._trusted = self._trusted + 1 if confidence >= _LOCK else 0
        if self.state == "locking" and self._trusted >= _LOCK_BEATS:
            self.state = "locked"
        elif self.state == "locked" and confidence < _UNLOCK:
            self.state = "locking"

    def _say(self, now_s: float, at_s: float, confidence: float) -> Announced:
        said = Announced(at_s, self._next, 60.0 / self._period_s, confidence)
        self._clock.announce(now_s, self._next, at_s, self._period_s)
        self._last_s = at_s
        self._next += 1
        return said

    def _lose(self, now_s: float) -> None:
        if self.state != "lost":
            self.state = "lost"
            self._clock.wait(now_s)
