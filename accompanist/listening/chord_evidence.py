"""How well each major and minor triad explains what sounds at an onset.

A view holds seven rows of twelve pitch classes: what sounds, what sounded lately, what was just
struck, the bass, the lowest key just struck, and how likely every major and every minor key is. A
source gives log odds for the 24 triads (majors from C, then minors). The network judges each root
by the same view turned to it, so every key is heard alike; `RuleChordEvidence` counts chord tones.
"""

from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from accompanist.inference.model import ModelError, StreamingModel
from accompanist.listening.sounding import SoundingNotes

ROWS = 7
_STRUCK_S = 0.09
_LOW = 60
_PRESENT = (2.5, 0.15)
_LATELY = (1.0, 2.0)


class ChordEvidenceSource(Protocol):
    """Whoever weighs triads: rules, or a learned network."""

    fault: str | None
    """Why rules stand in for a network; none while all is well."""

    def weigh(self, view: NDArray[np.float32]) -> NDArray[np.float64]:
        """Log odds (24,) of a view (ROWS, 12)."""


def view_of(
    sounding: SoundingNotes, now_s: float, key_posterior: NDArray[np.float32]
) -> NDArray[np.float32]:
    """View (ROWS, 12) of what sounds now, under a key posterior (25,)."""
    view = np.zeros((ROWS, 12), np.float32)
    view[0] = _shares(sounding.chroma(now_s, *_PRESENT))
    view[1] = _shares(sounding.chroma(now_s, *_LATELY))
    struck = np.zeros(12)
    lowest = _LOW
    for pitch, loudness in sounding.struck(now_s, _STRUCK_S):
        struck[pitch % 12] += loudness
        lowest = min(lowest, pitch)
    view[2] = _shares(struck)
    bass = sounding.bass(now_s)
    if bass is not None:
        view[3, bass % 12] = 1.0
    if lowest < _LOW:
        view[4, lowest % 12] = 1.0
    view[5], view[6] = key_posterior[:12], key_posterior[12:24]
    return view


def turned(view: NDArray[np.float32]) -> NDArray[np.float32]:
    """The view as every root hears it (12, ROWS * 12): its own tone first."""
    return np.stack([np.roll(view, -root, axis=1).ravel() for root in range(12)])


def _shares(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.sqrt(weights / max(weights.sum(), 1e-9)), dtype=np.float64)


def struck_whole(view: NDArray[np.float32]) -> NDArray[np.float64]:
    """1 for every triad (24,) whose tones were all just struck, with its colours at most; else 0.

    Several may be: C, E, G and A are C major with a sixth and A minor with a seventh.
    """
    struck = view[2] > 0.0
    whole = _TRIADS @ struck == 3.0
    foreign = (1.0 - _TRIADS - _COLOURS) @ struck > 0.0
    return np.asarray(whole & ~foreign, dtype=np.float64)


def _turned_rows(major: tuple[int, ...], minor: tuple[int, ...]) -> NDArray[np.float64]:
    rows = np.zeros((24, 12))
    for root in range(12):
        rows[root, [(root + step) % 12 for step in major]] = 1.0
        rows[12 + root, [(root + step) % 12 for step in minor]] = 1.0
    return rows


_TRIADS = _turned_rows((0, 4, 7), (0, 3, 7))
_COLOURS = _turned_rows((9, 10, 11), (9, 10))


class RuleChordEvidence:
    """Chord tones sounding, against foreign ones; the root in the bass; triads of the key."""

    fault: str | None = None

    def __init__(self) -> None:
        self._tones = np.zeros((24, 12))
        self._of_key = np.zeros((24, 24))
        for root in range(12):
            for row, third in ((root, 4), (12 + root, 3)):
                self._tones[row, [root, (root + third) % 12, (root + 7) % 12]] = (1.0, 0.9, 0.8)
            for step, minor in ((0, 0), (2, 1), (4, 1), (5, 0), (7, 0), (9, 1)):
                self._of_key[12 * minor + (root + step) % 12, root] = 1.0
            for step, minor in ((0, 1), (3, 0), (5, 1), (7, 0), (7, 1), (8, 0), (10, 0)):
                self._of_key[12 * minor + (root + step) % 12, 12 + root] = 1.0
        self._roots = np.tile(np.eye(12), (2, 1))

    def weigh(self, view: NDArray[np.float32]) -> NDArray[np.float64]:
        """Log odds (24,) of a view (ROWS, 12)."""
        sounding = (view[0].astype(np.float64) ** 2 + view[1].astype(np.float64) ** 2) / 2
        odds = self._tones @ sounding - 0.55 * ((self._tones == 0.0) @ sounding)
        odds += (0.5 * self._roots + 0.2 * (self._tones > 0.0)) @ view[3]
        odds += 0.5 * (self._of_key @ view[5:7].ravel())
        return np.asarray(5.0 * odds, dtype=np.float64)


class LearnedChordEvidence:
    """Log odds of the network ``chord.onnx``; bare rules take over for good once it fails."""

    def __init__(self, model: StreamingModel) -> None:
        self._model = model
        self._rules = RuleChordEvidence()
        self.fault: str | None = None

    def weigh(self, view: NDArray[np.float32]) -> NDArray[np.float64]:
        """Log odds (24,) of a view (ROWS, 12)."""
        if self.fault is None:
            try:
                said, _ = self._model.step({}, views=turned(view))
                return np.asarray(said["odds"].T.ravel(), dtype=np.float64)
            except ModelError as error:
                self.fault = str(error)
        return self._rules.weigh(view)


def learned_chord_evidence(
    directory: Path | None = None,
) -> tuple[ChordEvidenceSource, str | None]:
    """The shipped network, or rules and the reason why."""
    try:
        return LearnedChordEvidence(StreamingModel("chord", directory)), None
    except ModelError as error:
        return RuleChordEvidence(), str(error)
