"""Count-ins: four even strokes of one key, pad or pedal, and the beat after them is the downbeat.

Sticks, a single key, the sustain pedal or another one will do, and so does the long count, two slow
strokes before the four. Who counts plays nothing else: the row follows a pause, and any other key
breaks it off. Tempo and phase are those of the straight line through the four strokes (least
squares), so that no single stroke decides.

Limits: eighths repeated on one key from the first note on are taken for beats, from 100 BPM
downwards. Claps in the sound that comes in are no count-in: they can't be told from playing.
"""

from collections import deque
from dataclasses import dataclass
from itertools import pairwise

from accompanist.music.events import FOOT_CONTROLLERS, Controller, Gesture, NoteOn, Pedal

_STROKES = 4
_LONG_COUNT = _STROKES + 2
_EVEN = 0.082
"""Gaps may stray from their mean by so much of it: strokes 3 % early and late leave .08 of .98."""

_SHORTEST_S, _LONGEST_S = 0.3, 1.5
_SHORTEST_OF_LONG_COUNT_S = 0.2
_PAUSE_S = 2.5
_QUIET_BEFORE_S = 1.0
_BOUNCE_S = 0.06
_DOWN = 64
_SUSTAIN = 64

_Source = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Count:
    """The last stroke of a count as it was meant, never later than it came, and the period."""

    beat_s: float
    period_s: float


class CountIn:
    """Waits for a row of even strokes."""

    def __init__(self) -> None:
        self._row: deque[float] = deque(maxlen=_LONG_COUNT)
        self._source: _Source | None = None
        self._counts = False
        self._last_key_s = -_PAUSE_S
        self._last_s = -_PAUSE_S
        self._pressed: set[_Source] = set()

    def hear(self, event: Gesture, lost: bool) -> Count | None:
        """Take an event; `lost` says that there is no beat. Return the count it completes."""
        source = self._stroke(event)
        if source is None:
            return None
        time_s = event.time_s
        is_pedal = source[0] == "pedal"
        if is_pedal and time_s - self._last_key_s < _PAUSE_S:
            return None
        quiet_s, self._last_s = time_s - self._last_s, time_s
        if not is_pedal:
            self._last_key_s = time_s
        if source != self._source or quiet_s > _PAUSE_S:
            self._source, self._counts = source, lost and quiet_s >= _QUIET_BEFORE_S
            self._row.clear()
        elif quiet_s < _BOUNCE_S:
            return None
        self._row.append(time_s)
        counted = _counted(list(self._row)) if self._counts else None
        if counted is not None:
            self._counts = False
        return counted

    def _stroke(self, event: Gesture) -> _Source | None:
        """What was struck or pressed; none for what comes up."""
        if isinstance(event, NoteOn):
            return "key", event.channel, event.pitch
        if isinstance(event, Pedal):
            return ("pedal", event.channel, _SUSTAIN) if event.down else None
        if isinstance(event, Controller) and event.number in FOOT_CONTROLLERS:
            return self._press(("pedal", event.channel, event.number), event.value >= _DOWN)
        return None

    def _press(self, pedal: _Source, is_down: bool) -> _Source | None:
        was_down = pedal in self._pressed
        (self._pressed.add if is_down else self._pressed.discard)(pedal)
        return pedal if is_down and not was_down else None


def _counted(row: list[float]) -> Count | None:
    """The count that a row of strokes ends with."""
    four_s = row[-_STROKES:]
    period_s = (four_s[-1] - four_s[0]) / (_STROKES - 1)
    if len(four_s) < _STROKES or not _is_even(four_s, period_s) or period_s > _LONGEST_S:
        return None
    slow_s = row[-_LONG_COUNT : -_STROKES + 1]
    is_long = len(row) == _LONG_COUNT and _is_even(slow_s, 2.0 * period_s)
    if period_s < (_SHORTEST_OF_LONG_COUNT_S if is_long else _SHORTEST_S):
        return None
    slope_s = (3.0 * (four_s[3] - four_s[0]) + four_s[2] - four_s[1]) / 10.0
    # A last stroke that comes early is past all the same: the beat after it is the first.
    return Count(min(sum(four_s) / _STROKES + 1.5 * slope_s, four_s[-1]), slope_s)


def _is_even(strokes_s: list[float], period_s: float) -> bool:
    gaps_s = [after - before for before, after in pairwise(strokes_s)]
    return all(abs(gap_s - period_s) <= _EVEN * period_s for gap_s in gaps_s)
