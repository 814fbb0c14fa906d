"""Rendered sound as the ears for sound learn from it: excerpt by excerpt, from shards.

Shards (see `accompanist.training.sound_sets`) are rendered when they are first asked for.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from accompanist.music.chord import parse_chord
from accompanist.music.key import parse_key
from accompanist.training.options import TrainingOptions
from accompanist.training.sound_fonts import FONT_LICENCES
from accompanist.training.sound_material import SOUND_LICENCES, Material
from accompanist.training.sound_render import Orchestra
from accompanist.training.sound_sets import write_shards

HOURS = {"train": 72.0, "val": 2.0}
"""How much is rendered of each split."""

LICENCES = {**SOUND_LICENCES, **FONT_LICENCES}
CONSTRUCTED = (
    "All sound is rendered: songs, lead sheets, solos and grooves on soundfonts, and on plucked "
    "strings and drum kits made by rule, in rooms, through amplifiers and microphones, over noise. "
    "Bands are put together from sets of different people; tempo curves, touch, mistakes and swing "
    "are drawn at random."
)
AVERAGED = "The shipped weights are running means over the last steps of this training."
"""What cards say beside the command, which ships the best weights it came by."""

NONE = 24
UNKNOWN = -100

Array = NDArray[Any]
Sound = TypeVar("Sound")


@dataclass(frozen=True, slots=True)
class BeatSound:
    """Frames (n, 204) and (n, 72) of an excerpt, and its beats.

    There are none where nothing is to be followed: somebody plays aimlessly, or nobody does, and
    then it is no music. `downbeats` are 1 or 0, or -1 where nobody knows.
    """

    bands: NDArray[np.uint8]
    tones: NDArray[np.uint8]
    beats_s: NDArray[np.float64]
    downbeats: NDArray[np.int8]
    is_music: bool = True


@dataclass(frozen=True, slots=True)
class HarmonySound:
    """Frames (n, 72) of an excerpt, with its chords and keys.

    `chords` and `keys` are rows (start_s, end_s, number): 0–11 major, 12–23 minor by root, 24 none,
    negative where nobody knows.
    """

    tones: NDArray[np.uint8]
    chords: NDArray[np.float64]
    keys: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """One excerpt, for the ear for the beat and for the ear for harmony."""

    kind: str
    beat: BeatSound
    harmony: HarmonySound


def rendered(options: TrainingOptions, split: str) -> list[Excerpt]:
    """All of a split, rendered if it was not yet.

    Raises
    ------
    Refusal
        If data, soundfonts or a synth are missing.
    """
    folder = options.checkpoints / "sound"
    write_shards(Material(options.data, split), Orchestra(), folder, HOURS[split], seed=0)
    return list(read_shards(folder, split))


def any_of(sounds: Sequence[Sound], random: np.random.Generator) -> Sound:
    """Any one of them, each as likely."""
    return sounds[int(random.integers(len(sounds)))]


def read_shards(folder: Path, split: str) -> Iterator[Excerpt]:
    """All excerpts of the shards of a split, in order."""
    for path in sorted(folder.glob(f"{split}-*.npz")):
        with np.load(path) as shard:
            arrays = {name: shard[name] for name in shard.files}
        for number in range(len(arrays["kinds"])):
            yield _excerpt(arrays, number)


def _excerpt(arrays: dict[str, Array], number: int) -> Excerpt:
    def part(name: str, starts: str) -> Array:
        first, last = arrays[starts][number : number + 2]
        return arrays[name][first:last]

    kind = str(arrays["kinds"][number])
    beat = BeatSound(
        part("bands", "excerpts"),
        part("tones", "excerpts"),
        part("beats_s", "beat_starts"),
        part("downbeats", "beat_starts"),
        kind != "nothing",
    )
    harmony = HarmonySound(
        part("tones", "excerpts"),
        _spans(part("chord_spans_s", "chord_starts"), part("chord_labels", "chord_starts"), _chord),
        _spans(part("key_spans_s", "key_starts"), part("key_labels", "key_starts"), _key),
    )
    return Excerpt(kind, beat, harmony)


def _spans(times_s: Array, labels: Array, number_of: Callable[[str], int]) -> NDArray[np.float64]:
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
