"""Swing: where in the beat the off-beat eighth falls, and in half a beat its sixteenth.

A beat with a single onset between it and the next tells where the off-beat eighth falls. One with
both triplets tells of twelve eighths to the bar, and one with sixteenths tells of those and by its
middle of the eighth. The swing is the middle value of the last two dozen; off-beats swing once that
lies far enough past the straight place. How far is usual depends on the tempo: along 274 swing
solos of the Weimar Jazz Database (train split) the off-beat lies at .713 − .00048 per BPM of the
beat, and what was heard before a change of tempo is taken along that line. Sixteenths are held to
swing as eighths do at twice the tempo.
"""

from collections import deque

_EIGHTH = (0.42, 0.78)
_FIRST_TRIPLET, _LAST_TRIPLET = (0.25, 0.42), (0.58, 0.75)
_FIRST_SIXTEENTH, _MIDDLE, _LAST_SIXTEENTH = (0.15, 0.4), (0.43, 0.57), (0.65, 0.92)
_INSIDE = (0.1, 0.9)

_USUAL, _USUAL_PER_BPM = 0.713, -0.00048
_LEAST_USUAL = 0.55
_SWUNG_FROM, _STRAIGHT_BELOW = 0.4, 0.15
"""Shares of the usual distance from the straight place."""

_REMEMBERED = 24
_ENOUGH = 6
_FORGOTTEN_BEATS = 48
_TRIPLE_FROM, _TRIPLE_BELOW = 0.45, 0.3


def usual_swing(tempo_bpm: float) -> float:
    """Where a swinging player puts the off-beat eighth at a tempo, as a share of the beat."""
    return max(_USUAL + _USUAL_PER_BPM * tempo_bpm, _LEAST_USUAL)


class OffBeats:
    """Where off-beats of one kind have been falling.

    Attributes
    ----------
    swung
        Whether they swing.
    """

    def __init__(self) -> None:
        self._heard: deque[tuple[int, float]] = deque(maxlen=_REMEMBERED)
        self._tempo_bpm = 120.0
        self._place = 0.5
        self.swung = False

    @property
    def place(self) -> float:
        """Share before the off-beat; 0.5 unless they swing."""
        return self._place if self.swung else 0.5

    def resume(self, beat: int, place: float, tempo_bpm: float) -> None:
        """Take up a place as if it had just been heard often enough."""
        self._tempo_bpm = tempo_bpm
        self._place, self.swung = place, place > 0.5
        self._heard.extend([(beat, place)] * _ENOUGH)

    def hear(self, beat: int, places: list[float], tempo_bpm: float) -> None:
        """Take in where off-beats fell in a beat, at a tempo at which each is the eighth."""
        self._take_along(tempo_bpm)
        self._heard.extend((beat, place) for place in places)
        while self._heard and self._heard[0][0] < beat - _FORGOTTEN_BEATS:
            self._heard.popleft()
        if len(self._heard) < _ENOUGH:
            return
        ordered = sorted(place for _, place in self._heard)
        self._place = (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2.0
        late = (self._place - 0.5) / (usual_swing(tempo_bpm) - 0.5)
        self.swung = late > (_STRAIGHT_BELOW if self.swung else _SWUNG_FROM)

    def _take_along(self, tempo_bpm: float) -> None:
        """Move what was heard at another tempo to where it would fall at this one."""
        before, now = usual_swing(self._tempo_bpm) - 0.5, usual_swing(tempo_bpm) - 0.5
        self._tempo_bpm = tempo_bpm
        if self.swung and now != before:
            for number, (beat, place) in enumerate(self._heard):
                self._heard[number] = beat, 0.5 + (place - 0.5) * now / before


class SwingTracker:
    """Hears swing in onsets, beat by beat."""

    def __init__(self) -> None:
        self._beat = -1
        self._inside: list[float] = []
        self._eighths, self._sixteenths = OffBeats(), OffBeats()
        self._triple: deque[bool] = deque(maxlen=_REMEMBERED)
        self._is_triple = False

    @property
    def swing(self) -> float:
        """Share of a beat before the off-beat eighth; 0.5 unless it is a shuffle."""
        return self._eighths.place if self.shuffled else 0.5

    @property
    def sixteenth_swing(self) -> float:
        """Share of half a beat before its off-beat sixteenth; 0.5 unless they swing."""
        return 0.5 if self.shuffled else self._sixteenths.place

    @property
    def shuffled(self) -> bool:
        """Whether eighths swing."""
        return self._eighths.swung and not self._is_triple

    def resume(self, swing: float, tempo_bpm: float) -> None:
        """Take up a swing as if it had just been heard often enough."""
        self._eighths.resume(self._beat, swing, tempo_bpm)

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
        triple = _lies(inside, _FIRST_TRIPLET, _LAST_TRIPLET)
        sixteenths = [] if triple else _sixteenths(inside)
        eighths = [] if triple else _eighths(inside)
        if triple or eighths:
            self._triple.append(triple)
            share = sum(self._triple) / len(self._triple)
            self._is_triple = share > (_TRIPLE_BELOW if self._is_triple else _TRIPLE_FROM)
            self._eighths.hear(self._beat, eighths, tempo_bpm)
        if sixteenths:
            self._sixteenths.hear(self._beat, sixteenths, 2.0 * tempo_bpm)


def _eighths(inside: list[float]) -> list[float]:
    """Where the off-beat eighth fell in a beat with onsets there, if that is clear."""
    if len(inside) == 1:
        return inside if _lies(inside, _EIGHTH) else []
    return [place for place in inside if _sixteenths(inside) and _lies([place], _MIDDLE)]


def _sixteenths(inside: list[float]) -> list[float]:
    """Where sixteenths fell in the halves of a beat that is divided into them."""
    if _lies(inside, _FIRST_SIXTEENTH, _MIDDLE):
        return [inside[0] / inside[1]]
    if _lies(inside, _MIDDLE, _LAST_SIXTEENTH):
        return [(inside[1] - inside[0]) / (1.0 - inside[0])]
    if _lies(inside, _FIRST_SIXTEENTH, _MIDDLE, _LAST_SIXTEENTH):
        first, middle, last = inside
        return [first / middle, (last - middle) / (1.0 - middle)]
    return []


def _lies(inside: list[float], *places: tuple[float, float]) -> bool:
    """Whether there is one onset in each place and no other."""
    return len(inside) == len(places) and all(
        first <= at <= last for at, (first, last) in zip(inside, places, strict=True)
    )
