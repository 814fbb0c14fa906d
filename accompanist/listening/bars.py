"""Bars: which counted beats are downbeats, by what was played on them.

Every beat keeps what its nearest onset says of downbeats, and whether the harmony moved on it;
once the beat is over, the metre takes both in. Off-beat onsets say nothing of bars.
"""

from accompanist.listening.metre import MetreTracker

_ON_BEAT = 0.15
_HARMONY_MOVES = 0.8
_HARMONY_STAYS = -0.2
_READY_DOWNBEAT, _READY_BEAT, _READY_BETWEEN, _READY_UNKNOWN = 0.6, 0.35, 0.06, 0.3


class BarCounter:
    """Collects what is played on beats, and counts bars."""

    def __init__(self) -> None:
        self.metre = MetreTracker()
        self._evidence: dict[int, tuple[float, float]] = {}
        self._moved: set[int] = set()
        self._weighed = -1
        self._bar = -1

    def resume(self, beat: int, bar: int, beat_in_bar: int, beats_per_bar: int) -> None:
        """Count on from a beat and its bar."""
        self.metre.resume(beat, beat_in_bar, beats_per_bar)
        self._weighed, self._bar = beat, bar

    def begin(self, beat: int) -> None:
        """Know that the beat to be announced next begins a bar."""
        per_bar = self.metre.metre.beats_per_bar
        self.resume(beat - 1, self._bar, per_bar - 1, per_bar)

    def note(self, position: float, downbeat: float) -> None:
        """Take in an onset at a position in beats, with its log odds of being a downbeat."""
        beat = round(position)
        distance = abs(position - beat)
        if beat <= self._weighed:
            return
        if distance < min(_ON_BEAT, self._evidence.get(beat, (_ON_BEAT, 0.0))[0]):
            self._evidence[beat] = (distance, downbeat)

    def note_change(self, position: float) -> None:
        """Take in that the harmony moved at a position in beats."""
        beat = round(position)
        if beat > self._weighed and abs(position - beat) < _ON_BEAT:
            self._moved.add(beat)

    def readiness(self, position: float | None) -> float:
        """How likely harmony moves at an onset there, 0–1; None where no beat is known."""
        if position is None:
            return _READY_UNKNOWN
        beat = round(position)
        if abs(position - beat) >= _ON_BEAT:
            return _READY_BETWEEN
        return _READY_DOWNBEAT if self.metre.beat_in_bar(beat) == 0 else _READY_BEAT

    def announce(self, beat: int) -> tuple[int, bool]:
        """Weigh the beats before this one, and return its bar and whether it is a downbeat."""
        while self._weighed < beat - 1:
            self._weighed += 1
            self._weigh(self._weighed)
        downbeat = self.metre.beat_in_bar(beat) == 0
        self._bar = max(self._bar + downbeat, 0)
        return self._bar, downbeat

    def _weigh(self, beat: int) -> None:
        moved = beat in self._moved
        self._moved.discard(beat)
        if beat not in self._evidence:
            self.metre.pass_over(beat)
            return
        _, downbeat = self._evidence.pop(beat)
        self.metre.weigh(beat, downbeat + (_HARMONY_MOVES if moved else _HARMONY_STAYS))
