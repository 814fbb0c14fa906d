"""What a beat says about bars, and about itself: its place in a bar, and whether it is a beat.

A source weighs every beat once it is over, causally. `RuleBarEvidence` trusts the downbeat odds of
the onsets on it; the network (``models/bar.onnx``, stepped once a beat) hears its accents, and what
of harmony, bass and rhythm returns in it. From the same it tells whether beats are counted at their
level, or twice as fast, half as fast, or two for three.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from accompanist.dsp.beat_features import FEATURES, describe_beat, fresh_memory, fresh_usual
from accompanist.inference.model import ModelError, StreamingModel

LENGTHS = (2, 3, 4, 5, 6, 7)
PLACES = tuple((length, place) for length in LENGTHS for place in range(length))
"""Every place, counted from 0 for the downbeat, in bars of every length."""

LEVELS = (1.0, 2.0, 0.5, 1.5, 2 / 3)
"""How many times as fast as they are counted beats may truly go."""

READINGS = len(LEVELS) + 1
OFF_BEAT = len(LEVELS)
"""After the levels, beats may be read as lying halfway between those that are counted."""

_ON_BEAT = 0.15
_LENGTH_OF = np.array([float(length) for length, _ in PLACES])
_IS_DOWNBEAT = np.array([place == 0 for _, place in PLACES])
_SHARE = 0.4
"""Power to which the network's likelihoods are raised: much of them the downbeat odds hold too."""

_NO_OPINION = np.ones(READINGS)


@dataclass(frozen=True, slots=True)
class PlayedOn:
    """An onset as bars see it: where it fell in beats, and what was struck."""

    position: float
    loudness: float
    size: int
    lowest: int
    highest: int
    tones: int
    downbeat: float


@dataclass(frozen=True, slots=True)
class BeatWeighed:
    """How well each place explains a beat (places,), and each reading all so far (READINGS,)."""

    places: NDArray[np.float64]
    readings: NDArray[np.float64]


class BarEvidenceSource(Protocol):
    """Whoever weighs beats: rules, or a learned network."""

    fault: str | None
    """Why rules stand in for a network; none while all is well."""

    def reset(self) -> None:
        """Forget everything heard."""

    def weigh(self, beat: int, onsets: list[PlayedOn], period_s: float) -> BeatWeighed:
        """Likelihoods of a beat that is over; beats come in order."""


def by_downbeat(odds: float) -> NDArray[np.float64]:
    """How well each place (places,) explains a beat that is a downbeat with these log odds."""
    share = 1.0 / (1.0 + np.exp(-odds))
    # A bar of n beats has one downbeat, so chance is 1/n.
    others = (1.0 - share) * _LENGTH_OF / (_LENGTH_OF - 1.0)
    return np.asarray(np.where(_IS_DOWNBEAT, share * _LENGTH_OF, others), np.float64)


class RuleBarEvidence:
    """The downbeat odds of the onset nearest to the beat; of its level beats say nothing."""

    fault: str | None = None

    def reset(self) -> None:
        """Forget everything heard: there is nothing to forget."""

    def weigh(self, beat: int, onsets: list[PlayedOn], period_s: float) -> BeatWeighed:
        """Likelihoods of a beat that is over; beats come in order."""
        del period_s
        near = min(onsets, key=lambda onset: abs(onset.position - beat), default=None)
        if near is None or abs(near.position - beat) >= _ON_BEAT:
            return BeatWeighed(np.ones(len(PLACES)), _NO_OPINION)
        return BeatWeighed(by_downbeat(near.downbeat), _NO_OPINION)


class LearnedBarEvidence:
    """Likelihoods of the network besides those by rule, which go on alone for good once it fails.

    Parameters
    ----------
    model
        The network, stepped with ``beat`` (1, FEATURES).
    """

    def __init__(self, model: StreamingModel) -> None:
        self._model = model
        self._rules = RuleBarEvidence()
        self._features = np.empty((1, FEATURES), np.float32)
        self.fault: str | None = None
        self.reset()

    def reset(self) -> None:
        """Forget everything heard."""
        self._state = self._model.initial_state()
        self._memory, self._usual = fresh_memory(), fresh_usual()

    def weigh(self, beat: int, onsets: list[PlayedOn], period_s: float) -> BeatWeighed:
        """Likelihoods of a beat that is over; beats come in order."""
        if self.fault is not None:
            return self._rules.weigh(beat, onsets, period_s)
        describe_beat(
            float(beat),
            np.array([onset.position for onset in onsets]),
            np.array([onset.loudness for onset in onsets]),
            np.array([float(onset.size) for onset in onsets]),
            np.array([float(onset.lowest) for onset in onsets]),
            np.array([float(onset.highest) for onset in onsets]),
            np.array([onset.tones for onset in onsets], np.int64),
            period_s,
            self._usual,
            self._memory,
            self._features[0],
        )
        try:
            said, self._state = self._model.step(self._state, beat=self._features)
        except ModelError as error:
            self.fault = str(error)
            return self._rules.weigh(beat, onsets, period_s)
        places, levels = (said[name].astype(np.float64) for name in ("places", "levels"))
        by_rule = self._rules.weigh(beat, onsets, period_s).places
        # Whether beats are off-beats is for the onsets to tell.
        readings = np.exp(np.append(levels, levels[0]))
        return BeatWeighed(by_rule * np.exp(_SHARE * places), readings)


def learned_bar_evidence(directory: Path | None = None) -> tuple[BarEvidenceSource, str | None]:
    """The shipped network, or rules and the reason why."""
    try:
        return LearnedBarEvidence(StreamingModel("bar", directory)), None
    except ModelError as error:
        return RuleBarEvidence(), str(error)
