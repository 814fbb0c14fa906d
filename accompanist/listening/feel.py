"""Feel: swing, accents, and whether the pulse is felt in halves or doubles.

A beat with a single onset between it and the next tells where the off-beat eighth falls. A beat
with both triplets tells of twelve eighths to the bar, one with sixteenths tells by its middle one.
The swing is the middle value of the last two dozen; it is a shuffle once that lies far enough past
the straight place. How far is usual depends on the tempo: along 274 swing solos of the Weimar Jazz
Database (train split) the off-beat lies at .713 − .00048 per BPM of the beat, and what was heard
before a change of tempo is taken along that line.

Accents are the mean loudness of strong beats, weak beats and off-beats, over that of all.

Limits: swung sixteenths are not told from straight ones; without announced beats there is no feel.
"""

from collections import deque
from collections.abc import Callable

from accompanist.listening.feel_level import LevelTracker
from accompanist.listening.onset import Onset
from accompanist.music.heard import NO_ACCENTS, Accents, FeelHeard

_EIGHTH = (0.42, 0.78)
_FIRST_TRIPLET, _LAST_TRIPLET = (0.25, 0.42), (0.58, 0.75)
_FIRST_SIXTEENTH, _MIDDLE, _LAST_SIXTEENTH = (0.15, 0.36), (0.43, 0.65), (0.68, 0.92)
_INSIDE = (0.1, 0.9)

_USUAL, _USUAL_PER_BPM = 0.713, -0.00048
_LEAST_USUAL = 0.55
_SHUFFLED_FROM, _STRAIGHT_BELOW = 0.4, 0.15
"""Shares of the usual distance from the straight place."""

_REMEMBERED = 24
_ENOUGH = 6
_FORGOTTEN_BEATS = 48.0
_TRIPLE_FROM, _TRIPLE_BELOW = 0.45, 0.3

_SWING_STEP, _ACCENT_STEP = 0.03, 0.1
_ON_BEAT = 0.15
_ACCENT_MEMORY = 1 / 24
_DOUBT = 6.0


def usual_swing(tempo_bpm: float) -> float:
    """Where a swinging player puts the off-beat eighth at a tempo, as a share of the beat."""
    return max(_USUAL + _USUAL_PER_BPM * tempo_bpm, _LEAST_USUAL)


class FeelTracker:
    """Hears swing, accents and the level of the pulse."""

    def __init__(self) -> None:
        self._swing = SwingTracker()
        self._accents = AccentTracker()
        self._level = LevelTracker()
        self._said: FeelHeard | None = None

    @property
    def swing(self) -> float:
        """Share of a beat before the off-beat eighth; 0.5 unless it is a shuffle."""
        return self._swing.swing

    @property
    def shuffled(self) -> bool:
        """Whether off-beats swing."""
        return self._swing.shuffled

    @property
    def accents(self) -> Accents:
        """Loudness of strong beats, weak beats and off-beats."""
        return self._accents.accents

    @property
    def level(self) -> str:
        """How the announced pulse is felt: ``half``, ``normal`` or ``double``."""
        return self._level.level

    def news(self, now_s: float) -> FeelHeard | None:
        """All of it, if it was never said or has changed audibly since."""
        felt = FeelHeard(now_s, self.swing, self.level, self.shuffled, self.accents)
        if self._said is not None and not _differs(felt, self._said):
            return None
        self._said = felt
        return felt

    def resume(self, swing: float, tempo_bpm: float) -> None:
        """Take up a swing as if it had just been heard often enough."""
        self._swing.resume(swing, tempo_bpm)

    def hear(
        self,
        onset: Onset,
        position: float,
        tempo_bpm: float,
        per_bar: int,
        beat_in_bar: Callable[[int], int],
    ) -> None:
        """Take in an onset at a position in beats, and what bar that is in."""
        beat = round(position)
        in_bar = beat_in_bar(beat)
        self._swing.hear(position, tempo_bpm)
        self._accents.hear(position - beat, in_bar, per_bar, onset.loudness)
        self._level.hear(onset, beat - in_bar, in_bar + position - beat, per_bar)


class SwingTracker:
    """Where off-beats fall, beat by beat."""

    def __init__(self) -> None:
        self._beat = -1
        self._inside: list[float] = []
        self._heard: deque[tuple[int, float]] = deque(maxlen=_REMEMBERED)
        self._triple: deque[tuple[int, bool]] = deque(maxlen=_REMEMBERED)
        self._tempo_bpm = 120.0
        self._is_triple = False
        self._place = 0.5
        self.shuffled = False

    @property
    def swing(self) -> float:
        """Share of a beat before the off-beat eighth; 0.5 unless it is a shuffle."""
        return self._place if self.shuffled else 0.5

    def resume(self, swing: float, tempo_bpm: float) -> None:
        """Take up a swing as if it had just been heard often enough."""
        self._tempo_bpm = tempo_bpm
        self._place, self.shuffled = swing, swing > 0.5
        self._heard.extend([(self._beat, swing)] * _ENOUGH)

    def hear(self, position: float, tempo_bpm: float) -> None:
        """Take in an onset at a position in beats."""
        beat = int(position // 1.0)
        if beat > self._beat:
            self._close(tempo_bpm)
            self._beat = beat
        phase = position - beat
        if beat == self._beat and _INSIDE[0] < phase < _INSIDE[1]:
            self._inside.append(phase)

    def _close(self, tempo_bpm: float) -> None:
        """Take in the beat that is over."""
        inside, self._inside = self._inside, []
        if not inside:
            return
        self._take_along(tempo_bpm)
        triple = len(inside) == 2 and _lies(inside, _FIRST_TRIPLET, _LAST_TRIPLET)
        eighth = None if triple else _eighth(inside)
        if triple or eighth is not None:
            self._triple.append((self._beat, triple))
        if eighth is not None:
            self._heard.append((self._beat, eighth))
        for memory in (self._heard, self._triple):
            while memory and memory[0][0] < self._beat - _FORGOTTEN_BEATS:
                memory.popleft()
        self._decide()

    def _take_along(self, tempo_bpm: float) -> None:
        """Move what was heard at another tempo to where it would fall at this one."""
        before, now = usual_swing(self._tempo_bpm) - 0.5, usual_swing(tempo_bpm) - 0.5
        self._tempo_bpm = tempo_bpm
        if self.shuffled and now != before:
            for heard in range(len(self._heard)):
                beat, place = self._heard[heard]
                self._heard[heard] = beat, 0.5 + (place - 0.5) * now / before

    def _decide(self) -> None:
        share = sum(triple for _, triple in self._triple) / max(len(self._triple), 1)
        self._is_triple = share > (_TRIPLE_BELOW if self._is_triple else _TRIPLE_FROM)
        if len(self._heard) < _ENOUGH:
            return
        wanted = _STRAIGHT_BELOW if self.shuffled else _SHUFFLED_FROM
        self._place = self._middle()
        late = (self._place - 0.5) / (usual_swing(self._tempo_bpm) - 0.5)
        self.shuffled = late > wanted and not self._is_triple

    def _middle(self) -> float:
        """The middle value of what was heard."""
        places = sorted(place for _, place in self._heard)
        return (places[(len(places) - 1) // 2] + places[len(places) // 2]) / 2.0


class AccentTracker:
    """How loud strong beats, weak beats and off-beats are played."""

    def __init__(self) -> None:
        self._means = [0.0, 0.0, 0.0]
        self._weights = [0.0, 0.0, 0.0]

    @property
    def accents(self) -> Accents:
        """Loudness of each over the mean; nearer 1 the less was heard of it."""
        weights = sum(self._weights)
        if weights == 0.0:
            return NO_ACCENTS
        mean = sum(m * w for m, w in zip(self._means, self._weights, strict=True)) / weights
        strong, weak, off = (
            (m * w + mean * _DOUBT) / (w + _DOUBT) / mean
            for m, w in zip(self._means, self._weights, strict=True)
        )
        return strong, weak, off

    def hear(self, offset: float, in_bar: int, per_bar: int, loudness: float) -> None:
        """Take in an onset at an offset from a beat, which has a place in its bar."""
        is_strong = in_bar == 0 or (per_bar == 4 and in_bar == 2)
        place = 2 if abs(offset) > _ON_BEAT else 0 if is_strong else 1
        self._weights = [(1.0 - _ACCENT_MEMORY) * weight for weight in self._weights]
        self._weights[place] += 1.0
        self._means[place] += (loudness - self._means[place]) / self._weights[place]


def _differs(now: FeelHeard, said: FeelHeard) -> bool:
    """Whether a feel has changed audibly."""
    accents = zip(now.accents, said.accents, strict=True)
    return (
        (now.level, now.shuffled) != (said.level, said.shuffled)
        or abs(now.swing - said.swing) > _SWING_STEP
        or any(abs(new - old) > _ACCENT_STEP for new, old in accents)
    )


def _eighth(inside: list[float]) -> float | None:
    """Where the off-beat eighth fell in a beat with onsets there; None if that is unclear."""
    if len(inside) == 1:
        return inside[0] if _EIGHTH[0] <= inside[0] <= _EIGHTH[1] else None
    sixteenths = _FIRST_SIXTEENTH, _MIDDLE, _LAST_SIXTEENTH
    if _lies(inside, *sixteenths[:2]) or _lies(inside, *sixteenths):
        return inside[1]
    return inside[0] if _lies(inside, *sixteenths[1:]) else None


def _lies(inside: list[float], *places: tuple[float, float]) -> bool:
    """Whether there is one onset in each place and no other."""
    return len(inside) == len(places) and all(
        first <= at <= last for at, (first, last) in zip(inside, places, strict=True)
    )
