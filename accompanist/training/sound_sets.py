"""Frames of rendered sound with their truth, in shards, to train and validate the ears on.

Run as ``python -m accompanist.training.sound_sets --data DIR --out DIR --split train --hours 12``.
What is kept is not sound but what `dsp.spectrum.Spectrograph` makes of it. Shards of a quarter of
an hour are each a fair mix of all kinds; a shard depends on the seed, its split and its number
alone, appears whole or not at all, and is not made again. ``--share 1/2`` and ``--share 2/2`` make
every other one, at once.

A shard is an ``.npz`` of arrays: `bands` (frames, 204), `tones` (frames, 72) and `level_db` of all
excerpts in a row, `excerpts` (count + 1) where each begins, `times_s` of each frame's last sample
from the excerpt's beginning; `beats_s`, `downbeats` (1, 0, or -1 for unknown) and `beat_starts`;
`chord_spans_s` (n, 2), `chord_labels` and `chord_starts`, and the same for keys: no spans, nothing
known. `kinds`, `names`, `lengths_s`, `rates_hz` and `tuning_cents` are one for each excerpt.
"""

import argparse
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from accompanist.devices.atomic import written_atomically
from accompanist.dsp.spectrum import Frames, Spectrograph
from accompanist.music.errors import Refusal
from accompanist.training.performances import Span
from accompanist.training.sound_material import Material
from accompanist.training.sound_render import Orchestra
from accompanist.training.sound_scene import Scene
from accompanist.training.sound_scenes import LONGEST_S, SHARES, SHORTEST_S, draw_scene

SHARD_S = 900.0
_EXCERPTS = round(SHARD_S / ((SHORTEST_S + LONGEST_S) / 2))


@dataclass(frozen=True, slots=True)
class Heard:
    """One excerpt: its frames, its scene and the rate at which it was rendered."""

    frames: Frames
    scene: Scene
    rate_hz: int


def kinds_of(count: int, random: np.random.Generator) -> list[str]:
    """So many kinds, in the shares of all as nearly as can be, in any order."""
    ends = np.cumsum(list(SHARES.values()))
    places = (np.arange(count) + random.random()) / count * ends[-1]
    chosen = np.array(list(SHARES))[np.searchsorted(ends, places)]
    return [str(kind) for kind in random.permutation(chosen)]


def hear(scene: Scene, orchestra: Orchestra, random: np.random.Generator) -> Heard:
    """A scene rendered and listened to."""
    sound, rate_hz = orchestra.render(scene, random)
    return Heard(Spectrograph(rate_hz).feed(sound), scene, rate_hz)


def shard(heard: list[Heard]) -> dict[str, NDArray[np.generic]]:
    """The arrays of a shard."""
    counts = [len(one.frames.bands) for one in heard]
    truths = [one.scene.truth for one in heard]
    arrays: dict[str, NDArray[np.generic]] = {
        "bands": np.concatenate([one.frames.bands for one in heard]),
        "tones": np.concatenate([one.frames.tones for one in heard]),
        "level_db": np.concatenate([one.frames.level_db for one in heard]).astype(np.float32),
        "times_s": np.concatenate([one.frames.ends / one.rate_hz for one in heard]),
        "excerpts": _starts(counts),
        "beats_s": np.concatenate([truth.beats_s for truth in truths]),
        "downbeats": np.concatenate([truth.downbeats for truth in truths]),
        "beat_starts": _starts([len(truth.beats_s) for truth in truths]),
        "kinds": np.array([one.scene.kind for one in heard]),
        "names": np.array([one.scene.name for one in heard]),
        "lengths_s": np.array([one.scene.length_s for one in heard]),
        "rates_hz": np.array([one.rate_hz for one in heard]),
        "tuning_cents": np.array([one.scene.tuning_cents for one in heard]),
    }
    arrays |= _spans("chord", [truth.chords for truth in truths])
    arrays |= _spans("key", [truth.keys for truth in truths])
    return arrays


def _starts(counts: list[int]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _spans(name: str, spans: list[tuple[Span, ...]]) -> dict[str, NDArray[np.generic]]:
    together = [span for some in spans for span in some]
    return {
        f"{name}_spans_s": np.array([(one.start_s, one.end_s) for one in together]).reshape(-1, 2),
        f"{name}_labels": np.array([one.label for one in together], dtype=np.str_),
        f"{name}_starts": _starts([len(some) for some in spans]),
    }


def write_shard(
    path: Path, material: Material, orchestra: Orchestra, random: np.random.Generator
) -> None:
    """Render a quarter of an hour and keep what is heard.

    Raises
    ------
    Refusal
        If the file cannot be written.
    """
    heard = [
        hear(draw_scene(material, random, kind), orchestra, random)
        for kind in kinds_of(_EXCERPTS, random)
    ]
    with written_atomically(path) as file:
        np.savez_compressed(file.stream, **shard(heard))  # type: ignore[arg-type]


def shard_random(seed: int, split: str, number: int) -> np.random.Generator:
    """The chance that a shard is drawn with."""
    return np.random.default_rng([seed, zlib.crc32(split.encode()), number])


def write_shards(
    material: Material,
    orchestra: Orchestra,
    out: Path,
    hours: float,
    seed: int,
    share: tuple[int, int] = (1, 1),
) -> None:
    """All shards that are missing, or every so manieth of them.

    Raises
    ------
    Refusal
        If files cannot be read or written.
    """
    out.mkdir(parents=True, exist_ok=True)
    split = material.split
    place, of = share
    numbers = range(place - 1, max(1, round(hours * 3600 / SHARD_S)), of)
    for number in tqdm(numbers, f"rendering {split}", unit="shard", disable=None):
        path = out / f"{split}-{seed}-{number:04d}.npz"
        if not path.exists():
            write_shard(path, material, orchestra, shard_random(seed, split, number))


def _share(text: str) -> tuple[int, int]:
    place, _, of = text.partition("/")
    if not (place.isdigit() and of.isdigit() and 1 <= int(place) <= int(of)):
        raise argparse.ArgumentTypeError(f"{text} is no share; write it as 1/2")
    return int(place), int(of)


def main() -> int:
    """Render shards."""
    parser = argparse.ArgumentParser(description="Render sound to train the ears on.")
    parser.add_argument("--data", type=Path, required=True, help="unpacked data sets and splits/")
    parser.add_argument("--out", type=Path, required=True, help="where the shards go")
    parser.add_argument("--split", choices=("train", "val"), default="train")
    parser.add_argument("--hours", type=float, default=12.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--share", type=_share, default=(1, 1), help="such as 1/2 for every other")
    args = parser.parse_args()
    try:
        orchestra, material = Orchestra(), Material(args.data, args.split)
        write_shards(material, orchestra, args.out, args.hours, args.seed, args.share)
    except Refusal as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
