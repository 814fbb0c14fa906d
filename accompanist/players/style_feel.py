"""Feel: where in a style's bar a frame falls, how swing moves it, how hard it is played.

Everything here is a pure function of the frame, so a plan made again is the same plan. Chance is
drawn from ``Frame.seed`` by hashing, never from a running generator.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from accompanist.music.band import FRAMES_PER_BEAT
from accompanist.music.section import ARRANGED
from accompanist.players.player import Frame
from accompanist.players.response import strength
from accompanist.players.style import Line, Style, groups, in_metre
from accompanist.players.swing import place_of_part

SWUNG = 0.52
"""A performer whose off-beats lie later than this swings, and the band with him."""

UNKNOWN = 0.25
"""A chord less probable than this is anybody's guess."""

HALF_FRAME_BEATS = 0.499 / FRAMES_PER_BEAT
_LOOSENESS_MS = 5.0
_UNDECIDED = 0.12
_MASK = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class Spot:
    """A written place that sounds in this frame.

    `place` counts in the bar of `style`'s grid, and `bar` is which of its bars; `left` places,
    this one included, remain before the grid or the group of beats ends. `opens` says whether it
    lies in the first grid of the performer's bar; `onset_beats` is on the beat count, swung.
    """

    style: Style
    bar: int
    place: int
    left: int
    opens: bool
    onset_beats: float
    swing: float
    sixteenth_swing: float

    @property
    def part(self) -> int:
        """Which part of its beat it is, from 0."""
        return self.place % self.style.parts

    @property
    def on_beat(self) -> bool:
        """Whether it is written on a beat."""
        return self.part == 0

    @property
    def on_eighth(self) -> bool:
        """Whether it is written on an eighth, swung or not."""
        return self.part != 1 if self.style.parts == 3 else self.place % 2 == 0

    @property
    def to_next_beat(self) -> int:
        """Places before the next beat."""
        return self.style.parts - self.part

    def length_beats(self, places: int) -> float:
        """Length to the written place so many places later, swing considered."""
        parts = self.style.parts
        beats, part = divmod(self.part + places, parts)
        here = place_of_part(self.part, parts, self.swing, self.sixteenth_swing)
        return beats + place_of_part(part, parts, self.swing, self.sixteenth_swing) - here


def spots(styles: Mapping[str, Style], frame: Frame) -> tuple[Spot, ...]:
    """Written places that sound in this frame: one, or none or two when it swings."""
    fine = frame.sixteenth_swing
    swung = frame.swing_is_set or max(frame.swing, fine) > SWUNG
    number, size, beat = _group(frame.beats_per_bar, frame.beat_in_bar)
    style = in_metre(styles, frame.style, size)
    swing = frame.swing if swung else styles[frame.style].swing
    grid, beat_in_grid = divmod(beat, style.beats)
    grids = -(-size // style.beats)
    left = min(size - beat, style.beats - beat_in_grid) * style.parts
    start = frame.index // FRAMES_PER_BEAT
    found = []
    for part in range(style.parts):
        sounds = place_of_part(part, style.parts, swing, fine)
        if int(sounds * FRAMES_PER_BEAT + 0.5) == frame.step:
            found.append(
                Spot(
                    style,
                    frame.bar * grids + grid,
                    beat_in_grid * style.parts + part,
                    left - part,
                    number == grid == 0,
                    start + sounds,
                    swing,
                    fine,
                )
            )
    return tuple(found)


def waits(spot: Spot, frame: Frame, doubtful: float) -> bool:
    """Whether a player holds back because the chord is not sure enough.

    Below `doubtful` beats are left out, and off-beats are played; below `UNKNOWN` off-beats are
    left out too, except the last of the bar, so that a bar is never empty.
    """
    if frame.chord_probability >= doubtful:
        return False
    last_beat = frame.beat_in_bar == frame.beats_per_bar - 1
    return spot.on_beat or (frame.chord_probability < UNKNOWN and not last_beat)


def humanised(spot: Spot, frame: Frame, part: str, salt: int) -> float:
    """Onset in beats with lay-back and a few milliseconds of chance, still in its frame."""
    chance = dice(frame.seed, frame.index, salt, 1) + dice(frame.seed, frame.index, salt, 2) - 1.0
    late_ms = spot.style.late_ms[part] + chance * _LOOSENESS_MS
    onset = spot.onset_beats + late_ms * frame.tempo_bpm / 60000.0
    begins = frame.index / FRAMES_PER_BEAT
    return min(max(onset, begins - HALF_FRAME_BEATS, 0.0), begins + HALF_FRAME_BEATS)


def velocity(frame: Frame, loudness: float, salt: int) -> int:
    """MIDI velocity of a loudness 1–9, by intensity.

    Where the performer puts accents, half of them is put too.
    """
    force = (20.0 + 11.0 * loudness) * strength(frame.loudness)
    force *= 1.0 + 0.5 * (_accent(frame) - 1.0)
    chance = 6.0 * (dice(frame.seed, frame.index, salt, 3) - 0.5)
    return int(min(max(force + chance, 1.0), 127.0))


def dice(*faces: int) -> float:
    """Chance in [0, 1) that depends on nothing but `faces` (splitmix64, Steele et al. 2014)."""
    mixed = 0
    for face in faces:
        mixed = (mixed + face + 0x9E3779B97F4A7C15) & _MASK
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        mixed ^= mixed >> 31
    return mixed / (_MASK + 1)


def line_of(part: str, spot: Spot, frame: Frame) -> tuple[Line, str]:
    """The line that bass or harmony plays at a spot, and its present bar."""
    if frame.section not in ARRANGED:
        lines = spot.style.bass if part == "bass" else spot.style.harmony
        line = _reached(lines, frame)
        return line, line.bars[spot.bar % len(line.bars)]
    section = spot.style.sections[frame.section]
    line = section.bass if part == "bass" else section.harmony
    bar = line.bars[frame.section_bar % len(line.bars)]
    return line, bar if plays_on(spot, frame) else "." * len(bar)


def plays_on(spot: Spot, frame: Frame) -> bool:
    """Whether an arranged section sounds at a spot.

    Breaks and endings are for one grid; where it is shorter than the bar, the rest is silence.
    """
    return spot.opens or frame.section == "intro"


def _reached(lines: tuple[Line, ...], frame: Frame) -> Line:
    """The richest line of this variation that density and complexity reach in this bar."""
    dense = frame.density + _UNDECIDED * (dice(frame.seed, frame.bar, 17) - 0.5)
    richer = [
        line
        for line in lines[1:]
        if frame.variation in line.variations
        and line.density <= dense
        and line.complexity <= frame.complexity
    ]
    return richer[-1] if richer else lines[0]


def held(bar: str, spot: Spot) -> int:
    """Places from a mark to the next one that is not a hold."""
    rest = bar[spot.place + 1 : spot.place + spot.left]
    return 1 + len(rest) - len(rest.lstrip("-"))


def length_of(bar: str, spot: Spot, frame: Frame) -> float:
    """Beats that a note of a bass line or comping rhythm lasts.

    It ends where the chord is expected to change; at an ending it lasts as long as it is written,
    and to the end of the bar if it is held to the end of the grid.
    """
    places = held(bar, spot)
    if frame.section == "ending":
        if places == spot.left:
            return float(frame.beats_per_bar - frame.beat_in_bar) - (spot.onset_beats % 1.0)
        return spot.length_beats(places)
    if frame.next_chord != frame.chord:
        places = min(places, spot.to_next_beat)
    return spot.length_beats(places)


def _accent(frame: Frame) -> float:
    """How loud the performer plays this place of the bar, over the mean."""
    strong, weak, off = frame.accents
    if frame.step > 0:
        return off
    is_strong = frame.beat_in_bar == 0 or (frame.beats_per_bar == 4 and frame.beat_in_bar == 2)
    return strong if is_strong else weak


def _group(beats_per_bar: int, beat_in_bar: int) -> tuple[int, int, int]:
    """Number and size of the group that holds a beat, and the beat's place in it."""
    for number, size in enumerate(groups(beats_per_bar)):
        if beat_in_bar < size:
            return number, size, beat_in_bar
        beat_in_bar -= size
    return 0, 1, 0
