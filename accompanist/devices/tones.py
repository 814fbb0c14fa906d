"""Tones: where in the pitches of one voice notes begin and end.

A note begins where the pitch holds for a moment: 25 ms after silence or an attack, 40 ms where one
note passes into another; 80 ms where it moved by less than a semitone, or by a fifth, an octave or
a twelfth for which nothing was struck, since the ear errs by those. A vibrato swings about its
note, and a glide has no pitch until it comes to rest, so neither makes notes of its own; noise,
breath and consonants have no pitch. The same note begins again where it is struck again. It ends
where its pitch is lost.

Semitones are counted from the tuning that the last notes had; at first from A at 440 Hz.
"""

import cmath
import math
from collections import deque
from dataclasses import dataclass

from accompanist.devices.dynamics import Dynamics

_ABSENT = -1000.0
_CLEAR, _CLEAR_STILL = 0.8, 0.55
_FRESH_FRAMES, _LEGATO_FRAMES, _DOUBTED_FRAMES = 5, 8, 16
_AGAIN_FRAMES, _STRUCK_FRAMES = 14, 4
"""A note is not struck again sooner, and only once the blow has settled."""

_LOST_FRAMES = 8
_SPREAD, _AWAY, _FAR = 0.6, 0.65, 0.92
"""Semitones that a held pitch may spread over, and by which it must leave the note before: at once,
or for longer."""

_DOUBTED = (7, 12, 19, 24, 28, 31, 36)
_CENTRE_SHARE = 0.02
_TUNED_S, _IN_TUNE_S, _SURE_S = 6.0, 0.2, 0.15
_UNCLEAR_FRAMES, _EARLIER_FRAMES = 5, 10
"""What of a note passes before its pitch is clear, and how much longer ago its attack may be."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A note began, so many frames ago."""

    pitch: int
    velocity: int
    ago_frames: int


@dataclass(frozen=True, slots=True)
class Ended:
    """A note ends."""

    pitch: int


class Tones:
    """Hears notes in frames of pitch.

    Attributes
    ----------
    sounding
        The note that sounds; none in silence.
    """

    def __init__(self, frame_s: float) -> None:
        self.dynamics = Dynamics(frame_s)
        self.sounding: Begun | None = None
        self._frame_s = frame_s
        self._pitches = deque([_ABSENT] * _DOUBTED_FRAMES, maxlen=_DOUBTED_FRAMES)
        self._centre = 0.0
        self._since_on = self._lost = 0
        self._tuned = complex(_IN_TUNE_S)

    @property
    def tuning(self) -> float:
        """Semitones by which the instrument is high, -0.5 to 0.5."""
        sure = abs(self._tuned) > _SURE_S
        return cmath.phase(self._tuned) / math.tau if sure else 0.0

    def hear(self, power: float, pitch: float, clarity: float) -> list[Begun | Ended]:
        """Take a frame; return what begins and ends with it."""
        self.dynamics.hear(power)
        needed = _CLEAR if self.sounding is None else _CLEAR_STILL
        is_there = self.dynamics.is_loud and clarity >= needed
        self._pitches.append(pitch if is_there else _ABSENT)
        self._since_on += 1
        self._lost = 0 if is_there else self._lost + 1
        begun = self._begun()
        said: list[Begun | Ended] = []
        if self.sounding is not None and (begun or self._lost >= _LOST_FRAMES):
            said.append(Ended(self.sounding.pitch))
            self.sounding = None
        if begun is not None:
            said.append(begun)
            self._begin(begun)
        elif self.sounding is not None:
            self._follow(self._pitches[-1])
        return said

    def again(self) -> list[Begun | Ended]:
        """Let the note that sounds begin anew, in the tuning that is known by now."""
        if self.sounding is None:
            return []
        before = self.sounding
        self.sounding = Begun(round(self._centre - self.tuning), before.velocity, 0)
        return [Ended(before.pitch), self.sounding]

    def _begun(self) -> Begun | None:
        """The note that begins, if a pitch has held for as long as it must."""
        fresh = self.sounding is None or self.dynamics.attacked
        frames = _FRESH_FRAMES if fresh else _LEGATO_FRAMES
        held = self._held(frames)
        if held is None:
            return None
        pitch = round(held - self.tuning)
        if self.sounding is not None:
            before, away = self.sounding.pitch, abs(held - self._centre)
            if pitch == before or away < _AWAY:
                if not self._struck_again or away > 1.0:
                    return None
                pitch = before
            elif not self.dynamics.attacked:
                doubted = away < _FAR or abs(pitch - before) in _DOUBTED
                frames = _DOUBTED_FRAMES if doubted else _LEGATO_FRAMES
                if self._held(frames) is None:
                    return None
        return Begun(pitch, self.dynamics.velocity, self._ago_frames(frames))

    @property
    def _struck_again(self) -> bool:
        settled = self.dynamics.since_attack >= _STRUCK_FRAMES and self.dynamics.attacked
        return self.dynamics.again and settled and self._since_on >= _AGAIN_FRAMES

    def _ago_frames(self, held_frames: int) -> int:
        """How long ago a note began that has held for so long."""
        ago = held_frames + _UNCLEAR_FRAMES
        attack = self.dynamics.since_attack + 1
        return attack if ago < attack <= ago + _EARLIER_FRAMES else ago

    def _begin(self, begun: Begun) -> None:
        held = self._held(_FRESH_FRAMES)
        self._centre = float(begun.pitch) if held is None else held
        self.sounding, self._since_on, self._lost = begun, 0, 0
        self.dynamics.begin()

    def _follow(self, pitch: float) -> None:
        """Follow the middle of the note that sounds, and learn from it how all are tuned."""
        if abs(pitch - self._centre) >= _AWAY:
            return
        self._centre += _CENTRE_SHARE * (pitch - self._centre)
        turned = cmath.rect(self._frame_s, math.tau * self._centre)
        self._tuned += turned - self._tuned * self._frame_s / _TUNED_S

    def _held(self, frames: int) -> float | None:
        """Mean of the last frames' pitches, if none of them is far from the others."""
        pitches = self._pitches
        if pitches[-1] == _ABSENT or abs(pitches[-frames] - pitches[-1]) > _SPREAD:
            return None
        last = list(pitches)[-frames:]
        if max(last) - min(last) > _SPREAD:
            return None
        return sum(last) / frames
