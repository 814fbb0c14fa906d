"""What is played on: both hands, one of them, pads or a single line; and what that means.

Every onset is seen once the next one comes, with the keys still down then: on pads, a line or
several keys at once, low or high about the split, or wider than a hand. A forward filter over the
five models takes it in; a model is left only for one that is nearly certain, so that a right hand
that plays alone for a few bars is still one of two.

What each means for harmony: with both hands every note counts and the lowest is the bass. A left
hand that is set gives chord and bass below the split, and what is above is melody, as on arranger
keyboards; one that is but heard gives all it plays, since its chords reach over any split. A right
hand and a single line give tones but no bass. Pads give none. All of them give the beat.

Limits: pads are known by their channel; on another channel they must be named. A bass line played
alone is a single line unless it is named a left hand.
"""

import numpy as np

from accompanist.listening.onset import SPREAD_S
from accompanist.music.events import PERCUSSION_CHANNEL, NoteOff, NoteOn, PerformerEvent
from accompanist.music.parameters import INPUT_MODELS

_MODELS = INPUT_MODELS[1:]
_TWO_HANDS, _LEFT_HAND = "two hands", "left hand"
_WITH_BASS = (_TWO_HANDS, _LEFT_HAND)

_PAD, _LOW_LINE, _HIGH_LINE, _LOW_CHORD, _HIGH_CHORD, _MIDDLE_CHORD, _WIDE = range(7)
_KINDS = {
    "two hands": (0.01, 0.08, 0.19, 0.10, 0.16, 0.08, 0.38),
    "left hand": (0.01, 0.34, 0.04, 0.48, 0.02, 0.07, 0.04),
    "right hand": (0.01, 0.04, 0.40, 0.02, 0.42, 0.08, 0.03),
    "single line": (0.01, 0.36, 0.57, 0.015, 0.025, 0.01, 0.01),
    "pads": (0.94, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01),
}
"""How likely a model shows each kind of onset."""

_EXPECTATIONS = {
    "two hands": 0.5,
    "left hand": 0.1,
    "right hand": 0.15,
    "single line": 0.15,
    "pads": 0.1,
}
_SEEN = np.array([_KINDS[model] for model in _MODELS])
_EXPECTED = np.array([_EXPECTATIONS[model] for model in _MODELS])
_TRUST = 0.35
"""Onsets resemble those before them: this share of each is believed."""
_CHANGE = 0.005
_SURE = 0.9
_HAND = 16
"""Semitones that a hand spans, a tenth."""
_LEAP_S = 1.0


class InputModel:
    """Knows what is played on.

    Attributes
    ----------
    setting
        A model, or ``auto`` to have it heard.
    split
        Lowest key that is not the left hand's.
    """

    def __init__(self) -> None:
        self.setting = INPUT_MODELS[0]
        self.split = 60
        self._weights = _EXPECTED.copy()
        self._heard: str | None = None
        self._down: dict[tuple[int, int], float] = {}
        self._struck: list[NoteOn] = []
        self._before: list[NoteOn] = []

    @property
    def known(self) -> bool:
        """Whether the model was set, or enough was played to hear it."""
        return self.setting in _MODELS or self._heard is not None

    @property
    def model(self) -> str:
        """The model held; two hands until heard otherwise."""
        return self.setting if self.setting in _MODELS else self._heard or _TWO_HANDS

    @property
    def has_bass(self) -> bool:
        """Whether the lowest note that sounds is the bass."""
        return self.model in _WITH_BASS

    def gives_harmony(self, event: PerformerEvent) -> bool:
        """Whether an event tells of chord and key; keys that come up always do."""
        is_melody = isinstance(event, NoteOn) and event.pitch >= self.split
        return not (is_melody and self.setting == _LEFT_HAND)

    def hear(self, event: PerformerEvent) -> None:
        """Take in what was played."""
        if isinstance(event, NoteOff):
            self._down.pop((event.channel, event.pitch), None)
        elif isinstance(event, NoteOn):
            if self._struck and event.time_s >= self._struck[0].time_s + SPREAD_S:
                self._see(self._kind())
                self._before, self._struck = self._struck, []
            self._struck.append(event)
            if event.channel != PERCUSSION_CHANNEL:
                self._down[event.channel, event.pitch] = event.time_s

    def _kind(self) -> int:
        """What the last onset was, seen when the next is about to come."""
        keys = {note.pitch for note in self._struck if note.channel != PERCUSSION_CHANNEL}
        if not keys:
            return _PAD
        sounding = keys | {pitch for _, pitch in self._down}
        began_s = self._struck[0].time_s
        reach = sounding | {
            note.pitch
            for note in self._before
            if note.channel != PERCUSSION_CHANNEL and began_s - note.time_s < _LEAP_S
        }
        low = max(sounding) < self.split
        if max(reach) >= self.split and max(reach) - min(reach) > _HAND:
            return _WIDE
        if len(sounding) == 1:
            return _LOW_LINE if low else _HIGH_LINE
        if sum(sounding) / len(sounding) >= self.split:
            return _HIGH_CHORD
        return _LOW_CHORD if low else _MIDDLE_CHORD

    def _see(self, kind: int) -> None:
        weights = (1.0 - _CHANGE) * self._weights + _CHANGE * _EXPECTED
        weights *= _SEEN[:, kind] ** _TRUST
        self._weights = weights / weights.sum()
        best = int(np.argmax(self._weights))
        if self._weights[best] >= _SURE:
            self._heard = _MODELS[best]
