"""Rendered pieces with their truth, as files: what every listener to sound is measured on.

Run as ``python -m accompanist.training.sound_validation --data DIR --out DIR``. The pieces are of
the validation split, drawn by fixed seeds, damaged moderately: piano, guitar, bands with drums,
drums and single lines, each one a FLAC and a JSON of beats, downbeats, chords and keys.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import soundfile
from tqdm import tqdm

from accompanist.devices.atomic import written_atomically
from accompanist.music.errors import Refusal
from accompanist.training.sound_material import Material
from accompanist.training.sound_render import Orchestra
from accompanist.training.sound_scene import Scene
from accompanist.training.sound_scenes import draw_scene

PIECES = {"piano": 12, "guitar": 8, "band": 10, "drums": 5, "line": 5}
"""How many there are of each kind."""

_SHORTEST_S, _LONGEST_S = 60.0, 90.0
_DAMAGE = 0.5
_SEED = 909


def truth_json(name: str, scene: Scene) -> dict[str, object]:
    """What is true of a scene, as recordings with truth have it; what isn't known is left out."""
    truth = scene.truth
    told: dict[str, object] = {
        "name": name,
        "source": f"rendered: {scene.name}",
        "style": scene.kind,
        "duration_s": round(scene.length_s, 3),
        "beats": [round(float(beat_s), 4) for beat_s in truth.beats_s],
        "downbeats": [round(float(beat_s), 4) for beat_s in truth.beats_s[truth.downbeats == 1]],
    }
    for plural, single, spans in (
        ("chords", "chord", truth.chords),
        ("keys", "key", truth.keys),
    ):
        if spans:
            told[plural] = [
                {"start": round(span.start_s, 4), "end": round(span.end_s, 4), single: span.label}
                for span in spans
            ]
    return told


def write_piece(name: str, kind: str, material: Material, orchestra: Orchestra, out: Path) -> None:
    """Render a piece and write both of its files.

    Raises
    ------
    Refusal
        If they cannot be written.
    """
    random = np.random.default_rng([_SEED, *name.encode()])
    scene = draw_scene(material, random, kind, float(random.uniform(_SHORTEST_S, _LONGEST_S)))
    sound, rate_hz = orchestra.render(scene, random, damage=_DAMAGE)
    with written_atomically(out / f"{name}.flac") as file:
        soundfile.write(file.stream, sound, rate_hz, format="FLAC", subtype="PCM_16")
    with written_atomically(out / f"{name}.json") as file:
        file.write(json.dumps(truth_json(name, scene)).encode())


def write_validation(material: Material, orchestra: Orchestra, out: Path) -> None:
    """Write all pieces."""
    out.mkdir(parents=True, exist_ok=True)
    named = [(f"{kind}_{n:02d}", kind) for kind, count in PIECES.items() for n in range(count)]
    for name, kind in tqdm(named, "rendering pieces", unit="piece", disable=None):
        write_piece(name, kind, material, orchestra, out)


def main() -> int:
    """Render the validation pieces."""
    parser = argparse.ArgumentParser(description="Render pieces to measure listeners on.")
    parser.add_argument("--data", type=Path, required=True, help="unpacked data sets and splits/")
    parser.add_argument("--out", type=Path, required=True, help="where the files go")
    args = parser.parse_args()
    try:
        write_validation(Material(args.data, "val"), Orchestra(), args.out)
    except Refusal as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
