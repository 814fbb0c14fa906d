"""The learned guess of the coming chord, beat by beat, and of the chord a bar later.

The network is told what the beat held (all notes, the lowest, the highest), what chord and key the
listener believes in, what is recalled of the piece, and where the bar stands; it answers with
chances of 72 chords and none. Six qualities are enough to play from; suspended and coloured chords
count with their triads.
"""

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from accompanist.inference.model import StreamingModel
from accompanist.music.chord import NO_CHORD, Chord
from accompanist.players.player import BeatEvidence

QUALITIES = ("maj", "min", "7", "maj7", "min7", "dim")
CLASSES = 12 * len(QUALITIES) + 1
NONE = CLASSES - 1

BLOCKS = 12
"""Groups of twelve, one number a pitch class, at the start of a row: these turn with the key."""

INPUT_WIDTH = 12 * BLOCKS + 1 + len(QUALITIES) + 2 + 6

_FAMILIES = (("maj", "7", "maj7"), ("min", "min7"), ("dim",))
_ALIKE = {"min6": "min", "minmaj7": "min", "hdim7": "dim", "dim7": "dim"}


def chord_class(chord: Chord) -> int:
    """Place of a chord among the classes: twelve roots a quality, then none."""
    if chord.root is None:
        return NONE
    alike = _ALIKE.get(chord.quality, "min" if chord.is_minor else "maj")
    quality = chord.quality if chord.quality in QUALITIES else alike
    return 12 * QUALITIES.index(quality) + chord.root


def beat_row(beat: BeatEvidence) -> NDArray[np.float32]:
    """What the network is told of a beat, `INPUT_WIDTH` numbers."""
    return np.concatenate(
        [
            beat.chroma,
            beat.bass_chroma,
            beat.melody,
            _label_root(beat.chord),
            beat.chord_posterior[:24],
            beat.key_posterior[:24],
            beat.recalled.reshape(-1),
            _label_rest(beat.chord),
            beat.chord_posterior[24:],
            beat.key_posterior[24:],
            _place(beat.beat_in_bar, beat.beats_per_bar),
        ]
    )


@lru_cache(maxsize=4096)
def _label_root(chord: Chord) -> NDArray[np.float32]:
    return np.array([chord.root == root for root in range(12)], np.float32)


@lru_cache(maxsize=4096)
def _label_rest(chord: Chord) -> NDArray[np.float32]:
    quality = None if chord.root is None else QUALITIES[chord_class(chord) // 12]
    return np.array([quality is None, *(quality == known for known in QUALITIES)], np.float32)


@lru_cache(maxsize=256)
def _place(beat_in_bar: int, beats_per_bar: int) -> NDArray[np.float32]:
    angle = 2 * math.pi * beat_in_bar / beats_per_bar
    return np.array(
        [
            math.sin(angle),
            math.cos(angle),
            beat_in_bar == 0,
            beat_in_bar == beats_per_bar - 1,
            beats_per_bar == 3,
            beats_per_bar == 4,
        ],
        np.float32,
    )


def likeliest(chances: NDArray[np.float32]) -> tuple[Chord, float]:
    """The chord to play from the chances of all classes, and how sure its triad is.

    The triad (major, minor, diminished, by root) that has most chance in all its colours wins, and
    takes the likeliest of its colours.
    """
    by_quality = chances[:NONE].reshape(len(QUALITIES), 12)
    families = np.stack(
        [by_quality[[QUALITIES.index(q) for q in family]].sum(axis=0) for family in _FAMILIES]
    )
    family, root = np.unravel_index(int(np.argmax(families)), families.shape)
    if chances[NONE] > families[family, root]:
        return NO_CHORD, float(chances[NONE])
    colours = _FAMILIES[int(family)]
    quality = max(colours, key=lambda q: float(by_quality[QUALITIES.index(q), root]))
    return Chord(int(root), quality), float(families[family, root])


class ModelAnticipator:
    """Guesses by ``anticipation.onnx``, one beat a call.

    Parameters
    ----------
    model
        The loaded network.
    """

    def __init__(self, model: StreamingModel) -> None:
        self._model = model
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self.state = self._model.initial_state()
        self.in_a_bar: tuple[Chord, float] | None = None

    def expect(self, beat: BeatEvidence) -> tuple[Chord, float]:
        """Chord expected on the beat after this one, and its probability."""
        out, self.state = self._model.step(self.state, beat=beat_row(beat)[None])
        self.in_a_bar = likeliest(out["chances_in_a_bar"][0])
        return likeliest(out["chances"][0])
