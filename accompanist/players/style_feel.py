"""Feel: where in a style's bar a frame falls, how swing moves it, how hard it is played.

Everything here is a pure function of the frame, so a plan made again is the same plan. Chance is
drawn from ``Frame.seed`` by hashing, never from a running generator.
"""

from dataclasses import dataclass

from accompanist.music.band import FRAMES_PER_BEAT
from accompanist.players.player import Frame
from accompanist.players.style import Line, Style
from accompanist.players.swing import swung_place

SWUNG = 0.52
"""A performer whose off-beats lie later than this swings, and the band with him."""

UNKNOWN = 0.25
"""A chord less probable than this is anybody's guess."""

HALF_FRAME_BEATS = 0.499 / FRAMES_PER_BEAT
_USUAL_VELOCITY = 76.0
_LOOSENESS_MS = 5.0
_UNDECIDED = 0.12
_MASK = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class Spot:
    """A written sixteenth that sounds in this frame.

    `sixteenth` counts in the bar of `style`'s grid; `left` sixteenths, this one included, remain
    before the grid or the group of beats ends; `onset_beats` is on the beat count, swung.
    """

    style: Style
    sixteenth: int
    left: int
    onset_beats: float
    swing: float
    sixteenth_swing: float

    @property
    def on_beat(self) -> bool:
        """Whether it is written on a beat."""
        return self.sixteenth % FRAMES_PER_BEAT == 0

    def length_beats(self, sixteenths: int) -> float:
        """Length to the written place so many sixteenths later, swing considered."""
        beats, step = divmod(self.sixteenth % FRAMES_PER_BEAT + sixteenths, FRAMES_PER_BEAT)
        here = swung_place(self.sixteenth % FRAMES_PER_BEAT, self.swing, self.sixteenth_swing)
        return beats + swung_place(step, self.swing, self.sixteenth_swing) - here


def groups(beats_per_bar: int) -> tuple[int, ...]:
    """A bar as groups of at most four beats: fours where it can, threes, and a two at the end.

    One to four beats are one group; five is 3 + 2, six 3 + 3, seven 4 + 3.
    """
    if beats_per_bar <= 4:
        return (beats_per_bar,)
    if beats_per_bar % 4 == 0:
        return (4,) * (beats_per_bar // 4)
    if beats_per_bar % 3 == 0:
        return (3,) * (beats_per_bar // 3)
    fours, rest = divmod(beats_per_bar, 4)
    if rest == 1:
        return (4,) * (fours - 1) + (3, 2)
    return (4,) * fours + (rest,)


def spots(styles: dict[str, Style], frame: Frame) -> tuple[Spot, ...]:
    """Written sixteenths that sound in this frame: one, or none or two when it swings."""
    chosen = styles[frame.style]
    fine = frame.sixteenth_swing
    swing = frame.swing if max(frame.swing, fine) > SWUNG else chosen.swing
    size, beat = _group(frame.beats_per_bar, frame.beat_in_bar)
    lender = chosen
    if (size == 3) != (chosen.beats == 3):
        lender = styles[chosen.other_metre]
    start = frame.index // FRAMES_PER_BEAT
    found = []
    for step in range(FRAMES_PER_BEAT):
        place = swung_place(step, swing, fine)
        if int(place * FRAMES_PER_BEAT + 0.5) == frame.step:
            left = (size - beat) * FRAMES_PER_BEAT - step
            sixteenth = beat * FRAMES_PER_BEAT + step
            found.append(Spot(lender, sixteenth, left, start + place, swing, fine))
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
    """MIDI velocity of a loudness 1–9, by intensity and by how hard the performer plays.

    Where the performer puts accents, half of them is put too.
    """
    force = (20.0 + 11.0 * loudness) * (0.55 + 0.7 * (frame.intensity + _dynamics(frame)))
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


def reached(lines: tuple[Line, ...], frame: Frame) -> Line:
    """The richest line that density and complexity reach in this bar."""
    dense = liveliness(frame) + _UNDECIDED * (dice(frame.seed, frame.bar, 17) - 0.5)
    richer = [
        line for line in lines[1:] if line.density <= dense and line.complexity <= frame.complexity
    ]
    return richer[-1] if richer else lines[0]


def held(bar: str, spot: Spot) -> int:
    """Sixteenths from a mark to the next one that is not a hold."""
    rest = bar[spot.sixteenth + 1 : spot.sixteenth + spot.left]
    return 1 + len(rest) - len(rest.lstrip("-"))


def liveliness(frame: Frame) -> float:
    """Density asked for, a little more while the melody rests: the band answers."""
    return frame.density + (0.1 if 1.5 <= frame.melody_resting < 8.0 else 0.0)


def _accent(frame: Frame) -> float:
    """How loud the performer plays this place of the bar, over the mean."""
    strong, weak, off = frame.accents
    if frame.step > 0:
        return off
    is_strong = frame.beat_in_bar == 0 or (frame.beats_per_bar == 4 and frame.beat_in_bar == 2)
    return strong if is_strong else weak


def _dynamics(frame: Frame) -> float:
    """Shift of intensity, −0.25 to 0.25, from the performer's last beats."""
    now = frame.index / FRAMES_PER_BEAT
    lately = [note.velocity for note in frame.recent if note.onset_beats > now - 4.0]
    if not lately:
        return 0.0
    return min(max((sum(lately) / len(lately) - _USUAL_VELOCITY) / 128.0, -0.25), 0.25)


def _group(beats_per_bar: int, beat_in_bar: int) -> tuple[int, int]:
    """Size of the group that holds a beat, and the beat's place in it."""
    for size in groups(beats_per_bar):
        if beat_in_bar < size:
            return size, beat_in_bar
        beat_in_bar -= size
    return 1, 0
