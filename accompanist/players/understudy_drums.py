"""The understudy at the drums: a style's grids, opened by density, complexity and intensity.

Hits are General MIDI percussion of a fixed short length. Needs no chord and plays in every bar.
Which drums suit the intensity is settled at the bar line, so that hat and ride don't alternate.
Where the performer feels the pulse in halves, kick and snare take twice as long for their bar while
hats and cymbals go on: the backbeat falls on three. In double time every drum takes half as long.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from accompanist.music.band import PlannedNote
from accompanist.music.section import ARRANGED
from accompanist.players.player import Frame
from accompanist.players.style import DRUM_PITCHES, DrumLayer, Style
from accompanist.players.style_feel import Spot, dice, humanised, plays_on, spots, velocity

_HIT_BEATS = 0.2
_HAT, _OPEN_HAT = DRUM_PITCHES["hat"], DRUM_PITCHES["open_hat"]
_CRASH, _RIDE = DRUM_PITCHES["crash"], DRUM_PITCHES["ride"]

_TIMEKEEPERS = frozenset(
    DRUM_PITCHES[drum] for drum in ("hat", "pedal_hat", "open_hat", "ride", "bell", "shaker")
)

_UNDECIDED = 0.15
"""A hit whose layer is about to enter comes and goes within this much density."""


@dataclass(frozen=True, slots=True)
class _Memory:
    """Whether the next downbeat is an arrival, and how intense this bar is orchestrated."""

    arrives: bool = True
    intensity: float | None = None


class UnderstudyDrums:
    """Plays grooves, fills, arrivals after fills, and arranged sections by rule.

    Parameters
    ----------
    styles
        Every style by name, as `load_styles` gives them.
    """

    part = "drums"

    def __init__(self, styles: dict[str, Style]) -> None:
        self._styles = styles
        self.state = _Memory()

    def reset(self) -> None:
        """Forget the piece; its first downbeat is an arrival."""
        self.state = _Memory()

    def play(self, frame: Frame) -> tuple[PlannedNote, ...]:
        """Hits of this frame, at most one a drum and written place."""
        if frame.beat_in_bar == frame.step == 0 or self.state.intensity is None:
            self.state = replace(self.state, intensity=frame.loudness)
        hits: list[PlannedNote] = []
        for spot in spots(self._styles, frame):
            for pitch, loudness in sorted(_possible(self._struck(spot, frame)).items()):
                onset = humanised(spot, frame, self.part, pitch)
                force = velocity(frame, loudness, pitch)
                hits.append(PlannedNote(self.part, onset, _HIT_BEATS, pitch, force, "understudy"))
        if frame.section in ("fill", "break"):
            self.state = replace(self.state, arrives=True)
        return tuple(hits)

    def _struck(self, spot: Spot, frame: Frame) -> dict[int, int]:
        """Loudness of each drum hit at a written place."""
        if frame.section in ARRANGED:
            grids = spot.style.sections[frame.section].drums
            return (
                dict(_written(grids, spot.place, frame.section_bar))
                if plays_on(spot, frame)
                else {}
            )
        if frame.section == "fill":
            return self._fill(spot, frame)
        struck: dict[int, int] = {}
        if self.state.arrives and spot.opens and spot.place == 0:
            struck.update(spot.style.arrival)
            self.state = replace(self.state, arrives=False)
        for number, layer in enumerate(spot.style.groove):
            if not self._orchestrates(layer, frame):
                continue
            for pitch, loudness in _felt(layer, spot, frame):
                if _opens(layer, frame, number * 128 + pitch):
                    struck[pitch] = max(loudness, struck.get(pitch, 0))
        return struck

    def _orchestrates(self, layer: DrumLayer, frame: Frame) -> bool:
        """Whether a layer's drums are in use; it is settled at the bar line."""
        assert self.state.intensity is not None
        in_use = layer.intensity <= self.state.intensity < layer.intensity_below
        return in_use and frame.variation in layer.variations

    def _fill(self, spot: Spot, frame: Frame) -> dict[int, int]:
        """One of the fills that density allows; the choice holds for the whole bar."""
        fitting = [
            fill
            for fill in spot.style.fills
            if fill.density <= frame.density
            and fill.complexity <= frame.complexity
            and frame.variation in fill.variations
        ]
        chosen = fitting[int(dice(frame.seed, frame.bar, 7) * len(fitting))]
        return dict(_written(chosen.grids, spot.place, 0))


def _possible(struck: dict[int, int]) -> dict[int, int]:
    """What two hands and two feet can play of it."""
    covered = set()
    if _OPEN_HAT in struck or _CRASH in struck:
        covered.add(_HAT)
    if _CRASH in struck:
        covered.add(_RIDE)
    return {pitch: loudness for pitch, loudness in struck.items() if pitch not in covered}


def _felt(layer: DrumLayer, spot: Spot, frame: Frame) -> Iterator[tuple[int, int]]:
    """Pitch and loudness of what a layer writes here, as the performer feels the pulse."""
    halves = spot.style.parts == 4 and frame.beats_per_bar in (2, 4)
    if frame.level == "normal" or not halves:
        yield from _written(layer.grids, spot.place, spot.bar)
        return
    length = spot.style.beats * spot.style.parts
    count = frame.bar * frame.beats_per_bar * spot.style.parts + spot.place
    if frame.level == "double":
        bar, place = divmod(2 * count, length)
        yield from _written(layer.grids, place, bar)
        return
    for pitch, loudness in _written(layer.grids, spot.place, spot.bar):
        if pitch in _TIMEKEEPERS:
            yield pitch, loudness
    if count % 2 == 0:
        bar, place = divmod(count // 2, length)
        for pitch, loudness in _written(layer.grids, place, bar):
            if pitch not in _TIMEKEEPERS:
                yield pitch, loudness


def _written(
    grids: Mapping[int, tuple[str, ...]], place: int, bar: int
) -> Iterator[tuple[int, int]]:
    """Pitch and loudness of what grids write at a place of a bar."""
    for pitch, bars in grids.items():
        mark = bars[bar % len(bars)][place]
        if mark != ".":
            yield pitch, int(mark)


def _opens(layer: DrumLayer, frame: Frame, salt: int) -> bool:
    """Whether a layer's hit is heard: surely above its density, perhaps just below it."""
    chance = _UNDECIDED * (dice(frame.seed, frame.index, salt, 5) - 0.5)
    dense = layer.density == 0.0 or frame.density + chance >= layer.density
    intricate = layer.complexity == 0.0 or frame.complexity + chance >= layer.complexity
    lucky = layer.chance == 1.0 or dice(frame.seed, frame.index, salt, 6) < layer.chance
    return dense and intricate and lucky
