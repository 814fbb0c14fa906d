"""Dynamics of a voice, frame by frame: how loud it is, against what it was, and when it is struck.

Levels are dB of full scale over 20 ms. The peak falls by 2 dB a second and the floor rises by 3, so
each stays with what was heard of late. An attack is a rise by 5 dB within 70 ms. A note is struck
again where it has sunk by 5 dB and rises as steeply; one that fades, or trembles slowly, is not.
"""

import math
from collections import deque

_FAINTEST_DB = -65.0
_SILENCE_POWER = 1e-12
_SMOOTH_FRAMES = 4
_PEAK_FALLS_DB_PER_S, _FLOOR_RISES_DB_PER_S = 2.0, 3.0
_LOUD_DB, _SOUNDS_DB, _OVER_FLOOR_DB = -40.0, -30.0, 8.0
_RISE_DB, _DIP_DB = 5.0, 5.0
RISE_FRAMES = 14
_LOUDEST, _PER_DB, _SOFTEST = 112.0, 2.2, 20.0


class Dynamics:
    """Follows the level.

    Attributes
    ----------
    since_attack
        Frames since the last attack.
    again
        Whether the note that sounds was struck again.
    """

    def __init__(self, frame_s: float) -> None:
        self._frame_s = frame_s
        self._powers = deque([0.0] * _SMOOTH_FRAMES, maxlen=_SMOOTH_FRAMES)
        self._last_db = deque([2.0 * _FAINTEST_DB] * RISE_FRAMES, maxlen=RISE_FRAMES)
        self._level_db = self._peak_db = self._floor_db = _FAINTEST_DB
        self._top_db = self._low_db = _FAINTEST_DB
        self._since_low = 0
        self.since_attack = RISE_FRAMES + 1
        self.again = False

    def hear(self, power: float) -> None:
        """Take the mean power of a frame."""
        self._powers.append(power)
        level_db = 10.0 * math.log10(sum(self._powers) / _SMOOTH_FRAMES + _SILENCE_POWER)
        self._level_db = level_db
        falling_db = self._peak_db - _PEAK_FALLS_DB_PER_S * self._frame_s
        rising_db = self._floor_db + _FLOOR_RISES_DB_PER_S * self._frame_s
        self._peak_db = max(falling_db, level_db, _FAINTEST_DB)
        self._floor_db = min(rising_db, level_db)
        self.since_attack += 1
        if level_db - min(self._last_db) > _RISE_DB and not self.attacked:
            self.since_attack = 0
        self._last_db.append(level_db)
        self._see_dip(level_db)

    @property
    def is_loud(self) -> bool:
        """Whether a note may still sound."""
        return self._level_db > max(self._peak_db + _LOUD_DB, _FAINTEST_DB)

    @property
    def sounds(self) -> bool:
        """Whether something clearly sounds, over any steady noise."""
        least_db = max(self._peak_db + _SOUNDS_DB, self._floor_db + _OVER_FLOOR_DB, _FAINTEST_DB)
        return self._level_db > least_db

    @property
    def attacked(self) -> bool:
        """Whether there was an attack within the last moment."""
        return self.since_attack <= RISE_FRAMES

    @property
    def velocity(self) -> int:
        """The level against its recent peak, as the velocity of a key."""
        under_db = self._level_db - self._peak_db
        return round(max(_LOUDEST + _PER_DB * under_db, _SOFTEST))

    def begin(self) -> None:
        """Know that a note begins: what is to dip is this one."""
        self._top_db = self._low_db = self._level_db
        self._since_low, self.again = 0, False

    def _see_dip(self, level_db: float) -> None:
        self._since_low += 1
        if level_db > self._top_db:
            self._top_db = self._low_db = level_db
        if level_db <= self._low_db:
            self._low_db, self._since_low = level_db, 0
        climbs = level_db - self._low_db > _RISE_DB and self._since_low <= RISE_FRAMES
        self.again |= climbs and self._top_db - self._low_db > _DIP_DB
