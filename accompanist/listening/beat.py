"""Where the beat is and how fast it goes: the pointer's best hypothesis, held until a better one.

The pointer (see `accompanist.dsp.bar_pointer`) keeps every tempo and phase alive; this module names
its few strongest hypotheses and follows one of them, so that the band does not flutter between
readings of about equal weight. It is left for another reading only when that has been clearly
likelier for some onsets; for the same beat counted twice or half as fast, for longer. Who hears
more than single onsets may say how likely such levels are, and beats between those counted. A level
that was asked for by hand is kept until a beat is imposed anew or the tempo is another one
altogether.
"""

from collections import deque
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from accompanist.dsp.bar_pointer import neighbourhood, peaks, run_on, weigh
from accompanist.listening.bar_evidence import LEVELS, OFF_BEAT, READINGS
from accompanist.listening.evidence import (
    PERIODS_S,
    PHASES,
    TEMPI,
    TEMPI_PER_OCTAVE,
    TEMPO_PRIOR,
    BeatEvidenceSource,
    OnsetEvidence,
)
from accompanist.listening.foundation import Foundation
from accompanist.listening.onset import Onset
from accompanist.listening.pulse import (
    SAME_BEAT,
    SAME_LEVEL_OCTAVES,
    Pulse,
    at_level,
    is_same,
    level_of,
)

HYPOTHESES = 4
_ROWS, _COLUMNS = 2, 6
_OVERTHROW = 1.3
_PATIENCE_ONSETS = 2
_LEVELS_COUNTED = np.array(LEVELS)
_OCTAVES = LEVELS.index(1.5)
"""So many of the levels come first that count the same beat: as it is, doubled, halved."""

_AS_LIKELY = 0.2
"""So likely is two for three at least (odds at their power): it may as well be a tempo taken up
again after a ritardando, which is no matter of levels."""

_LEAST_PATIENCE, _MOST_PATIENCE = 4, 32
_PATIENCE_GROWS = 0.2
"""The longer a level was followed, the longer another has to be likelier: in onsets, and how many
more for each onset that it was followed."""

_LEVEL_TRUST = 3.0
"""Power to which the odds of levels are raised: single onsets speak too surely for one of them."""

_LEAST_LIKELY = 0.01
"""So likely is a level at least that more than single onsets speak for."""

_SLOW_S = 60 / 72
_SPOKEN_AGAINST, _SPOKEN_FOR = 0.05, 100.0
_BETWEEN_PACE, _SUBDIVIDED = 0.05, 0.04
_FIRST_ONSETS = 12
"""Beats so slow are felt twice as fast. They are not gone over to before their level is judged,
nor where that speaks clearly against them, nor where hardly anything is struck between the beats
there are, unless it speaks as clearly for them (odds at their power)."""

_GIVEN = 0.8
_GIVEN_COLUMNS = 1.0

_LATELY_BEATS = 4.0


class BeatTracker:
    """Follows the beat through onsets.

    Attributes
    ----------
    pulse
        The hypothesis followed; None before the first onset.
    keeps_level
        Whether the beat is counted as fast as it was asked for.
    """

    def __init__(self, source: BeatEvidenceSource) -> None:
        self._source = source
        self._scratch = np.empty((TEMPI + 1, PHASES))
        self._gathered = np.empty((TEMPI, PHASES))
        self._found = np.empty((HYPOTHESES, 2), np.int64)
        self.reset()

    def reset(self) -> None:
        """Forget everything heard."""
        self._source.reset()
        self._weights = np.repeat(TEMPO_PRIOR[:, None] / PHASES, PHASES, axis=1)
        self._count = 0
        self._last_s: float | None = None
        self._foundation = Foundation()
        self._challenged = 0
        self._followed = 0
        self._odds = np.ones(READINGS)
        self._judged = False
        self.keeps_level = False
        self._between = 0.0
        self._unheeded, self._by_sound = 0.0, False
        self._onsets_s: deque[float] = deque(maxlen=_FIRST_ONSETS)
        self.pulse: Pulse | None = None

    @property
    def founded(self) -> bool:
        """Whether the onsets bear the pulse out, or it was given."""
        return self._foundation.firm

    @property
    def hypotheses(self) -> tuple[Pulse, ...]:
        """The strongest readings as of the last onset, likeliest first."""
        if self._last_s is None:
            return ()
        found = self._found[: self._count]
        return tuple(self._pulse_at(self._last_s, int(row), int(column)) for row, column in found)

    def hear(self, onset: Onset) -> OnsetEvidence:
        """Take the next onset in and return what it was evidence of."""
        evidence = self._source.weigh(onset)
        if onset.trust < 1.0:
            evidence = evidence.tempered(onset.trust)
        if self._last_s is not None:
            dt_s = max(onset.time_s - self._last_s, 0.0)
            run_on(self._weights, self._scratch, PERIODS_S, dt_s, evidence.drift, evidence.missed)
        expected = weigh(self._weights, evidence.likelihood, TEMPO_PRIOR, evidence.restart)
        self._foundation.hear(expected ** (1.0 / onset.trust))
        self._last_s = onset.time_s
        self._onsets_s.append(onset.time_s)
        self._by_sound = False
        self._look(onset.time_s)
        return evidence

    def hear_sound(
        self, time_s: float, evidence: OnsetEvidence, opinion: float, music: float
    ) -> None:
        """Take in what a moment of sound is evidence of, and how much of an opinion that is, 0–1.

        What is followed is thought over whenever opinions add up to an onset's. As far as it is no
        `music`, 0–1, it bears nothing out.
        """
        if self._last_s is not None:
            dt_s = max(time_s - self._last_s, 0.0)
            run_on(self._weights, self._scratch, PERIODS_S, dt_s, evidence.drift, evidence.missed)
        expected = weigh(self._weights, evidence.likelihood, TEMPO_PRIOR, evidence.restart)
        self._foundation.hear_sound(expected, music)
        self._last_s = max(time_s, self._last_s or 0.0)
        self._unheeded += opinion
        if self._unheeded >= 1.0:
            self._unheeded, self._by_sound = 0.0, True
            self._look(self._last_s)

    def impose(self, beat_s: float, period_s: float) -> None:
        """Take a beat and a tempo as given, as from a foot or a finger that taps them."""
        given = TEMPI_PER_OCTAVE * float(np.log2(period_s / PERIODS_S[0]))
        rows = np.arange(TEMPI) - min(max(given, 0.0), TEMPI - 1.0)
        columns = (np.arange(PHASES) + PHASES / 2) % PHASES - PHASES / 2
        near = np.exp(-0.5 * (rows[:, None] ** 2 + (columns[None, :] / _GIVEN_COLUMNS) ** 2))
        self._weights = near + 1e-6
        self._weights /= self._weights.sum()
        self._last_s = beat_s
        self._foundation.give()
        self.keeps_level = False
        self.pulse = Pulse(beat_s, period_s, _GIVEN)

    def count(self, beat_s: float, period_s: float) -> None:
        """Count the same beat at another level, and stay there."""
        self.impose(beat_s, period_s)
        self._followed = self._challenged = 0
        self._odds, self._judged = np.ones(READINGS), False
        self.keeps_level = True

    def take_up(self, held: Pulse, now_s: float) -> None:
        """Be followed again after beats that went on by themselves: count at their level.

        Where nothing was heard of late, those beats are what is known.
        """
        lately = self._last_s is not None and now_s - self._last_s < _LATELY_BEATS * held.period_s
        if self.pulse is None or not lately:
            self.impose(held.beat_s, held.period_s)
            return
        level = level_of(self.pulse, held, farther=True)
        if level is not None:
            self.pulse = at_level(self.pulse, held, level)
            self._followed = self._challenged = 0

    def doubt(self, odds: NDArray[np.float64]) -> None:
        """Know how likely each reading is (READINGS,), against 1 for the pulse."""
        if not self.keeps_level:
            self._odds, self._judged = odds**_LEVEL_TRUST, True

    def _look(self, now_s: float) -> None:
        """Find the strongest readings, and choose among them."""
        self._count = peaks(
            self._weights, self._scratch, self._gathered, _ROWS, _COLUMNS, self._found
        )
        self._follow(now_s)

    def _follow(self, now_s: float) -> None:
        """Choose which hypothesis is followed: the one held, unless another insists."""
        if self.pulse is None:
            self.pulse = self._pulse_at(now_s, *self._found[0])
            return
        held = self._pulse_at(now_s, *self._held(now_s))
        off = (now_s - held.beat_s) / held.period_s
        self._between += _BETWEEN_PACE * ((abs(off - round(off)) > SAME_BEAT) - self._between)
        heard = [self._pulse_at(now_s, *cell) for cell in self._found[: self._count]]
        weights = [self._likely(pulse, held) for pulse in heard]
        weight = max(weights)
        best = self._brisk(heard[weights.index(weight)], heard)
        self._followed += 1
        if is_same(best, self.pulse, now_s):
            self._challenged = 0
            self.pulse = replace(best, confidence=_share(heard, weights, weight))
        elif weight < _OVERTHROW * max(held.confidence, _LEAST_LIKELY):
            self._challenged = 0
            pairs = zip(weights, heard, strict=True)
            own = [weight for weight, pulse in pairs if is_same(pulse, held, now_s)]
            weight = max(own, default=held.confidence)
            self.pulse = replace(held, confidence=_share(heard, weights, weight))
        else:
            self._consider(best, held)

    def _consider(self, best: Pulse, held: Pulse) -> None:
        """Go over to a likelier hypothesis, if it has been likelier for long enough."""
        self._challenged += 1
        level = level_of(best, held, farther=self.keeps_level)
        if level is not None:
            if level > 1.0 and not self._by_sound and self._drags(best, held):
                self._challenged = 0
            patience = min(max(_PATIENCE_GROWS * self._followed, _LEAST_PATIENCE), _MOST_PATIENCE)
            if self.keeps_level or self._challenged < patience:
                self.pulse = at_level(best, held, level)
                return
        elif self._challenged < _PATIENCE_ONSETS:
            self.pulse = held
            return
        self._challenged = self._followed = 0
        self.keeps_level = False
        # What spoke for the new level speaks against all others now.
        self._odds = np.full(READINGS, 1.0 / self._odds_of(best, held))
        self._odds[0] = 1.0
        self.pulse = best

    def _brisk(self, best: Pulse, heard: list[Pulse]) -> Pulse:
        """A slow hypothesis counted twice as fast, while all that is heard is such beats.

        Once levels are judged, that decides, or who asked for one.
        """
        if self._judged or self._by_sound or self.keeps_level or best.period_s <= _SLOW_S:
            return best
        for pulse in heard:
            if level_of(best, pulse) == 2.0 and self._only_beats(pulse):
                return pulse
        return best

    def _only_beats(self, pulse: Pulse) -> bool:
        """Whether the last onsets are beats of a pulse, each of them, and nothing else."""
        beats = (np.array(self._onsets_s) - pulse.beat_s) / pulse.period_s
        return bool(
            (np.abs(beats - np.rint(beats)) < SAME_BEAT).all()
            and (np.diff(np.rint(beats)) == 1.0).all()
        )

    def _drags(self, best: Pulse, held: Pulse) -> bool:
        """Whether a hypothesis is too slow to be gone over to."""
        needed = _SPOKEN_FOR if self._between < _SUBDIVIDED else _SPOKEN_AGAINST
        against = not self._judged or self._odds_of(best, held) < needed
        return best.period_s > _SLOW_S and against

    def _likely(self, pulse: Pulse, held: Pulse) -> float:
        """How likely a hypothesis is, by onsets and by the odds of its level."""
        odds = self._odds_of(pulse, held)
        return odds * (max(pulse.confidence, _LEAST_LIKELY) if odds > 1.0 else pulse.confidence)

    def _odds_of(self, pulse: Pulse, held: Pulse) -> float:
        """How likely the level of a pulse is against that of the one held; 1 for none of either."""
        faster = held.period_s / pulse.period_s
        strays = np.abs(np.log2(faster / _LEVELS_COUNTED))
        nearest = int(np.argmin(strays))
        if strays[nearest] > SAME_LEVEL_OCTAVES:
            return 1.0
        if nearest == 0:
            off = (pulse.beat_s - held.beat_s) / held.period_s % 1.0
            return float(self._odds[OFF_BEAT]) if abs(off - 0.5) < SAME_BEAT else 1.0
        odds = float(self._odds[nearest])
        # Nothing makes two for three likelier than onsets do.
        return odds if nearest < _OCTAVES else min(max(odds, _AS_LIKELY), 1.0)

    def _pulse_at(self, now_s: float, row: int, column: int) -> Pulse:
        """The pulse around a cell of the grid."""
        mass, row_off, column_off = neighbourhood(self._weights, row, column, _ROWS, _COLUMNS)
        period_s = float(PERIODS_S[0] * 2.0 ** ((row + row_off) / TEMPI_PER_OCTAVE))
        phase = (column + column_off) / PHASES
        return Pulse(now_s - phase * period_s, period_s, min(mass, 1.0))

    def _held(self, now_s: float) -> tuple[int, int]:
        """Cell where the hypothesis followed so far stands now."""
        assert self.pulse is not None
        period_s = self.pulse.period_s
        row = round(float(np.log2(period_s / PERIODS_S[0])) * TEMPI_PER_OCTAVE)
        phase = (now_s - self.pulse.beat_s) / period_s % 1.0
        return min(max(row, 0), TEMPI - 1), round(phase * PHASES) % PHASES


def _share(heard: list[Pulse], weights: list[float], weight: float) -> float:
    """What of the certainty in all hypotheses belongs to the one of a weight."""
    return min(sum(pulse.confidence for pulse in heard) * weight / max(sum(weights), weight), 1.0)
