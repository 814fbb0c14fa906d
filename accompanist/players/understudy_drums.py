"""The understudy at the drums: a style's grids, opened by density, complexity and intensity.

Hits are General MIDI percussion of a fixed short length. Needs no chord and plays in every bar.
Where the performer feels the pulse in halves, kick and snare take twice as long for their bar while
hats and cymbals go on: the backbeat falls on three. In double time every drum takes half as long.
"""

from collections.abc import Iterator

from accompanist.music.band import FRAMES_PER_BEAT, PlannedNote
from accompanist.players.player import Frame
from accompanist.players.style import DRUM_PITCHES, DrumLayer, Style
from accompanist.players.style_feel import Spot, dice, humanised, liveliness, spots, velocity

_HIT_BEATS = 0.2
_HAT, _OPEN_HAT = DRUM_PITCHES["hat"], DRUM_PITCHES["open_hat"]
_CRASH, _RIDE = DRUM_PITCHES["crash"], DRUM_PITCHES["ride"]

_TIMEKEEPERS = frozenset(
    DRUM_PITCHES[drum] for drum in ("hat", "pedal_hat", "open_hat", "ride", "bell", "shaker")
)

_UNDECIDED = 0.15
"""A hit whose layer is about to enter comes and goes within this much density."""


class UnderstudyDrums:
    """Plays grooves, fills, arrivals after fills, and endings by rule.

    Parameters
    ----------
    styles
        Every style by name, as `load_styles` gives them.
    """

    part = "drums"

    def __init__(self, styles: dict[str, Style]) -> None:
        self._styles = styles
        self.state = True

    def reset(self) -> None:
        """Forget the piece; its first downbeat is an arrival."""
        self.state = True

    def play(self, frame: Frame) -> tuple[PlannedNote, ...]:
        """Hits of this frame, at most one a drum."""
        hits: dict[int, tuple[float, int]] = {}
        for spot in spots(self._styles, frame):
            for pitch, loudness in self._struck(spot, frame).items():
                onset = humanised(spot, frame, self.part, pitch)
                hits[pitch] = (onset, velocity(frame, loudness, pitch))
        if frame.section == "fill":
            self.state = True
        if _OPEN_HAT in hits or _CRASH in hits:
            hits.pop(_HAT, None)
        if _CRASH in hits:
            hits.pop(_RIDE, None)
        return tuple(
            PlannedNote(self.part, onset, _HIT_BEATS, pitch, force, "understudy")
            for pitch, (onset, force) in sorted(hits.items())
        )

    def _struck(self, spot: Spot, frame: Frame) -> dict[int, int]:
        """Loudness of each drum hit at a written sixteenth."""
        if frame.section == "ending":
            return dict(_written(spot.style.ending, spot.sixteenth, 0))
        if frame.section == "fill":
            return self._fill(spot, frame)
        struck: dict[int, int] = {}
        if self.state and spot.sixteenth == frame.beat_in_bar == 0:
            struck.update(spot.style.arrival)
            self.state = False
        for number, layer in enumerate(spot.style.groove):
            if not layer.intensity <= frame.intensity < layer.intensity_below:
                continue
            for pitch, loudness in _felt(layer, spot, frame):
                if _opens(layer, frame, number * 128 + pitch):
                    struck[pitch] = max(loudness, struck.get(pitch, 0))
        return struck

    def _fill(self, spot: Spot, frame: Frame) -> dict[int, int]:
        """One of the fills that density allows; the choice holds for the whole bar."""
        known = [f for f in spot.style.fills if f.density <= frame.density]
        fitting = [f for f in known if f.complexity <= frame.complexity]
        chosen = fitting[int(dice(frame.seed, frame.bar, 7) * len(fitting))]
        return dict(_written(chosen, spot.sixteenth, 0))


def _felt(layer: DrumLayer, spot: Spot, frame: Frame) -> Iterator[tuple[int, int]]:
    """Pitch and loudness of what a layer writes here, as the performer feels the pulse."""
    if frame.level == "normal" or frame.beats_per_bar not in (2, 4):
        yield from _written(layer, spot.sixteenth, frame.bar)
        return
    length = 4 * FRAMES_PER_BEAT
    count = frame.bar * frame.beats_per_bar * FRAMES_PER_BEAT + spot.sixteenth
    if frame.level == "double":
        bar, sixteenth = divmod(2 * count, length)
        yield from _written(layer, sixteenth, bar)
        return
    for pitch, loudness in _written(layer, spot.sixteenth, frame.bar):
        if pitch in _TIMEKEEPERS:
            yield pitch, loudness
    if count % 2 == 0:
        bar, sixteenth = divmod(count // 2, length)
        for pitch, loudness in _written(layer, sixteenth, bar):
            if pitch not in _TIMEKEEPERS:
                yield pitch, loudness


def _written(layer: DrumLayer, sixteenth: int, bar: int) -> Iterator[tuple[int, int]]:
    """Pitch and loudness of what a layer writes at a sixteenth of a bar."""
    for pitch, bars in layer.grids.items():
        mark = bars[bar % len(bars)][sixteenth]
        if mark != ".":
            yield pitch, int(mark)


def _opens(layer: DrumLayer, frame: Frame, salt: int) -> bool:
    """Whether a layer's hit is heard: surely above its density, perhaps just below it."""
    chance = _UNDECIDED * (dice(frame.seed, frame.index, salt, 5) - 0.5)
    dense = layer.density == 0.0 or liveliness(frame) + chance >= layer.density
    intricate = layer.complexity == 0.0 or frame.complexity + chance >= layer.complexity
    return dense and intricate
