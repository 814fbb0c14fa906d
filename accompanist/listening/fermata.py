"""Fermatas: the performer broadens, comes down on a chord and stays there until it pleases them.

The performer broadens while the tempo is clearly slower than it was some bars ago, and still
slowing: by the tempo followed, or by the gaps between their onsets, which tell it sooner. A chord
then held for longer than its beat, by somebody who struck about one a beat until then, is a
fermata: the beat waits for them. A held chord in steady time is none, and neither is silence,
however long.

When they move on, the tempo is what it was before they broadened. Keys that come up (and the
pedal) end the chord; when nothing follows for two beats, the beat is lost.

Limits: a performer who broadens over more than sixteen beats is not known to. A hold takes two
keys: among the long notes of a soloist it can't be told, nor in drums and sounds of no key.
"""

from collections import deque
from statistics import median

from accompanist.listening.broadening import breadth
from accompanist.music.events import PERCUSSION_CHANNEL, Attack, NoteOff, NoteOn, Pedal

_MOST_BEATS, _LEAST_BEATS = 16, 8
_BROADER, _BROADEST = 1.15, 1.8
_STILL_SLOWING, _SLOWING_BEATS = 1.03, 4
_LONGER_THAN_A_BEAT = 1.3
_BUSY_BEATS, _BUSY_ONSETS = 8, 6
_CHORD = 2
_TOGETHER_S = 0.05
_MOST_ONSETS = 32
_BREATH_BEATS = 2.0


class Fermata:
    """Knows when the performer broadens, and when they hold.

    Attributes
    ----------
    broadening
        Whether the performer slows down as before an end.
    holding
        Whether the beat waits for them.
    lifted_s
        When what sounded was let go last.
    usual_s
        Seconds from beat to beat before they broadened; 0 while that isn't known.
    """

    def __init__(self) -> None:
        self._periods_s: deque[float] = deque(maxlen=_MOST_BEATS)
        self._onsets_s: deque[float] = deque(maxlen=_MOST_ONSETS)
        self._down: set[tuple[int, int]] = set()
        self._lasting: set[tuple[int, int]] = set()
        self._pedals: set[int] = set()
        self.lifted_s = 0.0
        self._broad = 1.0
        self.usual_s = 0.0
        self.broadening = False
        self.holding = False

    @property
    def sounds(self) -> bool:
        """Whether a key is down, or was when the pedal caught it."""
        return bool(self._down or self._lasting)

    def hear(self, event: NoteOn | NoteOff | Pedal | Attack) -> None:
        """Take an event."""
        if isinstance(event, NoteOn | Attack):
            self._strike(event.time_s)
        if isinstance(event, Attack) or event.channel == PERCUSSION_CHANNEL:
            return
        sounded = self.sounds
        self._move(event)
        if sounded and not self.sounds:
            self.lifted_s = event.time_s

    def beat(self, period_s: float) -> None:
        """Take the tempo of a beat announced."""
        self._periods_s.append(period_s)
        self._judge()

    def begins(self, now_s: float) -> bool:
        """Whether at `now_s` a chord has been held as no beat lasts; then the performer holds."""
        if self.holding or not self.broadening or len(self._down | self._lasting) < _CHORD:
            return False
        last_s, beat_s = self._onsets_s[-1], self.usual_s * self._broad
        struck = sum(onset_s > last_s - _BUSY_BEATS * beat_s for onset_s in self._onsets_s)
        self.holding = now_s - last_s > _LONGER_THAN_A_BEAT * beat_s and struck >= _BUSY_ONSETS
        return self.holding

    def gone(self, now_s: float) -> bool:
        """Whether the chord ended so long ago that nobody waits for the next."""
        return not self.sounds and now_s - self.lifted_s > _BREATH_BEATS * self.usual_s

    def end(self) -> None:
        """Know that the beat goes on, or is lost: how it was played until now is past."""
        self._periods_s.clear()
        self.usual_s, self._broad = 0.0, 1.0
        self.broadening = self.holding = False

    def _strike(self, time_s: float) -> None:
        if not self._onsets_s or time_s > self._onsets_s[-1] + _TOGETHER_S:
            self._onsets_s.append(time_s)
            self._judge()

    def _judge(self) -> None:
        """Hear whether the performer broadens; while they hold, nothing changes."""
        if self.holding or len(self._periods_s) < _LEAST_BEATS:
            return
        self.usual_s = median(self._periods_s)
        broad, before = breadth(self._onsets_s, self.usual_s)
        followed = self._periods_s[-1] / self.usual_s
        followed_before = self._periods_s[-1 - _SLOWING_BEATS] / self.usual_s
        self._broad = max(1.0, broad, followed if followed < _BROADEST else 1.0)
        self.broadening = _slows(broad, before) or _slows(followed, followed_before)

    def _move(self, event: NoteOn | NoteOff | Pedal) -> None:
        if isinstance(event, NoteOn):
            self._down.add((event.channel, event.pitch))
        elif isinstance(event, NoteOff):
            key = event.channel, event.pitch
            if key in self._down and event.channel in self._pedals:
                self._lasting.add(key)
            self._down.discard(key)
        elif event.down:
            self._pedals.add(event.channel)
        else:
            self._pedals.discard(event.channel)
            self._lasting = {key for key in self._lasting if key[0] != event.channel}


def _slows(broad: float, before: float) -> bool:
    return _BROADER <= broad < _BROADEST and broad >= _STILL_SLOWING * before
