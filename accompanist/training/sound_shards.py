"""Shards of rendered sound (see `accompanist.training.sound_sets`), excerpt by excerpt."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from accompanist.music.chord import parse_chord
from accompanist.music.key import parse_key
from accompanist.training.sound_beat import BeatSound
from accompanist.training.sound_harmony import NONE, UNKNOWN, HarmonySound


@dataclass(frozen=True, slots=True)
class Excerpt:
    """One excerpt, for the ear for the beat and for the ear for harmony."""

    kind: str
    beat: BeatSound
    harmony: HarmonySound


def read_shards(folder: Path, split: str) -> Iterator[Excerpt]:
    """All excerpts of the shards of a split, in order."""
    for path in sorted(folder.glob(f"{split}-*.npz")):
        with np.load(path) as shard:
            arrays = {name: shard[name] for name in shard.files}
        for number in range(len(arrays["kinds"])):
            yield _excerpt(arrays, number)


def _excerpt(arrays: dict[str, NDArray[np.generic]], number: int) -> Excerpt:
    def part(name: str, starts: str) -> NDArray[np.generic]:
        first, last = arrays[starts][number : number + 2]
        return arrays[name][first:last]

    beat = BeatSound(
        part("bands", "excerpts"),
        part("tones", "excerpts"),
        part("beats_s", "beat_starts"),
        part("downbeats", "beat_starts"),
    )
    harmony = HarmonySound(
        part("tones", "excerpts"),
        _spans(part("chord_spans_s", "chord_starts"), part("chord_labels", "chord_starts"), _chord),
        _spans(part("key_spans_s", "key_starts"), part("key_labels", "key_starts"), _key),
    )
    return Excerpt(str(arrays["kinds"][number]), beat, harmony)


def _spans(
    times_s: NDArray[np.generic], labels: NDArray[np.generic], number_of: Callable[[str], int]
) -> NDArray[np.float64]:
    numbers = np.array([number_of(str(label)) for label in labels], np.float64)
    return np.column_stack([times_s, numbers]) if len(labels) else np.zeros((0, 3))


def _chord(label: str) -> int:
    try:
        chord = parse_chord(label)
    except ValueError:
        return UNKNOWN
    if chord.root is None:
        return NONE
    return chord.root + 12 * chord.is_minor


def _key(label: str) -> int:
    key = parse_key(label)
    return NONE if key.tonic is None else key.index
