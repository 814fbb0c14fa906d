"""How well notes are heard in the sound of a single line, and how few where there is none.

    python bench/pitch.py --data DIR [--pieces 7] [--seconds 20] [--pyin] [--json pitch.json]

DIR holds the unpacked Weimar Jazz Database, the sets that scenes are made of, and ``splits/``;
all pieces are of the validation split. ``set`` is with input/sound at line, ``auto`` where the
ear finds by itself that a single line plays, which takes it a moment. Delay is from the onset to
the note. Scenes of guitars, pianos, bands and drums should give no notes; of those that come,
``chord tones`` says how many have the pitch class of something that sounds. ``--pyin`` adds pYIN
(Mauch and Dixon, ICASSP 2014) as librosa has it, which hears the whole sound before it says
anything; its notes are its runs of one pitch of 50 ms or more.
"""

import argparse
import json
import sys
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
from tqdm import tqdm

from accompanist.devices.line_ear import LineEar
from accompanist.music.errors import Refusal
from accompanist.training.pitch_lines import (
    CONDITIONS,
    INSTRUMENTS,
    NEAR_S,
    NEARLY_S,
    RATE_HZ,
    HeardNote,
    Line,
    delays_s,
    moments_right,
    note_f,
    notes_heard,
    rendered,
)
from accompanist.training.sound_fonts import Fluid, find_fonts
from accompanist.training.sound_material import Material
from accompanist.training.sound_render import Orchestra
from accompanist.training.sound_scene import Scene
from accompanist.training.sound_scenes import draw_scene
from accompanist.training.splits import pieces
from accompanist.training.wjd import read_wjd

SCENES = ("guitar", "piano", "band", "drums")
SCENES_A_KIND, DAMAGE, SEED = 8, 0.5, 77
SHORTEST_RUN_S = 0.05
MEASURES = ("F50", "F70", "moments", "delay_ms", "delay_p90_ms")


def pyin_notes(sound: np.ndarray, rate_hz: int) -> list[HeardNote]:
    """Notes in the runs of one pitch that pYIN finds."""
    import librosa

    hop = round(0.01 * rate_hz)
    hertz, _, _ = librosa.pyin(sound, fmin=35.0, fmax=2100.0, sr=rate_hz, hop_length=hop)
    pitches = np.nan_to_num(np.round(librosa.hz_to_midi(hertz)), nan=-1.0).astype(int)
    edges = [0, *(np.flatnonzero(np.diff(pitches)) + 1), len(pitches)]
    at_s = [edge * hop / rate_hz for edge in edges]
    return [
        HeardNote(begin_s, begin_s, end_s, int(pitches[edge]))
        for edge, begin_s, end_s in zip(edges, at_s, at_s[1:], strict=False)
        if pitches[edge] >= 0 and end_s - begin_s >= SHORTEST_RUN_S
    ]


def figures(heard: list[HeardNote], line: Line) -> dict[str, float]:
    """What is measured of one line."""
    late_ms = 1e3 * np.array(delays_s(heard, line.notes) or [np.nan])
    p50, p90 = np.percentile(late_ms, [50, 90])
    near, nearly = (note_f(heard, line.notes, within_s) for within_s in (NEAR_S, NEARLY_S))
    values = (near, nearly, moments_right(heard, line.notes), p50, p90)
    return dict(zip(MEASURES, map(float, values), strict=True))


def lines(args: argparse.Namespace) -> dict[str, dict[str, float]]:
    """Mean figures by listener, condition and instrument."""
    every = pieces(args.data, "wjd", "val")
    named = [every[place * len(every) // args.pieces] for place in range(args.pieces)]
    solos, fluid = list(read_wjd(args.data, named)), Fluid(find_fonts()[0], RATE_HZ)
    found: dict[str, list[dict[str, float]]] = defaultdict(list)
    jobs = [(number, name) for number in range(len(solos)) for name in INSTRUMENTS]
    for number, name in tqdm(jobs, "lines", disable=None):
        for condition in CONDITIONS:
            random = np.random.default_rng([SEED, number, *name.encode()])
            line = rendered(
                solos[number], INSTRUMENTS[name], fluid, condition, args.seconds, random
            )
            told = {"set": notes_heard(line.sound, RATE_HZ, alone=False)}
            told["auto"] = notes_heard(line.sound, RATE_HZ, alone=True)
            if args.pyin:
                told["pyin"] = pyin_notes(line.sound, RATE_HZ)
            for who, heard in told.items():
                found[f"{who} {condition} {name}"].append(figures(heard, line))
    return {
        key: {what: float(np.nanmean([row[what] for row in rows])) for what in MEASURES}
        for key, rows in found.items()
    }


def is_chord_tone(note: HeardNote, scene: Scene) -> bool:
    """Whether a pitch of that class sounds when a note is told."""
    return any(
        int(pitch) % 12 == note.pitch % 12
        for part in scene.parts
        for pitch in part.notes.pitch[
            (part.notes.on_s < note.told_s) & (part.notes.off_s > note.told_s - 0.2)
        ]
    )


def scenes(data: Path, seconds: float) -> dict[str, dict[str, float]]:
    """Notes a minute by kind of scene, and how many of them are chord tones."""
    material, orchestra = Material(data, "val"), Orchestra()
    found = {}
    for kind in tqdm(SCENES, "scenes", disable=None):
        notes = tones = 0
        for number in range(SCENES_A_KIND):
            random = np.random.default_rng([SEED, number, *kind.encode()])
            scene = draw_scene(material, random, kind, seconds)
            sound, rate_hz = orchestra.render(scene, random, damage=DAMAGE)
            heard = notes_heard(np.asarray(sound, np.float32), rate_hz, alone=True)
            notes += len(heard)
            tones += sum(is_chord_tone(note, scene) for note in heard)
        minutes = SCENES_A_KIND * seconds / 60.0
        found[kind] = {"notes_a_minute": notes / minutes, "chord_tones": tones / max(notes, 1)}
    return found


def cost(seconds: float = 20.0, rate_hz: int = 48_000, block: int = 256) -> float:
    """Share of a core while a line is heard."""
    turns = 2 * np.pi * 220.0 * np.arange(round(seconds * rate_hz)) / rate_hz
    sound = (0.2 * np.sin(turns) * (np.sin(turns / 55.0) > 0.0)).astype(np.float32)
    ear = LineEar(rate_hz)
    ear.feed(sound[:rate_hz], lambda number: number / rate_hz)
    began_s = time.process_time()
    for first in range(rate_hz, len(sound), block):
        ear.feed(sound[first : first + block], lambda number: number / rate_hz)
    return (time.process_time() - began_s) / (seconds - 1.0)


def show(found: dict[str, dict[str, float]]) -> None:
    """Print a table, one line a row."""
    for key, row in found.items():
        print(f"{key:28}", "  ".join(f"{what} {value:6.3g}" for what, value in row.items()))


def main() -> int:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--pieces", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--pyin", action="store_true", help="add pYIN (needs librosa)")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    try:
        found = {"lines": lines(args), "scenes": scenes(args.data, args.seconds)}
    except Refusal as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 2
    for table in found.values():
        show(table)
    share = cost()
    print(f"share of a core at 48 kHz in blocks of 256: {100 * share:.2f} %")
    if args.json:
        args.json.write_text(json.dumps({**found, "cost": share}, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
