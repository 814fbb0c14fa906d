"""How the pulse is felt: as it is announced, half as fast or twice as fast.

The backbeat tells. In four it falls on two and four; felt in halves it falls on three alone; felt
in doubles it falls on every off-beat, the bass on the beats, and there are sixteenths, or it is
but syncopated. The backbeat is the snare on pads; on keys it is chords. Bar by bar each reading
gains or loses, and is taken up after about two bars that say so, and left after two that don't.

In bars of two it falls on two, and there are only doubles.

Limits: bars of two and four only, and wherever the bar line is announced one beat off nothing is
heard of halves. What has no backbeat, such as arpeggios, is normal.
"""

import math

from accompanist.listening.onset import Onset

_KICKS, _SNARES = (35, 36), (37, 38, 39, 40)
_LOW, _HIGH = 50, 74
_PER_BEAT = 4
_CLEAN = 0.3
"""Share of a sixteenth by which an onset may be off it."""

_FLOOR = 0.1
_LEAST_BACKBEAT = 0.25
_LEAST_BASSES = 0.75
_LEAST_SIXTEENTHS = 2
_MEMORY = 0.75
_STRONGEST = 2.0
_LEAST, _MOST = -1.5, 4.5
_TAKEN_UP, _LEFT = 2.5, 1.0


class LevelTracker:
    """Weighs bars for the level of the pulse."""

    def __init__(self) -> None:
        self._bar: int | None = None
        self._scores = {"half": 0.0, "double": 0.0}
        self._sixteenths = (0, 0)
        self.level = "normal"
        self._clear(0)

    def hear(self, onset: Onset, bar: int, place: float, per_bar: int) -> None:
        """Take in an onset at a place in beats from the first beat of a bar, which is `bar`."""
        if per_bar not in (2, 4):
            self.level, self._bar = "normal", None
            return
        bars, slot = divmod(round(_PER_BEAT * place), _PER_BEAT * per_bar)
        bar += bars * per_bar
        if len(self._any) != _PER_BEAT * per_bar:
            self._bar = None
        if bar != self._bar:
            if self._bar is not None and bar > self._bar:
                self._weigh()
            self._clear(per_bar)
            self._bar = bar
        if abs(_PER_BEAT * place - round(_PER_BEAT * place)) < _CLEAN:
            self._note(onset, slot)

    def _clear(self, per_bar: int) -> None:
        slots = _PER_BEAT * per_bar
        self._bass = [0.0] * slots
        self._back = [0.0] * slots
        self._any = [False] * slots
        self._pads = False

    def _note(self, onset: Onset, slot: int) -> None:
        self._any[slot] = True
        if onset.has_tones:
            is_bass = onset.lowest < _LOW
            is_back = sum(_LOW <= pitch < _HIGH for pitch in onset.pitches) > 1
        else:
            self._pads = True
            is_bass = any(pitch in _KICKS for pitch in onset.pitches)
            is_back = any(pitch in _SNARES for pitch in onset.pitches)
        if is_bass:
            self._bass[slot] = max(self._bass[slot], onset.loudness)
        if is_back:
            self._back[slot] = max(self._back[slot], onset.loudness)

    def _weigh(self) -> None:
        """Take in the bar that is over."""
        sixteenths = sum(self._any[1::2])
        self._sixteenths = (self._sixteenths[1], sixteenths)
        for level, evidence in (("half", self._half()), ("double", self._double())):
            gain = max(-_STRONGEST, min(_STRONGEST, evidence))
            score = _MEMORY * self._scores[level] + gain
            self._scores[level] = max(_LEAST, min(_MOST, score))
        if self.level != "normal" and self._scores[self.level] < _LEFT:
            self.level = "normal"
        best = max(self._scores, key=lambda level: self._scores[level])
        if self._scores[best] > _TAKEN_UP:
            self.level = best

    def _half(self) -> float:
        """Log odds of a backbeat on three against one on two and four, or on the one."""
        back = self._back
        if len(back) < 4 * _PER_BEAT:
            return 0.0
        on_one = back[0] if self._bass[0] == 0.0 else 0.0
        return _odds(back[8], max(back[4], back[12], on_one))

    def _double(self) -> float:
        """Log odds of a backbeat off the beats, where bass or pads make the beats plain."""
        off_beats, backbeats = self._back[2::4], self._back[4::8]
        basses = [loudness > 0.0 for loudness in self._bass[::4]]
        odds = _odds(sum(off_beats) / len(off_beats), max(backbeats))
        dense = self._pads or sum(self._sixteenths) >= _LEAST_SIXTEENTHS
        plain = sum(basses) >= _LEAST_BASSES * len(basses) and dense
        return odds if plain else min(odds, 0.0)


def _odds(here: float, there: float) -> float:
    if max(here, there) < _LEAST_BACKBEAT:
        return 0.0
    return math.log((here + _FLOOR) / (there + _FLOOR))
