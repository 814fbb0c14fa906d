"""How well each chord explains what sounds at an onset, and which chord is likely to come.

A view holds seven rows of twelve pitch classes: what sounds, what sounded lately, what was just
struck, the bass, the lowest key just struck (both the fuller the lower they lie), and how likely
every major and every minor key is. A source gives log odds of all chords, and how likely each is
to follow the one held. The network judges each root by the same view turned to it, so every key is
heard alike; `RuleChordEvidence` counts chord tones and knows no progressions.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from accompanist.inference.model import ModelError, StreamingModel
from accompanist.listening.chord_states import WEIGHED, struck_exactly
from accompanist.listening.sounding import SoundingNotes
from accompanist.music.chord import BUILT_IN, QUALITIES, Chord

ROWS = 7

HELD_WIDTH = 12 + len(BUILT_IN) + 24
"""What a root is told of the chord held (its root and quality) and of the keys."""

_TURNED = (np.arange(12)[:, None] + np.arange(12)) % 12
_STRUCK_S = 0.09
_LOW = 60
_DEEPEST, _HIGHEST, _LEAST_DEPTH = 40, 64, 0.25
_PRESENT = (2.5, 0.15)
_LATELY = (1.0, 2.0)


@dataclass(frozen=True, slots=True)
class ChordOdds:
    """What is thought of an onset.

    Attributes
    ----------
    odds
        Log odds of every chord by what sounds, (`WEIGHED`,).
    following
        Chances of every chord after the one held, (`WEIGHED`,).
    """

    odds: NDArray[np.float64]
    following: NDArray[np.float64]


class ChordEvidenceSource(Protocol):
    """Whoever weighs chords: rules, or a learned network."""

    fault: str | None
    """Why rules stand in for a network; none while all is well."""

    def weigh(self, view: NDArray[np.float32], held: Chord) -> ChordOdds:
        """Weigh a view (ROWS, 12), while a chord is held."""


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
        view[3, bass % 12] = _depth(bass)
    if lowest < _LOW:
        view[4, lowest % 12] = _depth(lowest)
    view[5], view[6] = key_posterior[:12], key_posterior[12:24]
    return view


def turned(view: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows of pitch classes as every root hears them (12, rows * 12): its own tone first."""
    return np.ascontiguousarray(view[:, _TURNED].transpose(1, 0, 2)).reshape(12, -1)


def held_rows(held: Chord, keys: NDArray[np.float32]) -> NDArray[np.float32]:
    """The chord held as every root sees it (12, `HELD_WIDTH`), under key chances (2, 12)."""
    rows = np.zeros((12, HELD_WIDTH), np.float32)
    if held.root is not None and held.quality in BUILT_IN:
        rows[np.arange(12), (held.root - np.arange(12)) % 12] = 1.0
        rows[:, 12 + BUILT_IN.index(held.quality)] = 1.0
    rows[:, 12 + len(BUILT_IN) :] = turned(keys)
    return rows


def _depth(pitch: int) -> float:
    depth = (_HIGHEST - pitch) / (_HIGHEST - _DEEPEST)
    return min(max(depth, _LEAST_DEPTH), 1.0)


def _shares(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.sqrt(weights / max(weights.sum(), 1e-9)), dtype=np.float64)


_TONE_WORTH = {0: 1.0, 3: 0.9, 4: 0.9, 2: 0.7, 5: 0.7, 6: 0.8, 7: 0.8, 8: 0.8}
_COLOUR_WORTH = 0.5
_RICHNESS = {
    "7": 0.06, "maj7": 0.06, "min7": 0.06, "maj6": 0.1, "min6": 0.1, "minmaj7": 0.15, "dim": 0.04,
    "hdim7": 0.1, "dim7": 0.1, "aug": 0.06, "sus4": 0.06, "sus2": 0.1, "maj(9)": 0.15,
}  # fmt: skip
"""What a quality must gain to be heard rather than a plain triad."""

_PLAIN = {"maj": 0.3, "min": 0.25}
"""How likely a chord that comes is a plain triad; other qualities share the rest."""

_TRIADS_OF_KEYS = (
    ((0, False), (2, True), (4, True), (5, False), (7, False), (9, True)),
    ((0, True), (3, False), (5, True), (7, False), (7, True), (8, False), (10, False)),
)
"""Of major and minor keys: steps above the tonic, and whether the third is minor."""


class RuleChordEvidence:
    """Chord tones sounding, against foreign ones; the root in the bass; triads of the key."""

    fault: str | None = None

    def __init__(self) -> None:
        self._tones = np.zeros((WEIGHED, 12))
        self._of_key = np.zeros((WEIGHED, 24))
        for place, quality in enumerate(BUILT_IN):
            for root in range(12):
                for step in QUALITIES[quality]:
                    worth = _TONE_WORTH.get(step, _COLOUR_WORTH)
                    self._tones[12 * place + root, (root + step) % 12] = worth
            for mode, triads in enumerate(_TRIADS_OF_KEYS):
                for tonic in range(12):
                    for step, minor in triads:
                        if minor == (3 in QUALITIES[quality]):
                            self._of_key[12 * place + (tonic + step) % 12, 12 * mode + tonic] = 1.0
        self._roots = np.tile(np.eye(12), (len(BUILT_IN), 1))
        self._rich = np.repeat([_RICHNESS.get(quality, 0.0) for quality in BUILT_IN], 12)
        others = (1.0 - sum(_PLAIN.values())) / (len(BUILT_IN) - len(_PLAIN))
        shares = [_PLAIN.get(quality, others) for quality in BUILT_IN]
        self._following = np.repeat(shares, 12) / 12

    def weigh(self, view: NDArray[np.float32], held: Chord) -> ChordOdds:
        """Weigh a view (ROWS, 12); on any root a chord may follow the one held."""
        sounding = (view[0].astype(np.float64) ** 2 + view[1].astype(np.float64) ** 2) / 2
        odds = self._tones @ sounding - 0.55 * ((self._tones == 0.0) @ sounding) - self._rich
        odds += (0.5 * self._roots + 0.2 * (self._tones > 0.0)) @ (view[3] > 0.0)
        odds += 0.5 * (self._of_key @ view[5:7].ravel())
        odds += 0.3 * struck_exactly(view)
        return ChordOdds(5.0 * odds, self._following)


class LearnedChordEvidence:
    """The network ``chord.onnx``; bare rules take over for good once it fails."""

    def __init__(self, model: StreamingModel) -> None:
        self._model = model
        self._rules = RuleChordEvidence()
        self.fault: str | None = None

    def weigh(self, view: NDArray[np.float32], held: Chord) -> ChordOdds:
        """Weigh a view (ROWS, 12), while a chord is held."""
        if self.fault is None:
            try:
                told = {"views": turned(view), "held": held_rows(held, view[5:7])}
                said, _ = self._model.step({}, **told)
                return ChordOdds(
                    said["odds"].T.ravel().astype(np.float64),
                    said["following"].T.ravel().astype(np.float64),
                )
            except ModelError as error:
                self.fault = str(error)
        return self._rules.weigh(view, held)


def learned_chord_evidence(
    directory: Path | None = None,
) -> tuple[ChordEvidenceSource, str | None]:
    """The shipped network, or rules and the reason why."""
    try:
        return LearnedChordEvidence(StreamingModel("chord", directory)), None
    except ModelError as error:
        return RuleChordEvidence(), str(error)
