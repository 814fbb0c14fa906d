"""Bars: which counted beats are downbeats, by what was played on and around them.

Onsets are kept until the beat they belong to is over; then the beat is weighed by them (see
`accompanist.listening.bar_evidence`) and by sound (see `accompanist.listening.sound`), and the
metre takes it in.
"""

import math

import numpy as np
from numpy.typing import NDArray

from accompanist.dsp.beat_features import BEFORE_BEATS
from accompanist.listening.bar_evidence import (
    PLACES,
    READINGS,
    BarEvidenceSource,
    BeatWeighed,
    PlayedOn,
)
from accompanist.listening.clock import BeatClock
from accompanist.listening.metre import MetreTracker
from accompanist.listening.sound import BarsInSound

_OVER_BEATS = 0.65
"""After so much of a beat it is weighed: what follows of it comes too late to be awaited."""

_ON_BEAT = 0.15
_MOST_ONSETS = 64

_SILENT_BEATS = 8
"""After so many beats without an onset it is by sound alone that beats are weighed."""

_OTHER_LEVEL_OCTAVES, _OUT_OF_STEP = 0.4, 0.2
_BEATS_TO_JUDGE = 6
_READY_DOWNBEAT, _READY_BEAT, _READY_BETWEEN, _READY_UNKNOWN = 0.6, 0.35, 0.06, 0.3


class BarCounter:
    """Collects what is played on beats, and counts bars.

    Parameters
    ----------
    source
        Who weighs beats by the onsets on them.
    sound, clock
        Who weighs beats by sound, if anybody does, and who knows when beats were.

    Attributes
    ----------
    readings
        How likely beats truly are other ones than counted (READINGS,), against 1 for those;
        None until enough was counted in one way.
    """

    def __init__(
        self,
        source: BarEvidenceSource,
        sound: BarsInSound | None = None,
        clock: BeatClock | None = None,
    ) -> None:
        self.metre = MetreTracker()
        self._source = source
        self._sound = sound
        self._clock = clock or BeatClock()
        self._onsets: list[PlayedOn] = []
        self._last_onset_beat = -math.inf
        self._weighed = -1
        self._bar = -1
        self._period_s = 0.0
        self._counted = 0
        self.readings: NDArray[np.float64] | None = None

    def resume(self, beat: int, bar: int, beat_in_bar: int, beats_per_bar: int) -> None:
        """Count on from a beat and its bar."""
        self.metre.resume(beat, beat_in_bar, beats_per_bar)
        self._weighed, self._bar = beat, bar

    def expect(self, beats_per_bar: int) -> None:
        """Take bars of so many beats for granted until others are heard."""
        self.resume(self._weighed, self._bar, beats_per_bar - 1, beats_per_bar)

    def begin(self, beat: int, beat_in_bar: int = 0) -> None:
        """Know that the beat to be announced next begins a bar, or where else in one it is."""
        per_bar = self.metre.metre.beats_per_bar
        self.resume(beat - 1, self._bar, (beat_in_bar - 1) % per_bar, per_bar)

    def note(self, onset: PlayedOn) -> None:
        """Take in an onset; of more than `_MOST_ONSETS` to a beat the first are dropped."""
        self._onsets.append(onset)
        del self._onsets[:-_MOST_ONSETS]

    def readiness(self, position: float | None) -> float:
        """How likely harmony moves at an onset there, 0–1; None where no beat is known."""
        if position is None:
            return _READY_UNKNOWN
        beat = round(position)
        if abs(position - beat) >= _ON_BEAT:
            return _READY_BETWEEN
        return _READY_DOWNBEAT if self.metre.beat_in_bar(beat) == 0 else _READY_BEAT

    def announce(self, beat: int, position: float, period_s: float) -> tuple[int, bool]:
        """Weigh the beats that are over, and return this one's bar and whether it is a downbeat.

        `position` is the present in beats, and `period_s` the time from beat to beat.
        """
        if abs(math.log2(period_s / (self._period_s or period_s))) > _OTHER_LEVEL_OCTAVES:
            self._source.reset()
            self._recount_sound()
            self._counted, self.readings = 0, None
        self._period_s = period_s
        while self._weighed < beat - 1 and self._weighed + 1 + _OVER_BEATS <= position:
            self._weighed += 1
            self._weigh(self._weighed, period_s)
        downbeat = self.metre.beat_in_bar(beat) == 0
        self._bar = max(self._bar + downbeat, 0)
        return self._bar, downbeat

    def _weigh(self, beat: int, period_s: float) -> None:
        following = beat + 1 - BEFORE_BEATS
        mine = [onset for onset in self._onsets if onset.position < following]
        self._onsets = self._onsets[len(mine) :]
        if mine:
            self._last_onset_beat = beat
        in_sound = self._in_sound(beat, period_s)
        places, readings = in_sound.places, in_sound.readings
        if beat - self._last_onset_beat <= _SILENT_BEATS:
            said = self._source.weigh(beat, mine, period_s)
            places, readings = places * said.places, readings * said.readings / said.readings[0]
            self._counted += 1
        self.metre.weigh(beat, places)
        if max(self._counted, self._counted_in_sound) >= _BEATS_TO_JUDGE:
            self.readings = readings

    @property
    def _counted_in_sound(self) -> int:
        return 0 if self._sound is None else self._sound.counted

    def _recount_sound(self) -> None:
        """Weigh sound anew from the next beat on: beats are other ones than those before."""
        if self._sound is None:
            return
        self._sound.reset()
        if self._weighed - self._last_onset_beat > _SILENT_BEATS:
            self.metre.doubt()
            self.readings = None

    def _in_sound(self, beat: int, period_s: float) -> BeatWeighed:
        """How well each place and each reading explains what sound tells of a beat."""
        said = None
        if self._sound is not None:
            beat_s, before_s = (self._clock.seconds_at(at) for at in (beat, beat - 1))
            if abs(beat_s - before_s - period_s) > _OUT_OF_STEP * period_s:
                self._recount_sound()
            said = self._sound.weigh(beat_s, period_s, before_s)
        return said or BeatWeighed(np.ones(len(PLACES)), np.ones(READINGS))
