"""The understudy at the bass: a style's line in degrees of the chord, led into the next chord.

One note at a time between `LOWEST` and `HIGHEST`. The root (or the slash chord's bass) sounds
wherever the chord changes, later if it is not known yet or the style rests on one; notes end where
the chord is expected to change. Without a chord the bass is silent.
"""

from dataclasses import dataclass, replace

from accompanist.music.band import FRAMES_PER_BEAT, PlannedNote
from accompanist.music.chord import NO_CHORD, QUALITIES, Chord
from accompanist.music.section import ARRANGED
from accompanist.players.ornament import bass_ornament
from accompanist.players.player import Frame
from accompanist.players.style import DRUM_PITCHES, Style
from accompanist.players.style_feel import (
    UNKNOWN,
    Spot,
    dice,
    humanised,
    length_of,
    line_of,
    spots,
    velocity,
    waits,
)

LOWEST = 28
HIGHEST = 55

_CENTRE = 37
_GAP_BEATS = 0.04
_SHORTEST_BEATS = 0.1
_KICK = DRUM_PITCHES["kick"]
_NEARBY_BEATS = 0.13


@dataclass(frozen=True, slots=True)
class _Memory:
    """The chord in hand, where its root lies, whether that is still owed, and the last pitch."""

    chord: Chord = NO_CHORD
    root: int = _CENTRE
    owed: bool = False
    last: int = _CENTRE


class UnderstudyBass:
    """Plays roots, fifths, octaves and approaches by rule, with the kick.

    Parameters
    ----------
    styles
        Every style by name, as `load_styles` gives them.
    """

    part = "bass"

    def __init__(self, styles: dict[str, Style]) -> None:
        self._styles = styles
        self.state = _Memory()

    def reset(self) -> None:
        """Forget the piece."""
        self.state = _Memory()

    def play(self, frame: Frame) -> tuple[PlannedNote, ...]:
        """The bass note of this frame, or none."""
        if frame.chord.root is None:
            self.state = replace(self.state, chord=NO_CHORD)
            return ()
        if frame.chord != self.state.chord:
            root = _root_near(frame.chord, self.state.root)
            self.state = _Memory(frame.chord, root, True, self.state.last)
        for spot in spots(self._styles, frame):
            note = self._at(spot, frame)
            if note is not None:
                return (note,)
        return ()

    def _at(self, spot: Spot, frame: Frame) -> PlannedNote | None:
        bar = bass_ornament(line_of(self.part, spot, frame)[1], spot, frame)
        kicked = _kick_sounds(frame)
        mark = self._mark(bar[spot.place], spot, frame, kicked)
        if mark in "-.":
            return None
        length = length_of(bar, spot, frame)
        pitch = self._pitch(mark, frame)
        self.state = replace(self.state, owed=False, last=pitch)
        loudness = 7.0 + (0.8 if spot.on_beat else 0.0) + (0.7 if kicked else 0.0)
        return PlannedNote(
            self.part,
            humanised(spot, frame, self.part, 1),
            max(length - _GAP_BEATS, _SHORTEST_BEATS),
            pitch,
            velocity(frame, loudness - (1.5 if mark == "a" else 0.0), 1),
            "understudy",
        )

    def _mark(self, written: str, spot: Spot, frame: Frame, kicked: bool) -> str:
        """What to play where a mark is written, given what the chord and the kick ask for."""
        if written == "k":
            written = "R" if kicked else "."
        if frame.section in ARRANGED:
            return written
        if waits(spot, frame, UNKNOWN):
            self.state = replace(self.state, owed=self.state.owed or written not in "-.")
            return "."
        rests_on_one = spot.place == 0 and written == "."
        owed = self.state.owed and spot.on_eighth and not rests_on_one
        return "R" if owed and written != "8" else written

    def _pitch(self, mark: str, frame: Frame) -> int:
        root = self.state.root
        if mark == "R":
            return root
        if mark == "a":
            return self._approach(frame)
        pitch = root + _degree(mark, frame)
        return pitch if pitch <= HIGHEST else pitch - 12

    def _approach(self, frame: Frame) -> int:
        """A neighbour or the fifth of the root that comes next, from the side we are on."""
        target = _root_near(frame.next_chord, self.state.root)
        if frame.next_chord.root is None or frame.next_chord == frame.chord:
            fifth = self.state.root + _degree("5", frame)
            return fifth if fifth <= HIGHEST else fifth - 12
        side = 1 if target < self.state.root else -1
        steps = [target + side, target + 2 * side, target - side, target - 2 * side]
        home = frame.key.pitch_classes | frame.chord.pitch_classes
        choices = [pitch for pitch in steps if pitch % 12 in home][:2]
        chromatic = 0.35 * frame.complexity + 0.6 * frame.outside
        if not choices or dice(frame.seed, frame.index, 11) < chromatic:
            choices = [target + side]
        elif dice(frame.seed, frame.index, 12) < 0.3:
            choices = [target + 7 if target + 7 <= HIGHEST else target - 5]
        choices = [pitch for pitch in choices if pitch != self.state.last] or choices
        pitch = choices[int(dice(frame.seed, frame.index, 13) * len(choices))]
        return pitch if LOWEST <= pitch <= HIGHEST else target


def _degree(mark: str, frame: Frame) -> int:
    """Semitones above the chord's bass of a written degree."""
    chord, root = frame.chord, frame.chord.root or 0
    above = (root - (chord.bass_pitch_class or 0)) % 12
    intervals = QUALITIES[chord.quality]
    if mark == "8":
        return 12
    if mark == "2":
        return 1 if (root + 1) % 12 in frame.key.pitch_classes and above == 0 else 2
    if mark == "6":
        mark = "7" if len(intervals) > 3 and intervals[-1] >= 9 else "5"
    wanted = {"3": range(2, 6), "5": range(6, 9), "7": range(9, 12)}[mark]
    for interval in reversed(intervals):
        if interval in wanted:
            return (interval + above) % 12 or 12
    return above or 12


def _root_near(chord: Chord, pitch: int) -> int:
    """The chord's bass in the lower register, near where the hand is."""
    wanted = chord.bass_pitch_class
    if wanted is None:
        return pitch
    roots = [p for p in range(LOWEST, LOWEST + 20) if p % 12 == wanted]
    return min(roots, key=lambda p: abs(p - pitch) + 1.5 * abs(p - _CENTRE))


def _kick_sounds(frame: Frame) -> bool:
    """Whether the drummer's foot is down in this very frame."""
    begins = frame.index / FRAMES_PER_BEAT
    return any(
        note.pitch == _KICK
        and note.part == "drums"
        and abs(note.onset_beats - begins) < _NEARBY_BEATS
        for note in frame.ensemble
    )
