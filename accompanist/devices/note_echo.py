"""The band's own notes, coming back through the microphone from an instrument on a MIDI port.

What such an instrument sounds like is not known, but when its notes begin is. If most of them are
answered by an attack after one and the same delay, to five milliseconds, they leak: a player who
plays along is never so exact. From then on an attack at that delay which is no louder than those
usually are counts for little: it may still be the player's.
"""

from collections import deque

from accompanist.music.band import BandNote
from accompanist.music.events import Attack

MOST_STRIKES = 64
LONGEST_DELAY_S = 0.12
"""What a slow instrument and a far microphone take together."""

LITTLE_TRUST = 0.25

_STEP_S, _AROUND_S, _CHORD_S = 0.0025, 0.0025, 0.015
_DELAYS = round(LONGEST_DELAY_S / _STEP_S)
_LEAST_STRIKES, _LEAST_SHARE = 24.0, 0.6
_KEPT = 0.99
"""Of what was counted, from one strike to the next."""
_LOUDER, _SHARE, _PACE = 0.1, 0.5, 0.05
"""Six decibels in the strength of attacks; the usual strength, and how fast it is learned."""


class NoteEcho:
    """Tells attacks that the band's own notes explain; an observer of the band."""

    def __init__(self) -> None:
        self._strikes_s: deque[float] = deque(maxlen=MOST_STRIKES)
        self._strikes = 0.0
        self._counts = [0.0] * _DELAYS
        self._usual = 0.0

    def show(self, announcement: object) -> None:
        """Take note of a note that will sound."""
        if not isinstance(announcement, BandNote):
            return
        if any(abs(announcement.on_s - at_s) < _CHORD_S for at_s in self._strikes_s):
            return
        self._strikes_s.append(announcement.on_s)
        self._strikes = _KEPT * self._strikes + 1.0
        self._counts = [_KEPT * count for count in self._counts]

    @property
    def delay_s(self) -> float | None:
        """After how long notes come back; none if they do not."""
        if self._strikes < _LEAST_STRIKES:
            return None
        best = max(range(_DELAYS), key=self._near)
        return (best + 0.5) * _STEP_S if self._near(best) > _LEAST_SHARE * self._strikes else None

    def judged(self, attack: Attack) -> Attack:
        """Return the attack with as much strength as it may be trusted with."""
        delays_s = [attack.time_s - at_s for at_s in self._strikes_s]
        for passed_s in delays_s:
            if 0.0 <= passed_s < LONGEST_DELAY_S:
                self._counts[min(int(passed_s / _STEP_S), _DELAYS - 1)] += 1.0
        delay_s = self.delay_s
        if delay_s is None or not any(
            abs(passed_s - delay_s) < _STEP_S + _AROUND_S for passed_s in delays_s
        ):
            return attack
        above = attack.strength > self._usual
        self._usual += _PACE * (_SHARE if above else _SHARE - 1.0)
        if attack.strength > self._usual + _LOUDER:
            return attack
        return Attack(attack.time_s, LITTLE_TRUST * attack.strength)

    def _near(self, place: int) -> float:
        return sum(self._counts[max(place - 1, 0) : place + 2])
