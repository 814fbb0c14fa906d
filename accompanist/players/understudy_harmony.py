"""The understudy at the keys or guitar: a style's comping rhythm on smoothly led voicings.

Every note is a tone of the frame's chord and ends where the chord is expected to change. A chord
that is doubtful on its beat is struck on the off-beat instead, once it has been heard. Without a
chord the harmony is silent.
"""

from dataclasses import dataclass, replace

from accompanist.music.band import FRAMES_PER_BEAT, PlannedNote
from accompanist.music.chord import NO_CHORD, Chord
from accompanist.music.section import ARRANGED
from accompanist.players.colour import coloured
from accompanist.players.ornament import harmony_ornament
from accompanist.players.player import Frame
from accompanist.players.response import solo_register
from accompanist.players.style import Line, Style
from accompanist.players.style_feel import (
    HALF_FRAME_BEATS,
    Spot,
    dice,
    humanised,
    length_of,
    line_of,
    spots,
    velocity,
    waits,
)
from accompanist.players.voicing import masks, voice

DOUBTFUL = 0.4
"""A chord less probable than this is not struck on the beat."""

_GAP_BEATS = 0.05
_SHORTEST_BEATS = 0.1
_SPREAD_MS = 4.0
_LOUDNESS = {"X": 6.5, "x": 5.0, "u": 4.6}
_SINGLE = 5.2
_REVOICED_EVERY_BARS = 4


@dataclass(frozen=True, slots=True)
class _Memory:
    """The chord in hand and its voicing.

    A `changed` chord is struck where the rhythm would hold the one before; an `owed` one, left
    out on its beat, on the next off-beat.
    """

    chord: Chord = NO_CHORD
    voicing: tuple[int, ...] = ()
    changed: bool = False
    owed: bool = False


class UnderstudyHarmony:
    """Comps by rule.

    Parameters
    ----------
    styles
        Every style by name, as `load_styles` gives them.
    """

    part = "harmony"

    def __init__(self, styles: dict[str, Style]) -> None:
        self._styles = styles
        self.state = _Memory()

    def reset(self) -> None:
        """Forget the piece."""
        self.state = _Memory()

    def play(self, frame: Frame) -> tuple[PlannedNote, ...]:
        """The chord, or the part of it, that is struck in this frame."""
        if frame.chord.root is None:
            self.state = replace(self.state, chord=NO_CHORD)
            return ()
        struck: tuple[PlannedNote, ...] = ()
        for spot in spots(self._styles, frame):
            line, bar = line_of(self.part, spot, frame)
            self._take(frame, line)
            struck += self._at(spot, frame, harmony_ornament(bar, spot, frame))
        return struck

    def _take(self, frame: Frame, line: Line) -> None:
        """Lay the hand on a new chord, or again on the same one.

        Again when a phrase begins, or when the hand lies where the performer's solo does.
        """
        voices = line.voices + (frame.complexity > 0.66) - (frame.loudness < 0.2)
        changed = frame.chord != self.state.chord
        begins = frame.beat_in_bar == frame.step == 0
        phrase = begins and frame.bar % _REVOICED_EVERY_BARS == 0
        solo = solo_register(frame)
        if changed or phrase or not self.state.voicing or masks(self.state.voicing, solo):
            tones = coloured(frame.chord, frame.key, frame.complexity)
            layout = voice(tones, self.state.voicing, voices, solo)
            changed = changed or self.state.changed
            self.state = _Memory(frame.chord, layout, changed, self.state.owed)

    def _at(self, spot: Spot, frame: Frame, bar: str) -> tuple[PlannedNote, ...]:
        mark = self._mark(bar[spot.place], spot, frame)
        if mark in "-.":
            return ()
        self.state = replace(self.state, changed=False, owed=False)
        length = length_of(bar, spot, frame)
        return self._struck(spot, frame, mark, max(length - _GAP_BEATS, _SHORTEST_BEATS))

    def _mark(self, written: str, spot: Spot, frame: Frame) -> str:
        """What to play where a mark is written, given how the chord stands."""
        if frame.section in ARRANGED:
            return written
        if waits(spot, frame, DOUBTFUL):
            self.state = replace(self.state, owed=self.state.owed or written not in "-.")
            return "."
        must = spot.on_eighth and self._must_strike(written)
        return "x" if must else written

    def _must_strike(self, mark: str) -> bool:
        """Whether the chord has to be struck although the rhythm rests or holds."""
        held_over = self.state.changed and mark == "-"
        return held_over or (self.state.owed and mark in "-.")

    def _struck(
        self, spot: Spot, frame: Frame, mark: str, length_beats: float
    ) -> tuple[PlannedNote, ...]:
        """Voices of the hand, rolled by a few milliseconds, the top voice a little louder."""
        hand = self.state.voicing
        struck = hand[1:] or hand if mark == "u" else hand
        if mark.isdigit():
            struck = (hand[(int(mark) - 1) % len(hand)],)
        loudness = _LOUDNESS.get(mark, _SINGLE) + (0.4 if spot.on_beat else 0.0)
        onset = humanised(spot, frame, self.part, 1)
        latest = frame.index / FRAMES_PER_BEAT + HALF_FRAME_BEATS
        notes = []
        for place, pitch in enumerate(struck):
            roll_ms = _SPREAD_MS * place * dice(frame.seed, frame.index, pitch)
            sounds = min(onset + roll_ms * frame.tempo_bpm / 60000.0, latest)
            top = 0.5 if pitch == struck[-1] else 0.0
            force = velocity(frame, loudness + top, pitch)
            notes.append(PlannedNote(self.part, sounds, length_beats, pitch, force, "understudy"))
        return tuple(notes)
