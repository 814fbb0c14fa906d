"""The sound that comes in, read off the door's tape by the band as the performance goes on.

Each time it is asked it reads what was written since, a little at a time if it is behind; if the
band falls so far behind that the tape has gone round, the oldest sound is lost and counted. A
stream that begins anew, perhaps at another rate, is heard with a fresh ear, and so is present sound
by a band that was started again. Attacks do not come from here: the ear process tells them sooner.

It also says how loud the input is, calmly, and whether it is too loud.
"""

import math
from functools import partial

import numpy as np
from numpy.typing import NDArray

from accompanist.devices.sound_ear import FASTEST_HZ, SLOWEST_HZ, SoundEar
from accompanist.devices.stage_door import HAS_INPUT, INPUT, StageDoor
from accompanist.dsp import tape
from accompanist.dsp.taping import (
    borrow_into,
    follow,
    head_of,
    ns_of,
    read_into,
    shift_between,
)
from accompanist.music.band import Fault, InputLevel
from accompanist.music.events import SourceEvent

LONGEST_TURN_S = 0.25
"""So much sound is read at once at most; who is behind catches up with the next turns."""
LEVEL_EVERY_S = 0.2
_SILENT_DB = -90.0
_TRIED = ": see to its cable; it is tried again, and the band plays on"
_MOST_KEPT = tape.TAPE_FRAMES // 4
"""Where the tape has nearly gone round, so much of it is still read."""


class TapeSource:
    """A `Source` of what the audio input's sound says.

    Parameters
    ----------
    door
        Where the ear leaves what it hears, and the stage what it plays.
    origin_ns
        The steady clock's time at which engine time is 0.
    latency_s
        What the device takes to hear beside what its driver states.

    Attributes
    ----------
    lost_s
        Sound that was lost because the band was behind.
    """

    def __init__(self, door: StageDoor, origin_ns: int, latency_s: float = 0.0) -> None:
        self.lost_s = 0.0
        self._door = door
        self._origin_ns = origin_ns + round(latency_s * 1e9)
        self._epoch = -1
        self._place = 0
        self._begins = 0
        self._rate_hz = 0
        self._ear: SoundEar | None = None
        self._shift = np.zeros(1)
        self._meter = _Meter()
        self._is_present = bool(door.told(HAS_INPUT))
        self._begin()

    def take(self, _until_s: float) -> tuple[SourceEvent, ...]:
        """Events of what came in since the last call; never blocks."""
        words = self._door.heard.words
        if int(words[tape.EPOCH]) != self._epoch or head_of(words) < self._place:
            self._begin()
        ear, head = self._ear, head_of(words)
        if ear is None:
            return ()
        if head - self._place > tape.TAPE_FRAMES - _MOST_KEPT:
            self.lost_s += (head - _MOST_KEPT - self._place) / self._rate_hz
            self._begin(head - _MOST_KEPT)
            return ()
        count = min(head - self._place, int(LONGEST_TURN_S * self._rate_hz))
        if count <= 0:
            return ()
        heard, played = np.empty(count, np.float32), np.empty(count, np.float32)
        read_into(self._door.heard, self._place, heard)
        self._borrow(played)
        self._place += count
        self._meter.take(heard)
        return tuple(ear.feed(heard, partial(self._second, self._begins), played))

    def news(self, now_s: float) -> list[Fault | InputLevel]:
        """What everyone should see of the input: how loud it is, and when it comes and goes."""
        is_present = bool(self._door.told(HAS_INPUT))
        if is_present != self._is_present:
            self._is_present = is_present
            name = self._door.read(INPUT) or "the audio input"
            if is_present:
                return [Fault(now_s, f"{name} is heard again")]
            return [Fault(now_s, f"nothing comes in from {name}{_TRIED}"), self._meter.none(now_s)]
        level = self._meter.level(now_s, int(self._door.heard.words[tape.CLIPPED]))
        return [] if level is None else [level]

    def _begin(self, at: int | None = None) -> None:
        """Listen afresh, to the present or from a frame on."""
        words = self._door.heard.words
        self._epoch = int(words[tape.EPOCH])
        self._rate_hz = int(words[tape.RATE_HZ])
        self._place = self._begins = head_of(words) if at is None else at
        is_usable = SLOWEST_HZ <= self._rate_hz <= FASTEST_HZ
        self._ear = (
            SoundEar(self._rate_hz, knows_band=True, hears_attacks=False) if is_usable else None
        )
        self._shift[0] = 0.0
        self._meter.begin(int(words[tape.CLIPPED]))

    def _borrow(self, played: NDArray[np.float32]) -> None:
        """Find what the built-in synth played that may be heard from the present place on."""
        heard, other = self._door.heard.words, self._door.played
        if not other.words[tape.RATE_HZ]:
            played[:] = 0.0
            return
        step = float(other.words[tape.RATE_HZ] / self._rate_hz)
        at = shift_between(heard, other.words, self._place)
        borrow_into(other, follow(self._shift, at, self._place, step), step, played)

    def _second(self, begins: int, number: int) -> float:
        """Engine time at which a sample came in that was heard since a frame."""
        words = self._door.heard.words
        at_ns = ns_of(words, float(begins + number)) - int(words[tape.LATENCY_NS])
        return (at_ns - self._origin_ns) / 1e9


class _Meter:
    """How loud the input is, told calmly, and only when it changed."""

    def __init__(self) -> None:
        self._power, self._frames = 0.0, 0
        self._said: tuple[float, bool] | None = None
        self._said_s = -math.inf
        self._clipped = 0

    def begin(self, clipped: int) -> None:
        """Count what is too loud from so many frames on."""
        self._clipped = clipped

    def take(self, samples: NDArray[np.float32]) -> None:
        """Take what came in."""
        self._power += float(np.dot(samples, samples))
        self._frames += len(samples)

    def none(self, now_s: float) -> InputLevel:
        """Nothing comes in."""
        self._power, self._frames, self._said = 0.0, 0, None
        return InputLevel(now_s, _SILENT_DB, is_clipping=False)

    def level(self, now_s: float, clipped: int) -> InputLevel | None:
        """Level since the last time, or nothing if it is too soon or as it was."""
        if now_s - self._said_s < LEVEL_EVERY_S or not self._frames:
            return None
        power = self._power / self._frames
        level_db = round(max(10.0 * math.log10(max(power, 1e-12)), _SILENT_DB))
        is_clipping, self._clipped = clipped > self._clipped, clipped
        self._power, self._frames, self._said_s = 0.0, 0, now_s
        if (level_db, is_clipping) == self._said:
            return None
        self._said = (level_db, is_clipping)
        return InputLevel(now_s, float(level_db), is_clipping)
